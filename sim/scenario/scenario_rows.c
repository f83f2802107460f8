/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario_rows.c - the rows of a scenario: its own, those of traffic.* and those of the NIC.
 */
#include "sim/scenario/scenario_rows.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/cpu/core.h"
#include "models/iommu/iommu.h"
#include "models/kernel_version.h"
#include "models/machine.h"
#include "models/options/option_value.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/traffic_rows.h"

#define FIELD(f) offsetof(struct scenario, f)

#define DIGITS(n)  #n
#define UP_TO(max) DIGITS(max)

static bool power_of_two(const void *field)
{
	uint64_t value;

	memcpy(&value, field, sizeof(value));
	return !(value & (value - 1));
}

static bool kernel_is(const void *text)
{
	unsigned int version;

	return !kernel_version_parse(text, &version);
}

static bool defer_max_is(const void *field)
{
	const char *text = field;

	return !strcmp(text, "kernel") ||
	       (*text && strspn(text, "0123456789") == strlen(text) && strlen(text) <= 5 &&
		strtoul(text, NULL, 10) <= KERNEL_DEFER_MAX);
}

static const struct option own_rows[] = {
	{.key = "name",
	 .type = OPTION_TEXT,
	 .offset = FIELD(name),
	 .deflt = "scenario",
	 .min = 1,
	 .help = "name of the output folder"},
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
	 .help = "seed of everything random; same seed, same bytes out"},
	{.key = "duration",
	 .type = OPTION_DURATION,
	 .offset = FIELD(duration_ns),
	 .max = 86400000000000u,
	 .deflt = "0s",
	 .help = "length of the traffic; 0s: all of a capture, or until traffic.packets"},
	{.key = "page_size",
	 .type = OPTION_BYTES,
	 .offset = FIELD(page_size),
	 .min = 4096,
	 .max = 65536,
	 .form = MACHINE_PAGE_SIZES,
	 .takes = machine_page_size,
	 .help = "PAGE_SIZE; default: that of the machine profile"},
	{.key = "kernel",
	 .type = OPTION_TEXT,
	 .offset = FIELD(kernel),
	 .deflt = KERNEL_VERSION_DEFAULT,
	 .form = "a version of Linux such as " KERNEL_VERSION_LISTED ", or what uname -r prints",
	 .takes = kernel_is,
	 .help = "the Linux that a run stands for: " KERNEL_VERSION_LISTED
		 ", or what uname -r prints; another version behaves as the next of these below it "
		 "(below all: " KERNEL_VERSION_DEFAULT "), and a note says so"},
	{.key = "memory",
	 .type = OPTION_BYTES,
	 .offset = FIELD(memory_bytes),
	 .min = 16 << 20,
	 .max = 1ull << 36,
	 .deflt = "4G",
	 .help = "memory of the page allocator"},
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
	 .help = "share of memory held by others in scattered single pages: a block of order n is "
		 "free with probability (1 - share)^(2^n)"},
	{.key = "page_allocator.group_2m",
	 .type = OPTION_BOOL,
	 .offset = FIELD(group_2m),
	 .deflt = "no",
	 .help = "each CPU takes its pages from one 2 MB region at a time"},
	{.key = "page_allocator.node1",
	 .type = OPTION_BYTES,
	 .offset = FIELD(node1_bytes),
	 .max = 1ull << 36,
	 .deflt = "0",
	 .help = "memory on NUMA node 1; 0: a single node"},
	{.key = "page_allocator.nid",
	 .type = OPTION_ENUM,
	 .offset = FIELD(nid),
	 .choices = "local|0|1",
	 .deflt = "local",
	 .help = "NUMA node that drivers allocate from: that of the running CPU, or a fixed one "
		 "(the NIC's)"},
	{.key = "dma_coherent",
	 .type = OPTION_ENUM,
	 .offset = FIELD(dma_coherent),
	 .choices = "machine|yes|no",
	 .deflt = "machine",
	 .help = "devices snoop the CPUs' caches: as in the profile, or overridden"},
	{.key = "cache.payload_sampling",
	 .type = OPTION_UINT,
	 .offset = FIELD(payload_sampling),
	 .max = PAYLOAD_SAMPLING_MAX,
	 .deflt = "16",
	 .form = "0, or a power of two up to " UP_TO(PAYLOAD_SAMPLING_MAX),
	 .takes = power_of_two,
	 .help = "payload lines that go through the caches: 1: all; 2 to 64 (a power of two): "
		 "those of one set in so many; 0: none, a copy costs the same wherever its lines "
		 "are"},
	{.key = "net.skb_defer_max",
	 .type = OPTION_TEXT,
	 .offset = FIELD(skb_defer_text),
	 .deflt = "kernel",
	 .form = "kernel, or a number from 0 to " UP_TO(KERNEL_DEFER_MAX),
	 .takes = defer_max_is,
	 .help = "nic.free_path defer: net.core.skb_defer_max, most skbs that wait for the CPU "
		 "that "
		 "received them; 0: none do; kernel: as that kernel starts with it, 64 or since "
		 "6.19 128"},
	{.key = "workload.kind",
	 .type = OPTION_ENUM,
	 .offset = FIELD(kind),
	 .choices = "host|drop|router",
	 .deflt = "host",
	 .help = "host: to a socket; drop: XDP_DROP, buffers go straight back to the driver; "
		 "router: out of the same port, buffers come back after transmission"},
	{.key = "workload.forward",
	 .type = OPTION_ENUM,
	 .offset = FIELD(forward),
	 .choices = "xdp_tx|redirect",
	 .deflt = "xdp_tx",
	 .help = "router: transmitted pages are put in the queue's own NAPI, directly, or in "
		 "another device's"},
	{.key = "workload.reader.core",
	 .type = OPTION_UINT,
	 .offset = FIELD(reader_core),
	 .max = CORE_MAX - 1,
	 .deflt = "1",
	 .help = "core of the modelled reader"},
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
	 .help = "steady: reads at once; bursty: every workload.reader.pause; stalled: not before "
		 "the traffic ends"},
	{.key = "workload.reader.pause",
	 .type = OPTION_DURATION,
	 .offset = FIELD(pause_ns),
	 .min = 1000,
	 .max = 60000000000u,
	 .deflt = "10ms",
	 .help = "bursty reader: time between two wake-ups"},
	{.key = "workload.reader.bytes",
	 .type = OPTION_BYTES,
	 .offset = FIELD(reader_bytes),
	 .max = 1ull << 40,
	 .deflt = "0",
	 .help = "bursty reader: bytes it reads in a wake-up at most, headers not counted; 0: all "
		 "there are. The rest is read when the traffic has ended"},
	{.key = "workload.rcvbuf",
	 .type = OPTION_BYTES,
	 .offset = FIELD(rcvbuf_bytes),
	 .min = 4096,
	 .max = 1ull << 40,
	 .deflt = "6M",
	 .help = "sk_rcvbuf of the reader's socket (twice what SO_RCVBUF sets), for all flows: "
		 "packets are dropped while it holds more truesize; TCP collapses its queue first"},
	{.key = "strategies",
	 .type = OPTION_LIST,
	 .offset = FIELD(strategies),
	 .deflt = "pingpong,page_pool_frag,frag_countdown,page_alloc",
	 .form = "at most 16 strategies (fragsim list strategies)",
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
		/* what is not given comes from the preset */
		o->deflt = strcmp(row->key, "preset") ? NULL : "generic-100g";
	}
	return all_rows;
}

void scenario_value(const struct scenario *s, const char *key, char *buf, size_t size)
{
	const struct option *row = scenario_options();

	while (strcmp(row->key, key))
		row++;
	value_format(row, s, buf, size);
}
