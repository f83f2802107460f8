#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The verdict of tests/recorded/run on made-up numbers: each limit from both sides.
set -euo pipefail
source "$(dirname "$0")/verdict.sh"

note="nothing to compare with: no page entered a page_pool while it was recorded [pool-silent]"
bad=0
expect() { # EXPECTED FOUND
	[ "$1" = "$2" ] && return
	echo "expected '$1', found '$2'"
	bad=1
}

# 1 % of 10000 pages is 100, of 20000 is 200; 3 % of 20000 is 600
expect ok "$(verdict new 0 10000 10000 20000 20000 0 "")"
expect ok "$(verdict new 0 10100 10000 20200 20000 600 "")"
expect ok "$(verdict new 0 9900 10000 19800 20000 600 "")"
expect "beyond: pages" "$(verdict new 0 10101 10000 20000 20000 0 "")"
expect "beyond: pages" "$(verdict new 0 9899 10000 20000 20000 0 "")"
expect "beyond: peak" "$(verdict new 0 10000 10000 20201 20000 0 "")"
expect "beyond: rms" "$(verdict new 0 10000 10000 20000 20000 600.1 "")"
expect "beyond: pages, peak, rms" "$(verdict new 0 0 10000 0 20000 9999 "")"
# 64 pages and 8 pages where the share is less
expect ok "$(verdict new 0 164 100 64 128 8 "")"
expect "beyond: pages" "$(verdict new 0 165 100 128 128 8 "")"
expect "beyond: peak" "$(verdict new 0 100 100 63 128 8 "")"
expect "beyond: rms" "$(verdict new 0 100 100 128 128 8.1 "")"
# an rms that is absent is no rms of 0, and a note excuses nothing
expect "beyond: rms" "$(verdict new 0 100 100 128 128 "" "")"
expect "beyond: pages" "$(verdict new 0 500 100 128 128 0 "$note")"
# the goal is one for all phases
expect "beyond: pages" "$(verdict mid 0 500 100 128 128 0 "$note")"
expect "beyond: pages" "$(verdict warm 0 500 100 128 128 0 "$note")"
# nothing enters: the note and nothing else, and 95 % known
expect ok "$(verdict warm 0.05 128 0 128 0 "" "$note")"
expect ok "$(verdict warm 0.05 128 "" 128 "" "" "$note")"
expect ok "$(verdict mid 0 128 0 128 0 "" "$note")"
expect "beyond: the capture has no page of a new pool" "$(verdict new 0 128 0 128 0 "" "$note")"
no_note="beyond: not the note that nothing enters the pool"
expect "$no_note" "$(verdict warm 0 128 0 128 0 "" "")"
expect "$no_note" "$(verdict warm 0 128 0 128 0 "" "use another preset")"
expect "$no_note" "$(verdict warm 0 128 0 128 0 "" "$note"$'\n'"use another preset")"
expect "beyond: ends known less than 95 %" "$(verdict warm 0.051 128 0 128 0 "" "$note")"
expect "$no_note, ends known less than 95 %" "$(verdict warm 0.5 128 0 128 0 "" "")"

# the list of pools told the pages: they are compared, and still the note and nothing else
list="no page entered or left the pool while it was recorded; it held 1000 pages (netlink) [pool-silent]"
expect ok "$(verdict warm 0.05 1064 1000 936 1000 30 "$list")"
expect "beyond: pages" "$(verdict warm 0 1065 1000 1000 1000 0 "$list")"
expect "beyond: peak" "$(verdict mid 0 1000 1000 935 1000 0 "$list")"
expect "beyond: rms" "$(verdict warm 0 1000 1000 1000 1000 30.1 "$list")"
expect "beyond: rms" "$(verdict warm 0 1000 1000 1000 1000 "" "$list")"
expect "$no_note" "$(verdict warm 0 1000 1000 1000 1000 0 "$list"$'\n'"use another preset")"
expect "beyond: ends known less than 95 %" "$(verdict warm 0.051 1000 1000 1000 1000 0 "$list")"
expect "$no_note, ends known less than 95 %, rms" "$(verdict warm 1 1000 1000 1000 1000 99 "$list"$'\n'x)"
expect "beyond: the capture has no page of a new pool" "$(verdict new 0 1000 1000 1000 1000 0 "$list")"

expect "" "$(excused_check)"
excused=$'\nodd-new | the kernel rolls dice\n'
expect "" "$(excused_check)"
expect "excused: the kernel rolls dice" "$(excuse odd-new "beyond: pages")"
expect ok "$(excuse odd-new ok)"
expect "beyond: pages" "$(excuse odd-mid "beyond: pages")"
expect "beyond: pages" "$(excuse very-odd-new "beyond: pages")"
excused=$'\na-new | x\nb-mid | y\nc-warm | z\n'
expect "3 rows are excused, 2 are allowed" "$(excused_check)"
excused=$'\na-new |\n'
expect "no row, or no reason: a-new |" "$(excused_check)"
exit $bad
