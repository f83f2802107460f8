/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * napi_poll.c - which packets came in the same recorded NAPI poll?
 *
 * A poll runs on one CPU from its first packet to its napi_poll event. The last packet seen
 * stays open until it is known whether another one follows.
 */
#include "traces/lifetime/napi_poll.h"

static struct slot *poll_close(struct lifetime *life, uint16_t cpu)
{
	struct slot *last = slot_get(&life->slots, life->poll_last[cpu]);

	life->poll_last[cpu] = SLOT_NONE;
	if (last)
		last->poll_open = false;
	return last;
}

void napi_poll_packet(struct lifetime *life, uint16_t cpu, uint64_t id)
{
	struct slot *slot = slot_get(&life->slots, id), *last;

	if (!life->polls)
		return;
	last = poll_close(life, cpu);
	if (last && last->pkt.queue == slot->pkt.queue)
		last->pkt.flags |= PACKET_POLL_MORE;
	slot->poll_open = true;
	life->poll_last[cpu] = id;
}

void napi_poll_end(struct lifetime *life, uint16_t cpu)
{
	poll_close(life, cpu);
}
