# SPDX-License-Identifier: GPL-2.0-or-later
# What tests/recorded/run demands of a row, apart from recording, so that made-up numbers can show that
# it fails (test_verdict.sh). Sourced.

# Rows that may be beyond the goal, two at most: KIND-PHASE | reason
excused="
tcp-8flows-mid | two pools in mid-flow: how each began is searched for one pool only
tcp-max-warm | 300,000 packets and 600 refills a second: one page more or less moves refills
"

# What a replay says of a capture whose pools recycle and take no page: this, and nothing else.
# Nor is there anything to compare where a page entered and none left: what it held before is not known.
nothing_enters='^nothing to compare .*\[(pool-silent|start-unknown)\]$'

# What it says where the machine's list of pools told how many pages they held all the time.
held_still='^no page entered or left the pool .*\[pool-silent\]$'

# verdict PHASE UNKNOWN PAGES PAGES_RECORDED PEAK PEAK_RECORDED RMS NOTES
#
# PHASE is new, mid or warm; UNKNOWN is the share of packets, 0 to 1, whose end is not known; NOTES has one
# a line. Pages and peak must agree to 1 % or 64 pages, a refill; the held curve to 3 % of its peak or 8
# pages. Where no page entered a pool: at least 95 % of the ends known, and the note alone; and there is
# nothing to agree with, unless the list told the pages, which then must agree as any. A new pool takes pages.
# Prints "ok", or "beyond: " and why.
verdict() {
	local still= said= pattern=$nothing_enters
	if grep -qE "$held_still" <<<"$8"; then
		still=1 pattern=$held_still
	fi
	if [ "$1" = new ] && { [ "${4:-0}" -eq 0 ] || [ -n "$still" ]; }; then
		echo "beyond: the capture has no page of a new pool"
		return
	fi
	if [ "${4:-0}" -eq 0 ] || [ -n "$still" ]; then
		if [ "$(grep -c . <<<"$8")" -ne 1 ] || ! grep -qE "$pattern" <<<"$8"; then
			said="not the note that nothing enters the pool"
		fi
		said=$(awk -v unknown="$2" -v said="$said" 'BEGIN {
			if (unknown > 0.05) said = said (said == "" ? "" : ", ") "ends known less than 95 %"
			print said }')
	fi
	awk -v bad="$said" -v pages="$3" -v pages_recorded="$4" -v peak="$5" -v peak_recorded="$6" -v rms="$7" '
		function most(a, b) { return a > b ? a : b }
		function apart(a, b) { return a > b ? a - b : b - a }
		function add(what) { bad = bad (bad == "" ? "" : ", ") what }
		BEGIN {
			if (pages_recorded > 0) {
				if (apart(pages, pages_recorded) > most(64, pages_recorded / 100)) add("pages")
				if (apart(peak, peak_recorded) > most(64, peak_recorded / 100)) add("peak")
				if (rms == "" || rms > most(8, peak_recorded * 0.03)) add("rms")
			}
			print bad == "" ? "ok" : "beyond: " bad }'
}

# excuse KIND-PHASE VERDICT: the verdict, or for a row of the table above the reason
excuse() {
	local reason
	reason=$(sed -nE "s/^$1 *\| *//p" <<<"$excused")
	if [[ $2 = beyond* && -n $reason ]]; then
		echo "excused: $reason"
	else
		echo "$2"
	fi
}

# At most two rows may be excused, each with a reason: prints what is wrong.
excused_check() {
	local rows
	rows=$(grep -c . <<<"$excused") || true
	[ "$rows" -le 2 ] || echo "$rows rows are excused, 2 are allowed"
	grep . <<<"$excused" | grep -vE '^[a-z0-9-]+-(new|mid|warm) *\| *[^ ]' |
		sed 's/^/no row, or no reason: /' || true
}
