/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sent.c - packets that the replayed device sent, as far as they share the IOMMU with those it
 * receives.
 *
 * Head and fragments are mapped when the driver transmits a packet and unmapped when its
 * completion is cleaned. When, on which CPU and with how many mappings is recorded: this is the
 * background of a receive strategy, not the subject, and results show it separately. Captures
 * without IOMMU events have no such packets.
 *
 * Not simulated: the memory itself (pages held are those of the receive side), the device's
 * reads, and the rest of a transmit's cost. Mappings of a packet have equal sizes, which may be
 * below a page.
 */
#include "sim/tx/sent.h"

#include <stdlib.h>

#include "sim/engine/engine.h"
#include "sim/scenario/traffic.h"
#include "sim/sim.h"

#define PIECES_MAX     20	  /* more than a head and MAX_SKB_FRAGS */
#define SENT_BYTES_MAX (1u << 20) /* limit on what a capture says of a packet */

/** struct piece - a DMA mapping */
struct piece {
	uint64_t addr;
	uint32_t bytes;
};

/**
 * struct sent - a packet at the device
 * @done_ns: when its completion is cleaned, on @core
 */
struct sent {
	struct sent *next;
	uint64_t done_ns;
	unsigned int core, nr;
	struct piece piece[PIECES_MAX];
};

/**
 * struct sender - state of the actor
 * @first: next to complete; in order of @done_ns
 * @base: physical address of everything sent: several mappings may lead to one page
 */
struct sender {
	struct sim *sim;
	struct sent *first;
	uint64_t base;
};

static void packet_map(struct sender *s, struct sent *sent, const struct packet *pkt)
{
	uint32_t all = pkt->bytes < SENT_BYTES_MAX ? pkt->bytes : SENT_BYTES_MAX;
	uint32_t bytes = pkt->mappings ? all / pkt->mappings : 0;

	for (uint32_t i = 0; i < pkt->mappings && i < PIECES_MAX; i++) {
		uint64_t addr = iommu_map(mm_sim.iommu, s->base, bytes ? bytes : 1);

		if (addr == IOMMU_NO_ADDRESS)
			return;
		sent->piece[sent->nr++] = (struct piece){addr, bytes ? bytes : 1};
		s->sim->sent_maps += iommu_maps(mm_sim.iommu);
	}
}

static void sent_insert(struct sender *s, struct sent *sent)
{
	struct sent **at = &s->first;

	while (*at && (*at)->done_ns <= sent->done_ns)
		at = &(*at)->next;
	sent->next = *at;
	*at = sent;
}

static void sender_send(struct sender *s, const struct packet *pkt)
{
	struct cpu *cpu = &s->sim->cpu[pkt->cpu % s->sim->nr_cores];
	struct sent *sent = calloc(1, sizeof(*sent));
	uint64_t mark, spent, end_ns;
	struct core *core;

	if (!sent)
		mm_sim_no_memory("the packets the device sent");
	sent->done_ns = pkt->release_ns;
	sent->core = (pkt->release_ns == PACKET_UNKNOWN ? pkt->cpu : pkt->release_cpu) %
		     s->sim->nr_cores;
	engine_move(cpu->id);
	core = cpu_enter(cpu, CONTEXT_SOFTIRQ, engine_now_ns(), &mark);
	packet_map(s, sent, pkt);
	end_ns = core_now_ns(core);
	spent = cpu_leave(cpu, CONTEXT_SOFTIRQ, mark);
	sent_insert(s, sent);
	traffic_take(s->sim->traffic, traffic_sent_queue(s->sim->traffic));
	engine_spend(spent, end_ns, ENGINE_SOFTIRQ);
}

static void sender_complete(struct sender *s)
{
	struct sent *sent = s->first;
	struct cpu *cpu = &s->sim->cpu[sent->core];
	uint64_t mark, spent, end_ns;
	struct core *core;

	s->first = sent->next;
	engine_move(cpu->id);
	core = cpu_enter(cpu, CONTEXT_SOFTIRQ, engine_now_ns(), &mark);
	for (unsigned int i = 0; i < sent->nr; i++)
		iommu_unmap(mm_sim.iommu, sent->piece[i].addr, sent->piece[i].bytes);
	end_ns = core_now_ns(core);
	spent = cpu_leave(cpu, CONTEXT_SOFTIRQ, mark);
	free(sent);
	engine_spend(spent, end_ns, ENGINE_SOFTIRQ);
}

/* Wait for the next event and handle it. Return: false when none will come any more */
static bool sender_step(struct sender *s)
{
	struct traffic *t = s->sim->traffic;
	uint64_t done_ns = s->first ? s->first->done_ns : PACKET_UNKNOWN;
	uint64_t later = 0, now = engine_now_ns();
	const struct packet *pkt;
	enum traffic_next next = traffic_peek(t, traffic_sent_queue(t), 0, &pkt, &later);

	if (next == TRAFFIC_PACKET && pkt->arrival_ns <= done_ns) {
		engine_sleep_until(pkt->arrival_ns);
		sender_send(s, pkt);
		return true;
	}
	if (next == TRAFFIC_LATER && (!s->first || later < done_ns)) {
		engine_sleep_until(later > now ? later : now + TRAFFIC_LOOK_AGAIN_NS);
		return true;
	}
	if (!s->first)
		return false;
	if (done_ns != PACKET_UNKNOWN)
		engine_sleep_until(done_ns);
	sender_complete(s);
	return true;
}

void sender_actor(void *arg)
{
	struct sim *sim = arg;
	struct sender s = {.sim = sim, .base = sim->scenario->memory_bytes - SENT_BYTES_MAX};

	while (sender_step(&s))
		;
}
