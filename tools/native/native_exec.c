/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * native_exec.c - the timed loops, and the thread that puts buffers of the other core.
 */
#include "tools/native/native_exec.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "alloc/native/native.h"
#include "tools/native/native_clock.h"

#define HANDOVER_SLOTS 1024 /* power of two */
#define SPINS	       1000 /* before yielding the CPU */

/*
 * struct handover - buffers passed to the thread that puts them: one writer, one reader.
 * @head: number handed over, by the allocating thread; @tail: number put, by the other
 */
struct handover {
	struct rx_buf slot[HANDOVER_SLOTS];
	_Alignas(64) uint64_t head;
	bool ready, ended;
	_Alignas(64) uint64_t tail;
	uint64_t (*ticks)[NATIVE_SERIES];
};

/* struct exec - @buf: by number; page NULL: not allocated */
struct exec {
	const struct native_stream *stream;
	const struct rx_strategy *strategy;
	void *queue[NATIVE_MAX_QUEUES];
	struct rx_buf *buf;
	struct handover *handover;
	unsigned int cpu;
	uint64_t tail_seen, waited;
};

static inline int op_run(struct exec *e, const struct native_op *op)
{
	struct rx_buf posted;

	switch (op->kind) {
	case NATIVE_ALLOC:
		return e->strategy->alloc(e->queue[op->queue], op->slot, op->arg, &posted);
	case NATIVE_RECEIVE:
		e->strategy->receive(e->queue[op->queue], op->slot, &e->buf[op->arg]);
		return 0;
	case NATIVE_DROP:
		native_drop(e->strategy, e->queue[op->queue], op->slot);
		return 0;
	default:
		e->strategy->put(&e->buf[op->arg], op->direct);
		e->buf[op->arg].page = NULL;
		return 0;
	}
}

/* End of the piece that begins at operation @i. */
static uint64_t piece_end(const struct exec *e, uint64_t i)
{
	uint64_t nr = e->stream->info.nr;

	return nr - i < NATIVE_PIECE ? nr : i + NATIVE_PIECE;
}

static int run_total(struct exec *e, struct native_sample *sample)
{
	uint64_t i = e->stream->info.nr_setup;
	int err = 0;

	for (size_t piece = 0; !err && i < e->stream->info.nr; piece++) {
		uint64_t end = piece_end(e, i), start = native_clock();

		while (!err && i < end)
			err = op_run(e, &e->stream->op[i++]);
		sample->ticks[piece][NATIVE_TOTAL] = native_clock() - start;
	}
	return err;
}

static int piece_by_kind(struct exec *e, uint64_t i, uint64_t end, uint64_t ticks[NATIVE_SERIES])
{
	const struct native_op *op = e->stream->op;
	uint64_t start = native_clock();
	int err = 0;

	while (!err && i < end) {
		uint8_t kind = op[i].kind;
		uint64_t now;

		while (!err && i < end && op[i].kind == kind)
			err = op_run(e, &op[i++]);
		now = native_clock();
		ticks[kind] += now - start;
		start = now;
	}
	return err;
}

static int run_by_kind(struct exec *e, struct native_sample *sample)
{
	uint64_t i = e->stream->info.nr_setup;
	int err = 0;

	for (size_t piece = 0; !err && i < e->stream->info.nr; piece++) {
		uint64_t end = piece_end(e, i);

		err = piece_by_kind(e, i, end, sample->ticks[piece]);
		i = end;
	}
	return err;
}

static void wait_a_bit(unsigned int *spins)
{
	if (++*spins % SPINS)
		native_relax();
	else
		sched_yield();
}

static void handover_wait(struct exec *e)
{
	struct handover *h = e->handover;
	uint64_t start = native_clock();
	unsigned int spins = 0;

	while (h->head - e->tail_seen == HANDOVER_SLOTS) {
		wait_a_bit(&spins);
		e->tail_seen = __atomic_load_n(&h->tail, __ATOMIC_ACQUIRE);
	}
	e->waited += native_clock() - start;
}

static inline void handover_give(struct exec *e, const struct native_op *op)
{
	struct handover *h = e->handover;

	if (h->head - e->tail_seen == HANDOVER_SLOTS)
		handover_wait(e);
	h->slot[h->head % HANDOVER_SLOTS] = e->buf[op->arg];
	__atomic_store_n(&h->head, h->head + 1, __ATOMIC_RELEASE);
	e->buf[op->arg].page = NULL;
}

