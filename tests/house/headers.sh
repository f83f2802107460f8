#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What each header owes its reader:
#	x.c offers what x.h declares: each external symbol of x.c is declared there. A file whose only
#	external symbol no header declares needs none (a row of a table, a verb, main).
#	x.h declares nothing that another file defines.
#	A declaration has a kernel-doc comment of its own, which says more than "the same".
# usage: headers.sh ROOT BUILD    prints what is wrong; exit 1 when something is
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$1 build=$2
cd "$root"

# Names the compiler calls, and the services that each world gives an allocator (alloc/mm_types.h).
services=$(sed -nE 's/.*mm_##w##_([a-z_]+).*/\1/p' alloc/mm_types.h | sort -u | paste -sd'|')
foreign="^(__tsan_|__sanitizer_|access_mem|mm_(native|sim)_($services)\$)"

# An allocator's names are the same in each world and for each page size.
one_world='s/_(native|sim)(_1[246])?( |$)/\3/'

# NAME FILE LINE of each function or variable that a header declares
declared() {
	find alloc models traces sim plots tools -name '*.h' ! -path '*/examples/*' | sort |
		xargs ctags -f - --languages=C --langmap=C:.c.h --kinds-C=px --fields=nk --extras=-q 2>/dev/null |
		sed -nE 's/^([^\t]+)\t([^\t]+)\t.*\tline:([0-9]+).*/\1 \2 \3/p' |
		grep -vE '^(mm_##w##_|MM_DECLARE_WORLD )' | sed -E "/ alloc\//$one_world"
}

# NAME SOURCE of each external symbol
defined() {
	"$here/symbols.sh" . "$build" | awk -F '\t' -v skip="$foreign" \
		'$3 != "U" && $4 !~ skip { print $4, $2 }' | sed -E "/ alloc\//$one_world" | sort -u
}

names() {
	awk '
		function stem(path) { sub(/\.[ch]$/, "", path); return path }
		NR == FNR { header[$1] = header[$1] " " $2; next }
		{ source[$1] = $2; count[$2]++; defines[$2] = defines[$2] " " $1
		  if (!($1 in header)) next
		  n = split(header[$1], where, " ")
		  for (i = 1; i <= n; i++)
			if (stem(where[i]) != stem($2))
				print where[i] ": declares " $1 "(), which " $2 " defines" }
		END { for (file in count) {
			n = split(defines[file], name, " ")
			for (i = 1; i <= n; i++) {
				own = index(header[name[i]] " ", " " stem(file) ".h ")
				if (own || (n == 1 && header[name[i]] == "")) continue
				print file ": " name[i] "() is not declared in " stem(file) ".h" } } }' \
		<(declared) <(defined) | sort
}

comments() {
	declared | sort -k2,2 -k3,3n | awk '
		function text_of(file, line,	at, said) {
			if (loaded != file) { delete text; at = 0
				while ((getline said < file) > 0) text[++at] = said
				close(file); loaded = file }
			said = ""
			for (at = line - 1; at > 0; at--) {
				said = text[at] " " said
				if (text[at] ~ /\/\*/) break
				if (at == line - 1 && text[at] !~ /\*\/[ \t]*$/) return "" }
			return said }
		{ said = text_of($2, $3)
		  if (said !~ /\/\*\*/) print $2 ":" $3 ": " $1 "() has no kernel-doc comment"
		  else if (said ~ /[-:] *([Tt]he same|[Dd]itto)[ .,;]*\*\//)
			print $2 ":" $3 ": " $1 "(): its comment says only \"the same\""
		  else if (index(said, $1) == 0)
			print $2 ":" $3 ": " $1 "(): the comment above it names something else" }'
}

bad=$(names; comments)
[ -z "$bad" ] && exit 0
printf '%s\n' "$bad"
exit 1
