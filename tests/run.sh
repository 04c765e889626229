#!/usr/bin/env bash
# Everything that can be tested, on a machine that may have nothing but cargo: installs the peers that the tests
# talk to (IRC servers, sshd, tmux, python3) and that the benches measure beside ours (irssi, lnav) from Debian,
# builds, and runs the tests, the show and the benches.
#
#   tests/run.sh             all of it
#   tests/run.sh --peers     only installs what is missing
#
# Starts no service: the packages' own daemons are kept from starting, and the tests start theirs on loopback.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8 PATH="$PATH:/usr/sbin:/sbin"

say() { printf '\n== %s\n' "$*"; }
fail() { printf 'tests/run.sh: %s\n' "$*" >&2; exit 1; }

# A program, and the Debian package it comes in.
peers='gcc gcc
tmux tmux
sshd openssh-server
ssh openssh-client
ssh-keygen openssh-client
inspircd inspircd
ngircd ngircd
irssi irssi
lnav lnav
python3 python3
ps procps'

missing_packages() {
    while read -r program package; do
        command -v "$program" >/dev/null || echo "$package"
    done <<<"$peers" | sort -u
    # gcc without the C library's headers links nothing; and crates come over TLS.
    [ -e /usr/include/stdlib.h ] || echo libc6-dev
    [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

install_packages() {
    command -v apt-get >/dev/null || fail "these Debian packages are missing and there is no apt-get: $*"
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
        fail "these Debian packages are missing, and only root can install them: $*"
    # While this stands, no package starts its daemon (invoke-rc.d and deb-systemd-invoke both ask it).
    local policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
        trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 -qq)
    as_root "${apt[@]}" update
    as_root "${apt[@]}" install -y --no-install-recommends "$@" </dev/null
    if [ "$(trap -p EXIT)" ]; then
        as_root rm -f "$policy"
        trap - EXIT
    fi
}

say 'peers'
mapfile -t packages < <(missing_packages)
if [ "${#packages[@]}" -gt 0 ]; then
    echo "installing: ${packages[*]}"
    install_packages "${packages[@]}"
fi
mapfile -t packages < <(missing_packages)
[ "${#packages[@]}" = 0 ] || fail "still missing after installing: ${packages[*]}"
command -v cargo >/dev/null || fail 'cargo is missing; https://rustup.rs installs it'
for program in inspircd ngircd sshd tmux python3; do printf '%-10s %s\n' "$program" "$(command -v "$program")"; done
[ "${1:-}" != --peers ] || exit 0

export QUNGUAN_REQUIRE_PEERS=1

say 'build'
cargo build --release --locked

say 'tests'
cargo test --locked --no-fail-fast

say 'show'
tests/show.sh target/release/qunguan

say 'shift'
tests/shift.sh target/release/qunguan

# Seconds instead of minutes: they must run and print figures, which are only worth quoting on a quiet machine.
for bench in benches/*.rs; do
    say "bench: $(basename "$bench" .rs)"
    cargo bench --locked --bench "$(basename "$bench" .rs)" -- --smoke
done

say 'everything passed'
