#!/usr/bin/env bash
# Draws new cases for everything that is tried with drawn ones, until a case fails or the time is over.
#
#   tests/soak.sh            ten minutes
#   tests/soak.sh 60         an hour
#
# The seed of each round is printed: PROPTEST_RNG_SEED=... with the same command draws the same cases.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8

mapfile -t drawn < <(grep -lE 'proptest! \{|TestRunner::new' -r tests --include=*.rs | sed -E 's|tests/([^/.]+).*|\1|' | sort -u)
tests=(--lib)
for name in "${drawn[@]}"; do tests+=(--test "$name"); done

end=$((SECONDS + 60 * ${1:-10}))
while [ "$SECONDS" -lt "$end" ]; do
    seed=$((RANDOM << 15 | RANDOM))
    export PROPTEST_RNG_SEED=$seed PROPTEST_CASES=2000
    printf '== PROPTEST_RNG_SEED=%s PROPTEST_CASES=%s cargo test %s\n' "$seed" "$PROPTEST_CASES" "${tests[*]}"
    cargo test --quiet --locked "${tests[@]}"
done
