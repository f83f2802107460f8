#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# One folder, one run: neither other runs, nor kills, nor a full disk make a folder that is no run's.
# usage: test_folder.sh FRAGSIM SOURCE_DIR CASE
set -uo pipefail
fragsim=$1 source=$2 case=$3
sample=$source/traces/samples/tcp_slow_reader_small.dat
work=$(mktemp -d) said=$(mktemp -d)
checks=0 failures=0
RANDOM=4711 # moments of kills: the same ones each time
trap 'umount -q "$work/full" 2>/dev/null; rm -rf "$work" "$said"' EXIT
cd "$work" || exit 1

check() { # WHAT COMMAND...
	checks=$((checks + 1))
	"${@:2}" && return
	failures=$((failures + 1))
	echo "failed: $1"
}
not() { ! "$@"; }
code() { # EXPECTED COMMAND...: quiet; its messages go to $said
	"${@:2}" >"$said/out" 2>"$said/err"
	local got=$?
	[ $got -eq "$1" ] || { echo "exit $got: $(tail -n 1 "$said/err")"; return 1; }
}
same() { # FOLDER FOLDER: all but run.json
	diff -rq -x run.json -x .fragsim.lock "$1" "$2"
}
short() { "$fragsim" run "$source/scenarios/quickstart.yaml" --strategy pingpong,page_pool_frag "$@"; }
alone() { [ "$(ls -A "$1")" = "$2" ]; } # FOLDER NAME: nothing else is in it
orphans() { # GROUP: a process of it after a while
	for _ in $(seq 200); do
		pgrep -r D,R,S -g "$1" >/dev/null || return 1
		sleep 0.05
	done
	kill -9 -- "-$1"
}

# Some seed's run in each of many processes at once.
of_seed() { # SEED ARGUMENTS...
	"$fragsim" run host-100g --set duration=2ms --set seed="$1" --no-plot --json "${@:2}"
}
cycles() { grep -E '"(seed|per_packet|total)"' "$1"; }

case_identity() {
	check "a run" code 0 short -o a
	check "what is in a folder" test "$(cd a && ls -A | tr '\n' ' ')" = \
		".fragsim.lock compare.csv manifest.json page_pool_frag pingpong plots report.html run.json scenario.yaml truth.csv "
	check "its scenario repeats it" code 0 "$fragsim" run a/scenario.yaml -o b/c/d
	check "with equal files" same a b/c/d
	cp "$sample" moved.dat
	check "a replay" code 0 "$fragsim" replay moved.dat --no-plot -o r
	check "which the digest names" grep -q "$(sha256sum moved.dat | cut -d' ' -f1)" r/manifest.json
	check "whose scenario repeats it" code 0 "$fragsim" run r/scenario.yaml --no-plot -o r2
	check "with equal files" same r r2
	mkdir elsewhere && mv moved.dat elsewhere
	check "the same capture elsewhere" code 0 "$fragsim" replay elsewhere/moved.dat --no-plot -o r
	head -c 100000 /dev/urandom >junk && cat "$sample" junk >elsewhere/moved.dat
	check "another capture there" code 2 "$fragsim" replay elsewhere/moved.dat --no-plot -o r
	check "is told" grep -q "another capture" "$said/err"
	touch a/pingpong/summary.json.0.tmp a/truth.csv
	check "the same run again" code 0 short --no-plot -o a
	check "leaves nothing of the one before" not test -e a/plots -o -e a/pingpong/summary.json.0.tmp
	check "another run" code 2 short --set seed=9 -o a
	check "is refused in one line" test "$(grep -c 'a: holds the results of another run (seed: there 1, here 9)' "$said/err")" = 1
	check "--force" code 0 short --set seed=9 --no-plot --force -o a
	check "replaces it" grep -q '^seed: 9' a/scenario.yaml
	touch a/thesis.txt
	check "a file of no run" code 2 short --set seed=9 --force -o a
	check "is named" grep -q "'thesis.txt'" "$said/err"
	check "and kept" test -e a/thesis.txt -a -e a/pingpong/summary.json
	mkdir mine && touch mine/x
	check "a folder of no run" code 2 short --force -o mine
	check "is as it was" alone mine x
	mkdir link && ln -s "$work/junk" link/.fragsim.lock
	check "a planted link" code 1 short -o link
	check "is not followed" test "$(stat -c %s junk)" = 100000
	check "no digest" code 0 "$fragsim" replay "$sample" --no-hash --no-plot -o n
	check "says so" grep -q '"sha256_unknown": "--no-hash"' n/manifest.json
	check "refused by --strict" code 2 "$fragsim" replay "$source/traces/samples/igb_rx_slow_lazy.dat" \
		--set kernel=6.12 --set traffic.pps=5 --strict -o strict/out
	check "leaves no folder" not test -e strict/out
	check "a run in the current folder" eval 'mkdir here && (cd here && code 0 short -o .)'
	check "is there" same b/c/d here
}

