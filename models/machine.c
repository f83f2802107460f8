/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * machine.c - the rows of a machine profile and what must hold between them.
 *
 * Numbers live in models/machines/NAME.yaml, never here: a row says where a number goes, in which
 * unit it is written and what is absurd. Ranges are wide; they catch slips of the keyboard, not
 * opinions.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "models/machine.h"
#include "models/options/option_value.h"
#include "models/options/profile.h"

#define LINE_BYTES 64

#define ROW(name, t, field, lo, hi, u, text)                                                       \
	{                                                                                          \
		.key = (name), .type = (t), .offset = offsetof(struct machine, field),             \
		.min = (lo), .max = (hi), .unit = (u), .help = (text)                              \
	}
/* up to a million cycles */
#define COST(key, f, help)	       ROW(key, OPTION_MILLI, f, 0, 1000000000, "cycles", help)
/* a thousandth to a hundred */
#define RATE(key, f, u, help)	       ROW(key, OPTION_MILLI, f, 1, 100000, u, help)
#define COUNT(key, f, lo, hi, u, help) ROW(key, OPTION_UINT, f, lo, hi, u, help)
/* the cache model counts lines of 64 bytes in 32 bits */
#define SIZE(key, f, help)	       ROW(key, OPTION_BYTES, f, 4096, 1ull << 37, "bytes", help)
/* 100 MHz to 10 GHz, held in kHz */
#define CLOCK(key, f, help)	       ROW(key, OPTION_MILLI, f, 100000, 10000000, "MHz", help)

