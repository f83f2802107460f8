/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nic.c - what a NIC and its driver ask of buffers: the rows of a preset, and how one packet
 * becomes buffers.
 *
 * Not the ring: nothing here has state or costs a cycle.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "models/kernel_version.h"
#include "models/nic/nic.h"
#include "models/options/option_value.h"
#include "models/options/profile.h"

#define LINE_BYTES    64 /* SMP_CACHE_BYTES: skb data is aligned to it */
#define NIC_ROWS_MAX  32
#define PAGE_MAX      65536 /* the largest PAGE_SIZE in use */
#define MIN_DATA_SIZE 60    /* the smallest packet */
#define ORDER_MAX     5

#define ROW(name, t, field, lo, hi, u, text)                                                       \
	{                                                                                          \
		.key = (name), .type = (t), .offset = offsetof(struct nic, field), .min = (lo),    \
		.max = (hi), .unit = (u), .help = (text)                                           \
	}
#define CHOICE(name, field, words, text)                                                           \
	{                                                                                          \
		.key = (name), .type = OPTION_ENUM, .offset = offsetof(struct nic, field),         \
		.choices = (words), .help = (text)                                                 \
	}

const struct option nic_options[] = {
	ROW("preset", OPTION_TEXT, preset, 0, 0, NULL, "name of the preset the rest starts from"),
	ROW("ring", OPTION_UINT, ring, 8, 65536, "descriptors", "descriptors per queue"),
	ROW("queues", OPTION_UINT, queues, 1, NIC_QUEUES_MAX, "queues", "receive queues"),
	ROW("descriptor", OPTION_BYTES, desc_bytes, 4, 256, "bytes", "size of one descriptor"),
	CHOICE("buffers", buffers, "posted|on_demand",
	       "when buffers are taken: ahead of packets (a ring of real NICs) or as they arrive"),
	ROW("buffer", OPTION_BYTES, buffer_bytes, 0, 1 << 20, "bytes",
	    "posted: bytes one descriptor points at, with headroom and tailroom; on_demand: 0"),
	ROW("order", OPTION_UINT, order, 0, ORDER_MAX, NULL,
	    "order of the pages buffers are cut from"),
	ROW("headroom", OPTION_BYTES, headroom_bytes, 0, 4096, "bytes", "reserved before the data"),
	ROW("tailroom", OPTION_BYTES, tailroom_bytes, 0, 4096, "bytes",
	    "reserved after the data (skb_shared_info)"),
	ROW("refill_batch", OPTION_UINT, refill_batch, 0, 65536, "descriptors",
	    "posted: free descriptors before the driver refills; on_demand: 0"),
	ROW("fifo", OPTION_BYTES, fifo_bytes, 0, 64 << 20, "bytes",
	    "posted: the NIC's internal buffer, where packets wait for DMA behind an IOMMU; "
	    "on_demand: 0"),
	ROW("pool_size", OPTION_UINT, pool_size, 1, 16384, "pages",
	    "entries of a page_pool's pointer ring"),
	ROW("rx_usecs", OPTION_DURATION, rx_usecs_ns, 0, 100000000, "us",
	    "interrupt moderation: time from the first packet to the poll"),
	ROW("rx_frames", OPTION_UINT, rx_frames, 0, 4096, "packets",
	    "packets that end moderation early; 0 = none do"),
	ROW("budget", OPTION_UINT, budget, 1, 4096, "packets", "packets per NAPI poll"),
	{.key = "header_split",
	 .type = OPTION_BOOL,
	 .offset = offsetof(struct nic, header_split),
	 .help = "headers go to a small buffer of their own, data to whole buffers"},
	ROW("copybreak", OPTION_BYTES, copybreak_bytes, 0, 4096, "bytes",
	    "packets up to this size are copied out, their buffer is recycled at once; 0 = none"),
	CHOICE("xdp_tx", xdp_tx, "owned|shared",
	       "a packet that the capture shows XDP sending on: keeps its buffers until the "
	       "transmit completes; or its receiver gets page references of its own and "
	       "the buffers are put at once (veth)"),
	CHOICE("gro", gro, "off|sw|hw",
	       "packets of a flow that one poll receives become one skb, as TCP's do (sw); the "
	       "device merges those that follow each other (hw, needs header_split)"),
	ROW("tx_ring", OPTION_UINT, tx_ring, 8, 65536, "descriptors",
	    "router: TX descriptors per queue"),
	ROW("tx_batch", OPTION_UINT, tx_batch, 1, 4096, "packets",
	    "router: packets per TX completion; the last of a poll has one too"),
	ROW("link", OPTION_RATE, link_bps, 0, 10000000000000, "bit/s",
	    "router: rate of the port; 0: sending takes no time"),
	CHOICE("free_path", free_path, "remote|defer|napi_direct|defer_ring",
	       "where the stack's puts run: on the reader's core; deferred to the core that "
	       "received the packet, direct in its next poll; there at once, always direct; or "
	       "deferred, into the pool's ring (a page_pool that no NAPI context owns)"),
	{.key = "strategy",
	 .type = OPTION_ENUM,
	 .offset = offsetof(struct nic, strategy),
	 .choices = NIC_STRATEGIES,
	 .deflt = "unknown",
	 .help = "the strategy that the driver itself is: what a kernel recorded is compared with "
		 "it alone; a preset may leave it out"},
	{0},
};

