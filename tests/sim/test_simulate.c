/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_simulate.c - contract of a run, over every strategy: whatever the traffic and the
 * consumer, the accounts balance (simulate() itself checks conservation and, here, every
 * invariant of --check), and numbers that can be worked out by hand come out exactly.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "alloc/rx/strategy_table.h"
#include "alloc/strategy.h"
#include "sim_run.h"

#define SETTINGS(...) ((const char *const[]){__VA_ARGS__, NULL})

struct situation {
	const char *name;
	const char *settings[10];
};

/* Each is small: a few thousand packets. */
static const struct situation situations[] = {
	{"steady", {"duration=5ms", "traffic.rate=10G"}},
	{"bursty",
	 {"duration=10ms", "traffic.rate=5G", "workload.reader.pattern=bursty",
	  "workload.reader.pause=2ms", "workload.rcvbuf=64M"}},
	{"stalled",
	 {"duration=5ms", "traffic.rate=5G", "workload.reader.pattern=stalled",
	  "workload.rcvbuf=64M"}},
	{"rcvbuf full",
	 {"duration=5ms", "traffic.rate=5G", "workload.reader.pattern=stalled",
	  "workload.rcvbuf=1M"}},
	{"overload", {"duration=2ms", "traffic.rate=400G", "traffic.bytes=60", "nic.ring=64"}},
	{"drop", {"duration=2ms", "traffic.rate=5G", "workload.kind=drop"}},
	{"dry",
	 {"duration=20ms", "traffic.rate=10G", "memory=16M", "nic.ring=512",
	  "workload.reader.pattern=stalled", "workload.rcvbuf=1G"}},
	{"passthrough", {"duration=2ms", "traffic.rate=5G", "iommu=passthrough"}},
	{"lazy",
	 {"duration=15ms", "traffic.rate=3G", "iommu=lazy", "workload.reader.pattern=bursty",
	  "workload.reader.pause=2ms", "workload.rcvbuf=64M"}},
	{"strict", {"duration=2ms", "traffic.rate=5G", "iommu=strict"}},
	{"DMA too slow",
	 {"duration=1ms", "traffic.rate=100G", "iommu=lazy", "workload.kind=drop", "nic.queues=2",
	  "nic.fifo=64K", "traffic.arrivals=poisson"}},
	{"jumbo", {"duration=5ms", "traffic.rate=10G", "traffic.bytes=9014"}},
	{"imix poisson",
	 {"duration=5ms", "traffic.rate=5G", "traffic.sizes=imix", "traffic.arrivals=poisson"}},
	{"two queues",
	 {"duration=3ms", "traffic.rate=10G", "nic.queues=2", "workload.reader.core=2"}},
	{"many queues",
	 {"duration=1ms", "traffic.rate=10G", "nic.queues=100", "nic.ring=32",
	  "nic.refill_batch=16", "traffic.flows=1000"}},
	{"one core", {"duration=4ms", "traffic.rate=2G", "workload.reader.core=0"}},
	{"on demand", {"duration=3ms", "traffic.rate=5G", "nic.preset=veth", "traffic.sizes=imix"}},
	{"remote free", {"duration=3ms", "traffic.rate=5G", "nic.free_path=remote"}},
	{"napi direct", {"duration=3ms", "traffic.rate=5G", "nic.free_path=napi_direct"}},
	{"header split",
	 {"duration=5ms", "traffic.rate=10G", "traffic.bytes=9014", "nic.header_split=yes"}},
	{"copybreak",
	 {"duration=4ms", "traffic.rate=3G", "traffic.sizes=imix", "nic.copybreak=256"}},
	{"copybreak and stalled",
	 {"duration=5ms", "traffic.rate=2G", "traffic.sizes=imix", "nic.copybreak=64",
	  "nic.header_split=yes", "nic.ring=64", "workload.reader.pattern=stalled"}},
	{"gro", {"duration=3ms", "traffic.rate=10G", "traffic.flows=4", "nic.gro=sw"}},
	{"gro, imix, small buffer",
	 {"duration=5ms", "traffic.rate=4G", "traffic.sizes=imix", "traffic.flows=300",
	  "nic.gro=sw", "nic.header_split=yes", "nic.copybreak=300", "workload.rcvbuf=1M",
	  "workload.reader.pattern=bursty"}},
	{"kernel 7.1, short lists",
	 {"duration=3ms", "traffic.rate=10G", "kernel=7.1", "net.skb_defer_max=8", "nic.queues=2",
	  "workload.reader.core=2", "page_size=64K"}},
	{"kernel 6.18, UDP",
	 {"duration=3ms", "traffic.rate=5G", "kernel=6.18", "traffic.protocol=udp",
	  "traffic.sizes=imix"}},
	{"router", {"duration=3ms", "traffic.rate=10G", "workload.kind=router"}},
	{"router, slow link",
	 {"duration=3ms", "traffic.rate=6G", "workload.kind=router", "nic.link=2G",
	  "workload.forward=redirect", "nic.tx_ring=128"}},
	{"router, strict",
	 {"duration=5ms", "traffic.rate=4G", "workload.kind=router", "iommu=strict",
	  "traffic.bytes=3000", "nic.tx_batch=5"}},
	{"hw gro",
	 {"duration=3ms", "traffic.rate=10G", "traffic.flows=1", "nic.gro=hw",
	  "nic.header_split=yes"}},
	{"hw gro, flows, strict",
	 {"duration=3ms", "traffic.rate=10G", "traffic.flows=3", "traffic.sizes=imix", "nic.gro=hw",
	  "nic.header_split=yes", "iommu=strict", "nic.ring=64"}},
	{"16K pages", {"duration=3ms", "traffic.rate=5G", "page_size=16K"}},
	{"64K pages", {"duration=3ms", "traffic.rate=5G", "page_size=64K"}},
};

