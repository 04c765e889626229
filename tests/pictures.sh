#!/usr/bin/env bash
# Renders the README's pictures from the real demo: starts it in tmux, waits for what is to be seen, and draws the cells.
#
#   tests/pictures.sh [PROGRAM]     default: target/release/qunguan
#
# Needs tmux, and what tests/picture.py needs.
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "${1:-target/release/qunguan}")
command -v tmux >/dev/null || { echo "tests/pictures.sh: tmux is missing" >&2; exit 1; }
work=$(mktemp -d)
socket=$work/tmux
mux() { tmux -S "$socket" -f /dev/null "$@"; }
finish() {
    mux kill-server 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

screen() { mux capture-pane -p -t "$1"; }

# Until the screen of a session shows the pattern.
await() {
    for _ in $(seq 600); do
        if screen "$1" | grep -q "$2"; then return; fi
        sleep 0.2
    done
    screen "$1" >&2
    echo "tests/pictures.sh: never saw $2" >&2
    exit 1
}

# NAME COLUMNS ROWS LANG
open() {
    mux new-session -d -s "$1" -x "$2" -y "$3" \
        "env LANG=$4 LC_ALL= HOME=$work XDG_CONFIG_HOME=$work TERM=tmux-256color COLORTERM=truecolor '$program' --as alice demo"
}

# Moves up to the next row that shows the pattern, a step at a time: a slow machine must not overshoot.
climb() {
    for _ in $(seq 40); do
        local before
        before=$(screen "$1" | grep '▌' || true)
        mux send-keys -t "$1" k
        for _ in $(seq 50); do
            if [ "$(screen "$1" | grep '▌' || true)" != "$before" ]; then break; fi
            sleep 0.1
        done
        if screen "$1" | grep '▌' | grep -q "$2"; then return; fi
    done
    screen "$1" >&2
    echo "tests/pictures.sh: no row with $2" >&2
    exit 1
}

# The raid has come; one of its accounts is muted, and the cursor stands on a message of the next.
story() {
    for _ in $(seq 600); do
        if [ "$(screen "$1" | grep -c 'rs6.*⚑S2\|^│ *名额.*⚑S2')" -ge "$2" ]; then break; fi
        sleep 0.2
    done
    climb "$1" 'rs6'
    sleep 1
    mux send-keys -t "$1" m 2
    await "$1" '✓ .*\(禁言\|mute\)'
    climb "$1" 'rs6'
    await "$1" 'u\(撤销\| undo\|.*help\)'
}

# SESSION FILE
draw() {
    mux capture-pane -e -p -t "$1" >"$work/$1.ansi"
    python3 tests/picture.py "$work/$1.ansi" "$2"
}

open zh 120 36 zh_CN.UTF-8
story zh 6
draw zh tests/golden/live-120x36-zh.png
mux send-keys -t zh 3
await zh '▸成员'
draw zh tests/golden/members-120x36-zh.png
mux send-keys -t zh 2
await zh '▸审核'
for _ in $(seq 40); do
    if screen zh | grep '▌' | grep -q 'rs6'; then break; fi
    mux send-keys -t zh j
    sleep 0.3
done
mux send-keys -t zh '*'
await zh '已选 [0-9][0-9]'
mux send-keys -t zh x
await zh '再回车才会执行'
draw zh tests/golden/raid-120x36-zh.png
mux send-keys -t zh Escape
sleep 0.5
mux send-keys -t zh Q
open en 80 24 en_US.UTF-8
story en 6
draw en tests/golden/live-80x24-en.png
mux send-keys -t en Q
