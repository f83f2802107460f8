/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * drop.c - packets lost, counted by cause.
 */
#include "sim/rx/drop.h"

#include "sim/rx/skb.h"
#include "sim/sim.h"

void drop_packets(struct sim *sim, enum drop_cause cause, unsigned int nr)
{
	sim->drops.pkts[cause] += nr;
}

void drop_skb(struct sim *sim, struct skb *skb, enum drop_cause cause, bool direct)
{
	drop_packets(sim, cause, skb->pkts);
	skb_free(sim, skb, direct);
}

uint64_t drop_total(const struct drops *drops)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < DROP_CAUSES; i++)
		sum += drops->pkts[i];
	return sum;
}
