/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_stress.c - one thread polls and allocates, others release: every strategy on real threads.
 *
 * Written for the sanitizers: buffers are written and read with plain accesses, so a strategy that
 * reuses memory without having seen its last user's put is a data race. Without a sanitizer the
 * patterns and the books of the native world tell.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "alloc/native/native.h"
#include "alloc/rx/strategy_table.h"
#include "tests/alloc/rig.h"

#define PACKETS 8000
#define BACKLOG 256 /* packets the stack can hold at most */
#define BYTES	1800
#define CHECKED 64 /* bytes of the pattern that are written and read at either end */

#define READERS 2 /* at most */

struct backlog_entry {
	struct rx_buf buf;
	unsigned char pattern;
};

/*
 * Single producer, single consumer: the poller writes @head, the reader @tail. The poller looks at
 * @tail only when @tail_seen leaves it no room: each look would order it after the reader's puts,
 * and hide what the strategy itself fails to order.
 */
struct reader {
	struct stress *stress;
	unsigned int cpu;
	struct backlog_entry entry[BACKLOG];
	unsigned int head, tail, tail_seen;
	unsigned int damaged;
	pthread_t thread;
};

/**
 * struct stress
 * @backlog: packets a reader can have waiting
 * @close: the queue is closed while readers still put
 */
struct stress {
	const struct rx_strategy *strategy;
	unsigned int ring, backlog, readers;
	bool posted, close;
	struct reader reader[READERS];
};

/* The @n-th CPU of this process: the first for the poller, the others for readers in turn. */
static void run_on_cpu(unsigned int n)
{
	cpu_set_t all, one;
	int nr, cpu = 0;

	mm_native_set_cpu(n, 0);
	if (sched_getaffinity(0, sizeof(all), &all) || (nr = CPU_COUNT(&all)) < 2)
		return;
	n = n ? 1 + (n - 1) % (unsigned int)(nr - 1) : 0;
	for (;; cpu++) {
		if (CPU_ISSET(cpu, &all) && n-- == 0)
			break;
	}
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	pthread_setaffinity_np(pthread_self(), sizeof(one), &one);
}

static unsigned char *memory_of(const struct rx_strategy *strategy, const struct rx_buf *buf)
{
	size_t pfn = (size_t)(buf->page - mm_native_layout.map);

	return (unsigned char *)mm_native_layout.mem + (pfn << strategy->page_shift) + buf->offset;
}

static void pattern_write(const struct stress *s, const struct backlog_entry *e)
{
	memset(memory_of(s->strategy, &e->buf), e->pattern, CHECKED);
	memset(memory_of(s->strategy, &e->buf) + BYTES - CHECKED, e->pattern, CHECKED);
}

static bool pattern_is_intact(const struct stress *s, const struct backlog_entry *e)
{
	const unsigned char *memory = memory_of(s->strategy, &e->buf);

	for (unsigned int i = 0; i < CHECKED; i++) {
		if (memory[i] != e->pattern || memory[BYTES - 1 - i] != e->pattern)
			return false;
	}
	return true;
}

/*
 * Who has a buffer, by the cache line it starts in. Relaxed: the table must not order anything for
 * the allocator. With a buffer doubled all else is a matter of luck, so it ends here.
 */
static bool taken[RIG_MEMORY / L1_CACHE_BYTES];

static bool *taken_of(const struct stress *s, const struct rx_buf *buf)
{
	unsigned char *start = (unsigned char *)mm_native_layout.mem;

	return &taken[(size_t)(memory_of(s->strategy, buf) - start) / L1_CACHE_BYTES];
}

static void buffer_take(const struct stress *s, const struct rx_buf *buf)
{
	if (!__atomic_exchange_n(taken_of(s, buf), true, __ATOMIC_RELAXED))
		return;
	fprintf(stderr, "%s: a buffer was handed out while somebody had it\n", s->strategy->name);
	exit(EXIT_FAILURE);
}

static void buffer_put(const struct stress *s, const struct rx_buf *buf, bool direct)
{
	__atomic_store_n(taken_of(s, buf), false, __ATOMIC_RELAXED);
	s->strategy->put(buf, direct);
}

static void *reader_run(void *arg)
{
	struct reader *r = arg;
	struct stress *s = r->stress;

	run_on_cpu(r->cpu);
	for (unsigned int n = 0; n < PACKETS / s->readers; n++) {
		struct backlog_entry e;

		while (__atomic_load_n(&r->head, __ATOMIC_ACQUIRE) == r->tail)
			sched_yield();
		e = r->entry[r->tail % BACKLOG];
		__atomic_store_n(&r->tail, r->tail + 1, __ATOMIC_RELEASE);
		r->damaged += !pattern_is_intact(s, &e);
		e.pattern = 0;
		pattern_write(s, &e);
		buffer_put(s, &e.buf, false);
	}
	return NULL;
}

static void backlog_push(const struct stress *s, struct reader *r, const struct backlog_entry *e)
{
	while (r->head - r->tail_seen == s->backlog) {
		sched_yield();
		r->tail_seen = __atomic_load_n(&r->tail, __ATOMIC_ACQUIRE);
	}
	r->entry[r->head % BACKLOG] = *e;
	__atomic_store_n(&r->head, r->head + 1, __ATOMIC_RELEASE);
}

