#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `fragsim pools`: usage, what it says without root, and as root a list that is JSON: on a machine whose drivers
# list nothing an empty one. usage: test_pools.sh FRAGSIM
set -euo pipefail

fragsim=$1
source "$(dirname "$0")/expect.sh"

expect 2 "unexpected argument 'eth0'" "$fragsim" pools eth0
expect 2 "'--json'" "$fragsim" pools --jsno
expect 0 "page_pools of this machine" "$fragsim" pools --help
if [ "$(id -u)" -ne 0 ]; then
	expect 1 "needs root" "$fragsim" pools
	exit 0
fi
if command -v setpriv >/dev/null && setpriv --reuid 65534 "$fragsim" --version >/dev/null 2>&1; then
	expect 1 "needs root" setpriv --reuid 65534 --clear-groups "$fragsim" pools
fi
status=0
said=$("$fragsim" pools --json 2>&1) || status=$?
if [ $status -eq 1 ] && [[ $said = *"needs Linux 6.8"* ]]; then
	echo "skipped: $said"
	exit 77
fi
[ $status -eq 0 ] && [[ $said = '['*']' ]] || { echo "no JSON array: $said"; exit 1; }
expect 0 "page" "$fragsim" pools
