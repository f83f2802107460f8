#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Which file of the rooms includes which: "FILE HEADER" a line, both as paths from ROOT. A header that
# is found nowhere is printed as it was written. usage: includes.sh ROOT
set -euo pipefail
cd "$1"

find alloc models traces sim plots tools -name '*.[ch]' ! -path '*/examples/*' -print0 |
	xargs -0 -r grep -HE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' |
	sed -E 's/^([^:]*):[^"]*"([^"]*)".*/\1 \2/' |
	while read -r file header; do
		for place in "${file%/*}/$header" "$header" "alloc/$header"; do
			[ -e "$place" ] && break
			place=$header
		done
		echo "$file $place"
	done