static uint64_t u(const struct result *r, enum metric m)
{
	assert_true(r->has[m]);
	return r->u[m];
}

static void run_ok(const char *strategy, const char *const *settings, struct result *res)
{
	char err[512] = "";

	if (sim_run(strategy, settings, res, err))
		fail_msg("%s: %s", strategy, err);
}

static void one_situation(const struct situation *s, const char *strategy)
{
	struct result r;

	print_message("  %s, %s\n", s->name, strategy);
	run_ok(strategy, s->settings, &r);
	assert_true(u(&r, METRIC_OFFERED) > 500);
	assert_int_equal(u(&r, METRIC_OFFERED),
			 u(&r, METRIC_DELIVERED) + u(&r, METRIC_DROP_NO_DESC) +
				 u(&r, METRIC_DROP_NO_BUF) + u(&r, METRIC_DROP_RCVBUF) +
				 u(&r, METRIC_DROP_PFMEMALLOC) + u(&r, METRIC_DROP_OVERSIZE) +
				 r.u[METRIC_DROP_NIC_FIFO] + r.u[METRIC_DROP_TX_FULL] +
				 u(&r, METRIC_IN_FLIGHT));
	assert_int_equal(u(&r, METRIC_PG_ALLOCATED),
			 u(&r, METRIC_PG_FREED) + u(&r, METRIC_PG_HELD_END));
}

static void test_every_strategy_in_every_situation(void **state)
{
	const struct rx_strategy *const *table = strategy_table_sim(12);

	(void)state;
	for (; *table; table++)
		for (size_t i = 0; i < sizeof(situations) / sizeof(situations[0]); i++)
			one_situation(&situations[i], (*table)->name);
}

/* 10 Gbit/s of 1514 + 24 bytes on the wire: one packet every 1538 * 8 / 10 = 1230.4 ns, so 5 ms
 * hold floor(5e6 / 1230.4) + 1 = 4064 packets. A reader that keeps up loses none. */
static void test_offered_packets(void **state)
{
	struct result r;

	(void)state;
	run_ok("page_pool", SETTINGS("duration=5ms", "traffic.rate=10G"), &r);
	assert_int_equal(u(&r, METRIC_OFFERED), 4064);
	assert_int_equal(u(&r, METRIC_DELIVERED), 4064);
	assert_int_equal(u(&r, METRIC_PKT_BYTES), 4064 * 1514);
}

/* page_alloc: a page per buffer, none reused. 1023 posted at the start (a ring of 1024 keeps one
 * descriptor free) and one for each of the floor(5e6 / 2460.8) + 1 = 2032 packets at 5 Gbit/s. */
static void test_pages_of_the_baseline(void **state)
{
	struct result r;

	(void)state;
	run_ok("page_alloc", SETTINGS("duration=5ms", "traffic.rate=5G", "iommu=strict"), &r);
	assert_int_equal(u(&r, METRIC_DELIVERED), 2032);
	assert_int_equal(u(&r, METRIC_PG_ALLOCATED), 1023 + 2032);
	assert_int_equal(u(&r, METRIC_IOMMU_MAPS), 1023 + 2032);
	assert_int_equal(u(&r, METRIC_IOMMU_UNMAPS), 2032);
	assert_int_equal(u(&r, METRIC_PG_HELD_END), 1023);
}

