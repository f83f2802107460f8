#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# test_plugin_exports.sh PROGRAM MM_TYPES.H - the program exports what an allocator's object leaves
# undefined, all of it and nothing else. Names with a version (stdout@GLIBC) are copies of libc's.
set -u
program=$1 header=$2

exported=$(nm -D --defined-only "$program" | awk '$3 !~ /@/ { print $3 }' | sort)
functions=$(sed -nE 's/.*mm_##w##_([a-z_]+).*/\1/p' "$header" | sort -u)
expected=$(
	for function in $functions; do echo "mm_sim_$function"; echo "mm_native_$function"; done
	printf '%s\n' access_memcpy access_memmove access_memset __sanitizer_cov_trace_pc
	nm --defined-only "$program" | awk '$2 == "T" && $3 ~ /^__tsan_/ { print $3 }'
)
expected=$(sort <<<"$expected")
# 14 names of each world; both compilers' forms of an access and an atomic
[ "$(wc -w <<<"$functions")" -ge 14 ] && grep -qx __tsan_atomic64_fetch_sub <<<"$expected" || {
	echo "this test no longer finds the names in $header or $program" >&2
	exit 1
}
diff <(echo "$expected") <(echo "$exported") >&2 || {
	echo "$program: '<' is missing in its exports (tools/exports.list), '>' is too much" >&2
	exit 1
}