const struct option nic_facts[] = {
	{.key = "drivers",
	 .type = OPTION_TEXT,
	 .offset = offsetof(struct nic, drivers),
	 .deflt = "",
	 .help = "kernel drivers that the preset stands for, separated by commas"},
	{.key = "since",
	 .type = OPTION_TEXT,
	 .offset = offsetof(struct nic, since),
	 .deflt = "6.12",
	 .help = "the Linux version from which they behave so"},
	{.key = "max_mtu",
	 .type = OPTION_BYTES,
	 .offset = offsetof(struct nic, max_mtu),
	 .max = 65536,
	 .unit = "bytes",
	 .deflt = "0",
	 .help = "the largest MTU with which they behave so; 0: any"},
	{.key = "pool_follows",
	 .type = OPTION_BOOL,
	 .offset = offsetof(struct nic, pool_follows),
	 .deflt = "no",
	 .help = "the driver makes its page_pool as many times its ring as the preset does"},
	{.key = "jumbo_ring",
	 .type = OPTION_BOOL,
	 .offset = offsetof(struct nic, jumbo_ring),
	 .deflt = "no",
	 .help = "the ring of the preset is the one that ethtool calls RX Jumbo"},
	{.key = "compared",
	 .type = OPTION_BOOL,
	 .offset = offsetof(struct nic, compared),
	 .deflt = "no",
	 .help = "was the preset ever compared with a capture of a real kernel"},
	{0},
};

#define NR(rows) (sizeof(rows) / sizeof((rows)[0]) - 1)
_Static_assert(NR(nic_options) + NR(nic_facts) < NIC_ROWS_MAX, "notes for every row");