/* A stalled reader holds every datagram: each pins a page of page_pool (1023 posted + n held), and
 * the pages come from the page allocator 64 at a time. */
static void test_pages_of_a_stalled_reader(void **state)
{
	const char *const settings[] = {"traffic.packets=1000", "traffic.rate=1G",
					"traffic.protocol=udp", "workload.reader.pattern=stalled",
					"workload.rcvbuf=64M",	NULL};
	struct result r;

	(void)state;
	run_ok("page_pool", settings, &r);
	assert_int_equal(u(&r, METRIC_PG_ALLOCATED), (1023 + 1000 + 63) / 64 * 64);
	assert_int_equal(u(&r, METRIC_HELD_PEAK), (1023 + 1000 + 63) / 64 * 64);
}

/* A packet cannot be served before it arrived nor its buffer reused before it was put: with one
 * packet per millisecond and a reader that keeps up, one page_pool serves all from its ring. */
static void test_slow_traffic_reuses(void **state)
{
	struct result r;

	(void)state;
	run_ok("page_pool",
	       SETTINGS("traffic.packets=5000", "traffic.rate=12304k", "nic.preset=veth"), &r);
	assert_int_equal(u(&r, METRIC_PG_ALLOCATED), 64);
	assert_int_equal(u(&r, METRIC_DELIVERED), 5000);
}

static void test_dry_is_told_apart(void **state)
{
	struct result r;

	(void)state;
	run_ok("page_pool", situations[6].settings, &r);
	assert_true(u(&r, METRIC_DROP_NO_BUF) > 0);
	/* a driver's own pages may come from the reserves, and no socket takes those */
	run_ok("page_alloc", situations[6].settings, &r);
	assert_true(u(&r, METRIC_DROP_PFMEMALLOC) > 0);
	run_ok("page_alloc", situations[4].settings, &r);
	assert_true(u(&r, METRIC_DROP_NO_DESC) > 0);
	assert_int_equal(u(&r, METRIC_DROP_NO_BUF), 0);
	run_ok("page_alloc", situations[3].settings, &r);
	assert_true(u(&r, METRIC_DROP_RCVBUF) > 0);
	assert_int_equal(u(&r, METRIC_DROP_NO_DESC), 0);
}

/*
 * Claim C14. Data of 9014-byte packets behind split headers is 8948 bytes: 4 buffers of 2048 and
 * one of 756, in order. page_pool: 5 pages, 5 frags. page_pool_frag on 4K pages: descriptors 2k
 * and 2k + 1 share a page, and every packet begins on either half by turns, so 2 of the 5
 * continue a full one. frag_countup, 16 to a block of 32K: only the buffer that follows the 756
 * and the first of a block cannot, and the last of a packet counts as well. Each counts down:
 * never adjacent.
 */
static void test_header_split_frags(void **state)
{
	const char *const settings[] = {"traffic.packets=2000", "traffic.rate=1G",
					"traffic.bytes=9014", "nic.header_split=yes", NULL};
	struct result r;

	(void)state;
	run_ok("page_pool", settings, &r);
	assert_int_equal(u(&r, METRIC_SKB_FRAGS), 5 * 2000);
	assert_int_equal(u(&r, METRIC_SKB_COALESCED), 0);
	run_ok("page_pool_frag", settings, &r);
	assert_int_equal(u(&r, METRIC_SKB_FRAGS), 5 * 2000);
	assert_int_equal(u(&r, METRIC_SKB_COALESCED), 2 * 2000);
	run_ok("frag_countup", settings, &r);
	assert_in_range(u(&r, METRIC_SKB_COALESCED), 7000, 8000);
	run_ok("frag_countdown", settings, &r);
	assert_int_equal(u(&r, METRIC_SKB_COALESCED), 0);
}

/*
 * Packets of 60 bytes below a copybreak of 128: their buffers are put back in the poll that
 * received them, so a stalled reader holds no page. pingpong: one per descriptor of the ring of
 * 1023. page_pool: the same, and what its last refill of 64 took too many.
 */
