/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * skb.c - memory of skbs, and how they end.
 */
#include "sim/rx/skb.h"

#include <stdlib.h>
#include <string.h>

#include "models/nic/nic.h"
#include "sim/rx/payload.h"
#include "sim/rx/put.h"
#include "sim/sim.h"

struct skb *skb_alloc(struct skb_pool *pool, unsigned int nr_bufs)
{
	unsigned int class = nr_bufs > 1;
	struct skb *skb = pool->spare[class];

	if (skb)
		pool->spare[class] = skb->next;
	else
		skb = malloc(sizeof(*skb) + (class ? NIC_MAX_BUFS : 1) * sizeof(skb->frag[0]));
	if (!skb)
		mm_sim_no_memory("the packets held by the stack");
	memset(skb, 0, sizeof(*skb));
	skb->nr = nr_bufs;
	skb->pkts = 1;
	skb->last = skb;
	skb->class = class;
	return skb;
}

static void record_put(struct skb_pool *pool, struct skb *skb)
{
	skb->next = pool->spare[skb->class];
	pool->spare[skb->class] = skb;
}

void skb_pool_fini(struct skb_pool *pool)
{
	for (unsigned int i = 0; i < 2; i++)
		while (pool->spare[i]) {
			struct skb *next = pool->spare[i]->next;

			free(pool->spare[i]);
			pool->spare[i] = next;
		}
}

void skb_free(struct sim *sim, struct skb *skb, bool direct)
{
	while (skb) {
		struct skb *next = skb->chain;

		put_buffers(sim, skb, direct);
		record_put(&sim->skbs, skb);
		skb = next;
	}
}

uint32_t skb_data(const struct skb *skb)
{
	uint32_t headers = skb->collapsed ? 0 : NIC_HEADER_BYTES;

	return skb->len > headers ? skb->len - headers - skb->done : 0;
}

void skb_copy_to_user(struct sim *sim, const struct skb *skb)
{
	skb_cost_copy(&sim->skb_model, skb->len - skb->done);
	payload_read_part(&sim->payload, skb, skb->done, UINT32_MAX);
}

void skb_copy_part(struct sim *sim, struct skb *skb, uint32_t bytes)
{
	skb_cost_copy(&sim->skb_model, bytes);
	payload_read_part(&sim->payload, skb, skb->done, skb->done + bytes);
	gauges_advance(&sim->gauges, core_now_ns(core_current));
	sim->gauges.payload_bytes -= bytes;
	skb->done += bytes;
}

void skb_copy_before(struct sim *sim, const struct skb *skb)
{
	uint64_t clock = core_clock(core_current);

	skb_copy_to_user(sim, skb);
	sim->cpu[core_current->id].paid += core_clock(core_current) - clock;
	core_set_clock(core_current, clock);
}

void skb_consume(struct sim *sim, struct skb *skb, bool direct)
{
	gauges_advance(&sim->gauges, core_now_ns(core_current));
	sim->gauges.payload_bytes -= skb->len - skb->done;
	coalesce_gone(&sim->coalesce, skb, skb->flow);
	sim->skbs.live--;
	skb_cost_free(&sim->skb_model, &skb->cost);
	if (skb->copied)
		skb_copy_before(sim, skb);
	skb_free(sim, skb, direct);
	if (sim_is_drained(sim))
		sim_wake_consumers(sim);
}
