/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * held.c - packets in the stack: their memory, their buffers, and how both are given back.
 */
#include "sim/rx/held.h"

#include <stdlib.h>
#include <string.h>

#include "sim/rx/payload.h"
#include "sim/rx/shadow.h"
#include "sim/sim.h"

struct held *held_get(struct sim *sim, unsigned int nr_bufs)
{
	unsigned int class = nr_bufs > 1;
	struct held *held = sim->held.spare[class];

	if (held)
		sim->held.spare[class] = held->next;
	else
		held = malloc(sizeof(*held) + (class ? NIC_MAX_BUFS : 1) * sizeof(held->buf[0]));
	if (!held)
		mm_sim.on_bug("not enough memory for the packets held by the stack");
	memset(held, 0, sizeof(*held));
	held->nr = nr_bufs;
	held->pkts = 1;
	held->last = held;
	held->class = class;
	return held;
}

static void held_put(struct sim *sim, struct held *held)
{
	held->next = sim->held.spare[held->class];
	sim->held.spare[held->class] = held;
}

void held_fini(struct sim *sim)
{
	for (unsigned int i = 0; i < 2; i++)
		while (sim->held.spare[i]) {
			struct held *next = sim->held.spare[i]->next;

			free(sim->held.spare[i]);
			sim->held.spare[i] = next;
		}
}

void held_put_buffers(struct sim *sim, struct held *held, bool direct)
{
	enum cause old = core_set_cause(core_current, CAUSE_FREE);
	char err[sizeof(sim->violation)];

	metrics_advance(&sim->metrics, core_now_ns(core_current));
	for (unsigned int i = 0; i < held->nr; i++) {
		if (sim->shadow && !held->shared &&
		    shadow_put(sim->shadow, &held->buf[i], err, sizeof(err)) && !sim->violation[0])
			memcpy(sim->violation, err, sizeof(err));
		metrics_stack(&sim->metrics, &held->buf[i], -1);
		if (held->shared)
			mm_sim_page_put(held->buf[i].page);
		else
			sim->strategy->put(&held->buf[i], direct);
	}
	held->nr = 0;
	core_set_cause(core_current, old);
}

void release_buffers(struct sim *sim, struct held *held, bool direct)
{
	while (held) {
		struct held *next = held->chain;

		held_put_buffers(sim, held, direct);
		held_put(sim, held);
		held = next;
	}
}

void held_copy(struct sim *sim, const struct held *held)
{
	skb_cost_copy(&sim->skb_model, held->len);
	for (; held; held = held->chain)
		payload_read(sim, held);
}

/* Source: linux-veth (veth_xdp_rcv_skb(): veth_xdp_get(), then consume_skb()) */
void release_shared(struct sim *sim, struct held *held)
{
	enum cause old;
	char err[sizeof(sim->violation)];

	/* the put drops one of two references, and the last one is as good as this one */
	if (sim->counts_to_zero)
		return;
	old = core_set_cause(core_current, CAUSE_FREE);
	for (unsigned int i = 0; i < held->nr; i++) {
		struct rx_buf buf = held->buf[i];

		mm_sim_page_get(buf.page);
		if (sim->shadow && shadow_put(sim->shadow, &buf, err, sizeof(err)) &&
		    !sim->violation[0])
			memcpy(sim->violation, err, sizeof(err));
		sim->strategy->put(&buf, false);
	}
	core_set_cause(core_current, old);
	held->shared = true;
}

/*
 * The copy that came before a recorded release: the recorded times contain it already, so its cycles
 * are counted but neither move the clock nor keep the core busy.
 */
static void copy_before(struct sim *sim, const struct held *held)
{
	uint64_t clock = core_clock(core_current);

	held_copy(sim, held);
	sim->cpu[core_current->id].paid += core_clock(core_current) - clock;
	core_set_clock(core_current, clock);
}

void release_packet(struct sim *sim, struct held *held, bool direct)
{
	metrics_advance(&sim->metrics, core_now_ns(core_current));
	sim->metrics.payload_bytes -= held->len;
	sim->held.live--;
	skb_cost_free(&sim->skb_model, &held->cost);
	if (held->copied)
		copy_before(sim, held);
	release_buffers(sim, held, direct);
	if (sim_is_drained(sim))
		sim_wake_consumers(sim);
}