static void test_copybreak_frees_buffers(void **state)
{
	const char *const settings[] = {"traffic.packets=3000",
					"traffic.rate=200M",
					"traffic.bytes=60",
					"nic.copybreak=128",
					"workload.reader.pattern=stalled",
					"workload.rcvbuf=64M",
					NULL};
	struct result r;

	(void)state;
	run_ok("pingpong", settings, &r);
	assert_int_equal(u(&r, METRIC_DELIVERED), 3000);
	assert_int_equal(u(&r, METRIC_SKB_COPIED), 3000);
	assert_int_equal(u(&r, METRIC_SKB_FRAGS), 0);
	assert_int_equal(u(&r, METRIC_PG_ALLOCATED), 1023);
	run_ok("page_pool", settings, &r);
	assert_int_equal(u(&r, METRIC_PG_ALLOCATED), 1024);
}

/*
 * One flow of 1514-byte packets, a poll every 16 us: 16 us x 10 Gbit/s / (1538 x 8) = 13 packets
 * and the one that raised the interrupt. Each poll makes one skb of what it finds, so merged
 * packets and skbs that reach the stack add up to all, and the mean is 10 to 64 per skb; 45 fit
 * one: 52 + 45 x 1448 = 65212 < 65536, and 18 buffers an skb without frag_list.
 */
static void test_gro_merges(void **state)
{
	const char *const off[] = {"traffic.packets=8000", "traffic.flows=1", NULL};
	const char *const on[] = {"traffic.packets=8000", "traffic.flows=1", "nic.gro=sw", NULL};
	struct result a, b;
	uint64_t skbs;

	(void)state;
	run_ok("pingpong", off, &a);
	assert_int_equal(u(&a, METRIC_SKB_MERGED), 0);
	run_ok("pingpong", on, &b);
	assert_int_equal(u(&b, METRIC_DELIVERED), 8000);
	assert_int_equal(u(&b, METRIC_PKT_BYTES), 8000 * 1514);
	assert_int_equal(u(&b, METRIC_SKB_ALLOCATED), 8000);
	skbs = 8000 - u(&b, METRIC_SKB_MERGED);
	assert_in_range(skbs, 8000 / 64, 8000 / 10);
	assert_true(b.r[METRIC_CYC_PER_PACKET] < a.r[METRIC_CYC_PER_PACKET]);
}

/*
 * The device merges 9000-byte segments: 8948 bytes of data each, seven of them 62636 bytes in 31
 * buffers of 2048. page_pool has a page and so a frag for each, and 31 > 17 takes a frag_list;
 * two of page_pool_frag's share a page, so that 16 frags do.
 */
static void test_hw_gro(void **state)
{
	const char *const settings[] = {"traffic.packets=2000", "traffic.bytes=9014",
					"traffic.flows=1",	"traffic.rate=40G",
					"nic.header_split=yes", "nic.gro=hw",
					"nic.rx_frames=0",	NULL};
	struct result whole, half;
	uint64_t skbs;

	(void)state;
	run_ok("page_pool", settings, &whole);
	run_ok("page_pool_frag", settings, &half);
	assert_int_equal(u(&half, METRIC_DELIVERED), 2000);
	assert_int_equal(u(&half, METRIC_PKT_BYTES), 2000 * 9014);
	skbs = 2000 - u(&half, METRIC_SKB_MERGED);
	assert_true(skbs < 2000 / 2);
	assert_int_equal(u(&half, METRIC_SKB_ALLOCATED), skbs);
	assert_int_equal(u(&half, METRIC_SKB_FRAG_LISTS), 0);
	assert_true(u(&whole, METRIC_SKB_FRAG_LISTS) > 100);
	assert_int_equal(u(&whole, METRIC_SKB_COALESCED), 0);
}

/* Empty segments are not held, let alone merged; nor are packets of different flows. */
static void test_gro_leaves_alone(void **state)
{
	struct result r;

	(void)state;
	run_ok("page_pool",
	       SETTINGS("traffic.packets=3000", "traffic.rate=500M", "traffic.bytes=60",
			"traffic.flows=1", "nic.gro=sw"),
	       &r);
	assert_int_equal(u(&r, METRIC_SKB_MERGED), 0);
	assert_int_equal(u(&r, METRIC_DELIVERED), 3000);
}

/*
 * A port half as fast as what comes in: the TX ring is always full, so 255 packets are outstanding
 * (one of 256 descriptors stays free). Pages in flight are the 511 of the RX ring and those 255;
 * page_alloc holds exactly that. What the port can send in 20 ms at 5 Gbit/s and 1538 bytes each is
 * 20e6 / 2460.8 = 8127, and 255 are under way when the traffic ends.
 */
