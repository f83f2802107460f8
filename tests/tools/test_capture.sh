#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# tools/capture: what it says to a wrong option, and, as root where the kernel can be traced, a second of
# loopback traffic recorded, checked and read again. usage: test_capture.sh CAPTURE FRAGSIM
set -euo pipefail

capture=$1
export FRAGSIM=$2

source "$(dirname "$0")/expect.sh"

expect 2 "-t: found '0'" "$capture" -t 0
expect 2 "-t: found 'soon'" "$capture" -t soon
expect 2 "-s: found '12'" "$capture" -s 12
expect 2 "-m: found 'strace'" "$capture" -m strace
expect 2 "-x" "$capture" -x
expect 0 "usage: tools/capture" "$capture" -h

# Installed it has another name, and calls itself by it.
installed=$(mktemp -d)
ln -s "$(readlink -f "$capture")" "$installed/fragsim-capture"
said=$("$installed/fragsim-capture" -h)
rm -r "$installed"
[[ $said = "usage: fragsim-capture"* ]] || { echo "its name is fragsim-capture; it said: $said"; exit 1; }

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
[ "$(id -u)" -eq 0 ] || { echo "skipped: not root"; exit 77; }
said=$("$capture" -n -o "$dir/x.dat" 2>&1) || { echo "skipped: $said"; exit 77; }
[[ $said = *net:netif_receive_skb* ]] || { echo "$said"; exit 1; }
command -v trace-cmd >/dev/null || { echo "skipped: no trace-cmd"; exit 77; }
[ ! -s /sys/kernel/tracing/set_event ] || { echo "skipped: somebody is tracing"; exit 77; }

# The buffer a tracer finds, and the clock. "7 (expanded: 1408)": nobody has traced yet, and 1408 is what
# the first one gets.
settings() {
	sed -E 's/.*expanded: ([0-9]+)\)/\1/' /sys/kernel/tracing/buffer_size_kb
	cat /sys/kernel/tracing/trace_clock
}
before=$(settings)
said=$("$capture" -m tracefs -t 20 -s 16M -o "$dir/lo.dat" -- bash -c \
	'for i in {1..50}; do echo x >/dev/udp/127.0.0.1/9; done') || {
	echo "skipped: recording does not work here"
	exit 77
}
[[ $said = "tools/capture: recording, for at most 20 s"* ]] || { echo "when it begins it says so: $said"; exit 1; }
after=$(settings)
[ "$before" = "$after" ] || { echo "buffer and clock were: $before; now: $after"; exit 1; }
[ ! -s /sys/kernel/tracing/set_event ] || { echo "events are still on"; exit 1; }
packets=$("$FRAGSIM" inspect --json "$dir/lo.dat" |
	sed -n '/"name": "lo"/,/}/s/.*"packets": \([0-9]*\).*/\1/p')
[ "$packets" -ge 50 ] || { echo "50 packets were sent, $packets are in the capture"; exit 1; }
[ -z "$(ls -A "$dir" | grep -vE '^lo.dat(.host.json)?$')" ] || { echo "left behind:"; ls -A "$dir"; exit 1; }

# What the machine said beside it: of these bytes and this beginning.
is_used() {
	grep -q "\"bytes\": $(stat -c %s "$dir/lo.dat")," "$dir/lo.dat.host.json" &&
		grep -q "\"kernel\": \"$(uname -r)\"" "$dir/lo.dat.host.json" &&
		"$FRAGSIM" inspect --json "$dir/lo.dat" | grep -q '"host_used": true' ||
		{ echo "this is not of lo.dat:"; cat "$dir/lo.dat.host.json"; exit 1; }
}
is_used
# A file that is there is kept, without -f.
sum=$(cksum "$dir/lo.dat")
expect 2 "lo.dat is there already, and is kept" "$capture" -m tracefs -t 1 -s 16M -o "$dir/lo.dat" -- true
[ "$sum" = "$(cksum "$dir/lo.dat")" ] || { echo "lo.dat is another one"; exit 1; }
# A program that lists no pool: said in a line, and nothing of pools in the file, nor the old file's.
printf '#!/bin/sh\n[ "$1" != pools ] || { echo "fragsim: cannot" >&2; exit 1; }\nexec "%s" "$@"\n' \
	"$FRAGSIM" >"$dir/mute"
chmod +x "$dir/mute"
said=$(FRAGSIM=$dir/mute "$capture" -f -m tracefs -t 1 -s 16M -o "$dir/lo.dat" -- true 2>&1)
[[ $said = *"no pools in $dir/lo.dat.host.json: cannot"* ]] || { echo "expected a remark, it said: $said"; exit 1; }
is_used
! grep -q '"pools"' "$dir/lo.dat.host.json" || { echo "pools that nobody listed"; exit 1; }