const struct option machine_options[] = {
	{.key = "name",
	 .type = OPTION_TEXT,
	 .offset = offsetof(struct machine, name),
	 .help = "name of the profile"},
	{.key = "description",
	 .type = OPTION_TEXT,
	 .offset = offsetof(struct machine, description),
	 .help = "which machine it stands for, one line"},

	COUNT("core.count", cores, 1, 4096, "cores", "cores of one socket"),
	COUNT("core.sockets", sockets, 1, 2, "sockets",
	      "sockets the machine has; the NIC is on the first"),
	CLOCK("core.clock", khz, "core clock"),
	/* down to 1 MHz: the virtual counter of arm64 is no TSC */
	ROW("core.tsc_clock", OPTION_MILLI, tsc_khz, 1000, 10000000, "MHz",
	    "clock of the time stamp counter"),
	{.key = "page_size",
	 .type = OPTION_BYTES,
	 .offset = offsetof(struct machine, page_bytes),
	 .min = 4096,
	 .max = 65536,
	 .unit = "bytes",
	 .form = MACHINE_PAGE_SIZES,
	 .takes = machine_page_size,
	 .help = "PAGE_SIZE of its kernel; a scenario's page_size goes before it"},

	RATE("exec.width", width_milli, "instructions/cycle", "instructions that can issue"),
	RATE("exec.loads", loads_milli, "loads/cycle", "loads that can hit L1"),
	RATE("exec.stores", stores_milli, "stores/cycle", "stores that can hit L1"),
	RATE("exec.block", block_milli, "instructions",
	     "instructions of a basic block besides its loads, stores and atomics"),
	COUNT("exec.window", window, 1, 4096, "instructions",
	      "reorder buffer: how far the core runs ahead of a load that misses"),
	COUNT("exec.store_buffer", store_buffer, 1, 1024, "stores",
	      "stores that wait behind one that misses before the core does"),
	COST("exec.atomic", atomic_mcycles, "a locked operation on a line the core already owns"),
	{.key = "exec.atomic_overlaps",
	 .type = OPTION_BOOL,
	 .offset = offsetof(struct machine, atomic_overlaps),
	 .help = "loads and stores go past a locked operation, which is one more port"},
	COST("exec.lock", lock_mcycles, "spin lock + unlock, uncontended, its line already owned"),

	SIZE("cache.l1.bytes", l1_bytes, "L1 data, per core"),
	COUNT("cache.l1.ways", l1_ways, 1, 64, "ways", "L1 associativity"),
	SIZE("cache.l2.bytes", l2_bytes, "L2, per core"),
	COUNT("cache.l2.ways", l2_ways, 1, 64, "ways", "L2 associativity"),
	COST("cache.l2.stall", l2_stall_mcycles, "found in L2: latency beyond an L1 hit"),
	SIZE("cache.llc.bytes", llc_bytes, "last level, shared by the socket"),
	COUNT("cache.llc.ways", llc_ways, 1, 64, "ways", "last-level associativity"),
	COUNT("cache.llc.ddio_ways", ddio_ways, 0, 64, "ways",
	      "last-level ways a device may write into; 0 = device writes go to memory"),
	COST("cache.llc.stall", llc_stall_mcycles, "found in the last level: beyond an L1 hit"),
	COST("cache.remote.stall", remote_stall_mcycles,
	     "found in another core of the socket: beyond an L1 hit"),
	COST("cache.socket.stall", socket_stall_mcycles,
	     "found in the other socket, its cores or last level: beyond an L1 hit"),
	COST("cache.memory.stall", memory_stall_mcycles, "found in memory: beyond an L1 hit"),
	COST("cache.memory.remote_stall", memory_remote_stall_mcycles,
	     "found in the other socket's memory: beyond an L1 hit"),
	COUNT("cache.stream.lines", stream_lines, 1, 256, "lines",
	      "lines a core keeps in flight while it copies"),
	ROW("cache.stream.copy", OPTION_MILLI, stream_copy_mcycles, 0, 1000000, "cycles/byte",
	    "receive copy to user space of what is in L2 or the last level"),

	COST("page_allocator.order0", page_order_mcycles[0], "alloc + free of one page, one CPU"),
	COST("page_allocator.order1", page_order_mcycles[1], "the same, 2 pages"),
	COST("page_allocator.order2", page_order_mcycles[2], "the same, 4 pages"),
	COST("page_allocator.order3", page_order_mcycles[3], "the same, 8 pages"),
	COST("page_allocator.order4", page_order_mcycles[4], "the same, 16 pages"),
	COST("page_allocator.order5", page_order_mcycles[5], "the same, 32 pages"),
	COST("page_allocator.bulk", bulk_page_mcycles, "alloc + free per page in bulks of 64"),
	COUNT("page_allocator.pcp_batch", pcp_batch, 1, 65536, "pages",
	      "pages moved between buddy and per-CPU list under one zone lock"),
	COUNT("page_allocator.pcp_high", pcp_high, 1, 1 << 24, "pages",
	      "pages a per-CPU list keeps before it gives a batch back"),
	COUNT("page_allocator.pcp_max_order", pcp_max_order, 0, 3, "order",
	      "highest order with per-CPU lists; higher ones take the zone lock each time"),
	COST("page_allocator.zone_page", zone_page_mcycles,
	     "one page moved between buddy and per-CPU list"),
	COST("slab.object", slab_mcycles, "kmalloc + kfree of one small object"),

	COST("iommu.iova", iommu_iova_mcycles, "I/O virtual address taken + given back"),
	COST("iommu.iova_tree", iommu_iova_tree_mcycles,
	     "what the address tree adds when no magazine serves, taken + given back, without the "
	     "walk"),
	COST("iommu.map", iommu_pt_map_mcycles, "page-table work of one map, first page"),
	COST("iommu.map_next", iommu_pt_map_next_mcycles, "the same, each further page"),
	COST("iommu.unmap", iommu_pt_unmap_mcycles, "page-table work of one unmap, first page"),
	COST("iommu.unmap_next", iommu_pt_unmap_next_mcycles, "the same, each further page"),
	COST("iommu.invalidate", iommu_invalidate_mcycles, "one IOTLB invalidation, waited for"),
	COST("iommu.invalidate_issue", iommu_invalidate_issue_mcycles,
	     "of iommu.invalidate, the command's way into the queue, under its lock"),
	{.key = "iommu.invalidate_walk",
	 .type = OPTION_BOOL,
	 .offset = offsetof(struct machine, iommu_invalidate_walk),
	 .help = "an invalidation drops the walk-cache entries of its addresses too"},
	COST("iommu.flush_queue", iommu_flush_queue_mcycles,
	     "lazy: what queueing a range for the flush adds to its unmap"),
	COUNT("iommu.iotlb.entries", iotlb_entries, 0, 65536, "entries", "IOTLB of the device"),
	COUNT("iommu.iotlb.ways", iotlb_ways, 1, 64, "ways", "IOTLB associativity"),
	COUNT("iommu.walk_entries", walk_entries, 0, 4096, "entries",
	      "page-walk cache, per upper level of the page table"),
	COST("dma.direct", dma_direct_mcycles, "dma_map or dma_unmap without an IOMMU"),
	{.key = "dma.coherent",
	 .type = OPTION_BOOL,
	 .offset = offsetof(struct machine, dma_coherent),
	 .help = "devices see the CPUs' caches"},
	COST("dma.sync_line", dma_sync_line_mcycles,
	     "where they do not: one line cleaned or invalidated by dma_map, dma_unmap, dma_sync"),
	COUNT("dma.page", dma_page_ns, 0, 1000000, "ns",
	      "the device moves 4096 bytes whose translations are known"),
	COUNT("dma.walk_read", dma_read_ns, 0, 1000000, "ns",
	      "what one memory read of a page walk adds to it"),

	COST("stack.poll", poll_mcycles, "interrupt, softirq entry and exit, per NAPI poll"),
	COST("stack.skb", skb_alloc_mcycles, "skb alloc + free"),
	COST("stack.driver", driver_pkt_mcycles,
	     "driver's poll routine, per packet, without buffers and descriptors"),
	COST("stack.xdp_tx", xdp_tx_mcycles,
	     "XDP_TX or redirect, per packet, completion included, without descriptors"),
	COST("stack.gro", gro_pkt_mcycles,
	     "GRO, per packet it looks at; one that it merges frees its skb besides"),
	COST("stack.skb_path", skb_path_mcycles,
	     "driver to socket queue, per skb, without the skb itself, buffers and copy"),
	ROW("stack.copy_per_byte", OPTION_MILLI, copy_byte_mcycles, 0, 1000000, "cycles/byte",
	    "receive copy to user space wherever the lines are, for cache.payload_sampling: 0"),
	COST("stack.reader_wake", reader_wake_mcycles, "wake-up, recvmsg() entry and exit"),
	{0},
};

