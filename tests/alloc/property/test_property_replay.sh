#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The list a failing property test prints can be run again: the mistaken allocator fails in the same
# way with it, the right one does not fail.
# usage: test_property_replay.sh RIGHT_TEST MISTAKEN_TEST WORD
set -u
list=$(mktemp)
trap 'rm -f "$list"' EXIT

"$2" 2>&1 | grep -E '^(run [a-z_]+ [0-9]+ (posted|on_demand)|[a-z_]+ [0-9]+ [0-9]+)$' >"$list"
[ "$(wc -l <"$list")" -gt 1 ] || { echo "$2 printed no list"; exit 1; }
FRAGSIM_REPLAY=$list "$2" 2>&1 | grep -q "$3" || { echo "the list does not say \"$3\" again"; exit 1; }
FRAGSIM_REPLAY=$list "$1" || { echo "the list fails without the mistake"; exit 1; }
