/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * held_before.c - what was received before a capture began.
 *
 * Every strategy receives the same packets, one after the other, at time 0. A page_pool is then
 * topped up to the pages that the recorded one held: its idle ones.
 */
#include "sim/rx/held_before.h"

#include <stdlib.h>

#include "sim/rx/buffer.h"
#include "sim/rx/rx.h"
#include "sim/rx/rx_queue.h"
#include "sim/scenario/traffic.h"
#include "sim/sim.h"

#define IDLE_BATCH     256 /* beyond what any pool takes at once */
#define HELD_BATCH     4096
#define RING_UNCLEARED 16 /* slots of a ring that may be taken and not cleared yet */

static void at_time_0(struct rx_queue *q, unsigned int core)
{
	q->core = core;
	core_enter(&mm_sim.cores[core], 0);
	core_set_clock(core_current, 0);
}

static uint64_t pages_held(const struct rx_queue *q)
{
	struct page_counts c = page_allocator_counts(mm_sim.pages);

	if (mm_sim.owner_of)
		return mm_sim.owned[q->index + 1].held;
	return c.pages_allocated - c.pages_freed;
}

/* A page with a second user leaves the pool when it is put. */
static void put_out(struct sim *sim, const struct rx_buf *buf)
{
	struct page *page = buf->page;

	mm_sim_page_get(page);
	buffer_put(sim, buf, false);
	mm_sim_page_put(page);
}

/*
 * Takes a buffer for idle_fill(). Return: false where none is wanted: the pool owns @pages, once
 * those of the @nr buffers that are too many have left it; or it has no idle page left to leave
 */
static bool idle_take(struct rx_queue *q, uint64_t pages, uint64_t nr, unsigned int bytes,
		      struct rx_buf *buf)
{
	uint64_t held = pages_held(q);

	if (held >= pages && nr >= held - pages)
		return false;
	if (buffer_alloc(q, q->next_slot, bytes, buf))
		return false;
	if (held < pages || pages_held(q) == held)
		return true;
	buffer_put(q->sim, buf, false);
	return false;
}

/*
 * Buffers of whole pages, all taken before the first is put. A pool takes pages by the batch: those
 * too many leave it again. What its ring cannot take goes to its cache.
 */
static void idle_fill(struct rx_queue *q, uint64_t pages)
{
	const struct scenario *s = q->sim->scenario;
	unsigned int bytes = s->nic.buffers == NIC_POSTED ? s->nic.buffer_bytes : s->page_size;
	uint64_t most = 2 * pages * s->page_size / bytes + IDLE_BATCH, nr = 0;
	struct rx_buf *buf = calloc(most, sizeof(*buf));

	if (!buf)
		mm_sim_no_memory("the pages of the pools");
	while (nr < most && idle_take(q, pages, nr, bytes, &buf[nr]))
		nr++;
	while (nr--)
		if (pages_held(q) > pages && !q->sim->counts_to_zero)
			put_out(q->sim, &buf[nr]);
		else
			buffer_put(q->sim, &buf[nr], nr >= s->nic.pool_size);
	free(buf);
}

/*
 * Takes every idle page of the pool as a buffer of its own. The one that makes the pool take new
 * pages, and those, leave again.
 * Return: how many
 */
static unsigned int idle_take_all(struct rx_queue *q, struct rx_buf buf[], unsigned int most)
{
	unsigned int bytes = (unsigned int)q->sim->scenario->page_size, nr = 0;
	uint64_t held = pages_held(q);
	struct rx_buf extra[IDLE_BATCH];
	unsigned int extras = 0;

	while (nr < most && !buffer_alloc(q, q->next_slot, bytes, &buf[nr])) {
		if (pages_held(q) > held) {
			extra[extras++] = buf[nr];
			break;
		}
		nr++;
	}
	while (extras && extras < pages_held(q) - held && extras < IDLE_BATCH &&
	       !buffer_alloc(q, q->next_slot, bytes, &extra[extras]))
		extras++;
	while (extras)
		put_out(q->sim, &extra[--extras]);
	return nr;
}

/* They leave as pages do that have another user when they are put; the pool takes none for it. */
static void idle_leave(struct rx_queue *q, uint32_t nr)
{
	unsigned int bytes = (unsigned int)q->sim->scenario->page_size;
	uint64_t held = pages_held(q);
	struct rx_buf buf;

	for (; nr && !buffer_alloc(q, q->next_slot, bytes, &buf); nr--) {
		if (pages_held(q) > held--) {
			buffer_put(q->sim, &buf, true);
			return;
		}
		put_out(q->sim, &buf);
	}
}

/* Pages in the cache, so that the others find room in the ring */
static unsigned int cache_share(const struct rx_queue *q, const struct pool_begin *begin,
				unsigned int nr)
{
	uint64_t size = q->sim->scenario->nic.pool_size;
	uint64_t room = size > RING_UNCLEARED ? size - RING_UNCLEARED : 0;

	if (nr > room && nr - room > begin->cache)
		return (unsigned int)(nr - room);
	return begin->cache < nr ? begin->cache : nr;
}

