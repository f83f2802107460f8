/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario_rows.c - the rows of a scenario: its own, those of traffic.* and those of the NIC.
 */
#include "sim/scenario/scenario_rows.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "models/cpu/core.h"
#include "models/iommu/iommu.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/traffic_rows.h"

#define FIELD(f) offsetof(struct scenario, f)

static const struct option own_rows[] = {
	{.key = "name",
	 .type = OPTION_TEXT,
	 .offset = FIELD(name),
	 .deflt = "scenario",
	 .help = "names the output folder"},
	{.key = "machine",
	 .type = OPTION_TEXT,
	 .offset = FIELD(machine),
	 .deflt = "x86-100g",
	 .help = "machine profile: a name from `fragsim list machines`, or a path"},
	{.key = "seed",
	 .type = OPTION_UINT,
	 .offset = FIELD(seed),
	 .max = INT64_MAX, /* JSON knows no more */
	 .deflt = "1",
	 .help = "of everything random; same seed, same bytes out"},
	{.key = "duration",
	 .type = OPTION_DURATION,
	 .offset = FIELD(duration_ns),
	 .max = 86400000000000u,
	 .deflt = "0s",
	 .help = "traffic after this is left out; 0s: all of a capture, or until traffic.packets"},
	{.key = "page_size",
	 .type = OPTION_BYTES,
	 .offset = FIELD(page_size),
	 .min = 4096,
	 .max = 65536,
	 .help = "PAGE_SIZE: 4K, 16K or 64K; not given: that of the machine profile"},
	{.key = "memory",
	 .type = OPTION_BYTES,
	 .offset = FIELD(memory_bytes),
	 .min = 16 << 20,
	 .max = 1ull << 36,
	 .deflt = "4G",
	 .help = "memory the page allocator has"},
	{.key = "iommu",
	 .type = OPTION_ENUM,
	 .offset = FIELD(iommu),
	 .choices = IOMMU_MODES,
	 .deflt = "off",
	 .help = "off, on with identity mapping, deferred invalidation, or one invalidation per "
		 "unmap"},
	{.key = "page_allocator.min_free",
	 .type = OPTION_BYTES,
	 .offset = FIELD(min_free_bytes),
	 .max = 1ull << 36,
	 .deflt = "0",
	 .help = "min watermark (vm.min_free_kbytes); 0: as Linux computes it from the memory"},
	{.key = "page_allocator.fragmentation",
	 .type = OPTION_MILLI,
	 .offset = FIELD(taken_permille),
	 .max = 950,
	 .deflt = "0",
	 .unit = "fraction",
	 .help = "share of memory that others hold in single pages, scattered: a block of order n "
		 "is "
		 "free with chance (1 - share)^(2^n)"},
	{.key = "page_allocator.group_2m",
	 .type = OPTION_BOOL,
	 .offset = FIELD(group_2m),
	 .deflt = "no",
	 .help = "each CPU takes its pages from one 2 MB region after the other"},
	{.key = "page_allocator.node1",
	 .type = OPTION_BYTES,
	 .offset = FIELD(node1_bytes),
	 .max = 1ull << 36,
	 .deflt = "0",
	 .help = "part of the memory that is on NUMA node 1; 0: there is one node"},
	{.key = "page_allocator.nid",
	 .type = OPTION_ENUM,
	 .offset = FIELD(nid),
	 .choices = "local|0|1",
	 .deflt = "local",
	 .help = "NUMA node that drivers ask for: of the CPU that runs, or this one (the NIC's)"},
	{.key = "dma_coherent",
	 .type = OPTION_ENUM,
	 .offset = FIELD(dma_coherent),
	 .choices = "machine|yes|no",
	 .deflt = "machine",
	 .help = "devices see the CPUs' caches: as the profile says, or not as it says"},
	{.key = "cache.payload_sampling",
	 .type = OPTION_UINT,
	 .offset = FIELD(payload_sampling),
	 .max = PAYLOAD_SAMPLING_MAX,
	 .deflt = "16",
	 .help = "payload through the caches: 1 every line, 2 to 64 (a power of two) the lines of "
		 "one "
		 "in so many sets, 0 none of it: a copy costs the same wherever its lines are"},
	{.key = "workload.kind",
	 .type = OPTION_ENUM,
	 .offset = FIELD(kind),
	 .choices = "host|drop|router",
	 .deflt = "host",
	 .help = "host: packets go to a socket; drop: XDP_DROP, straight back to the driver; "
		 "router: out "
		 "of the same port, back when they were sent"},
	{.key = "workload.forward",
	 .type = OPTION_ENUM,
	 .offset = FIELD(forward),
	 .choices = "xdp_tx|redirect",
	 .deflt = "xdp_tx",
	 .help = "router: sent pages are put in the queue's own NAPI, directly, or in another "
		 "device's"},
	{.key = "workload.reader.core",
	 .type = OPTION_UINT,
	 .offset = FIELD(reader_core),
	 .max = CORE_MAX - 1,
	 .deflt = "1",
	 .help = "core the modelled reader runs on"},
	{.key = "workload.reader.socket",
	 .type = OPTION_UINT,
	 .offset = FIELD(reader_socket),
	 .max = 1,
	 .deflt = "0",
	 .help = "socket of that core; the NIC and the cores of its queues are on socket 0"},
	{.key = "workload.reader.pattern",
	 .type = OPTION_ENUM,
	 .offset = FIELD(pattern),
	 .choices = "steady|bursty|stalled",
	 .deflt = "steady",
	 .help = "reads at once; every workload.reader.pause; or not before the traffic ends"},
	{.key = "workload.reader.pause",
	 .type = OPTION_DURATION,
	 .offset = FIELD(pause_ns),
	 .min = 1000,
	 .max = 60000000000u,
	 .deflt = "10ms",
	 .help = "bursty reader: time between two wake-ups"},
	{.key = "workload.rcvbuf",
	 .type = OPTION_BYTES,
	 .offset = FIELD(rcvbuf_bytes),
	 .min = 4096,
	 .max = 1ull << 40,
	 .deflt = "6M",
	 .help = "sk_rcvbuf of the modelled reader's socket (twice what SO_RCVBUF sets): while it "
		 "holds more "
		 "truesize, packets are dropped"},
	{.key = "strategies",
	 .type = OPTION_LIST,
	 .offset = FIELD(strategies),
	 .deflt = "pingpong,page_pool_frag,frag_countdown,page_alloc",
	 .help = "strategies to compare, each ID or ID:option=value"},
};

#define NR_OWN (sizeof(own_rows) / sizeof(own_rows[0]))

static struct option all_rows[SCENARIO_MAX_ROWS + 1];
static char nic_keys[SCENARIO_MAX_ROWS][48];

const struct option *scenario_options(void)
{
	unsigned int n = NR_OWN;

	if (all_rows[0].key)
		return all_rows;
	memcpy(all_rows, own_rows, sizeof(own_rows));
	for (const struct option *row = traffic_rows; row->key; row++)
		all_rows[n++] = *row;
	for (const struct option *row = nic_options; row->key && n < SCENARIO_MAX_ROWS; row++) {
		struct option *o = &all_rows[n];

		snprintf(nic_keys[n], sizeof(nic_keys[n]), "nic.%s", row->key);
		*o = *row;
		o->key = nic_keys[n++];
		o->offset += FIELD(nic);
		if (!strcmp(row->key, "preset"))
			o->deflt = "generic-100g";
	}
	return all_rows;
}
