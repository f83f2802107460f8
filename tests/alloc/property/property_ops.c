/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * property_ops.c - see property_ops.h: one run of operations, real or replayed. What is checked is
 * the model's affair; here is only what the contract says of return values and counters.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "alloc/native/native.h"
#include "property_draw.h"
#include "property_model.h"
#include "property_ops.h"

#define MEMORY	    (64ul << 20)
#define REMOTE_CPU  (MODEL_QUEUES + 1)
#define CHECK_EVERY 256 /* operations between looks at the whole books */
#define STATS_EVERY 16

static struct world world;
static char books[240]; /* what the environment had to say at the end */

/* Where a hook runs: each queue has a CPU for its NAPI, everybody else another one. */
static void enter_napi(unsigned int queue)
{
	mm_native_set_cpu(queue, world.queue[queue].nid);
	model_call(queue);
}

/* A page that was given back at once may be counted as taken, or not. */
static void check_stats(unsigned int queue)
{
	const struct world_queue *q = &world.queue[queue];
	uint64_t taken = model_pages_taken(queue), reused;
	struct rx_stats stats;

	if (!q->queue)
		return;
	world.run->strategy->stats(q->queue, &stats);
	if (stats.pages_new > taken || stats.pages_new < taken - model_pages_returned(queue))
		model_fail("stats: pages_new is %llu, the queue took %llu",
			   (unsigned long long)stats.pages_new, (unsigned long long)taken);
	reused = q->served > stats.pages_new ? q->served - stats.pages_new : 0;
	if (stats.reused != reused && !world.run->strategy->shares_buffers)
		model_fail("stats: reused is %llu, %llu buffers were served from %llu pages",
			   (unsigned long long)stats.reused, (unsigned long long)q->served,
			   (unsigned long long)stats.pages_new);
}

static bool op_create(struct world_queue *q, unsigned int n, unsigned int arg)
{
	void *queue = &world;
	int err;

	if (q->queue)
		return false;
	*q = (struct world_queue){.nid = q->nid};
	params_draw(&q->params, world.run, arg);
	enter_napi(n);
	err = world.run->strategy->create(&q->params, &queue);
	if (!err) {
		q->queue = queue;
		return true;
	}
	if (queue != &world)
		model_fail("failure: create() failed and wrote *queue");
	if (err == -EINVAL &&
	    2ul * q->params.buffer_bytes <= 1ul << world.run->strategy->page_shift)
		model_fail("failure: create() refuses %u bytes", q->params.buffer_bytes);
	if (err != -EINVAL && (err != -ENOMEM || !model_refused()))
		model_fail("failure: create() returns %d, %u requests were refused", err,
			   model_refused());
	world.failed++;
	model_queue_gone(n);
	return true;
}

static void put_held(unsigned int i, bool direct)
{
	struct model_buffer *b = world.held[i];
	struct rx_buf buf = b->buf;

	direct = direct && !world.queue[b->queue].closed;
	if (direct) {
		enter_napi(b->queue);
	} else {
		mm_native_set_cpu(REMOTE_CPU, 0);
		model_call(b->queue);
	}
	world.nr_held--;
	memmove(&world.held[i], &world.held[i + 1], (world.nr_held - i) * sizeof(*world.held));
	model_put(b);
	world.run->strategy->put(&buf, direct);
}

/*
 * Where a page's only count of users is _refcount (page_pool's model `zero`), each of them gives
 * his reference back to the pool. All other strategies do not mind who calls put_page().
 */
static bool holders_owe_put(const struct world_queue *q)
{
	return !strcmp(world.run->strategy->name, "page_pool") && q->params.option[0] == 1;
}

static bool op_pin(unsigned int arg)
{
	struct model_buffer *b = world.nr_held ? world.held[arg % world.nr_held] : NULL;

	if (!b || b->pinned || world.nr_pins == WORLD_PINS)
		return false;
	model_pin(b, holders_owe_put(&world.queue[b->queue]));
	world.pin[world.nr_pins++] = b;
	return true;
}

static void unpin(unsigned int i)
{
	struct model_buffer *b = world.pin[i];
	struct rx_buf buf = b->buf;
	bool owes_put = b->owes_put;

	world.pin[i] = world.pin[--world.nr_pins];
	mm_native_set_cpu(REMOTE_CPU, 0);
	model_call(b->queue);
	model_unpin(b);
	if (owes_put)
		world.run->strategy->put(&buf, false);
}

static bool op_unpin(unsigned int arg)
{
	if (!world.nr_pins)
		return false;
	unpin(arg % world.nr_pins);
	return true;
}

static void forget_posted(struct world_queue *q)
{
	for (; q->posted; q->posted--) {
		model_forget(q->slot[q->next_to_clean]);
		q->next_to_clean = (q->next_to_clean + 1) % q->params.ring_size;
	}
}

static bool op_close(struct world_queue *q, unsigned int n)
{
	if (!q->queue || q->closed || !world.run->strategy->close)
		return false;
	forget_posted(q);
	enter_napi(n);
	world.run->strategy->close(q->queue);
	q->closed = true;
	model_queue_closed(n);
	return true;
}

static bool op_destroy(struct world_queue *q, unsigned int n)
{
	if (!q->queue)
		return false;
	for (unsigned int i = 0; i < world.nr_held;) {
		if (world.held[i]->queue == n)
			put_held(i, false);
		else
			i++;
	}
	for (unsigned int i = world.nr_pins; i--;) {
		if (world.pin[i]->owes_put && world.pin[i]->queue == n)
			unpin(i);
	}
	check_stats(n);
	if (q->closed)
		model_queue_closed(n);
	forget_posted(q);
	enter_napi(n);
	world.run->strategy->destroy(q->queue);
	q->queue = NULL;
	model_queue_gone(n);
	return true;
}

