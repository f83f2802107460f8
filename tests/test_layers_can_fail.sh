#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The wall test finds a hole: one planted include per wall must be reported.
set -u
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# plant ROOM INCLUDE: a copy of the rooms with one more file must fail and name that file
plant() {
	for room in alloc models traces plots sim tools; do
		mkdir -p "$tree/$room"
	done
	echo "#include $2" >"$tree/$1/rx_hole.c"
	if "$here/test_layers.sh" "$tree" >"$tree/out"; then
		echo "not noticed: $1/ includes $2"
		exit 1
	fi
	grep -q "$1/rx_hole.c:1:" "$tree/out" || {
		echo "reported without its place: $1/ includes $2"
		exit 1
	}
	rm "$tree/$1/rx_hole.c"
}

"$here/test_layers.sh" >/dev/null || exit 1
plant alloc '"models/cpu/cache.h"'
plant alloc '<yaml.h>'
plant models '"sim/sim.h"'
plant models '"alloc/mm.h"'
plant traces '"sim/sim.h"'
plant plots '"sim/results/results.h"'
plant sim '"tools/cli.h"'
plant sim '<simgrid/actor.h>'
