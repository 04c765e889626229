#!/usr/bin/env bash
# A moderator's shift on real peers, in five minutes of the moderators' time: a raid, a quarrel, a false alarm, a wrong
# mute taken back, an SSH connection that breaks in the middle of a bulk, a case handed to a second moderator. Both
# screens are checked at each step, and so are the network and the record.
#
#   tests/shift.sh [PROGRAM]     PROGRAM: target/release/qunguan unless given
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
program="${1:-$here/../target/release/qunguan}"
[ -x "$program" ] || { echo "tests/shift.sh: no program at $program; cargo build --release makes it" >&2; exit 1; }
export PATH="$PATH:/usr/sbin:/sbin"
exec python3 -B "$here/show/shift.py" "$(realpath "$program")" </dev/null