case_concurrent() {
	local seed
	for seed in $(seq 12); do of_seed "$seed" -o "ref$seed" >"ref$seed.json" 2>/dev/null; done
	for seed in $(seq 12); do of_seed "$seed" >"each$seed.json" 2>/dev/null & done
	wait
	for seed in $(seq 12); do
		check "seed $seed in the default folder" diff <(cycles "ref$seed.json") <(cycles "each$seed.json")
		check "and its files" eval "same ref$seed fragsim-out/*-*\$(grep -l '^seed: $seed\$' fragsim-out/*/scenario.yaml | sed 's,.*-,,; s,/.*,,')"
	done
	check "a folder each" test "$(ls fragsim-out | wc -l)" = 12
	for seed in $(seq 12); do
		(of_seed "$seed" -o one >"one$seed.json" 2>"one$seed.err"; echo $? >"one$seed.code") &
	done
	wait
	check "one run in one folder" test "$(cat one*.code | grep -c 0)" = 1
	check "all others refused" test "$(cat one*.code | grep -c 2)" = 11
	check "with a line" test "$(cat one*.err | grep -c 'another run')" = 11
	seed=$(grep -l 0 one*.code | tr -dc 0-9)
	check "the one that ran" diff <(cycles "ref$seed.json") <(cycles "one$seed.json")
	check "and its files" same "ref$seed" one
	for seed in $(seq 12); do
		(of_seed "$seed" --force -o forced >"forced$seed.json" 2>"forced$seed.err"
			[ $? -eq 2 ] && rm "forced$seed.json") &
	done
	wait
	for seed in $(seq 12); do
		[ -e "forced$seed.json" ] || continue
		check "seed $seed by force" diff <(cycles "ref$seed.json") <(cycles "forced$seed.json")
	done
	seed=$(sed -n 's/^seed: //p' forced/scenario.yaml)
	check "files of one of them" same "ref$seed" forced
}

case_lock() {
	local pid start
	setsid "$fragsim" run host-100g --set duration=60s --no-plot -o busy >/dev/null 2>&1 &
	pid=$!
	while [ ! -s busy/.fragsim.lock ] && kill -0 $pid; do sleep 0.02; done
	start=$(date +%s%N)
	check "a folder in use" code 2 short -o busy
	check "after 2 s" test $((($(date +%s%N) - start) / 1000000)) -ge 2000
	check "names its process" grep -q "busy: in use by another run, process $pid;" "$said/err"
	sleep 0.3
	kill -9 $pid
	wait $pid 2>/dev/null
	check "a dead run's lock is free, its children do not keep it" code 0 \
		flock -n busy/.fragsim.lock true
	check "no strategy runs on" not orphans $pid
	check "the next run" code 0 short --no-plot -o busy
	check "leaves only itself" alone . busy
}

# Kill at random moments: the folder is the reference's, or empty; nothing runs on.
killed() { # SIGNAL TIMES
	local pid i
	for i in $(seq "$2"); do
		setsid "$fragsim" run "$source/scenarios/quickstart.yaml" --strategy \
			pingpong,page_pool_frag -o in/out >/dev/null 2>&1 &
		pid=$!
		sleep "0.$(printf %03d $((RANDOM % 450)))"
		kill "-$1" $pid 2>/dev/null
		wait $pid 2>/dev/null
		check "$1 $i: a process runs on" not orphans $pid
		[ ! -e in/out/manifest.json ] || check "$1 $i: the folder" same ref in/out
		[ -e in/out/manifest.json ] || check "$1 $i: half a folder" test \
			-z "$(ls in/out 2>/dev/null)"
		[ $((i % 4)) -ne 0 ] || rm -rf in/out
	done
}
killed_long() { # TIMES
	local pid i
	for i in $(seq "$1"); do
		setsid "$fragsim" run host-100g --set duration=60s --no-plot -o in/out >/dev/null 2>&1 &
		pid=$!
		sleep "0.$(printf %03d $((RANDOM % 300)))"
		kill -9 $pid
		wait $pid 2>/dev/null
		check "long $i: a process runs on" not orphans $pid
		check "long $i: half a folder" test -z "$(ls in/out 2>/dev/null)"
	done
}
case_kill() {
	short -o ref >/dev/null 2>&1
	mkdir in
	killed KILL 40
	rm -rf in/out
	killed_long 20
	check "a run after kills" code 0 short -o in/out
	check "is right" same ref in/out
	check "and cleans up" alone in out
}
case_signals() {
	local signal
	short -o ref >/dev/null 2>&1
	mkdir in
	for signal in HUP INT TERM; do
		# only what was finished is kept of these: strategies may lack, files may not be cut
		for i in $(seq 8); do
			setsid "$fragsim" run "$source/scenarios/quickstart.yaml" --strategy \
				pingpong,page_pool_frag --set seed=$i -o in/out --force >/dev/null 2>&1 &
			pid=$!
			sleep "0.$(printf %03d $((RANDOM % 400)))"
			kill "-$signal" $pid 2>/dev/null
			wait $pid 2>/dev/null
			check "$signal $i: a process runs on" not orphans $pid
			check "$signal $i: leaves beside" eval '[ -z "$(ls -A in)" ] || alone in out'
			[ ! -e in/out ] || check "$signal $i: half a folder" test -e in/out/manifest.json
		done
	done
	mkdir tmp
	for signal in HUP TERM; do
		TMPDIR=$work/tmp setsid "$fragsim" run host-100g --set duration=1ms --no-plot -o plug \
			--allocator "$source/alloc/examples/my_pool.c" >/dev/null 2>&1 &
		pid=$!
		until [ -n "$(ls tmp)" ]; do kill -0 $pid || break; sleep 0.01; done
		kill "-$signal" $pid 2>/dev/null
		wait $pid 2>/dev/null
		code=$?
		[ $code -ne 0 ] || continue # a busy machine: it had ended before the signal came
		check "$signal while it compiles: ended by it" test $code -gt 128
		check "$signal while it compiles: files stay" test -z "$(ls tmp)"
	done
	nohup "$fragsim" run host-100g --set duration=5ms --no-plot -o kept >/dev/null 2>&1 &
	pid=$!
	sleep 0.05
	kill -HUP $pid
	wait $pid
	check "nohup goes on" test $? -eq 0
}

