#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# test_plugin_install.sh BUILD SOURCE - installs, moves the tree elsewhere, and uses it from an empty
# folder as a user would who has no source tree: the installed example, then the commands of
# docs/allocators.md. No command may name the source or the build tree.
set -euo pipefail
build=$1 source=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unset FRAGSIM_DATADIR CC

fail() { echo "$1" >&2; [ ! -e "$dir/err" ] || cat "$dir/err" >&2; exit 1; }

cmake --install "$build" --prefix "$dir/first" >/dev/null
mv "$dir/first" "$dir/moved"
mkdir "$dir/empty"
cd "$dir/empty"
PATH=$dir/moved/bin:$PATH
for header in mm.h mm_types.h strategy.h ptr_ring.h; do
	[ -s "$dir/moved/include/fragsim/$header" ] || fail "include/fragsim/$header is not installed"
done

cp "$dir/moved/share/fragsim/alloc/examples/my_pool.c" .
fragsim run quickstart --strategy page_pool --allocator my_pool.c --check --no-plot --verbose \
	>out 2>"$dir/err" || fail "the installed example does not run"
grep -q 'my_pool' out || fail "no column for my_pool"
grep -q -- '-DMM_WORLD=sim' "$dir/err" || fail "--verbose shows no command"
if grep -F -e "$source" -e "$build" -e "$dir/first" "$dir/err" >&2; then
	fail "an installed fragsim must not need the tree it came from"
fi

sed -n '/^```sh$/,/^```$/{/^```/d;p}' "$source/docs/allocators.md" >commands
grep -q -- '--allocator pool_16' commands || fail "docs/allocators.md has no commands to try"
FRAGSIM_ALLOC=$dir/moved/share/fragsim/alloc bash -eu commands 2>"$dir/err" ||
	fail "the commands of docs/allocators.md do not work"
grep -q '"strategy": *"pool_16"' result.json || fail "no result for pool_16"
