#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A user configures without cmocka; only the tests need it. usage: test_configure.sh SOURCE
set -euo pipefail
source=$1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# All that pkg-config knows, but not cmocka.
mkdir "$out/pkgconfig"
for dir in $(pkg-config --variable pc_path pkg-config | tr : ' '); do
	[ -d "$dir" ] && find "$dir" -name '*.pc' ! -name cmocka.pc -exec ln -sf -t "$out/pkgconfig" {} +
done
export PKG_CONFIG_LIBDIR=$out/pkgconfig
unset PKG_CONFIG_PATH

cmake -S "$source" -B "$out/build" -DBUILD_TESTING=OFF >"$out/log" 2>&1 || {
	cat "$out/log"
	echo "-DBUILD_TESTING=OFF does not configure without cmocka"
	exit 1
}
[ ! -e "$out/build/tests" ] || { echo "-DBUILD_TESTING=OFF has tests"; exit 1; }
if cmake -S "$source" -B "$out/tests" >"$out/log" 2>&1; then
	echo "tests were configured without cmocka"
	exit 1
fi
grep -q BUILD_TESTING=OFF "$out/log" || { cat "$out/log"; echo "no word of -DBUILD_TESTING=OFF"; exit 1; }
