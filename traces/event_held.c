/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * event_held.c - a capture that begins in mid-flow: what the stack held then.
 *
 * Three parts add up to the pages that a pool held when the capture began, which its own counters
 * tell (truth_pool.c):
 *  - skbs that end in the capture without having arrived in it (before.c);
 *  - skbs that do not end in it either. When a page first enters the pool, neither its cache nor
 *    its ring has one left, so all pages it holds then are in the stack: what the skbs that are
 *    known of do not account for is in others. Where buffers share a page this cannot be counted;
 *  - the rest was idle in cache and ring; a replay fills them.
 * Sizes were not recorded: data is taken to be in packets of the device's usual size.
 */
#include "traces/event_held.h"

#include <string.h>

#define FULL_BYTES    1514
#define SMALL_BYTES   600 /* below an MSS of 536 with its headers */
#define DATA_OFFSET   66  /* Ethernet, IPv4, TCP with timestamps */
/* With headroom 256 and shared info 320, packets from here to there have a 4K page each. */
#define PAGE_EACH_MIN 1473
#define PAGE_EACH_MAX 3520
#define SAME_FLUSH_NS 100000
#define DOUBT_PAGES   64 /* one refill: fewer may be what the count of the others is wrong by */
#define FLOW_OF_HELD  0x80000000u

void held_dev_packet(struct held_dev *dev, const struct packet *pkt, uint64_t first_hold_ns)
{
	if (pkt->flags & PACKET_SENT)
		return;
	if (pkt->bytes == dev->size) {
		dev->weight += pkt->bytes;
	} else if (dev->weight < pkt->bytes) {
		dev->size = pkt->bytes;
		dev->weight = pkt->bytes - dev->weight;
	} else {
		dev->weight -= pkt->bytes;
	}
	dev->merges |= (pkt->flags & PACKET_GRO) != 0;
	if (pkt->arrival_ns >= first_hold_ns || pkt->release_ns < first_hold_ns)
		return;
	dev->open++;
	dev->open_copied += (pkt->flags & PACKET_ABSORBED) != 0;
}

/* Data per packet: where most bytes came in small packets, a longer skb is none of these. */
static unsigned int data_of(const struct capture_device *dev)
{
	return (dev->typical_bytes < SMALL_BYTES ? FULL_BYTES : dev->typical_bytes) - DATA_OFFSET;
}

static unsigned int packets_of(const struct capture_device *dev, const struct capture_held *skb)
{
	return skb->bytes ? (skb->bytes + data_of(dev) - 1) / data_of(dev) : 1;
}

static void add(struct capture_info *info, const struct capture_held *skb)
{
	if (info->nr_held == CAPTURE_MAX_HELD)
		info->held_lost++;
	else
		info->held[info->nr_held++] = *skb;
}

/* 18 of 19 full-sized packets that TCP put into one skb without GRO have a page of their own. */
static uint64_t pages_of(uint64_t packets, uint64_t absorbed, const struct held_dev *dev)
{
	return dev->merges ? packets : packets - absorbed / 18;
}

static bool has_page_each(const struct capture_device *of)
{
	return of->typical_bytes >= PAGE_EACH_MIN && of->typical_bytes <= PAGE_EACH_MAX;
}

/* Pages in skbs of which the capture has no event. */
static uint64_t pages_unseen(const struct capture_info *info, const struct held_dev *dev,
			     const struct capture_device *of)
{
	const struct truth_pool *pool = &info->truth.pools[0];
	uint64_t held, known;

	if (info->truth.pools_seen != 1 || !pool->start_known || !has_page_each(of))
		return 0;
	held = info->truth.pool_held_before_hold[0];
	known = pages_of(dev->open, dev->open_copied, dev);
	for (unsigned int i = 0; i < info->nr_held; i++) {
		unsigned int packets = packets_of(of, &info->held[i]);

		if (info->held[i].release_ns >= info->truth.hold_ns)
			known += pages_of(packets, packets - 1, dev);
	}
	return held > known + DOUBT_PAGES ? held - known : 0;
}

/*
 * Where others are read, what was freed without a copy by the time that the first of those was had
 * been read before, and held as much on average. Where packets are merged it may as well be of one
 * skb's frag_list, whose bytes are that one's.
 */
static void sizes_guess(struct capture_info *info, bool merges)
{
	uint64_t bytes = 0, copied = 0, until_ns = 0;
	unsigned int nr = 0;

	for (unsigned int i = 0; i < info->nr_held; i++) {
		if (info->held[i].bytes && !copied++)
			until_ns = info->held[i].release_ns + SAME_FLUSH_NS;
		bytes += info->held[i].bytes;
	}
	for (unsigned int i = 0; copied && i < info->nr_held; i++) {
		struct capture_held *skb = &info->held[i];

		if (!skb->bytes && merges)
			continue;
		if (!skb->bytes && skb->release_ns <= until_ns)
			skb->bytes = (uint32_t)(bytes / copied);
		info->held[nr++] = *skb;
	}
	if (copied)
		info->nr_held = nr;
}