static uint64_t line_align(uint64_t bytes)
{
	return (bytes + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
}

/* Data bytes of the first on-demand buffer, whole lines so that its rounded size fits the page. */
static uint64_t head_room(const struct nic *nic, uint64_t page_bytes)
{
	uint64_t taken = nic->headroom_bytes + line_align(nic->tailroom_bytes);

	return page_bytes > taken ? (page_bytes - taken) / LINE_BYTES * LINE_BYTES : 0;
}

/* Bytes of a posted buffer that packets fill. */
static uint64_t posted_room(const struct nic *nic)
{
	if (nic->header_split)
		return nic->buffer_bytes;
	return nic->buffer_bytes - nic->headroom_bytes - nic->tailroom_bytes;
}

/* struct size_text - a size as a user would write it */
struct size_text {
	char text[24];
};

static struct size_text size_text(uint64_t bytes)
{
	struct size_text size;

	bytes_format(bytes, size.text, sizeof(size.text));
	return size;
}

static int posted_check(const struct nic *nic, uint64_t page_bytes, char *err, size_t err_size)
{
	const uint64_t taken = nic->headroom_bytes + nic->tailroom_bytes;

	if (nic->buffer_bytes < taken + MIN_DATA_SIZE)
		snprintf(err, err_size,
			 "buffer: found %s, in which headroom %s and tailroom %s leave no room for "
			 "a packet; expected at least %s",
			 size_text(nic->buffer_bytes).text, size_text(nic->headroom_bytes).text,
			 size_text(nic->tailroom_bytes).text,
			 size_text(taken + MIN_DATA_SIZE).text);
	else if (nic->buffer_bytes > page_bytes << nic->order)
		snprintf(err, err_size,
			 "buffer: found %s, which a block of order %llu (%s) does not hold; "
			 "expected a smaller buffer or a higher order",
			 size_text(nic->buffer_bytes).text, (unsigned long long)nic->order,
			 size_text(page_bytes << nic->order).text);
	else if (!nic->refill_batch || nic->refill_batch > nic->ring)
		snprintf(err, err_size, "refill_batch: found %llu; expected 1 to ring (%llu)",
			 (unsigned long long)nic->refill_batch, (unsigned long long)nic->ring);
	else if (nic->gro == NIC_GRO_HW && !nic->header_split)
		snprintf(err, err_size,
			 "gro: found hw, which merges data behind one header; expected off or sw, "
			 "or header_split: yes");
	else if (nic->copybreak_bytes > posted_room(nic))
		snprintf(err, err_size,
			 "copybreak: found %s; expected at most what a buffer holds (%s)",
			 size_text(nic->copybreak_bytes).text, size_text(posted_room(nic)).text);
	else
		return 0;
	return -EINVAL;
}

/* A key that on-demand buffers have no use for, and that has a value. */
static void not_on_demand(const struct nic *nic, const char *key, char *err, size_t err_size)
{
	const struct option *row = nic_options;
	char found[32];

	while (strcmp(row->key, key))
		row++;
	value_format(row, nic, found, sizeof(found));
	snprintf(err, err_size,
		 "%s: found %s, which means nothing with buffers: on_demand; expected %s", key,
		 row->type == OPTION_BOOL ? "yes" : found,
		 row->type == OPTION_BOOL   ? "no"
		 : row->type == OPTION_ENUM ? "off or sw"
					    : "0");
}

static int on_demand_check(const struct nic *nic, uint64_t page_bytes, char *err, size_t err_size)
{
	const char *only_posted = nic->buffer_bytes	   ? "buffer"
				  : nic->order		   ? "order"
				  : nic->refill_batch	   ? "refill_batch"
				  : nic->header_split	   ? "header_split"
				  : nic->gro == NIC_GRO_HW ? "gro"
				  : nic->fifo_bytes	   ? "fifo"
				  : nic->copybreak_bytes   ? "copybreak"
							   : NULL;

	if (only_posted)
		not_on_demand(nic, only_posted, err, err_size);
	else if (!head_room(nic, page_bytes))
		snprintf(err, err_size,
			 "headroom: found %s, which fills a page of %s with tailroom %s; expected "
			 "less",
			 size_text(nic->headroom_bytes).text, size_text(page_bytes).text,
			 size_text(nic->tailroom_bytes).text);
	else
		return 0;
	return -EINVAL;
}

int nic_check(const struct nic *nic, unsigned int page_bytes, char *err, size_t err_size)
{
	if (nic->buffers == NIC_POSTED)
		return posted_check(nic, page_bytes, err, err_size);
	return on_demand_check(nic, page_bytes, err, err_size);
}

/* What no page size can make right; the page size itself is the scenario's business. */
static int preset_check(const struct nic *nic, const char *name, char *err, size_t err_size)
{
	char wrong[OPTION_TEXT_MAX];
	unsigned int version;

	if (kernel_version_parse(nic->since, &version)) {
		snprintf(err, err_size,
			 "NIC preset %s: since: found \"%.32s\"; expected a version of Linux, "
			 "such as 6.12",
			 name, nic->since);
		return -EINVAL;
	}
	if (!nic_check(nic, PAGE_MAX, wrong, sizeof(wrong)))
		return 0;
	snprintf(err, err_size, "NIC preset %s: %s", name, wrong);
	return -EINVAL;
}

int nic_load(struct nic *nic, const char *name, const char *dir, char *err, size_t err_size)
{
	struct option rows[NIC_ROWS_MAX];
	struct option_note notes[NIC_ROWS_MAX] = {0};
	bool given[NIC_ROWS_MAX] = {false};
	struct option_set set = {
		.table = rows,
		.obj = nic,
		.notes = notes,
		.given = given,
	};
	int ret;

	memcpy(rows, nic_options, sizeof(nic_options));
	memcpy(rows + NR(nic_options), nic_facts, sizeof(nic_facts));
	memset(nic, 0, sizeof(*nic));
	ret = profile_load(&set, "NIC preset", name, dir, err, err_size);
	return ret ? ret : preset_check(nic, name, err, err_size);
}

/* Number of @word in NIC_STRATEGIES, of which it is one. */
static unsigned int strategy_number(const char *word)
{
	const char *at = strstr(NIC_STRATEGIES, word);
	unsigned int n = 0;

	for (const char *c = NIC_STRATEGIES; c < at; c++)
		n += *c == '|';
	return n;
}

void nic_for_kernel(struct nic *nic, unsigned int version)
{
	if (kernel_frag_counts_up(version) && nic->strategy == strategy_number("frag_countdown"))
		nic->strategy = strategy_number("frag_countup");
}

void nic_strategy(const struct nic *nic, char *name, size_t size)
{
	const char *word = NIC_STRATEGIES;

	for (unsigned int i = 0; i < nic->strategy; i++)
		word += strcspn(word, "|") + 1;
	snprintf(name, size, "%.*s", nic->strategy ? (int)strcspn(word, "|") : 0, word);
}

unsigned int nic_copied(const struct nic *nic, unsigned int pkt_bytes)
{
	if (pkt_bytes <= nic->copybreak_bytes)
		return pkt_bytes;
	if (!nic->header_split)
		return 0;
	return pkt_bytes < NIC_HEADER_BYTES ? pkt_bytes : NIC_HEADER_BYTES;
}

unsigned int nic_max_bytes(const struct nic *nic, unsigned int page_bytes)
{
	if (nic->buffers == NIC_ON_DEMAND)
		return head_room(nic, page_bytes) + (NIC_MAX_BUFS - 1) * page_bytes;
	if (nic->header_split)
		return NIC_HEADER_BYTES + (NIC_MAX_BUFS - 1) * posted_room(nic);
	return NIC_MAX_BUFS * posted_room(nic);
}

bool nic_widen(struct nic *nic, unsigned int page_bytes, unsigned int pkt_bytes)
{
	struct nic wide = *nic;
	char err[OPTION_TEXT_MAX];

	if (nic->buffers == NIC_ON_DEMAND)
		return false;
	wide.header_split = true;
	for (wide.order = 0; wide.order <= ORDER_MAX; wide.order++) {
		wide.buffer_bytes = (uint64_t)page_bytes << wide.order;
		if (nic_check(&wide, page_bytes, err, sizeof(err)) ||
		    nic_max_bytes(&wide, page_bytes) < pkt_bytes)
			continue;
		*nic = wide;
		return true;
	}
	return false;
}

unsigned int nic_data_offset(const struct nic *nic, unsigned int i)
{
	if (nic->header_split || (nic->buffers == NIC_ON_DEMAND && i))
		return 0;
	return (unsigned int)nic->headroom_bytes;
}

static int split_posted(const struct nic *nic, uint64_t left, unsigned int *size,
			unsigned int *fill)
{
	const uint64_t room = posted_room(nic);
	const int most = nic->header_split ? NIC_MAX_BUFS - 1 : NIC_MAX_BUFS;
	int n = 0;

	if (nic->header_split && left) {
		left = left > NIC_HEADER_BYTES ? left - NIC_HEADER_BYTES : 0;
		size[0] = (unsigned int)nic->buffer_bytes;
		fill[0] = (unsigned int)(left < room ? left : room);
		left -= fill[n++];
	}
	for (; left; n++) {
		if (n == most)
			return -EMSGSIZE;
		size[n] = (unsigned int)nic->buffer_bytes;
		fill[n] = (unsigned int)(left < room ? left : room);
		left -= fill[n];
	}
	return n;
}

static int split_on_demand(const struct nic *nic, uint64_t left, uint64_t page_bytes,
			   unsigned int *size, unsigned int *fill)
{
	const uint64_t room = head_room(nic, page_bytes);
	int n = 0;

	if (!left)
		return 0;
	fill[0] = (unsigned int)(left < room ? left : room);
	size[0] = (unsigned int)(nic->headroom_bytes + line_align(fill[0]) +
				 line_align(nic->tailroom_bytes));
	for (left -= fill[n++]; left; left -= fill[n++]) {
		if (n == NIC_MAX_BUFS)
			return -EMSGSIZE;
		size[n] = fill[n] = (unsigned int)(left < page_bytes ? left : page_bytes);
	}
	return n;
}

int nic_split(const struct nic *nic, unsigned int pkt_bytes, unsigned int page_bytes,
	      unsigned int size[NIC_MAX_BUFS], unsigned int fill[NIC_MAX_BUFS])
{
	if (nic->buffers == NIC_POSTED)
		return split_posted(nic, pkt_bytes, size, fill);
	return split_on_demand(nic, pkt_bytes, page_bytes, size, fill);
}
