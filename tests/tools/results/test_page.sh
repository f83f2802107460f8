#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# docs/results.md says what is there: metrics, files, columns, kinds of documents; its lines of jq run.
# usage: test_page.sh FRAGSIM SOURCE_DIR
set -euo pipefail

fragsim=$1 source=$2
page=$source/docs/results.md
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

fail() {
	echo "docs/results.md: $*"
	exit 1
}

# Names in the first column of the tables under a heading.
names() { # HEADING
	awk -v heading="## $1" '/^## /{on = $0 == heading} on && /^\| `/' "$page" | sed 's/^| `\([^`]*\)`.*/\1/'
}

same() { # WHAT PAGE PROGRAM
	[ "$2" = "$3" ] || fail "$1: < the page, > the program
$(diff <(echo "$2") <(echo "$3"))"
}

# Columns of a CSV file; those of each strategy and pool by the name the page gives them.
columns() { # FILE
	head -n 1 "$1" | tr , '\n' | sed 's/^pool[0-9]*_/poolN_/' | awk '!seen[$0]++'
}

[[ $(cat "$page") = *"
$("$fragsim" list metrics --markdown)
"* ]] || fail "its table is not what \`fragsim list metrics --markdown\` prints; put that there"

"$fragsim" run "$source/scenarios/host-100g.yaml" --set duration=1ms --no-plot -o out --json >run.json
"$fragsim" run "$source/scenarios/host-100g.yaml" --set duration=1ms -j 1 --no-plot -o other --json >again.json
"$fragsim" run "$source/scenarios/host-100g.yaml" --set duration=1ms --baseline pingpong --no-plot -o out-baseline --json \
	>baseline.json
"$fragsim" replay "$source/traces/samples/tcp_slow_reader_small.dat" -o out-replay --json >replay.json 2>said
"$fragsim" inspect "$source/traces/samples/tcp_slow_reader_small.dat" --json >inspect.json
sed 's/spin_lock_init(&p->lock)/*(volatile int *)8 = 1/' "$source/alloc/examples/my_pool.c" >my_pool.c
"$fragsim" run "$source/scenarios/host-100g.yaml" --set duration=1ms --strategy page_pool --allocator my_pool.c \
	--no-plot -o out-failed --json >failed.json 2>said && fail "an allocator that crashes does not fail"

same files "$(names 'The folder' | sort)" "$( (cd out-replay && find . -type f) | sed 's|^\./||
	/^plots/!s|^[^/]*/|STRATEGY/|' | sort -u)"
same compare.csv "$(names compare.csv)" "$(columns out-baseline/compare.csv |
	sed 's/.* vs pingpong (%)/STRATEGY vs BASELINE (%)/; t; 2,$s/.*/STRATEGY/' | uniq)"
same timeseries.csv "$(names timeseries.csv)" "$(columns out-replay/page_pool_frag/timeseries.csv)"
same "timeseries.csv of no capture" "$(names timeseries.csv | grep -v pages_compared)" \
	"$(columns out/page_pool/timeseries.csv)"
same truth.csv "$(names truth.csv)" "$(columns out-replay/truth.csv)"

# Two runs of the same are equal, whatever the folder and the jobs.
diff -r -x run.json out other || fail "two runs of the same differ"
"$fragsim" run "$source/scenarios/host-100g.yaml" --set duration=1ms --set seed=1 --check --no-plot -o third >said
diff -r -x run.json -x manifest.json -x scenario.yaml out third || fail "a default that is given changes results"

# Kinds of documents.
kinds=$(sed -n '/^  "anyOf"/,/^  \]/s|.*#/$defs/\(.*\)".*|\1|p' "$source/docs/results.schema.json" | sort)
same "kinds of documents" "$(awk '/^## /{on = $0 == "## JSON"} on && /^\| / && NR > 1' "$page" | cut -d'|' -f3 |
	grep -o '`[^`]*`' | tr -d '`' | grep -vxE 'results|wall_ns|result|definition.*' | sort)" "$kinds"

command -v jq >/dev/null || { echo "skipped: no jq"; exit 77; }
nr=0
while IFS= read -r line; do
	status=0
	bash -c "$line" >answer 2>&1 || status=$?
	[ $status -eq 0 ] || fail "ends with $status: $line
$(cat answer)"
	[ -s answer ] || fail "answers nothing: $line"
	! grep -qw null answer || fail "a member that is not there: $line
$(cat answer)"
	nr=$((nr + 1))
done < <(sed -n '/^```sh$/,/^```$/p' "$page" | grep '^jq ')
[ $nr -gt 0 ] || fail "no line of jq"
[ "$(jq -s 'map(del(.results[].wall_ns)) | .[0] == .[1]' run.json again.json)" = true ] ||
	fail "documents of the same run differ"

# What the words mean, in numbers of 15 digits.
holds() { # FILTER OF A RESULT
	jq -es "def near(a; b): (a - b | fabs) <= 1e-14 * b; all(.[].results[]; $1)" run.json replay.json >answer ||
		fail "does not hold: $1"
}
holds '.packets | .offered == .delivered + .in_flight +
	([to_entries[] | select(.key | startswith("drop_")).value] | add)'
holds '.cycles | .total == (.by_cause | add) and .total == .softirq + .app'
holds 'near(.cycles.per_packet; .cycles.total / .packets.received)'
holds '.memory | .bytes_held_peak == .pages_held_peak * .page_size'
holds '.memory | near(.bytes_held_mean; .pages_held_mean * .page_size)'
holds '.memory | near(.efficiency; .payload_bytes_mean / .bytes_held_mean)'
holds '.pages | .held_at_end == .allocated - .freed'
holds 'near(.throughput.gbit_s; .packets.bytes * 8 / .simulated_ns)'
holds 'near(.throughput.mpps; .packets.delivered * 1000 / .simulated_ns)'
[ "$(jq '.results[0].packets.bytes - .trace.bytes - 14 * .trace.packets' replay.json)" = 0 ] ||
	fail "trace.bytes is not 14 bytes a packet less than packets.bytes"

jq -es 'def near(a; b): (a - b | fabs) <= 1e-12; .[0].results as [$a, $b] |
	near(.[0].results[1].percent.cycles.per_packet; 100 * ($b.cycles.per_packet - $a.cycles.per_packet) / $a.cycles.per_packet)' \
	baseline.json >answer || fail "percent is not 100 * (STRATEGY - BASELINE) / BASELINE"

# The series ends with the run, its parts add up, and no sample is above the peak. It rounds cycles once,
# and cycles.total each of 12 causes.
last=$(tail -n 1 out/pingpong/timeseries.csv)
[ "$(jq -r '.results[0] | [.simulated_ns, .packets.delivered, .pages.held_at_end] | join(",")' run.json)" = \
	"$(cut -d, -f1-3 <<<"$last")" ] || fail "timeseries.csv does not end with the run: $last"
rounded=$(($(cut -d, -f9 <<<"$last") - $(jq '.results[0].cycles.total' run.json)))
[ $rounded -ge 0 ] && [ $rounded -lt 12 ] || fail "timeseries.csv has $rounded cycles more than cycles.total"
awk -F, -v peak="$(jq '.results[0].memory.pages_held_peak' run.json)" \
	'NR > 1 && ($3 > peak || $4 != 4096 * $3 || $3 != $6 + $7 + $8) {exit 1}' out/pingpong/timeseries.csv ||
	fail "a row of timeseries.csv does not add up"

# The root mean square of truth is that of the two curves.
rmse=$(awk -F, 'FNR == 1 {next} NR == FNR {held[$1] = $12; next}
	{if ($1 in held) now = held[$1]; sum += (now - $2) ^ 2; nr++} END {printf "%.15g", sqrt(sum / nr)}' \
	out-replay/page_pool_frag/timeseries.csv out-replay/truth.csv)
[ "$(jq '.results[] | select(.strategy == "page_pool_frag") | .truth.rmse_pages_held' replay.json)" = "$rmse" ] ||
	fail "rmse_pages_held is not $rmse, as the curves say"
echo "$nr lines of jq"
