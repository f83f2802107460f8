#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The walls: each folder includes what its row of the table in docs/architecture.md allows, and the
# libraries that have one door are used behind it. Prints what is wrong; exit 1 when something is.
# usage: rooms.sh ROOT
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"

# "ROOM ALLOWED..." a line: folders and headers between backticks, of rows "| `room/` | ... | ... |"
table() {
	awk -F '|' '/^\| `[a-z_\/]+\/` *\|/ {
		room = $2; gsub(/[` ]|\/ *$/, "", room); sub(/\/$/, "", room)
		allowed = ""
		n = split($4, part, "`")
		for (i = 2; i <= n; i += 2) { sub(/\/$/, "", part[i]); allowed = allowed " " part[i] }
		print room allowed }' docs/architecture.md
}

project_includes() {
	awk '
		function folder(path) { return path ~ /\// ? substr(path, 1, match(path, /\/[^\/]*$/) - 1) : "" }
		NR == FNR { known[$1] = 1; for (i = 2; i <= NF; i++) may[$1, $i] = 1; next }
		{
			room = folder($1); other = folder($2)
			if (!(room in known)) {
				if (!told[room]++) print room "/: no row in the table of docs/architecture.md"
			} else if (other != room && !((room, other) in may) && !((room, $2) in may)) {
				print $1 ": " room "/ must not include \"" $2 "\""
			}
		}' <(table) <("$here/includes.sh" .)
}

# found REGEX ROOM...: "FILE:LINE:text" of lines that match
found() {
	grep -rnE "$1" "${@:2}" --include='*.[ch]' || [ $? -eq 1 ]
}

# all_but REGEX COMPLAINT: standard input less what matches, each with the complaint
all_but() {
	awk -v but="$1" -v complaint="$2" '$0 !~ but { print $0 ": " complaint }'
}

# one_door HEADERS FILE: system headers that only FILE includes
one_door() {
	found "#[[:space:]]*include[[:space:]]*<($1)" alloc models traces sim plots tools |
		all_but "^$2:" "only $2 may include this"
}

# alloc/ sees nothing but the C library, and no strategy knows in which world it runs
allocators() {
	local libc='std(arg|bool|def|int|io|lib|atomic)|string|errno|limits|pthread|sched|unistd|sys/mman|assert'
	found '#[[:space:]]*include[[:space:]]*<' alloc |
		all_but "<($libc)[.]h>" 'alloc/ may include only its own headers and libc'
	found '^[[:space:]]*#[[:space:]]*(if|ifdef|ifndef|elif).*(MM_WORLD|SIM)' alloc |
		all_but '^alloc/([^:]*[.]h|native/[^:]*):' 'a strategy must not ask which world it is in'
}

bad=$(
	project_includes
	one_door 'simgrid/' 'sim/engine/engine.c'
	one_door 'pcap' 'traces/pcap/pcap_filter.c'
	one_door 'yaml' 'models/options/options_yaml.c'
	allocators
)
[ -z "$bad" ] && exit 0
printf '%s\n' "$bad"
exit 1
