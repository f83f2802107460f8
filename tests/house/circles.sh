#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# No circle of files. An edge from a to b: a includes b, or, within one library or program of a build,
# a's object leaves undefined what b's object defines.
# usage: circles.sh ROOT [BUILD]    prints each circle; exit 1 when there is one
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"
build=${2:-}

edges() {
	"$here/includes.sh" .
	[ -n "$build" ] || return 0
	"$here/symbols.sh" . "$build" | awk -F '\t' '
		$3 == "U" { use[++uses] = $1 "\t" $2 "\t" $4; next }
		{ home[$1, $4] = $2 }
		END { for (i = 1; i <= uses; i++) { split(use[i], u, "\t")
			if ((u[1], u[3]) in home) print u[2], home[u[1], u[3]] } }'
}

found=$(edges | awk '$1 != $2' | sort -u | tsort 2>&1 >/dev/null |
	sed -e 's/^tsort: -: input contains a loop:/circle:/' -e 's/^tsort: /	/') || true
[ -z "$found" ] && exit 0
printf '%s\n' "$found"
exit 1
