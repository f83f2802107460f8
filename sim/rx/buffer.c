/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * buffer.c - calls of the strategy's hooks: which cause is charged, whose pages, and the shadow.
 */
#include "sim/rx/buffer.h"

#include <string.h>

#include "sim/plugin/hook.h"
#include "sim/rx/rx_queue.h"
#include "sim/rx/shadow.h"
#include "sim/sim.h"

static void violation(struct sim *sim, enum hook hook, const char *err)
{
	if (sim->violation[0])
		return;
	memcpy(sim->violation, err, sizeof(sim->violation));
	if (!sim->violated)
		return;
	hook_blame(hook);
	sim->violated(err);
}

static uint64_t time_ns(const struct sim *sim)
{
	return core_current ? core_now_ns(core_current) : sim->gauges.now_ns;
}

static struct hook_call ring_call(const struct rx_queue *q, enum hook hook, unsigned int slot,
				  bool own)
{
	const struct hook_call call = {.hook = hook,
				       .slotted = true,
				       .own = own,
				       .queue = q->index,
				       .slot = slot,
				       .packet = q->sim->packets.received,
				       .time_ns = time_ns(q->sim)};

	hook_calls(&call);
	return call;
}

int buffer_alloc(struct rx_queue *q, unsigned int slot, unsigned int bytes, struct rx_buf *buf)
{
	struct sim *sim = q->sim;
	bool posted = sim->scenario->nic.buffers == NIC_POSTED;
	const struct hook_call call = ring_call(q, HOOK_ALLOC, slot, false);
	char err[sizeof(sim->violation)];
	enum cause old;
	int ret;

	gauges_advance(&sim->gauges, core_now_ns(core_current));
	old = core_set_cause(core_current, CAUSE_ALLOC);
	mm_sim.owner = (uint16_t)(q->index + 1);
	ret = sim->strategy->alloc(q->alloc, slot, bytes, buf);
	mm_sim.owner = 0;
	core_set_cause(core_current, old);
	if (!ret && sim->shadow &&
	    shadow_take(sim->shadow, buf, bytes, posted, &call, err, sizeof(err)))
		violation(sim, HOOK_ALLOC, err);
	return ret;
}

void buffer_receive(struct rx_queue *q, unsigned int slot, struct rx_buf *buf)
{
	struct sim *sim = q->sim;
	const struct hook_call call = ring_call(q, HOOK_RECEIVE, slot, true);
	enum cause old = core_set_cause(core_current, CAUSE_ALLOC);
	char err[sizeof(sim->violation)];

	sim->strategy->receive(q->alloc, slot, buf);
	core_set_cause(core_current, old);
	if (sim->shadow && shadow_receive(sim->shadow, buf, &call, err, sizeof(err)))
		violation(sim, HOOK_RECEIVE, err);
	gauges_stack(&sim->gauges, buf, 1);
}

/* @buf is the strategy's again: it may hand out its bytes from here on. */
static void given_back(struct sim *sim, const struct rx_buf *buf, struct hook_call *call)
{
	char err[sizeof(sim->violation)];

	if (sim->shadow && shadow_put(sim->shadow, buf, call, err, sizeof(err)))
		violation(sim, call->hook, err);
	hook_calls(call);
}

void buffer_put(struct sim *sim, const struct rx_buf *buf, bool direct)
{
	struct hook_call call = {
		.hook = HOOK_PUT, .packet = sim->packets.received, .time_ns = time_ns(sim)};

	given_back(sim, buf, &call);
	sim->strategy->put(buf, direct);
}

void buffer_drop(struct rx_queue *q, unsigned int slot, const struct rx_buf *buf)
{
	struct hook_call call = ring_call(q, HOOK_DROP, slot, true);

	given_back(q->sim, buf, &call);
	q->sim->strategy->drop(q->alloc, slot);
}

void buffer_page_watch(void *arg, unsigned long first, unsigned int order, bool taken)
{
	struct sim *sim = arg;
	struct hook_call call = hook_current();
	char err[sizeof(sim->violation)];

	if (shadow_page(sim->shadow, first, order, taken, &call, err, sizeof(err)))
		violation(sim, call.hook, err);
}

void buffer_map_watch(void *arg, unsigned long page, uint64_t dma)
{
	const struct sim *sim = arg;
	const struct hook_call call = hook_current();

	shadow_map(sim->shadow, page, dma, &call);
}

char *buffer_byte(const struct page *page, unsigned int offset)
{
	return mm_sim_layout.mem + ((size_t)(page - mm_sim_layout.map) << mm_sim.page_shift) +
	       offset;
}

char *buffer_header(const struct rx_queue *q, unsigned int slot)
{
	return q->headers + (size_t)slot * HEADER_SLOT_BYTES;
}
