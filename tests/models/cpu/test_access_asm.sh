#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# test_access_asm.sh INSTRUMENT-CC COMPILER - inline assembler is refused, by name, also when
# a macro hides it or it stands outside a function; a compiler barrier and plain C are taken.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
status=0

# expect OUTCOME NAME COMMAND...: compile $dir/NAME.c
expect()
{
	want=$1 name=$2
	shift 2
	is=taken
	if ! sh "$@" -c "$dir/$name.c" -o "$dir/$name.o" 2>"$dir/err"; then
		is=failed
		grep -q "$name.c: inline assembler (.*nop" "$dir/err" && is=refused
	elif [ ! -s "$dir/$name.o" ]; then
		is="taken, but no object written"
	fi
	[ "$is" = "$want" ] && return
	echo "$name: $is, expected $want" >&2
	cat "$dir/err" >&2
	status=1
}

cat >"$dir/plain.c" <<'C'
#include <string.h>
void f(int *a, const int *b) { memcpy(a, b, 4); }
C
cat >"$dir/barrier.c" <<'C'
int f(int *a) { *a = 1; __asm__ volatile("" ::: "memory"); return *a; }
C
cat >"$dir/statement.c" <<'C'
void f(void) { __asm__ volatile("nop"); }
C
cat >"$dir/macro.c" <<'C'
#define relax() __asm__ volatile("nop" ::: "memory")
void f(void) { relax(); }
C
cat >"$dir/file.c" <<'C'
__asm__("nop");
void f(void) { }
C
cat >"$dir/wrong.c" <<'C'
void f(void) { this is no C; }
C
expect taken plain "$@"
expect taken barrier "$@"
expect refused statement "$@"
expect refused macro "$@"
expect refused file "$@"
expect failed wrong "$@"
exit $status
