#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# test_access_link.sh BINARY - the entry points are ours, and no race detector came in with them,
# neither as a shared library (gcc) nor as a static one (clang: names of namespace __tsan).
binary=$1
fail() { echo "$binary: $1" >&2; exit 1; }

needed=$(readelf -d "$binary" | grep NEEDED) || fail "no dynamic section"
symbols=$(nm "$binary") || fail "no symbols"
case $needed in *tsan*) fail "linked against libtsan: expected models/cpu/access.c alone" ;; esac
printf '%s\n' "$symbols" | grep -q '_ZN6__tsan' && fail "holds a ThreadSanitizer runtime"
for name in __tsan_read8 __tsan_atomic32_fetch_add __sanitizer_cov_trace_pc; do
	printf '%s\n' "$symbols" | grep -q " T $name\$" || fail "does not define $name"
done
exit 0
