/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * balance.c - conservation checks; the two sides of each equation are counted apart.
 */
#include "sim/results/balance.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "sim/scenario/traffic.h"
#include "sim/sim.h"

static int equation(const char *text, uint64_t left, uint64_t right, char *err, size_t err_size)
{
	if (left == right)
		return 0;
	snprintf(err, err_size, "conservation broken: %s: %" PRIu64 " != %" PRIu64, text, left,
		 right);
	return -EINVAL;
}

/* Pages in use by ring and stack are counted there, held pages by the page allocator. */
static int pages_check(const struct sim *sim, char *err, size_t err_size)
{
	const struct gauges *m = &sim->gauges;
	struct page_counts c = page_allocator_counts(mm_sim.pages);
	uint64_t held = c.pages_allocated - c.pages_freed;

	if (held < m->pages_in_ring + m->pages_in_stack) {
		snprintf(err, err_size,
			 "conservation broken: %" PRIu64 " pages held, but %" PRIu64
			 " in the ring and %" PRIu64 " in the stack",
			 held, m->pages_in_ring, m->pages_in_stack);
		return -EINVAL;
	}
	if (!page_allocator_check(mm_sim.pages)) {
		snprintf(err, err_size, "conservation broken: a page is in two places, or in none");
		return -EINVAL;
	}
	return 0;
}

static uint64_t causes_sum(const struct core *core)
{
	uint64_t sum = 0;

	for (unsigned int c = 0; c < CAUSE_MAX; c++)
		sum += core->by_cause[c];
	return sum;
}

int balance_check(const struct sim *sim, char *err, size_t err_size)
{
	int ret;

	if (sim->violation[0]) {
		snprintf(err, err_size, "%s", sim->violation);
		return -EINVAL;
	}
	ret = equation("offered = delivered + drops + in flight", sim->packets.offered,
		       sim->packets.delivered + drop_total(&sim->drops) + sim->packets.in_flight,
		       err, err_size);
	if (!ret)
		ret = equation("packets alive after the drain = 0", sim->skbs.live, 0, err,
			       err_size);
	if (!ret)
		ret = pages_check(sim, err, err_size);
	for (unsigned int i = 0; !ret && i < sim->nr_cores; i++) {
		const struct core *c = &mm_sim.cores[i];

		ret = equation("cycles of a core = sum of its causes", c->total, causes_sum(c), err,
			       err_size);
		if (!ret)
			ret = equation("cycles of a core = softirq + app", c->total,
				       sim->cpu[i].spent[CONTEXT_SOFTIRQ] +
					       sim->cpu[i].spent[CONTEXT_APP],
				       err, err_size);
	}
	return ret;
}

int balance_offered(const struct sim *sim, const struct capture_info *capture, char *err,
		    size_t err_size)
{
	uint64_t packets = capture ? traffic_packets(sim->scenario, capture) : UINT64_MAX;

	if (packets == UINT64_MAX)
		return 0;
	return equation("packets of the capture = offered", packets, sim->packets.offered, err,
			err_size);
}
