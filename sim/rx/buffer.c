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

int buffer_alloc(struct rx_queue *q, unsigned int slot, unsigned int bytes, struct rx_buf *buf)
{
	struct sim *sim = q->sim;
	bool posted = sim->scenario->nic.buffers == NIC_POSTED;
	char err[sizeof(sim->violation)];
	enum cause old;
	int ret;

	gauges_advance(&sim->gauges, core_now_ns(core_current));
	old = core_set_cause(core_current, CAUSE_ALLOC);
	mm_sim.owner = (uint16_t)(q->index + 1);
	ret = sim->strategy->alloc(q->alloc, slot, bytes, buf);
	mm_sim.owner = 0;
	core_set_cause(core_current, old);
	if (!ret && sim->shadow && shadow_take(sim->shadow, buf, bytes, posted, err, sizeof(err)))
		violation(sim, HOOK_ALLOC, err);
	return ret;
}

void buffer_receive(struct rx_queue *q, unsigned int slot, struct rx_buf *buf)
{
	enum cause old = core_set_cause(core_current, CAUSE_ALLOC);

	q->sim->strategy->receive(q->alloc, slot, buf);
	core_set_cause(core_current, old);
	gauges_stack(&q->sim->gauges, buf, 1);
}

/* @buf is the strategy's again: it may hand out its bytes from here on. */
static void given_back(struct sim *sim, enum hook hook, const struct rx_buf *buf)
{
	char err[sizeof(sim->violation)];

	if (sim->shadow && shadow_put(sim->shadow, buf, err, sizeof(err)))
		violation(sim, hook, err);
}

void buffer_put(struct sim *sim, const struct rx_buf *buf, bool direct)
{
	given_back(sim, HOOK_PUT, buf);
	sim->strategy->put(buf, direct);
}

void buffer_drop(struct rx_queue *q, unsigned int slot, const struct rx_buf *buf)
{
	given_back(q->sim, HOOK_DROP, buf);
	q->sim->strategy->drop(q->alloc, slot);
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
