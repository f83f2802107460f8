/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * payload.c - payload in the caches: which lines are looked up, and what they cost.
 *
 * Cost. A copy pays per byte for what it finds in L2, the LLC or another core of the socket
 * (cache.stream.copy: a measured copy less its misses). A line from memory or from the other
 * socket adds a stall. Streams are prefetched, so the stall is not a latency but the longer turn
 * of a fill buffer: (stall of that level - stall of the LLC) / lines a core keeps in flight. No
 * overlap is subtracted: the lines in flight are the overlap. With sampling off,
 * stack.copy_per_byte is charged instead, which contains the misses of the machine it was
 * measured on. Source: copy-cached
 *
 * Sampling. With N > 1 only lines of one in N sets of L2 and LLC are looked up, and those sets
 * see all of their lines, so they fill and evict as with every line. Each line looked up stands
 * for the lines since the one before it: counts add up to all lines. Which sets (struct
 * cache_sampling) depends on the page, so that buffers with the same offset in their pages are
 * not all sampled at the same offset.
 *
 * Ignored, and the error that brings: where the user's buffer is (an application that reuses one
 * finds it in L2, and the copy per byte contains that; one that keeps its data pays too little,
 * by up to a stream stall per line); the source of an on-demand copy (the sender's memory, taken
 * as cached); write-backs. With N > 1 payload does not go through L1, and in L2 the sets not
 * sampled hold only metadata, so what payload would evict from L1 and L2 is still found there; in
 * the LLC those sets lose as many lines as payload would displace (cache_sample()), but reuse of
 * payload there is not seen. docs/validation.md has figures.
 */
#include "sim/rx/payload.h"

#include <errno.h>
#include <stdio.h>

#include "models/cpu/access.h"
#include "models/cpu/arena.h"
#include "models/machine.h"
#include "models/memory/mm_sim.h"
#include "sim/rx/buffer.h"
#include "sim/rx/skb.h"
#include "sim/scenario/scenario.h"

#define BLOCK_LINES (1u << CACHE_BLOCK_SHIFT)

static uint64_t sets_of(uint64_t bytes, uint64_t ways)
{
	return (bytes >> ARENA_LINE_SHIFT) / ways;
}

static void costs_init(struct payload *p, const struct machine *m)
{
	const uint64_t llc = m->llc_stall_mcycles, lines = m->stream_lines ? m->stream_lines : 1;
	const uint64_t stall[CACHE_LEVELS] = {
		[CACHE_SOCKET] = m->socket_stall_mcycles,
		[CACHE_MEMORY] = m->memory_stall_mcycles,
		[CACHE_MEMORY_REMOTE] = m->memory_remote_stall_mcycles,
	};

	for (int i = 0; i < CACHE_LEVELS; i++)
		p->stall_mcycles[i] = stall[i] > llc ? (stall[i] - llc) / lines : 0;
}

int payload_init(struct payload *p, const struct machine *machine, unsigned int sampling, char *err,
		 size_t err_size)
{
	uint64_t sets = sets_of(machine->l2_bytes, machine->l2_ways) |
			sets_of(machine->llc_bytes, machine->llc_ways);
	unsigned int bits = __builtin_ctz(sampling | PAYLOAD_SAMPLING_MAX);
	unsigned int same = __builtin_ctzll(sets),
		     fold = same > CACHE_BLOCK_SHIFT ? same - CACHE_BLOCK_SHIFT : 0;

	*p = (struct payload){.sampling = sampling, .which.one_in = sampling};
	costs_init(p, machine);
	if (sampling < 2)
		return 0;
	if (bits > same) {
		snprintf(err, err_size,
			 "cache.payload_sampling: found %u, but the sets of %s's L2 and last level "
			 "have only %u in common; expected 0, 1 or at most that",
			 sampling, machine->name, 1u << same);
		return -EINVAL;
	}
	if (fold > bits)
		fold = bits;
	p->which.fold = (1u << fold) - 1;
	p->which.low = bits - fold;
	return 0;
}

uint32_t payload_sample(const struct payload *p, uint32_t line)
{
	for (;;) {
		uint32_t want = (line >> CACHE_BLOCK_SHIFT & p->which.fold) << p->which.low;
		uint32_t next = line + ((want - line) & (p->sampling - 1));

		if ((next ^ line) < BLOCK_LINES)
			return next;
		line = (line | (BLOCK_LINES - 1)) + 1;
	}
}

