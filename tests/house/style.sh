#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each C file begins with its license and says what it is: " * name.c - ...". No line is longer than 100
# columns, a tab reaching to the next multiple of 8. Prints what is wrong; exit 1 when something is.
# usage: style.sh ROOT
set -euo pipefail
cd "$1"

bad=$(find alloc models traces sim plots tools tests -name '*.[ch]' -print0 | sort -z |
	LC_ALL=C xargs -0 awk '
	FNR == 1 { name = FILENAME; sub(/.*\//, "", name) }
	FNR == 1 && index($0, "/* SPDX-License-Identifier: ") != 1 { print FILENAME ":1: no SPDX line" }
	FNR == 3 && index($0, " * " name " - ") != 1 {
		print FILENAME ":3: expected \" * " name " - what it is\"" }
	{
		line = $0
		gsub(/[\200-\277]/, "", line)	# one byte is left of each character
		while ((at = index(line, "\t")) > 0)
			line = substr(line, 1, at - 1) sprintf("%*s", 8 - (at - 1) % 8, "") substr(line, at + 1)
		if (length(line) > 100)
			print FILENAME ":" FNR ": " length(line) " columns"
	}')
[ -z "$bad" ] && exit 0
printf '%s\n' "$bad"
exit 1