_Static_assert(sizeof(machine_options) / sizeof(machine_options[0]) <= MACHINE_MAX_ROWS,
	       "notes for every row");

bool machine_page_size(const void *bytes)
{
	uint64_t size;

	memcpy(&size, bytes, sizeof(size));
	return size == 4096 || size == 16384 || size == 65536;
}

static const struct option *row_at(size_t offset)
{
	const struct option *row = machine_options;

	while (row->offset != offset)
		row++;
	return row;
}

/* What the cache model needs of a geometry. Return: is it wrong? */
static bool cache_wrong(const struct machine *m, char *what, size_t size)
{
	const struct {
		const char *name;
		uint64_t bytes, ways;
	} caches[] = {
		{"l1", m->l1_bytes, m->l1_ways},
		{"l2", m->l2_bytes, m->l2_ways},
		{"llc", m->llc_bytes, m->llc_ways},
	};
	char found[32];

	for (size_t i = 0; i < sizeof(caches) / sizeof(caches[0]); i++) {
		if (caches[i].bytes % (LINE_BYTES * caches[i].ways) == 0)
			continue;
		bytes_format(caches[i].bytes, found, sizeof(found));
		snprintf(what, size,
			 "cache.%s.bytes: found %s; expected a multiple of 64 bytes x "
			 "cache.%s.ways (%" PRIu64 ")",
			 caches[i].name, found, caches[i].name, caches[i].ways);
		return true;
	}
	return false;
}

/* A value that another one limits, or divides. Return: is it wrong? */
static bool pair_wrong(const struct machine *m, char *what, size_t size)
{
	const struct {
		size_t offset, limit;
	} pairs[] = {
		{offsetof(struct machine, ddio_ways), offsetof(struct machine, llc_ways)},
		{offsetof(struct machine, iommu_invalidate_issue_mcycles),
		 offsetof(struct machine, iommu_invalidate_mcycles)},
		{offsetof(struct machine, pcp_batch), offsetof(struct machine, pcp_high)},
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct option *row = row_at(pairs[i].offset), *most = row_at(pairs[i].limit);
		char found[32], limit[32];
		uint64_t value, max;

		memcpy(&value, (const char *)m + row->offset, sizeof(value));
		memcpy(&max, (const char *)m + most->offset, sizeof(max));
		if (value <= max)
			continue;
		value_format(row, m, found, sizeof(found));
		value_format(most, m, limit, sizeof(limit));
		snprintf(what, size, "%s: found %s; expected at most %s (%s)", row->key, found,
			 most->key, limit);
		return true;
	}
	if (m->iotlb_entries % m->iotlb_ways == 0)
		return false;
	snprintf(what, size,
		 "iommu.iotlb.entries: found %" PRIu64
		 "; expected a multiple of iommu.iotlb.ways (%" PRIu64 ")",
		 m->iotlb_entries, m->iotlb_ways);
	return true;
}

int machine_load(struct machine_profile *profile, const char *name, const char *dir, char *err,
		 size_t err_size)
{
	struct option_set set = {
		.table = machine_options,
		.obj = &profile->m,
		.notes = profile->notes,
		.given = profile->given,
	};
	char wrong[OPTION_TEXT_MAX];
	int ret;

	memset(profile, 0, sizeof(*profile));
	ret = profile_load(&set, "machine profile", name, dir, err, err_size);
	if (ret)
		return ret;
	if (!cache_wrong(&profile->m, wrong, sizeof(wrong)) &&
	    !pair_wrong(&profile->m, wrong, sizeof(wrong)))
		return 0;
	snprintf(err, err_size, "machine profile %s: %s", name, wrong);
	return -EINVAL;
}