/* With more than one slot each second packet is dropped by the poll itself, with a direct put. */
static void poll_run(struct stress *s, void *queue)
{
	unsigned int pushed = 0;

	for (unsigned int n = 0; pushed < PACKETS; n++) {
		struct backlog_entry e = {.pattern = (unsigned char)n};

		if (n >= s->ring) {
			s->strategy->receive(queue, n % s->ring, &e.buf);
			pattern_write(s, &e);
			if (n % 2 && s->ring > 1)
				buffer_put(s, &e.buf, true);
			else
				backlog_push(s, &s->reader[pushed++ % s->readers], &e);
		}
		assert_int_equal(s->strategy->alloc(queue, n % s->ring, BYTES, &e.buf), 0);
		buffer_take(s, &e.buf);
	}
}

static void stress_run(struct stress *s)
{
	const struct rx_params params = {.ring_size = s->ring,
					 .buffer_bytes = BYTES,
					 .pool_size = 64,
					 .nid = NUMA_NO_NODE,
					 .posted = s->posted};
	unsigned int damaged = 0;
	void *queue;
	char err[240];

	assert_int_equal(mm_native_init(s->strategy->page_shift, RIG_MEMORY), 0);
	run_on_cpu(0);
	memset(taken, 0, sizeof(taken));
	assert_int_equal(s->strategy->create(&params, &queue), 0);
	for (unsigned int i = 0; i < s->readers; i++) {
		struct reader *r = &s->reader[i];

		*r = (struct reader){.stress = s, .cpu = i + 1};
		assert_int_equal(pthread_create(&r->thread, NULL, reader_run, r), 0);
	}
	poll_run(s, queue);
	if (s->close && s->strategy->close)
		s->strategy->close(queue);
	for (unsigned int i = 0; i < s->readers; i++) {
		assert_int_equal(pthread_join(s->reader[i].thread, NULL), 0);
		damaged += s->reader[i].damaged;
	}
	if (damaged)
		fail_msg("%s: %u packets were overwritten while a reader had them",
			 s->strategy->name, damaged);
	s->strategy->destroy(queue);
	if (mm_native_fini(err, sizeof(err)))
		fail_msg("%s: %s", s->strategy->name, err);
}

/* `null` has nothing to show here: it overwrites what the readers hold. */
static void stress_strategies(unsigned int readers)
{
	static struct stress s;

	for (unsigned int shift = 12; shift <= 16; shift += 4) {
		const struct rx_strategy *const *table = strategy_table_native(shift);

		for (; *table; table++) {
			if ((*table)->shares_buffers)
				continue;
			s = (struct stress){.strategy = *table,
					    .ring = 64,
					    .backlog = BACKLOG,
					    .readers = readers,
					    .posted = true};
			stress_run(&s);
			s.ring = 4;
			s.posted = false;
			s.close = true;
			stress_run(&s);
		}
	}
}

static void test_one_reader(void **state)
{
	(void)state;
	stress_strategies(1);
}

static void test_two_readers(void **state)
{
	(void)state;
	stress_strategies(2);
}

/*
 * The poller learns of a put through nothing but the strategy: the reader says "done" without any
 * ordering. Whatever then comes back must be safe to write, because the strategy saw the put.
 */
struct handover {
	const struct rx_strategy *strategy;
	struct rx_buf buf;
	unsigned char read; /* by the reader, who then writes: stacks change headers in place */
	bool done;
};

static void *reader_put_one(void *arg)
{
	struct handover *h = arg;

	run_on_cpu(1);
	h->read = (*memory_of(h->strategy, &h->buf))++;
	h->strategy->put(&h->buf, false);
	__atomic_store_n(&h->done, true, __ATOMIC_RELAXED);
	return NULL;
}

/* Takes @n packets into @held. The device writes while the buffer is posted. */
static void take(const struct rx_strategy *strategy, void *queue, struct rx_buf *held,
		 unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		assert_int_equal(strategy->alloc(queue, 0, BYTES, &held[i]), 0);
		*memory_of(strategy, &held[i]) = 7;
		strategy->receive(queue, 0, &held[i]);
	}
}

/* @early: packets taken and put between the reader's buffer and its put */
static void handover_strategy(const struct rx_strategy *strategy, unsigned int early)
{
	const struct rx_params params = {
		.ring_size = 1, .buffer_bytes = BYTES, .pool_size = 64, .nid = NUMA_NO_NODE};
	struct handover h = {.strategy = strategy};
	struct rx_buf held[200];
	pthread_t reader;
	void *queue;

	assert_int_equal(mm_native_init(strategy->page_shift, RIG_MEMORY), 0);
	assert_int_equal(strategy->create(&params, &queue), 0);
	take(strategy, queue, &h.buf, 1);
	take(strategy, queue, held, early);
	assert_int_equal(pthread_create(&reader, NULL, reader_put_one, &h), 0);
	while (!__atomic_load_n(&h.done, __ATOMIC_RELAXED))
		sched_yield();
	for (unsigned int i = 0; i < early; i++)
		strategy->put(&held[i], true);
	take(strategy, queue, held, 200);
	for (unsigned int i = 0; i < 200; i++)
		strategy->put(&held[i], true);
	assert_int_equal(pthread_join(reader, NULL), 0);
	assert_int_equal(h.read, 7);
	strategy->destroy(queue);
	assert_int_equal(mm_native_fini(NULL, 0), 0);
}

static void test_handover(void **state)
{
	const struct rx_strategy *const *table = strategy_table_native(12);

	(void)state;
	for (; *table; table++) {
		if ((*table)->shares_buffers)
			continue;
		for (unsigned int early = 0; early < 4; early++)
			handover_strategy(*table, early);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_one_reader),
					   cmocka_unit_test(test_two_readers),
					   cmocka_unit_test(test_handover)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
