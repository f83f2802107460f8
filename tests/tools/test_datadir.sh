#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# test_datadir.sh PROBE PREFIX - a program finds its files by where it is: an installed copy never
# serves a build tree, nor a build tree an installed program. PREFIX: where PROBE was configured to be
# installed; made and removed here.
set -euo pipefail
probe=$1 prefix=$2
dir=$(realpath "$(mktemp -d)")
trap 'rm -rf "$dir" "$prefix"' EXIT
unset FRAGSIM_DATADIR
failed=0

# expect CODE TEXT FOLDER: a program in FOLDER says TEXT
expect() {
	local code=0 said
	mkdir -p "$3"
	cp "$probe" "$3/probe"
	said=$("$3/probe") || code=$?
	[ "$code" -eq "$1" ] && [[ $said == $2 ]] && return
	echo "in $3: code $code, '$said'; expected code $1, '$2'"
	failed=1
}

source_tree() {
	mkdir -p "$1/models/machines"
	printf 'cmake_minimum_required(VERSION 3.25)\nproject(fragsim VERSION 1)\n' >"$1/CMakeLists.txt"
}

# build_tree FOLDER SOURCE
build_tree() {
	mkdir -p "$1"
	printf 'CMAKE_CACHEFILE_DIR:INTERNAL=%s\nCMAKE_HOME_DIRECTORY:INTERNAL=%s\n' "$1" "$2" >"$1/CMakeCache.txt"
}

rm -rf "$prefix"
expect 2 "*not found*$prefix*FRAGSIM_DATADIR*" "$dir/alone"
mkdir -p "$prefix/machines" "$dir/installed/share/fragsim/machines"
expect 0 "$prefix" "$dir/alone"

expect 0 "$dir/installed/share/fragsim" "$dir/installed/bin"
mv "$dir/installed" "$dir/moved"
expect 0 "$dir/moved/share/fragsim" "$dir/moved/bin"

source_tree "$dir/src"
build_tree "$dir/src/build/dev" "$dir/src"
build_tree "$dir/outside" "$dir/src"
expect 0 "$dir/src/models" "$dir/src/build/dev/tools"
expect 0 "$dir/src/models" "$dir/outside/tools"
cp -r "$dir/src" "$dir/copy"
expect 0 "$dir/copy/models" "$dir/copy/build/dev/tools"
mv "$dir/outside" "$dir/elsewhere"
expect 2 "*not found*FRAGSIM_DATADIR*" "$dir/elsewhere/tools"
rm -r "$dir/src/models"
expect 2 "*not found*FRAGSIM_DATADIR*" "$dir/src/build/dev/tools"
rm -r "$prefix" "$dir/moved/share"
expect 2 "*not found*$prefix*FRAGSIM_DATADIR*" "$dir/moved/bin"

# a folder that has all but the name
mkdir -p "$dir/other/models/machines" "$dir/other/bin"
echo 'project(other)' >"$dir/other/CMakeLists.txt"
expect 2 "*not found*" "$dir/other/bin"
exit $failed
