/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * native_simulate.c - the recorded stream on simulated cores, without a stack around it.
 *
 * As native_exec.c does with threads: create the queues, fill the rings, then run the operations in
 * order on core 0; with two cores, remote puts on core 1, not before core 0 handed the buffer over.
 * No packet, skb or descriptor touches a cache. The stream runs twice, and the second run counts.
 * Cycles in which a core waits for the other do not count, as natively.
 *
 * Unlike there, a put is executed at once, where the second thread may be a thousand buffers late;
 * the two contend less.
 */
#include "tools/native/native_simulate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "models/cpu/access.h"
#include "models/machine.h"
#include "models/memory/mm_sim.h"
#include "sim/scenario/strategies.h"

/* struct replay - one strategy on simulated cores; @buf: by number, page NULL: not allocated */
struct replay {
	const struct native_stream *stream;
	const struct rx_strategy *strategy;
	void *queue[NATIVE_MAX_QUEUES];
	struct rx_buf *buf;
	bool two;
};

static void core_switch(unsigned int to)
{
	uint64_t now_ns = core_now_ns(core_current);

	if (core_current->id != to)
		core_enter(&mm_sim.cores[to], to ? now_ns : 0);
}

static int op_replay(struct replay *r, const struct native_op *op)
{
	bool put = op->kind != NATIVE_ALLOC && op->kind != NATIVE_RECEIVE;
	struct rx_buf posted;

	core_switch(r->two && op->kind == NATIVE_PUT_REMOTE);
	core_set_cause(core_current, put ? CAUSE_FREE : CAUSE_ALLOC);
	switch (op->kind) {
	case NATIVE_ALLOC:
		return r->strategy->alloc(r->queue[op->queue], op->slot, op->arg, &posted);
	case NATIVE_RECEIVE:
		r->strategy->receive(r->queue[op->queue], op->slot, &r->buf[op->arg]);
		return 0;
	case NATIVE_DROP:
		native_drop(r->strategy, r->queue[op->queue], op->slot);
		return 0;
	default:
		r->strategy->put(&r->buf[op->arg], op->direct);
		r->buf[op->arg].page = NULL;
		return 0;
	}
}

static int replay_up(struct replay *r, const unsigned int option[STRATEGY_MAX_OPTIONS])
{
	const struct native_info *info = &r->stream->info;
	struct rx_params params = info->params;
	int err = 0;

	params.posted = false;
	memcpy(params.option, option, sizeof(params.option));
	core_enter(&mm_sim.cores[0], 0);
	for (unsigned int i = 0; !err && i < info->nr_queues; i++)
		err = r->strategy->create(&params, &r->queue[i]);
	for (uint64_t i = 0; !err && i < info->nr_setup; i++)
		err = op_replay(r, &r->stream->op[i]);
	return err;
}

static void replay_down(struct replay *r)
{
	for (unsigned int i = 0; i < r->stream->info.nr_buffers; i++)
		if (r->buf[i].page) {
			r->strategy->put(&r->buf[i], false);
			r->buf[i].page = NULL;
		}
	for (unsigned int i = 0; i < r->stream->info.nr_queues; i++) {
		r->strategy->destroy(r->queue[i]);
		r->queue[i] = NULL;
	}
	core_current = NULL;
}

/* Mcycles of both cores so far, all or those of @cause. */
static uint64_t spent(int cause)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < mm_sim.nr_cores; i++) {
		core_drain(&mm_sim.cores[i]);
		sum += cause < 0 ? mm_sim.cores[i].total : mm_sim.cores[i].by_cause[cause];
	}
	return sum;
}

static int stream_replay(struct replay *r, struct native_cost *cost)
{
	const struct native_info *info = &r->stream->info;
	uint64_t total = spent(-1), pages = spent(CAUSE_PAGE_ALLOCATOR);
	uint64_t transfers = access_counts_get().remote_transfers;
	int err = 0;

	for (uint64_t i = info->nr_setup; !err && i < info->nr; i++)
		err = op_replay(r, &r->stream->op[i]);
	total = spent(-1) - total;
	pages = spent(CAUSE_PAGE_ALLOCATOR) - pages;
	transfers = access_counts_get().remote_transfers - transfers;
	cost->cycles = (double)total / MCYCLES_PER_CY / (double)info->packets;
	cost->page_allocator = (double)pages / MCYCLES_PER_CY / (double)info->packets;
	cost->transfers = (double)transfers / (double)info->packets;
	return err;
}

static int replay_twice(struct replay *r, const unsigned int option[STRATEGY_MAX_OPTIONS],
			struct native_cost *cost)
{
	int err = 0;

	for (int pass = 0; !err && pass < 2; pass++) {
		err = replay_up(r, option);
		if (!err)
			err = stream_replay(r, cost);
		replay_down(r);
	}
	cost->has = !err;
	return err;
}

static int label_simulate(const struct scenario *s, const struct machine *m,
			  const struct native_stream *stream, const char *label, bool two,
			  struct native_cost *cost, char *err, size_t err_size)
{
	const struct mm_sim_params params = {
		.machine = m,
		.cores = two ? 2 : 1,
		.page_shift = (unsigned int)__builtin_ctzl(s->page_size),
		.memory_bytes = s->memory_bytes,
	};
	struct replay r = {.stream = stream, .two = two};
	unsigned int option[STRATEGY_MAX_OPTIONS];
	int ret = strategy_find(label, params.page_shift, &r.strategy, option, err, err_size);

	if (ret)
		return ret;
	r.buf = calloc(stream->info.nr_buffers + 1ul, sizeof(*r.buf));
	ret = r.buf ? mm_sim_init(&params) : -ENOMEM;
	if (!ret) {
		ret = replay_twice(&r, option, cost);
		mm_sim_fini();
	}
	free(r.buf);
	if (ret)
		snprintf(err, err_size, "%s: the stream cannot be simulated: %s", label,
			 strerror(-ret));
	return ret;
}

static void cost_less(struct native_cost *cost, const struct native_cost *null)
{
	cost->cycles -= null->cycles;
	cost->page_allocator -= null->page_allocator;
	cost->transfers -= null->transfers;
}

int native_simulate(const struct scenario *s, const struct machine *m,
		    const struct native_stream *stream, struct native_outcome *out, char *err,
		    size_t err_size)
{
	bool remote = stream->info.count[NATIVE_PUT_REMOTE] > 0;
	struct native_cost null[2] = {{.has = false}};
	int ret = 0;

	out->khz = m->khz;
	out->tsc_khz = m->tsc_khz;
	for (int two = 0; !ret && two <= remote; two++) {
		ret = label_simulate(s, m, stream, "null", two, &null[two], err, err_size);
		for (unsigned int i = 0; !ret && i < out->nr; i++) {
			struct native_cost *cost = &out->result[i].simulated[two];

			ret = label_simulate(s, m, stream, out->result[i].strategy, two, cost, err,
					     err_size);
			cost_less(cost, &null[two]);
		}
	}
	return ret;
}
