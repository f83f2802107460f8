/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_coalesce.c - what fits the tail of the skb ahead of it is copied there, and its buffer is
 * put at once.
 *
 * A packet of 1514 bytes has 66 of headers and 1448 of data. In a page of its own it leaves
 *	4096 - 256 headroom - 1514 - 320 shared info = 2006 bytes
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "alloc/mm_types.h"
#include "sim/rx/deliver.h"
#include "sim/rx/rx_queue.h"
#include "sim/sim.h"
#include "tests/sim/recorded.h"
#include "tests/sim/sim_run.h"
#include "tests/sim/small_machine.h"

#define FULL	   1514u
#define HEADERS	   66u
#define DATA	   (FULL - HEADERS)
#define HEADROOM   256u
#define ROOM	   2006u
#define PAGE	   4096u
#define FLOW	   9u
#define GROUP	   19u
#define NOW_NS	   500u
#define RELEASE_NS 100000u

static unsigned int nr_put, nr_page;

static void note_put(const struct rx_buf *buf, bool direct)
{
	(void)buf;
	(void)direct;
	nr_put++;
}

static const struct rx_strategy note = {.name = "note", .put = note_put};
static struct scenario scenario = {.page_size = PAGE, .release = RELEASE_MODE_RECORDED};
static struct sim sim;
static struct rx_queue queue;

static int up(void **state)
{
	struct mm_sim_params mm = {
		.machine = &small_machine, .cores = 1, .page_shift = 12, .memory_bytes = 16 << 20};

	(void)state;
	memset(&sim, 0, sizeof(sim));
	nr_put = nr_page = 0;
	if (mm_sim_init(&mm))
		return -1;
	sim.scenario = &scenario;
	sim.machine = &small_machine;
	sim.strategy = &note;
	sim.nr_cores = 1;
	sim.napi_running = 1;
	queue = (struct rx_queue){.sim = &sim};
	sim.cpu[0] = (struct cpu){.sim = &sim, .core = &mm_sim.cores[0]};
	skb_cost_init(&sim.skb_model, &small_machine);
	core_enter(&mm_sim.cores[0], NOW_NS);
	return gauges_init(&sim.gauges, 4096, PAGE, 1000);
}

/* Whatever is still in the stack goes, and no byte of payload is left. */
static int down(void **state)
{
	(void)state;
	release_due(&sim, RELEASE_NS + nr_page, NULL);
	assert_int_equal(sim.gauges.payload_bytes, 0);
	assert_int_equal(sim.skbs.live, 0);
	assert_int_equal(nr_put, nr_page);
	skb_pool_fini(&sim.skbs);
	release_fini(&sim.puts[0]);
	gauges_fini(&sim.gauges);
	mm_sim_fini();
	core_current = NULL;
	return 0;
}

/* A packet of @bytes whose buffer pins @truesize of a page, from @at on. Return: was it copied? */
static bool receive_at(uint32_t bytes, uint32_t truesize, uint32_t at, uint16_t flags,
		       uint32_t flow)
{
	const struct packet pkt = {.release_ns = RELEASE_NS + nr_page,
				   .bytes = bytes,
				   .flow = flow,
				   .flags = flags,
				   .method = RELEASE_COPY};
	struct skb *skb = skb_alloc(&sim.skbs, 1);
	uint64_t copies = sim.skb_model.counts.tail_copies;
	unsigned int put = nr_put;

	skb->queue = &queue;
	skb->len = skb->pkt_bytes = bytes;
	skb->frag[0] = (struct skb_frag){
		.buf = {.page = mm_sim_layout.map + nr_page++, .offset = at, .truesize = truesize},
		.offset = at + HEADROOM,
		.len = bytes,
	};
	gauges_stack(&sim.gauges, &skb->frag[0].buf, 1);
	deliver_skb(&sim, skb, &pkt);
	/* copied is put, and there is no other put */
	assert_int_equal(nr_put - put, sim.skb_model.counts.tail_copies - copies);
	return nr_put > put;
}

static bool receive(uint32_t bytes, uint16_t flags)
{
	return receive_at(bytes, PAGE, 0, flags, FLOW);
}

/* 1 + 1 + 17: the second of 19 is copied, 2006 - 1448 = 558 bytes take no third; 18 pages. */
static void test_full_sized(void **state)
{
	(void)state;
	for (unsigned int group = 0; group < 2; group++) {
		assert_false(receive(FULL, 0));
		assert_true(receive(FULL, PACKET_ABSORBED));
		for (unsigned int i = 2; i < GROUP; i++)
			assert_false(receive(FULL, PACKET_ABSORBED));
	}
	assert_int_equal(sim.gauges.pages_in_stack, 2 * (GROUP - 1));
	assert_int_equal(sim.skbs.live, 2 * (GROUP - 1));
	assert_int_equal(sim.packets.delivered, 2 * GROUP);
	assert_int_equal(sim.gauges.payload_bytes, 2 * ((GROUP - 1) * FULL + DATA));
}

/*
 * Small ones: 558 bytes take 200 and 200, not a third. That one is a frag, so the skb is linear no
 * longer: 100 bytes, which would fit the 158 left, are not copied either.
 */
