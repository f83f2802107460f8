#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# test_build_commit.sh SCRIPT - the commit a build names: changed or not, and without git.
set -euo pipefail
script=$1
command -v git >/dev/null || exit 77
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
header=$dir/out/build_commit.h
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
unset GIT_DIR GIT_WORK_TREE

# expect TEXT: what the header must define
expect() {
	cmake -DSOURCE="$dir/tree" -DHEADER="$header" -P "$script"
	local said
	said=$(cat "$header")
	[ "$said" = "#define FRAGSIM_COMMIT \"$1\"" ] || { echo "'$said', expected '$1'"; exit 1; }
}

mkdir "$dir/tree"
expect unknown
cd "$dir/tree"
git init -q
expect unknown
echo one >file
git add file
git -c user.name=n -c user.email=e commit -qm first
git -c user.name=n -c user.email=e tag -a v1 -m tag
hash=$(git rev-parse --short=12 HEAD)
expect "$hash"
touch -d '1 Jan 2001' "$header"
echo beside >untracked
expect "$hash"
[ "$(date -r "$header" +%Y)" = 2001 ] || { echo "the same commit wrote the header again"; exit 1; }
echo two >file
expect "$hash+"
