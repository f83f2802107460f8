/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_clock.c - the times of one interface, made to go on where its clock stepped back.
 *
 * Packets are in the order in which they were captured; their times come from a clock that somebody
 * may set while packets arrive (NTP, a resumed virtual machine). Then all later times are earlier
 * by the same amount. Moved up to the latest time before, all packets of that span would arrive at
 * once and overflow any ring. So the order is kept, and time goes on: the first packet after the
 * step comes the smaller of the two gaps before it later, the others as their times say.
 *
 *	shown	10.0  10.1  10.2   9.3   9.4   9.5
 *	moment	 0.0   0.1   0.2   0.3   0.4   0.5
 *
 * A few records that return to the old times were a jump of their own and not a clock that was set:
 * then the old times count again. An idle time as long as the step, right behind it, is taken for
 * such a return: it is lost.
 */
#include "traces/pcap/pcap_clock.h"

#define STEPS_CLEAR	 4    /* so few may be any share of the records */
#define RECORDS_PER_STEP 1000 /* of more steps */

void pcap_clock_start(struct pcap_clock *clock, uint64_t raw_ns, uint64_t now_ns)
{
	clock->started = true;
	clock->raw_ns = raw_ns;
	clock->now_ns = now_ns < PCAP_TIME_END_NS ? now_ns : PCAP_TIME_END_NS;
	clock->since = PCAP_REORDER_RUN + 1;
	clock->records = 1;
}

static void clock_set(struct pcap_clock *clock, uint64_t raw_ns, uint64_t forward_ns)
{
	uint64_t left_ns = PCAP_TIME_END_NS - clock->now_ns;

	clock->raw_ns = raw_ns;
	clock->now_ns += forward_ns < left_ns ? forward_ns : left_ns;
	clock->behind = 0;
}

static void step_back(struct pcap_clock *clock, uint64_t raw_ns)
{
	const uint64_t *gap = clock->gap_ns;

	clock->left_raw_ns = clock->raw_ns;
	clock->left_now_ns = clock->now_ns;
	clock->left_shifted = clock->shifted;
	clock->shifted = true;
	clock->since = 0;
	clock->steps++;
	clock_set(clock, raw_ns, gap[0] < gap[1] ? gap[0] : gap[1]);
}

/* Back to the times before the last step? Return: false when they are not reached, or long ago */
static bool step_returns(struct pcap_clock *clock, uint64_t raw_ns)
{
	uint64_t since_ns;

	if (clock->since > PCAP_REORDER_RUN || raw_ns < clock->left_raw_ns)
		return false;
	since_ns = raw_ns - clock->left_raw_ns;
	if (since_ns < clock->now_ns - clock->left_now_ns)
		return false;
	clock->shifted = clock->left_shifted;
	clock->since = PCAP_REORDER_RUN + 1;
	clock_set(clock, raw_ns, since_ns - (clock->now_ns - clock->left_now_ns));
	return true;
}

void pcap_clock_advance(struct pcap_clock *clock, uint64_t raw_ns)
{
	uint64_t forward_ns = raw_ns - clock->raw_ns;

	clock->records++;
	if (clock->since <= PCAP_REORDER_RUN)
		clock->since++;
	if (raw_ns < clock->raw_ns) {
		if (clock->raw_ns - raw_ns > PCAP_REORDER_NS || clock->behind == PCAP_REORDER_RUN) {
			step_back(clock, raw_ns);
		} else {
			clock->behind++;
			clock->reordered++;
		}
	} else if (!step_returns(clock, raw_ns)) {
		clock->gap_ns[1] = clock->gap_ns[0];
		clock->gap_ns[0] = forward_ns;
		clock_set(clock, raw_ns, forward_ns);
	}
	clock->moved += clock->shifted;
}

bool pcap_clock_is_unclear(const struct pcap_clock *clock)
{
	return clock->steps > STEPS_CLEAR && clock->steps > clock->records / RECORDS_PER_STEP;
}