/* Return: pages in the cache */
static unsigned int idle_arrange(struct rx_queue *q, const struct pool_begin *begin)
{
	unsigned int most = (unsigned int)q->sim->scenario->nic.pool_size + IDLE_BATCH, nr, cache;
	unsigned int bytes = (unsigned int)q->sim->scenario->page_size;
	struct rx_buf *buf = calloc(most, sizeof(*buf));

	if (!buf)
		mm_sim_no_memory("the pages of the pools");
	nr = idle_take_all(q, buf, most);
	for (uint32_t i = 0; nr && i < begin->position; i++) {
		buffer_put(q->sim, &buf[nr - 1], false);
		if (buffer_alloc(q, q->next_slot, bytes, &buf[nr - 1]))
			nr--;
	}
	cache = cache_share(q, begin, nr);
	for (unsigned int i = 0; i < nr; i++)
		buffer_put(q->sim, &buf[i], i < cache);
	free(buf);
	return cache;
}

/* Uses up a part of the page that fragments are cut from; a strategy may have none. */
static void page_use(struct rx_queue *q, uint32_t bytes)
{
	struct rx_buf buf;

	for (uint32_t at = 0; at < bytes; at += POOL_BEGIN_STEP) {
		bool whole;

		if (buffer_alloc(q, q->next_slot, POOL_BEGIN_STEP, &buf))
			return;
		whole = buf.truesize >= q->sim->scenario->page_size;
		buffer_put(q->sim, &buf, whole);
		if (whole)
			return;
	}
}

static void receive_held(struct rx_queue *q, const struct packet *pkt)
{
	at_time_0(q, pkt->cpu % q->sim->nr_cores);
	q->sim->packets.held_before++;
	rx_arrive_packet(q, pkt);
	rx_receive_one(q);
	rx_refill(q);
}

/* The packets of before that @q received: @nr of them, freed by the caller. */
static struct packet *held_take(struct rx_queue *q, size_t *nr)
{
	struct packet *held = NULL;
	const struct packet *pkt;
	size_t room = 0;
	uint64_t later;

	for (*nr = 0; traffic_peek(q->sim->traffic, q->index, 0, &pkt, &later) == TRAFFIC_PACKET &&
		      pkt->flags & PACKET_HELD_BEFORE;
	     ++*nr) {
		if (*nr == room) {
			room += HELD_BATCH;
			held = realloc(held, room * sizeof(*held));
			if (!held)
				mm_sim_no_memory("the packets held before the capture");
		}
		held[*nr] = *pkt;
		traffic_take(q->sim->traffic, q->index);
	}
	return held;
}

/* The first packet that ends in the capture; @nr: none does */
static size_t first_to_end(const struct packet *held, size_t nr)
{
	size_t i = 0;

	while (i < nr && held[i].method == RELEASE_HELD)
		i++;
	return i;
}

static void end_with(struct packet *held, size_t nr, size_t first)
{
	for (size_t i = 0; i < nr && first < nr; i++) {
		if (held[i].method != RELEASE_HELD)
			continue;
		held[i].release_ns = held[first].release_ns;
		held[i].release_cpu = held[first].release_cpu;
		held[i].method = held[first].method;
	}
}

/* More packets come behind the first two, and are like the second one if it is of the same skb. */
static void stack_fill(struct rx_queue *q, const struct pool_begin *begin)
{
	size_t nr, like, fewer = begin->resized < 0 ? (size_t) - (int64_t)begin->resized : 0;
	struct packet *held = held_take(q, &nr);
	size_t first = first_to_end(held, nr);

	if (begin->ended)
		end_with(held, nr, first);
	if (first == nr)
		first = 0;
	like = first + (first + 1 < nr && held[first + 1].flow == held[first].flow);
	for (size_t i = 0; i + fewer < nr; i++) {
		receive_held(q, &held[i]);
		for (int32_t more = i == like ? begin->resized : 0; more > 0; more--)
			receive_held(q, &held[i]);
	}
	free(held);
}

unsigned int held_before_fill(struct rx_queue *q, uint64_t pages, const struct pool_begin *begin)
{
	unsigned int core = q->core, cache = 0;
	const struct sim *sim = q->sim;
	bool full;

	stack_fill(q, pages ? begin : &(struct pool_begin){0});
	at_time_0(q, core);
	/* a ring that holds more by itself is not the recorded one: nothing is idle in its pool */
	full = sim->scenario->nic.buffers == NIC_POSTED && pages_held(q) >= pages;
	if (sim->strategy->has_pool_stats && pages && pages_held(q) != pages && !full)
		idle_fill(q, pages);
	if (!sim->strategy->has_pool_stats || !pages || sim->counts_to_zero ||
	    sim->scenario->nic.buffers == NIC_POSTED)
		return 0;
	idle_leave(q, begin->out);
	if (begin->arranged)
		cache = idle_arrange(q, begin);
	page_use(q, begin->used);
	return cache;
}
