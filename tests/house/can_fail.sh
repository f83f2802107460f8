#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each check of tests/house finds a hole: in a small house of its own, one planted fault after the other
# must be reported, with its place, and the house without one must pass. usage: can_fail.sh [CC]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cc=${1:-cc}
house=$(mktemp -d)
trap 'rm -rf "$house"' EXIT
cd "$house"

# c_file PATH TEXT: a file with a proper head
c_file() {
	mkdir -p "$(dirname "$1")"
	printf '/* SPDX-License-Identifier: GPL-2.0-or-later */\n/*\n * %s - part of the house\n */\n%b\n' \
		"$(basename "$1")" "$2" >"$1"
}

# compile: the objects of traces/, as cmake would leave them
compile() {
	rm -rf build
	mkdir -p build/traces/CMakeFiles/traces.dir/pcap
	for source in traces/*.c traces/pcap/*.c; do
		"$cc" -I. -c "$source" -o "build/traces/CMakeFiles/traces.dir/${source#traces/}.o"
	done
}

build_house() {
	rm -rf alloc models traces plots sim tools tests docs
	mkdir -p alloc/rx models/cpu traces/pcap plots sim/engine tools tests docs
	cat >docs/architecture.md <<-'TABLE'
		| room | holds | may include |
		|---|---|---|
		| `alloc/` | x | |
		| `alloc/rx/` | x | `alloc/` |
		| `models/` | x | `alloc/mm_types.h` |
		| `traces/` | x | `traces/pcap/` |
		| `traces/pcap/` | x | |
		| `sim/engine/` | x | |
	TABLE
	c_file alloc/mm_types.h '/* unsigned int mm_##w##_cpu(void); */'
	c_file alloc/mm.h '#include "mm_types.h"'
	c_file models/cost.h '#include "alloc/mm_types.h"'
	c_file traces/scan.h '/** scan() - reads. Return: 0 */\nint scan(void);'
	c_file traces/scan.c '#include "traces/scan.h"\n#include "traces/pcap/file.h"\nint scan(void) { return file(); }'
	c_file traces/pcap/file.h '/** file() - opens. Return: 0 */\nint file(void);'
	c_file traces/pcap/file.c '#include "traces/pcap/file.h"\nint file(void) { return 0; }'
	c_file sim/engine/engine.c '#include <simgrid/actor.h>'
}

must_pass() { # CHECK ARGUMENT...
	"$here/$1" "${@:2}" >out || { echo "$1 complains of a house without a fault:"; cat out; exit 1; }
}

must_say() { # REGEX CHECK ARGUMENT...
	if "$here/$2" "${@:3}" >out; then
		echo "$2 does not notice: $1"
		exit 1
	fi
	grep -qE "$1" out || { echo "$2: expected '$1', it said:"; cat out; exit 1; }
	build_house
}

build_house
compile
must_pass rooms.sh .
must_pass style.sh .
must_pass circles.sh . build
must_pass headers.sh . build

hole() { # FILE INCLUDE: a file with one include more must be reported
	c_file "$1" "#include $2"
	must_say "^$1:" rooms.sh .
}
hole alloc/rx/rx_hole.c '"models/cost.h"'
hole alloc/rx/rx_hole.c '<yaml.h>'
hole models/hole.c '"traces/scan.h"'
hole models/hole.c '"alloc/mm.h"'
hole traces/pcap/hole.c '"traces/scan.h"'
hole traces/hole.c '"no/such/header.h"'
hole traces/hole.c '<simgrid/actor.h>'
hole traces/hole.c '<pcap/pcap.h>'
c_file plots/picture.c '#include "plots/picture.h"'
must_say '^plots/: no row' rooms.sh .
c_file alloc/rx/rx_hole.c '#if MM_WORLD'
must_say '^alloc/rx/rx_hole.c:.*which world' rooms.sh .

c_file traces/a.c "$(printf '/* %098d */' 0)"
must_say '^traces/a.c:5: 104 columns' style.sh .
c_file traces/a.c "$(printf '/*\\t\\t\\t%076d */' 0)"
must_say '^traces/a.c:5: 103 columns' style.sh .
echo 'int a;' >traces/a.c
must_say '^traces/a.c:1: no SPDX' style.sh .
c_file traces/a.c '' && sed -i 's/ - part/ part/' traces/a.c
must_say '^traces/a.c:3: expected' style.sh .

c_file traces/a.h '#include "traces/b.h"'
c_file traces/b.h '#include "traces/a.h"'
must_say '^	traces/a.h' circles.sh .
c_file traces/pcap/file.c '#include "traces/pcap/file.h"\nint scan(void);\nint file(void) { return scan(); }'
compile
must_say '^	traces/pcap/file.c' circles.sh . build

c_file traces/scan.h '/** scan() - reads. Return: 0 */\nint scan(void);\n/** file() - opens. Return: 0 */\nint file(void);'
compile
must_say '^traces/scan.h: declares file' headers.sh . build
c_file traces/scan.c 'int scan(void) { return 0; }\nint more(void) { return 0; }'
compile
must_say '^traces/scan.c: more\(\) is not declared' headers.sh . build
c_file traces/lone.c 'int lone_row;'
compile
must_pass headers.sh . build
build_house
c_file traces/scan.h 'int scan(void);'
compile
must_say '^traces/scan.h:5: scan\(\) has no' headers.sh . build
c_file traces/scan.h '/** scan() - the same */\nint scan(void);'
compile
must_say '^traces/scan.h:6: scan\(\).*only' headers.sh . build
c_file traces/scan.h '/** skim() - reads. Return: 0 */\nint scan(void);'
compile
must_say '^traces/scan.h:6: scan\(\).*something else' headers.sh . build
