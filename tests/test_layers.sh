#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The walls between the rooms: which folder may include which. usage: test_layers.sh [ROOT]
#	tools -> everything; sim -> models, alloc, traces; models -> alloc/mm_types.h
#	traces, plots and alloc: only themselves
set -u
root=${1:-$(cd "$(dirname "$0")/.." && pwd)}
bad=0

# includes ROOM: "file:line:header" of every quoted include below ROOM, headers without ../
includes() {
	find "$root/$1" -name '*.[ch]' -print0 | xargs -0 -r grep -nHE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' |
		sed -E 's/^([^:]*):([0-9]+):[^"]*"([^"]*)".*/\1:\2:\3/'
}

# allow ROOM REGEX: a quoted include of ROOM must match REGEX or be a file of its own folder
allow() {
	while IFS=: read -r file line header; do
		[ -n "$file" ] || continue
		[ "$header" = "${header##*/}" ] && [ -e "$(dirname "$file")/$header" ] && continue
		[[ $1 = alloc && $header = "${header##*/}" && -e $root/alloc/$header ]] && continue
		[[ "$header" =~ $2 ]] && continue
		echo "$file:$line: $1/ must not include \"$header\""
		bad=1
	done < <(includes "$1")
}

allow alloc '^$'
allow models '^(models/|alloc/mm_types\.h$)'
allow traces '^traces/'
allow plots '^plots/'
allow sim '^(sim|models|alloc|traces)/'

# alloc/ sees nothing but the C library
while IFS=: read -r file line text; do
	[ -n "$file" ] || continue
	echo "$file:$line: alloc/ may include only its own headers and libc:$text"
	bad=1
done < <(grep -rnE '#[[:space:]]*include[[:space:]]*<' "$root/alloc" --include='*.[ch]' |
	grep -vE '<(stdarg|stdbool|stddef|stdint|stdio|stdlib|string|errno|limits|pthread|stdatomic|sched|unistd|sys/mman|assert)\.h>')

# SimGrid has one door
while IFS=: read -r file line text; do
	[ -n "$file" ] || continue
	echo "$file:$line: only sim/engine/engine.c may use SimGrid:$text"
	bad=1
done < <(grep -rnE 'simgrid/' "$root"/{alloc,models,traces,plots,tools,sim} --include='*.[ch]' |
	grep -v '/sim/engine/engine\.c:')

# Strategies never know where they run
while IFS=: read -r file line text; do
	[ -n "$file" ] || continue
	echo "$file:$line: a strategy must not ask which world it is in:$text"
	bad=1
done < <(find "$root/alloc" -name '*.c' ! -path '*/native/*' -print0 |
	xargs -0 -r grep -nHE '^[[:space:]]*#[[:space:]]*(if|ifdef|ifndef|elif).*(MM_WORLD|SIM)')
exit $bad