static bool op_post(struct world_queue *q, unsigned int n, unsigned int arg)
{
	const struct rx_buf untouched = {.offset = 0x5a5a5a, .dma = 0x5a5a5a};
	struct rx_buf buf = untouched;
	unsigned int bytes;
	int err;

	if (!q->queue || q->closed || q->posted == q->params.ring_size)
		return false;
	bytes = arg % 4 ? q->params.buffer_bytes : 1 + arg / 4 % q->params.buffer_bytes;
	enter_napi(n);
	err = world.run->strategy->alloc(q->queue, q->next_to_use, bytes, &buf);
	if (err) {
		/* A large fragment may not fit into the small page that memory was left for. */
		if (err != -ENOMEM ||
		    (!model_refused() && bytes <= 1u << world.run->strategy->page_shift))
			model_fail(
				"failure: alloc() of %u bytes returns %d, no request was refused",
				bytes, err);
		if (memcmp(&buf, &untouched, sizeof(buf)))
			model_fail("failure: alloc() failed and wrote *buf");
		world.failed++;
		return true;
	}
	q->slot[q->next_to_use] = model_posted(n, &buf, bytes, world.run->posted);
	q->next_to_use = (q->next_to_use + 1) % q->params.ring_size;
	q->posted++;
	q->served++;
	return true;
}

static bool op_receive(struct world_queue *q, unsigned int n)
{
	struct model_buffer *b;
	struct rx_buf buf;

	if (!q->queue || !q->posted || world.nr_held == WORLD_HELD)
		return false;
	b = q->slot[q->next_to_clean];
	b->state = MODEL_RECEIVING;
	enter_napi(n);
	world.run->strategy->receive(q->queue, q->next_to_clean, &buf);
	model_received(b, &buf);
	q->next_to_clean = (q->next_to_clean + 1) % q->params.ring_size;
	q->posted--;
	world.held[world.nr_held++] = b;
	return true;
}

static bool op_put(unsigned int arg, bool direct)
{
	if (!world.nr_held)
		return false;
	put_held(arg % world.nr_held, direct);
	return true;
}

/* Return: false = there was nothing to do it to */
static bool op_run(const struct op *op)
{
	struct world_queue *q = &world.queue[op->queue];

	switch (op->kind) {
	case OP_CREATE:
		return op_create(q, op->queue, op->arg);
	case OP_DESTROY:
		return op_destroy(q, op->queue);
	case OP_CLOSE:
		return op_close(q, op->queue);
	case OP_POST:
		return op_post(q, op->queue, op->arg);
	case OP_RECEIVE:
		return op_receive(q, op->queue);
	case OP_PUT_DIRECT:
	case OP_PUT_REMOTE:
		return op_put(op->arg, op->kind == OP_PUT_DIRECT);
	case OP_PIN:
		return op_pin(op->arg);
	case OP_UNPIN:
		return op_unpin(op->arg);
	case OP_FAIL:
		mm_native_fail_at(op->arg);
		return true;
	case OP_MAX_ORDER:
		mm_native_set_max_order(op->arg % (MAX_PAGE_ORDER + 1));
		return true;
	case OP_RESERVES:
		mm_native_set_pfmemalloc(op->arg & 1);
		return true;
	default:
		q->nid = op->arg & 1;
		return true;
	}
}

static void run_step(struct op_list *list, const struct op *op)
{
	unsigned int n = world.steps++;

	list->done[op->kind] += op_run(op);
	if (n % STATS_EVERY == 0)
		check_stats(op->queue);
	if (n % CHECK_EVERY == 0)
		model_check();
}

static void run_end(void)
{
	for (unsigned int n = 0; n < MODEL_QUEUES; n++)
		op_destroy(&world.queue[n], n);
	model_check();
	while (world.nr_pins)
		op_unpin(0);
	model_check();
}

static void run_start(const struct run *run)
{
	memset(&world, 0, sizeof(world));
	world.run = run;
}

/*
 * The steps themselves, in a function of their own: what is behind setjmp() keeps nothing in
 * variables that it would lose. @draw: how many to draw, 0 = run those of the list.
 */
static void run_steps(const struct run *run, struct op_list *list, unsigned int draw)
{
	struct draw d = {.seed = run->seed};

	if (!draw) {
		for (unsigned int i = 0; i < list->nr; i++)
			run_step(list, &list->op[i]);
	}
	for (list->nr = draw ? 0 : list->nr; draw; draw--) {
		list->op[list->nr] = op_draw(&d, &world);
		run_step(list, &list->op[list->nr++]);
	}
	run_end();
}

static const char *run_it(const struct run *run, struct op_list *list, unsigned int draw)
{
	static jmp_buf escape;
	const char *volatile found = NULL;

	run_start(run);
	if (mm_native_init(run->strategy->page_shift, MEMORY))
		return "the test has no memory for pages";
	if (setjmp(escape)) {
		found = model_violation();
	} else {
		model_init(run->strategy->page_shift, run->strategy->shares_buffers, &escape);
		run_steps(run, list, draw);
	}
	list->failed += world.failed;
	model_fini();
	if (mm_native_fini(books, sizeof(books)) && !found)
		found = books;
	return found;
}

const char *run_random(const struct run *run, struct op_list *list, unsigned int nr)
{
	return run_it(run, list, nr);
}

const char *run_list(const struct run *run, struct op_list *list)
{
	return run_it(run, list, 0);
}