static void *releaser(void *arg)
{
	struct exec *e = arg;
	struct handover *h = e->handover;
	uint64_t head, tail = 0, start, *ticks;
	unsigned int spins = 0;

	/* Without a CPU of its own only the figures are wrong. */
	native_pin(e->cpu);
	mm_native_set_cpu(1, 0);
	__atomic_store_n(&h->ready, true, __ATOMIC_RELEASE);
	for (;;) {
		bool ended = __atomic_load_n(&h->ended, __ATOMIC_ACQUIRE);

		head = __atomic_load_n(&h->head, __ATOMIC_ACQUIRE);
		if (head == tail && ended)
			break;
		if (head == tail) {
			wait_a_bit(&spins);
			continue;
		}
		ticks = h->ticks[tail / NATIVE_PIECE];
		start = native_clock();
		for (; tail != head; tail++)
			e->strategy->put(&h->slot[tail % HANDOVER_SLOTS], false);
		ticks[NATIVE_PUT_REMOTE] += native_clock() - start;
		__atomic_store_n(&h->tail, tail, __ATOMIC_RELEASE);
	}
	return NULL;
}

static int piece_handing_over(struct exec *e, uint64_t i, uint64_t end,
			      uint64_t ticks[NATIVE_SERIES])
{
	uint64_t start = native_clock();
	int err = 0;

	e->waited = 0;
	for (; !err && i < end; i++) {
		const struct native_op *op = &e->stream->op[i];

		if (op->kind == NATIVE_PUT_REMOTE)
			handover_give(e, op);
		else
			err = op_run(e, op);
	}
	ticks[NATIVE_TOTAL] = native_clock() - start - e->waited;
	return err;
}

static int run_handing_over(struct exec *e, struct native_sample *sample)
{
	uint64_t i = e->stream->info.nr_setup;
	unsigned int spins = 0;
	int err = 0;

	while (!__atomic_load_n(&e->handover->ready, __ATOMIC_ACQUIRE))
		wait_a_bit(&spins);
	for (size_t piece = 0; !err && i < e->stream->info.nr; piece++) {
		uint64_t end = piece_end(e, i);

		err = piece_handing_over(e, i, end, sample->ticks[piece]);
		i = end;
	}
	return err;
}

static int run_two_cores(struct exec *e, struct native_sample *sample)
{
	pthread_t thread;
	int err;

	e->handover = aligned_alloc(64, sizeof(*e->handover));
	if (!e->handover)
		return -ENOMEM;
	memset(e->handover, 0, sizeof(*e->handover));
	e->handover->ticks = sample->ticks;
	err = -pthread_create(&thread, NULL, releaser, e);
	if (!err) {
		err = run_handing_over(e, sample);
		__atomic_store_n(&e->handover->ended, true, __ATOMIC_RELEASE);
		pthread_join(thread, NULL);
	}
	free(e->handover);
	return err;
}

static int exec_up(struct exec *e, const unsigned int option[STRATEGY_MAX_OPTIONS])
{
	const struct native_info *info = &e->stream->info;
	struct rx_params params = info->params;
	int err = 0;

	/* The native environment has no IOMMU; its bookkeeping of mappings would be timed. */
	params.posted = false;
	memcpy(params.option, option, sizeof(params.option));
	e->buf = calloc(info->nr_buffers + 1ul, sizeof(*e->buf));
	if (!e->buf)
		return -ENOMEM;
	for (unsigned int i = 0; !err && i < info->nr_queues; i++)
		err = e->strategy->create(&params, &e->queue[i]);
	for (uint64_t i = 0; !err && i < info->nr_setup; i++)
		err = op_run(e, &e->stream->op[i]);
	return err;
}

/* Put buffers that the stream left in the stack (it was cut, or the strategy ran dry). */
static void exec_down(struct exec *e)
{
	for (unsigned int i = 0; e->buf && i < e->stream->info.nr_buffers; i++)
		if (e->buf[i].page)
			e->strategy->put(&e->buf[i], false);
	for (unsigned int i = 0; i < e->stream->info.nr_queues; i++)
		e->strategy->destroy(e->queue[i]);
	free(e->buf);
}

static void stats_sum(const struct exec *e, struct rx_stats *sum)
{
	for (unsigned int i = 0; i < e->stream->info.nr_queues; i++) {
		struct rx_stats one;

		e->strategy->stats(e->queue[i], &one);
		sum->pages_new += one.pages_new;
		sum->reused += one.reused;
	}
}

int native_exec(const struct native_stream *stream, const struct rx_strategy *strategy,
		const unsigned int option[STRATEGY_MAX_OPTIONS], enum native_mode mode,
		unsigned int cpu, struct native_sample *sample)
{
	struct exec e = {.stream = stream, .strategy = strategy, .cpu = cpu};
	int err = exec_up(&e, option);

	memset(sample->ticks, 0, native_pieces(&stream->info) * sizeof(*sample->ticks));
	memset(&sample->stats, 0, sizeof(sample->stats));
	if (!err && mode == NATIVE_ONE_CORE)
		err = run_total(&e, sample);
	else if (!err && mode == NATIVE_BY_KIND)
		err = run_by_kind(&e, sample);
	else if (!err)
		err = run_two_cores(&e, sample);
	if (!err)
		stats_sum(&e, &sample->stats);
	exec_down(&e);
	return err;
}
