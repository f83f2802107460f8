#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs a command that must fail, and for the reason stated: prints what it said, and succeeds when
# it ended with STATUS (any = any but 0) and a line of its output matches REGEX.
# usage: expect_failure.sh STATUS|any REGEX COMMAND...
set -u

expected=$1
regex=$2
shift 2
output=$("$@" 2>&1)
status=$?
printf '%s\n' "$output"
if [ "$status" -eq 0 ]; then
	echo "expect_failure.sh: it did not fail"
	exit 1
fi
if [ "$expected" != any ] && [ "$status" -ne "$expected" ]; then
	echo "expect_failure.sh: it ended with $status, expected was $expected"
	exit 1
fi
if ! grep -qE -- "$regex" <<<"$output"; then
	echo "expect_failure.sh: nothing matches: $regex"
	exit 1
fi