/*
 * Where each packet has a page, no more can have been held than the pools had pages: what ends last
 * is none of before.
 */
static void held_bound(struct capture_info *info, const struct held_dev *dev,
		       const struct capture_device *of)
{
	const struct truth *truth = &info->truth;
	uint64_t pages = 0;
	unsigned int nr = 0;

	if (!truth->has_pool || truth->starts_unknown || !has_page_each(of))
		return;
	while (nr < info->nr_held) {
		unsigned int packets = packets_of(of, &info->held[nr]);

		pages += pages_of(packets, packets - 1, dev);
		if (pages > truth->pool_held_start)
			break;
		nr++;
	}
	info->nr_held = nr;
}

/*
 * The receive queue of an skb that @cpu ended: the one that this CPU polled, as it frees what it
 * allocated. A veth's skb is the exception (docs/sources.md, skb-defer); where only one pool of the
 * device has events, what is held counts as its own: with the others nothing is compared.
 */
static uint16_t queue_of(const struct capture_info *info, const struct capture_device *of,
			 const struct held_queue *polled, uint16_t nr)
{
	const struct truth_pool *pool = &info->truth.pools[0];

	if (info->truth.pools_seen == 1 && pool->queue_known && !strcmp(pool->device, of->name))
		return (uint16_t)pool->queue;
	return polled->seen && polled->dev == nr ? polled->queue : 0;
}

void held_fill(struct capture_info *info, const struct before *before, const struct held_dev *dev,
	       uint16_t nr, const struct held_queue queues[LIFETIME_MAX_CPUS])
{
	const struct capture_device *received = capture_default_device(info);
	struct capture_held unseen = {.release_ns = info->span_ns + 1, .method = RELEASE_HELD};
	struct capture_device *of;
	uint64_t pages, most;

	if (!received)
		return;
	of = &info->devices[received - info->devices];
	of->typical_bytes = dev->size;
	/* arrivals may be among what was lost */
	if (info->lost_events)
		return;
	/* skbs that look like it are of other kinds: all pools began in this capture */
	if (info->truth.has_pool && !info->truth.starts_unknown && !info->truth.pool_held_start)
		return;
	info->held_lost = before->lost;
	for (unsigned int i = 0; i < before->nr; i++) {
		const struct before_skb *skb = &before->skbs[i];

		/* the data of a collapsed one is in no page of a driver */
		if (skb->void_ || before_is_collapsed(skb))
			continue;
		add(info, &(struct capture_held){
				  .release_ns = skb->end_ns - info->first_ns,
				  .bytes = skb->bytes,
				  .queue = queue_of(info, of, &queues[skb->cpu], nr),
				  .cpu = skb->cpu,
				  .method = skb->freed ? RELEASE_FREE : RELEASE_COPY,
			  });
	}
	sizes_guess(info, dev->merges);
	for (unsigned int i = 0; i < info->nr_held; i++)
		info->held[i].merged = dev->merges;
	unseen.merged = dev->merges;
	unseen.queue = queue_of(info, of, &(struct held_queue){0}, nr);
	pages = pages_unseen(info, dev, of);
	most = UINT32_MAX / data_of(of);
	info->held_lost += pages > most ? pages - most : 0;
	unseen.bytes = (uint32_t)(pages < most ? pages : most) * data_of(of);
	if (unseen.bytes)
		add(info, &unseen);
	held_bound(info, dev, of);
	for (unsigned int i = 0; i < info->nr_held; i++)
		of->held_before += packets_of(of, &info->held[i]);
}

bool held_next(const struct capture_info *info, const struct capture_device *dev,
	       struct held_cursor *at, struct packet *pkt)
{
	const struct capture_held *skb = &info->held[at->skb];
	uint32_t last;

	if (!dev->held_before || at->skb == info->nr_held)
		return false;
	last = skb->bytes - at->packet * data_of(dev) + DATA_OFFSET;
	*pkt = (struct packet){
		.release_ns = skb->release_ns,
		.bytes = last < data_of(dev) + DATA_OFFSET ? last : data_of(dev) + DATA_OFFSET,
		.flow = FLOW_OF_HELD + at->skb,
		.queue = skb->queue,
		.cpu = skb->cpu,
		.release_cpu = skb->cpu,
		.flags = PACKET_HELD_BEFORE,
		.method = skb->method,
	};
	if (!skb->bytes)
		pkt->bytes = (uint32_t)(dev->bytes / dev->packets) + 14;
	if (at->packet)
		pkt->flags |= skb->merged ? PACKET_GRO : PACKET_ABSORBED;
	else if (skb->merged && skb->bytes > data_of(dev))
		pkt->flags |= PACKET_GRO_HEAD;
	if (++at->packet == packets_of(dev, skb))
		*at = (struct held_cursor){.skb = at->skb + 1};
	return true;
}
