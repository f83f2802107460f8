#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every JSON document that the program writes is what docs/results.schema.json says, with no member that it
# does not know. usage: test_schema.sh FRAGSIM SOURCE_DIR
set -euo pipefail

fragsim=$1 source=$2 here=$(cd "$(dirname "$0")" && pwd)
samples=$source/traces/samples
schema=$source/docs/results.schema.json
# Debian's own python3 has Debian's packages; another one that stands before it in PATH need not.
python=
for path in /usr/bin/python3 python3; do
	[ -n "$python" ] || ! "$path" -c 'import jsonschema' 2>/dev/null || python=$path
done
[ -n "$python" ] || { echo "skipped: no python3-jsonschema"; exit 77; }

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

# A name in kept/KIND says which command wrote it.
nr=0
keep() { # KIND FILE WORD...
	nr=$((nr + 1))
	mkdir -p "kept/$1"
	cp "$2" "kept/$1/$nr: $(basename -a -- "${@:3}" | tr '\n' ' ')"
}

# What is written to stdout, and the files of the folder.
writes() { # STATUS KIND ARGUMENT...
	local status=0
	"$fragsim" "${@:3}" >document 2>said || status=$?
	[ "$status" -eq "$1" ] || { echo "${*:3}: ended with $status, expected $1"; cat said; exit 1; }
	keep "$2" document "${@:3}"
}
run() { # STATUS VERB ARGUMENT...
	rm -rf out
	writes "$1" document "$2" --json --no-plot -o out "${@:3}"
	for path in out/*/summary.json out/manifest.json out/run.json; do
		[ ! -e "$path" ] || keep "$(basename "$path" .json)" "$path" "$path" "${@:2}"
	done
}
short=(--set duration=200us)

# A scenario each for the metrics that not all runs have.
run 0 run "$source/scenarios/host-100g.yaml" "${short[@]}" --check
run 0 run "$source/scenarios/router.yaml" "${short[@]}" --baseline page_pool
run 0 run "$source/scenarios/full-socket.yaml" "${short[@]}"
run 0 run "$source/scenarios/wrong-node.yaml" "${short[@]}"
run 0 run "$source/scenarios/iommu-modes.yaml" "${short[@]}" --set machine=arm64-64k --set dma_coherent=no
run 0 run "$source/scenarios/host-100g.yaml" --set duration=1us # nearly nothing is computed
for sample in fmt_v6_small.dat fmt_v7_zstd.dat igb_rx_slow_lazy.dat tcp_slow_reader_small.dat tcp_both_ways_cut.pcap; do
	run 0 replay "$samples/$sample" --strategy page_pool,page_pool_frag
done
run 0 replay "$samples/fmt_v6_small.dat" --strategy page_pool_frag "${short[@]}" # a part has no truth
run 0 replay "$samples/fmt_v6_small.dat" --strategy page_pool_frag --no-hash
"$fragsim" convert "$samples/fmt_v6_small.dat" -o packets.pkts >said 2>&1
run 0 replay packets.pkts --strategy page_pool

# A strategy that does not finish, beside one that does, and alone.
sed 's/spin_lock_init(&p->lock)/*(volatile int *)8 = 1/' "$source/alloc/examples/my_pool.c" >crash.c
cmp -s crash.c "$source/alloc/examples/my_pool.c" && { echo "my_pool.c has another line now"; exit 1; }
run 1 run "$source/scenarios/host-100g.yaml" "${short[@]}" --strategy page_pool --allocator crash.c
run 1 run "$source/scenarios/host-100g.yaml" "${short[@]}" --strategy my_pool --allocator crash.c

for sample in "$samples"/*.dat "$samples"/*.pcap packets.pkts; do
	case $sample in
	*/trunc_v7.dat) ;; # refused: no document
	*) writes 0 inspect inspect --json "$sample" ;;
	esac
done

# With a file beside it that describes its devices.
cp "$samples/fmt_v6_small.dat" beside.dat
machine='{"kernel": "6.18.44-generic", "page_size": 4096, "devices": [{"name": "vb", "driver": "igb", "mtu": 1500,
	"rx_ring": 256, "tx_ring": 256, "rx_channels": 1, "iommu": "strict"}]}'
cat >beside.dat.host.json <<-END
	{"schema": 1, "capture": {"bytes": $(stat -c %s beside.dat), "first_event_ns": 4144700082024},
	"machine": {"begin": $machine, "end": $machine}}
END
writes 0 inspect inspect --json beside.dat

# CAPTURE.host.json as tools/capture puts it together, of this machine: first without pools.
writes 0 host host --json
eval "$(sed -n '/^host_member()/,/^}/p; /^host_write()/,/^}/p' "$source/tools/capture")"
scratch=. out=packets.pkts me=$0
for when in begin end; do cp document host.$when; done
host_write 77 2>said
grep -q 'no pools in packets.pkts.host.json' said || { echo "without pools it says:"; cat said; exit 1; }
keep host_file packets.pkts.host.json without pools
if "$fragsim" pools --json >pools.begin 2>pools.said; then
	keep pools pools.begin pools
	cp pools.begin pools.end
	host_write 77
	keep host_file packets.pkts.host.json with pools
fi

writes 0 native native --json --rounds 7 "$source/scenarios/host-100g.yaml" "${short[@]}" --set nic.free_path=remote
writes 0 figures figures --json --machine x86-bdw
writes 0 calibrate calibrate --quick --json -o machine.yaml

faults=0
for kind in kept/*; do
	"$python" "$here/validate.py" "$schema" "${kind#kept/}" "$kind"/* || faults=1
done
[ $faults -eq 0 ] && echo "$nr documents are as the schema says"
[ $faults -eq 0 ] || exit 1

# A member that nothing writes is left over, but for what only some machines have, or only some runs: a
# NIC with a second ring; page_pools, which need root; a curve that takes a minute.
left=$("$python" "$here/leftover.py" "$schema" kept |
	grep -vE '^(host\.devices\.|pools\.|host_file\.pools|calibrate\.curve\.)' || true)
[ -z "$left" ] || { echo "in the schema, and in no document:"; echo "$left"; exit 1; }
