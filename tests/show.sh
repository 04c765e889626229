#!/usr/bin/env bash
# Shows the whole thing on real peers: InspIRCd with twenty people talking, two moderators over OpenSSH in tmux,
# a mute and a removal, a cut connection, a server killed with -9. Prints what it checked; stops at the first thing
# that is not so, with the screens.
#
#   tests/show.sh [PROGRAM]     PROGRAM: target/release/qunguan unless given
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
program="${1:-$here/../target/release/qunguan}"
[ -x "$program" ] || { echo "tests/show.sh: no program at $program; cargo build --release makes it" >&2; exit 1; }
export PATH="$PATH:/usr/sbin:/sbin"
exec python3 -B "$here/show/show.py" "$(realpath "$program")" </dev/null
