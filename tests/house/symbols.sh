#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# External symbols of the rooms' objects in a build: TARGET, SOURCE, KIND (of nm; U: undefined), NAME,
# separated by tabs. TARGET is the library or program. Objects whose source is gone do not count.
# usage: symbols.sh ROOT BUILD
set -euo pipefail
root=$(cd "$1" && pwd)
cd "$2"

for room in alloc models traces sim plots tools; do
	[ -d "$room/CMakeFiles" ] || continue
	find "$room/CMakeFiles" -name '*.c.o' | sort | while read -r object; do
		source=$room/${object#"$room"/CMakeFiles/*.dir/}
		[ ! -e "$root/${source%.o}" ] || echo "$object"
	done | xargs -r nm -A -g --no-sort |
		sed -E "s,^$room/CMakeFiles/([^/]+)\.dir/([^:]*)\.o:[0-9a-f ]* ([A-Za-z]) (.*),\1\t$room/\2\t\3\t\4,"
done
