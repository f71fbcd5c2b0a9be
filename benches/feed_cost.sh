#!/usr/bin/env bash
# What the feed costs a write, with the look at the ring (`Ring::takes`) and with that taken out
# (`--cfg folio_no_feed`): `benches/feed_cost.sh [ROUNDS]`
#
# First instructions, by valgrind's callgrind: those of all writes after the warm-up, divided by how
# many they were; the same on any machine, and no matter what else runs. Then nanoseconds, in
# interleaved rounds: the median of each case, and the spread from the smallest to the largest.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-5}
target=${CARGO_TARGET_DIR:-$PWD/target}/feed_cost
cases=(none idle exact exact_10000)
counted=40000
timed=2000000

build() { # NAME FLAGS
    RUSTFLAGS="${RUSTFLAGS:-} $2" CARGO_TARGET_DIR="$target/$1" \
        cargo build --quiet --release --example feed_cost
}

run() { # NAME CASE WRITES
    "$target/$1/release/examples/feed_cost" "$2" "$3"
}

instructions() { # NAME CASE
    valgrind --tool=callgrind --callgrind-out-file="$target/$1.$2" \
        --toggle-collect='feed_cost::measured*' \
        "$target/$1/release/examples/feed_cost" "$2" "$counted" 2>&1 >/dev/null |
        awk -v writes="$counted" '/Collected/ { print int($NF / writes * 10 + 0.5) / 10 }'
}

build without --cfg=folio_no_feed
build with ""

bare=$(instructions without none)
printf 'instructions a write\n  %-12s %8s\n' "no feed" "$bare"
for case in "${cases[@]}"; do
    count=$(instructions with "$case")
    printf '  %-12s %8s %+8.1f\n' "$case" "$count" "$(awk "BEGIN { print $count - $bare }")"
done

times=$(mktemp)
trap 'rm -f "$times"' EXIT
for ((round = 0; round < rounds; round++)); do
    echo "no feed,$(run without none "$timed")" >>"$times"
    for case in "${cases[@]}"; do
        echo "$case,$(run with "$case" "$timed")" >>"$times"
    done
done
printf 'nanoseconds a write, %s rounds\n' "$rounds"
for case in "no feed" "${cases[@]}"; do
    grep "^$case," "$times" | cut -d, -f2 | sort -n | awk -v case="$case" '
        { all[NR] = $1 }
        END { printf "  %-12s %8.1f  (%.1f to %.1f)\n", case, all[int((NR + 1) / 2)], all[1], all[NR] }'
done
