/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * socket_stage.c - set-up, tear-down with a look at the books, and packets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "socket_stage.h"

#include "alloc/mm_types.h"
#include "sim/engine/engine.h"
#include "sim/rx/socket.h"
#include "tests/sim/small_machine.h"

struct socket_stage stage;

static void note_put(const struct rx_buf *buf, bool direct)
{
	(void)buf;
	stage.put++;
	stage.direct += direct;
}

int socket_stage_up(void **state)
{
	static struct engine_gate *gate;
	struct mm_sim_params mm = {
		.machine = &stage.machine, .cores = 1, .page_shift = 12, .memory_bytes = 16 << 20};

	(void)state;
	if (!gate)
		gate = engine_gate_create();
	memset(&stage, 0, sizeof(stage));
	stage.machine = small_machine;
	stage.strategy = (struct rx_strategy){.name = "note", .put = note_put};
	stage.scenario = (struct scenario){
		.page_size = STAGE_PAGE, .rcvbuf_bytes = 1 << 20, .pattern = READER_STALLED};
	if (mm_sim_init(&mm))
		return -1;
	stage.sim.scenario = &stage.scenario;
	stage.sim.machine = &stage.machine;
	stage.sim.strategy = &stage.strategy;
	stage.sim.nr_cores = 1;
	stage.sim.napi_running = 1;
	stage.sim.socket.gate = gate;
	stage.queue = (struct rx_queue){.sim = &stage.sim};
	stage.sim.cpu[0] = (struct cpu){.sim = &stage.sim, .core = &mm_sim.cores[0]};
	skb_cost_init(&stage.sim.skb_model, &stage.machine);
	core_enter(&mm_sim.cores[0], STAGE_NOW_NS);
	return gauges_init(&stage.sim.gauges, 4096, STAGE_PAGE, 1000);
}

void socket_stage_read_all(void)
{
	while (stage.sim.socket.head)
		skb_consume(&stage.sim, socket_take(&stage.sim), false);
}

int socket_stage_down(void **state)
{
	const struct socket *sock = &stage.sim.socket;

	(void)state;
	socket_stage_read_all();
	assert_int_equal(stage.sim.gauges.payload_bytes, 0);
	assert_int_equal(stage.sim.gauges.pages_in_stack, 0);
	assert_int_equal(stage.sim.skbs.live, 0);
	assert_int_equal(sock->truesize, 0);
	assert_int_equal(sock->queued, sock->taken);
	assert_int_equal(stage.put, stage.pages);
	assert_int_equal(stage.sim.heads.held, 0);
	skb_pool_fini(&stage.sim.skbs);
	gauges_fini(&stage.sim.gauges);
	mm_sim_fini();
	core_current = NULL;
	return 0;
}

struct skb *socket_stage_packet(uint32_t bytes, uint32_t copied, uint32_t truesize, uint32_t at)
{
	struct skb *skb = skb_alloc(&stage.sim.skbs, truesize ? 1 : 0);

	skb->queue = &stage.queue;
	skb->len = skb->pkt_bytes = bytes;
	skb->flow = STAGE_FLOW;
	skb_cost_build(&stage.sim.skb_model, &skb->cost, copied, copied == bytes);
	if (!truesize)
		return skb;
	skb->frag[0] = (struct skb_frag){
		.buf = {.page = mm_sim_layout.map + stage.pages++,
			.offset = at,
			.truesize = truesize},
		.offset = at + (copied ? 0 : STAGE_HEADROOM),
		.len = bytes - copied,
	};
	gauges_stack(&stage.sim.gauges, &skb->frag[0].buf, 1);
	skb_cost_add_buf(&stage.sim.skb_model, &skb->cost, truesize, false);
	return skb;
}
