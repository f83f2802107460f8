#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# No circle of files. An edge from a to b: a includes b, or, within one library (or one program) of a
# build, a's object leaves undefined what b's object defines.
# usage: circles.sh [ROOT [BUILD]]    prints each circle; exit 1 when there is one
set -euo pipefail
root=$(cd "${1:-$(dirname "$0")/../..}" && pwd)
build=${2:+$(cd "$2" && pwd)}
cd "$root"
rooms=(alloc models traces sim plots tools)

include_edges() {
	find "${rooms[@]}" -name '*.[ch]' ! -path '*/examples/*' -print0 |
		xargs -0 grep -HoE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"[^"]+"' |
		sed -E 's/^([^:]*):[^"]*"([^"]*)"/\1 \2/' |
		while read -r file header; do
			for place in "${file%/*}/$header" "$header" "alloc/$header"; do
				[ -e "$place" ] && { echo "$file $place"; break; }
			done
		done
}

# Standard input: nm -A of one library. An object is known by its last name, unique in its library.
symbol_edges() {
	awk '
		{ n = split($1, part, /[:\/]/); object = part[$1 ~ /:$/ ? n - 1 : n - 1]; name = $NF; kind = $(NF - 1)
		  sub(/\.o$/, "", object) }
		kind ~ /^[TDBRVWCGS]$/ { home[name] = object }
		kind == "U" { use[++uses] = object " " name }
		END { for (i = 1; i <= uses; i++) { split(use[i], word, " ")
			if (word[2] in home) print word[1], home[word[2]] } }'
}

# with_places ROOM: "x.c y.c" to paths below ROOM
with_places() {
	awk 'NR == FNR { n = split($1, part, "/"); place[part[n]] = $1; next }
		($1 in place) && ($2 in place) { print place[$1], place[$2] }' \
		<(find "$1" -name '*.c' ! -path '*/examples/*') -
}

edges() {
	include_edges
	[ -n "$build" ] || return 0
	local library
	for library in "$build"/{alloc,models,traces,sim,plots}/lib*.a; do
		[ -e "$library" ] || continue
		nm -A "$library" 2>/dev/null | symbol_edges | with_places "$(basename "$(dirname "$library")")"
	done
	for library in "$build"/tools/CMakeFiles/*.dir; do
		[ -d "$library" ] || continue
		find "$library" -name '*.c.o' -print0 | xargs -0 -r nm -A | symbol_edges | with_places tools
	done
}

found=$(edges | awk '$1 != $2' | sort -u | tsort 2>&1 >/dev/null |
	sed -e 's/^tsort: -: input contains a loop:/circle:/' -e 's/^tsort: /	/') || true
[ -z "$found" ] && exit 0
printf '%s\n' "$found"
exit 1