static void test_router_in_flight(void **state)
{
	const char *const settings[] = {"duration=20ms",	"traffic.rate=10G",
					"workload.kind=router", "nic.ring=512",
					"nic.tx_ring=256",	"nic.link=5G",
					"nic.tx_batch=1",	NULL};
	struct result r;

	(void)state;
	run_ok("page_alloc", settings, &r);
	assert_int_equal(u(&r, METRIC_TX_PEAK), 255);
	assert_int_equal(u(&r, METRIC_HELD_PEAK), 511 + 255);
	assert_in_range(u(&r, METRIC_DELIVERED), 8127, 8127 + 255 + 32);
	assert_int_equal(u(&r, METRIC_OFFERED), u(&r, METRIC_DELIVERED) +
							u(&r, METRIC_DROP_TX_FULL) +
							u(&r, METRIC_DROP_NO_DESC));
}

/*
 * Claim C4: recycle_cache keeps 128 pages and looks at the first only. While few packets are being
 * sent it takes a page of its own for each; with 1023 outstanding every one is still out when it is
 * looked at, and each packet takes a new page. page_pool takes its pages once.
 */
static void test_router_recycle_cache(void **state)
{
	const char *const fast[] = {"duration=5ms", "traffic.rate=10G",	   "workload.kind=router",
				    "nic.ring=256", "nic.refill_batch=16", NULL};
	const char *const slow[] = {"duration=20ms", "traffic.rate=10G", "workload.kind=router",
				    "nic.link=5G", NULL};
	struct result r;

	(void)state;
	run_ok("recycle_cache", fast, &r);
	assert_true(u(&r, METRIC_PG_ALLOCATED) < 512);
	run_ok("page_pool", slow, &r);
	assert_true(u(&r, METRIC_PG_ALLOCATED) <= 1023 + 1023 + 2 * 64);
	run_ok("recycle_cache", slow, &r);
	assert_true(u(&r, METRIC_PG_ALLOCATED) > u(&r, METRIC_DELIVERED) / 2);
}

/*
 * Nobody reads: a datagram in a buffer of 2K has truesize 2048 + 256 = 2304. The socket takes them
 * while what it holds is not above 1 MiB: floor(1048576 / 2304) + 1 = 456. On whole pages a packet
 * has 4096 + 256 = 4352: floor(1048576 / 4352) + 1 = 241.
 */
static void test_rcvbuf_counts_truesize(void **state)
{
	const char *const settings[] = {"traffic.packets=1000", "traffic.rate=1G",
					"traffic.protocol=udp", "workload.reader.pattern=stalled",
					"workload.rcvbuf=1M",	NULL};
	struct result r;

	(void)state;
	run_ok("page_pool_frag", settings, &r);
	assert_int_equal(u(&r, METRIC_DELIVERED), 456);
	assert_int_equal(u(&r, METRIC_DROP_RCVBUF), 1000 - 456);
	run_ok("page_pool", settings, &r);
	assert_int_equal(u(&r, METRIC_DELIVERED), 241);
}

/* x86 has no such devices, and its profile no cost for them. */
static void test_no_cost_of_sync(void **state)
{
	struct result r;
	char err[512];

	(void)state;
	assert_int_equal(sim_run("page_pool", SETTINGS("duration=1ms", "dma_coherent=no"), &r, err),
			 -EINVAL);
	assert_non_null(strstr(err, "dma_coherent: machine x86-100g has no cost of dma_sync"));
	run_ok("page_pool", SETTINGS("duration=1ms"), &r);
	assert_false(r.has[METRIC_DMA_SYNCS]);
}

/*
 * The clock, rounded, stood a nanosecond before the reader's last put, and nobody came to run it.
 */
static void test_last_put_is_run(void **state)
{
	const struct rx_strategy *const *table = strategy_table_sim(12);
	struct result r;

	(void)state;
	for (; *table; table++) {
		run_ok((*table)->name,
		       SETTINGS("duration=300us", "traffic.rate=1G", "traffic.sizes=imix",
				"nic.queues=9", "workload.reader.core=7", "seed=9",
				"nic.rx_frames=1"),
		       &r);
		assert_int_equal(u(&r, METRIC_DELIVERED), u(&r, METRIC_OFFERED));
	}
}

/* The same traffic, the reader on the other socket: as many packets and pages, dearer lines. Only a
 * core that polls no queue may be there, of a machine that has such a socket. */