static void test_several_small(void **state)
{
	(void)state;
	assert_false(receive(FULL, 0));
	assert_true(receive(FULL, PACKET_ABSORBED));
	assert_true(receive(HEADERS + 200, PACKET_ABSORBED));
	assert_true(receive(HEADERS + 200, PACKET_ABSORBED));
	assert_int_equal(sim.gauges.payload_bytes, FULL + DATA + 200 + 200);
	assert_false(receive(HEADERS + 200, PACKET_ABSORBED));
	assert_false(receive(HEADERS + 100, PACKET_ABSORBED));
	assert_int_equal(sim.gauges.pages_in_stack, 3);
}

/* The room is 2006 bytes, to the byte. */
static void test_room(void **state)
{
	(void)state;
	receive(FULL, 0);
	assert_false(receive(HEADERS + ROOM + 1, PACKET_ABSORBED));
	receive(FULL, 0);
	assert_true(receive(HEADERS + ROOM, PACKET_ABSORBED));
	assert_false(receive(HEADERS + 1, PACKET_ABSORBED));
}

/* Merged ones have their data in frags: no room behind a head of GRO, and none is copied. */
static void test_merged(void **state)
{
	(void)state;
	receive(FULL, PACKET_GRO_HEAD);
	receive(FULL, PACKET_GRO);
	assert_false(receive(HEADERS + 100, PACKET_ABSORBED));
	receive(FULL, 0);
	assert_false(receive(FULL, PACKET_ABSORBED | PACKET_GRO_HEAD));
	assert_false(receive(HEADERS + 100, PACKET_ABSORBED));
	/* not absorbed: read by itself */
	receive(FULL, 0);
	assert_false(receive(HEADERS + 100, 0));
}

/*
 * What a driver gives a packet on 64K pages, in whole cache lines: 256 + 1536 + 320 = 2112, of
 * which 22 bytes are left, wherever in the page. Half a page of 4K, 2048 for 2090: nothing.
 */
static void test_small_buffers(void **state)
{
	(void)state;
	receive_at(FULL, 2112, 3 * 2112, 0, FLOW);
	assert_false(receive(FULL, PACKET_ABSORBED));
	receive_at(FULL, 2112, 3 * 2112, 0, FLOW);
	assert_true(receive(HEADERS + 22, PACKET_ABSORBED));
	receive_at(FULL, 2048, 2048, 0, FLOW);
	assert_false(receive(HEADERS + 1, PACKET_ABSORBED));
}

/* Another flow of the same cell does not get the room, and takes the cell. A freed skb has none. */
static void test_other_tails(void **state)
{
	(void)state;
	receive(FULL, 0);
	assert_false(receive_at(FULL, PAGE, 0, PACKET_ABSORBED, FLOW + COALESCE_FLOWS));
	receive_at(FULL, PAGE, 0, 0, FLOW + COALESCE_FLOWS);
	assert_false(receive(FULL, PACKET_ABSORBED));
	receive(FULL, 0);
	receive_at(FULL, PAGE, 0, 0, FLOW + 1);
	release_due(&sim, RELEASE_NS + nr_page, NULL);
	assert_int_equal(sim.skbs.live, 0);
	assert_false(receive(FULL, PACKET_ABSORBED));
}

/* Pages of page_pool_frag on a veth, for @nr packets that are held to the end. */
static void run(unsigned int nr, uint16_t flags, struct result *r)
{
	static struct packet pkt[4 * GROUP];
	const char *settings[] = {"nic.preset=veth", "traffic.release=recorded", NULL, NULL};
	char err[512] = "";

	for (unsigned int i = 0; i < nr; i++)
		pkt[i] = (struct packet){.arrival_ns = 20000 * i,
					 .release_ns = 20000000,
					 .bytes = FULL,
					 .flow = FLOW,
					 .flags = i % GROUP ? flags : 0,
					 .method = RELEASE_COPY};
	settings[2] = recorded_write(pkt, nr);
	if (sim_run("page_pool_frag", settings, r, err))
		fail_msg("%s", err);
	recorded_remove();
	assert_int_equal(r->u[METRIC_DELIVERED], nr);
}

/*
 * Packets of 2112 bytes with all else have a page each, and a pool takes 64 at a time. 68 packets
 * are 3 groups of 19 and 11 more: 4 are copied, so 64 pages are enough; 69 need 65. Without copies
 * 64 packets need 64. A page whose data was copied is in the ring when it is needed.
 */
static void test_pages(void **state)
{
	struct result r;

	(void)state;
	run(68, PACKET_ABSORBED, &r);
	assert_int_equal(r.u[METRIC_PG_ALLOCATED], 64);
	run(69, PACKET_ABSORBED, &r);
	assert_int_equal(r.u[METRIC_PG_ALLOCATED], 128);
	run(65, 0, &r);
	assert_int_equal(r.u[METRIC_PG_ALLOCATED], 128);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_full_sized, up, down),
		cmocka_unit_test_setup_teardown(test_several_small, up, down),
		cmocka_unit_test_setup_teardown(test_room, up, down),
		cmocka_unit_test_setup_teardown(test_merged, up, down),
		cmocka_unit_test_setup_teardown(test_small_buffers, up, down),
		cmocka_unit_test_setup_teardown(test_other_tails, up, down),
		cmocka_unit_test(test_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