case_streams() {
	short -o ref >/dev/null 2>&1
	check "stdin closed" eval 'short -o s1 <&- >/dev/null 2>&1' && check "same" same ref s1
	check "stdout closed" eval 'short -o s2 2>/dev/null >&-' && check "same" same ref s2
	check "stderr closed" eval 'short -o s3 >/dev/null 2>&-' && check "same" same ref s3
	check "all closed" eval 'short -o s4 <&- >&- 2>&-' && check "same" same ref s4
}

# Files of a folder that is not whole are whole. Which strategies failed, three of them tell.
files_whole() { # FOLDER
	local file
	[ "$(tail -n 1 "$1/manifest.json")" = "}" ] || return 1
	(cd "$1" && find . -name compare.csv -o -name report.html -o -path './*/*' -type f -print) |
		while read -r file; do
			cmp -s "ref/$file" "$1/$file" || echo "$file"
		done | grep . && return 1
	return 0
}
case_full() {
	local size got
	mkdir full
	mount -t tmpfs -o size=8k none full 2>/dev/null || { echo "skipped: not root"; exit 77; }
	umount full
	short -o ref >/dev/null 2>&1
	for size in 8k 16k 32k 64k 128k 256k 384k 512k 640k 768k 1m; do
		mount -t tmpfs -o size=$size none full
		short -o full/out >"$said/out" 2>"$said/err"
		got=$?
		case $got in
		0) check "$size: all is there" same ref full/out ;;
		1) check "$size: the reason" grep -q "No space left on device" "$said/err"
			check "$size: whole files" eval '[ ! -e full/out ] || files_whole full/out' ;;
		*) check "$size: exit code $got, $(tail -n 1 "$said/err")" false ;;
		esac
		check "$size: nothing beside" eval '[ -z "$(ls -A full)" ] || alone full out'
		umount full
	done
	mount -t tmpfs -o size=4m none full
	check "a mount point is a folder" code 0 short -o full
	check "like any other" same ref full
	check "twice" code 0 short --no-plot -o full
	check "without what was there" not test -e full/plots
	umount full
}

case_strategy() {
	local pid child
	"$fragsim" run host-100g --set duration=200ms --no-plot -j 8 -o k --strategy \
		page_pool,pingpong,page_alloc >"$said/out" 2>"$said/err" &
	pid=$!
	until child=$(pgrep -P $pid | head -n 1) && [ -n "$child" ]; do
		kill -0 $pid || break
		sleep 0.01
	done
	kill -9 "$child"
	wait $pid
	check "a strategy is killed: exit 1" test $? -eq 1
	check "it is told" grep -q "page_pool: its process was killed" "$said/err"
	check "and filed" grep -q '"message": "its process was killed' k/manifest.json
	check "it leaves no files" not test -e k/page_pool
	check "the others do" test -e k/pingpong/summary.json -a -e k/page_alloc/timeseries.csv
	check "each has its column" grep -q '^metric,page_pool,pingpong,page_alloc$' k/compare.csv
}

case_user() {
	[ "$(id -u)" -eq 0 ] || { echo "skipped: not root"; exit 77; }
	chmod 755 "$work"
	mkdir locked locked/open && chmod 777 locked/open
	check "a folder whose parent is not ours" code 0 setpriv --reuid 65534 --clear-groups "$fragsim" \
		run "$source/scenarios/quickstart.yaml" --strategy pingpong,page_pool_frag -o locked/open
	short -o ref >/dev/null 2>&1
	check "is filled" same ref locked/open
	check "one that is not ours" code 1 setpriv --reuid 65534 --clear-groups "$fragsim" run \
		"$source/scenarios/quickstart.yaml" -o locked/new
	check "says so" grep -q "locked/new: cannot use this folder: Permission denied" "$said/err"
}

"case_$case"
echo "$case: $checks checks, $failures failed"
[ $failures -eq 0 ]
