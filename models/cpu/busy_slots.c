/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * busy_slots.c - how much of each slot of time is taken.
 *
 * Ignored, and the error that brings: order. Work asked for later may take a slot before work that
 * has waited longer is served, as long as both were simulated so; the sum of all waiting is right,
 * its share among the parties less so.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "models/cpu/busy_slots.h"

int busy_slots_init(struct busy_slots *busy, uint64_t slot_time, unsigned int nr)
{
	*busy = (struct busy_slots){
		.slot_time = slot_time,
		.nr = nr,
		.used = calloc(nr, sizeof(*busy->used)),
		.slot = calloc(nr, sizeof(*busy->slot)),
	};
	return busy->used && busy->slot ? 0 : -ENOMEM;
}

void busy_slots_fini(struct busy_slots *busy)
{
	free(busy->used);
	free(busy->slot);
	busy->used = NULL;
	busy->slot = NULL;
}

void busy_slots_reset(struct busy_slots *busy)
{
	memset(busy->slot, 0, busy->nr * sizeof(*busy->slot));
}

uint64_t busy_slots_take(struct busy_slots *busy, uint64_t start, uint64_t need)
{
	uint64_t done = start + need, served;

	for (uint64_t at = start / busy->slot_time;; at++) {
		unsigned int i = at % busy->nr;
		uint64_t take;

		if (busy->slot[i] > at + 1)
			return done;
		if (busy->slot[i] < at + 1) {
			busy->slot[i] = at + 1;
			busy->used[i] = 0;
		}
		take = busy->slot_time - busy->used[i];
		if (take > need)
			take = need;
		busy->used[i] += (uint32_t)take;
		need -= take;
		if (need)
			continue;
		served = at * busy->slot_time + busy->used[i];
		return served > done ? served : done;
	}
}