static void test_other_socket(void **state)
{
	const char *far[] = {"duration=3ms",
			     "traffic.rate=5G",
			     "nic.free_path=remote",
			     "workload.reader.socket=1",
			     NULL,
			     NULL};
	struct result here, there;
	char err[512];

	(void)state;
	run_ok("page_pool", SETTINGS("duration=3ms", "traffic.rate=5G", "nic.free_path=remote"),
	       &here);
	run_ok("page_pool", far, &there);
	assert_int_equal(u(&here, METRIC_DELIVERED), u(&there, METRIC_DELIVERED));
	assert_int_equal(u(&here, METRIC_PG_ALLOCATED), u(&there, METRIC_PG_ALLOCATED));
	assert_true(u(&there, METRIC_CYC_MISS) > u(&here, METRIC_CYC_MISS) * 3 / 2);
	far[4] = "workload.reader.core=0";
	assert_int_not_equal(sim_run("page_pool", far, &there, err), 0);
	assert_non_null(strstr(err, "workload.reader.socket: found 1, but core 0 polls a queue"));
	far[4] = "machine=zen4";
	assert_int_not_equal(sim_run("page_pool", far, &there, err), 0);
	assert_non_null(strstr(err, "workload.reader.socket: machine zen4 has one socket"));
}

static void test_same_seed_same_result(void **state)
{
	struct result a, b, c;

	(void)state;
	run_ok("page_pool_frag", situations[9].settings, &a);
	run_ok("page_pool_frag", situations[9].settings, &b);
	assert_memory_equal(&a, &b, sizeof(a));
	run_ok("page_pool_frag",
	       SETTINGS("seed=2", "duration=5ms", "traffic.rate=5G", "traffic.sizes=imix",
			"traffic.arrivals=poisson"),
	       &c);
	assert_memory_not_equal(a.u, c.u, sizeof(a.u));
}

/*
 * Dropped at once, a page_pool takes what its ring of 1000 descriptors needs, a bulk at a time: 64
 * x 16 = 1024 pages, or 4 x 250 = 1000 of 64K on Linux 7.1.
 */
static void test_pool_of_the_kernel(void **state)
{
	static const struct {
		const char *kernel, *page_size;
		uint64_t pages;
	} row[] = {
		{"kernel=6.12", "page_size=64K", 1024}, {"kernel=6.19", "page_size=64K", 1024},
		{"kernel=7.1", "page_size=64K", 1000},	{"kernel=7.1", "page_size=16K", 1008},
		{"kernel=7.1", "page_size=4K", 1024},
	};
	struct result r;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		run_ok("page_pool",
		       SETTINGS("traffic.packets=500", "workload.kind=drop", "nic.ring=1001",
				row[i].kernel, row[i].page_size),
		       &r);
		assert_int_equal(r.u[METRIC_PG_ALLOCATED], row[i].pages);
	}
}

/* What UDP leaves to the CPU that received it: nothing before 6.18. */
static void test_udp_of_the_kernel(void **state)
{
	struct result r;

	(void)state;
	run_ok("page_pool",
	       SETTINGS("traffic.packets=500", "traffic.protocol=udp", "nic.free_path=defer"), &r);
	assert_int_equal(r.u[METRIC_SKB_DEFERRED], 0);
	run_ok("page_pool",
	       SETTINGS("traffic.packets=500", "traffic.protocol=udp", "nic.free_path=defer",
			"kernel=6.18"),
	       &r);
	assert_int_equal(r.u[METRIC_SKB_DEFERRED], 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offered_packets),
		cmocka_unit_test(test_pages_of_the_baseline),
		cmocka_unit_test(test_pages_of_a_stalled_reader),
		cmocka_unit_test(test_slow_traffic_reuses),
		cmocka_unit_test(test_dry_is_told_apart),
		cmocka_unit_test(test_header_split_frags),
		cmocka_unit_test(test_copybreak_frees_buffers),
		cmocka_unit_test(test_gro_merges),
		cmocka_unit_test(test_gro_leaves_alone),
		cmocka_unit_test(test_hw_gro),
		cmocka_unit_test(test_router_in_flight),
		cmocka_unit_test(test_router_recycle_cache),
		cmocka_unit_test(test_rcvbuf_counts_truesize),
		cmocka_unit_test(test_no_cost_of_sync),
		cmocka_unit_test(test_last_put_is_run),
		cmocka_unit_test(test_other_socket),
		cmocka_unit_test(test_same_seed_same_result),
		cmocka_unit_test(test_pool_of_the_kernel),
		cmocka_unit_test(test_udp_of_the_kernel),
		cmocka_unit_test(test_every_strategy_in_every_situation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