static uint32_t line_of(const char *addr)
{
	return (uint32_t)((size_t)(addr - arena.base) >> ARENA_LINE_SHIFT);
}

/* The line after the last one of @bytes at @addr. */
static uint32_t line_end(const char *addr, unsigned int bytes)
{
	return line_of(addr + bytes + (1u << ARENA_LINE_SHIFT) - 1);
}

/* core_current accesses a line that stands for @lines. */
static void line_use(struct payload *p, uint32_t line, enum cache_op op, unsigned int lines,
		     bool l1)
{
	struct core *core = core_current;
	enum cache_level level = l1 ? cache_access(mm_sim.cache, core->id, line, op)
				    : cache_stream(mm_sim.cache, core->id, line, op);

	p->found[level] += lines;
	core_charge(core, CAUSE_CACHE_MISS, lines * p->stall_mcycles[level]);
}

static void lines_use(struct payload *p, uint32_t line, uint32_t end, enum cache_op op)
{
	uint32_t *waiting = &p->waiting[core_current->id][op];

	for (uint32_t at = payload_sample(p, line); at < end; at = payload_sample(p, at + 1)) {
		line_use(p, at, op, *waiting + at + 1 - line, p->sampling == 1);
		*waiting = 0;
		line = at + 1;
	}
	*waiting += end > line ? end - line : 0;
}

void payload_arrive(struct payload *p, const char *data, unsigned int bytes, bool head)
{
	uint32_t line = line_of(data), end = line_end(data, bytes);

	if (head || !p->sampling) {
		access_dma_write(data, L1_CACHE_BYTES);
		line = line_end(data, L1_CACHE_BYTES);
	}
	if (!p->sampling || line >= end)
		return;
	p->device_lines += end - line;
	for (line = payload_sample(p, line); line < end; line = payload_sample(p, line + 1)) {
		cache_dma_sample(mm_sim.cache, line);
		p->device_samples++;
	}
}

void payload_fill(struct payload *p, const struct skb *skb)
{
	for (unsigned int i = 0; p->sampling && i < skb->nr; i++) {
		const struct skb_frag *frag = &skb->frag[i];
		const char *data = buffer_byte(frag->buf.page, frag->offset);
		uint32_t line = line_of(data), end = line_end(data, frag->len);

		/* the header will be read like any line: it must be in the caches */
		if (i == 0)
			line_use(p, line++, CACHE_WRITE, 1, true);
		lines_use(p, line, end, CACHE_WRITE);
	}
}

void payload_write(struct payload *p, const char *data, unsigned int bytes)
{
	if (p->sampling)
		lines_use(p, line_of(data), line_end(data, bytes), CACHE_WRITE);
}

void payload_read(struct payload *p, const struct skb *skb)
{
	for (unsigned int i = 0; p->sampling && i < skb->nr; i++) {
		const struct skb_frag *frag = &skb->frag[i];
		const char *data = buffer_byte(frag->buf.page, frag->offset);

		lines_use(p, line_of(data), line_end(data, frag->len), CACHE_READ);
	}
}

void payload_read_part(struct payload *p, const struct skb *skb, uint32_t from, uint32_t to)
{
	uint64_t at = 0;

	for (; p->sampling && skb && at < to; skb = skb->chain)
		for (unsigned int i = 0; i < skb->nr; i++) {
			const struct skb_frag *frag = &skb->frag[i];
			const char *data = buffer_byte(frag->buf.page, frag->offset);
			uint32_t skip = from > at ? (uint32_t)(from - at) : 0;
			uint32_t end = to - at < frag->len ? (uint32_t)(to - at) : frag->len;

			if (at < to && skip < end)
				lines_use(p, line_of(data + skip), line_end(data, end), CACHE_READ);
			at += frag->len;
		}
}

uint64_t payload_ddio_evicted(const struct payload *p, const struct cache *cache)
{
	uint64_t lost = cache_ddio_lost(cache, false), samples = cache_ddio_lost(cache, true);

	if (p->device_samples)
		lost += (uint64_t)((unsigned __int128)samples * p->device_lines /
				   p->device_samples);
	return lost;
}
