/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_stress.c - one thread polls and allocates, another releases: every strategy on real threads.
 *
 * Written for the sanitizers: buffers are written and read with plain accesses, so a strategy that
 * reuses memory without having seen its last user's put is a data race. Without a sanitizer the
 * patterns and the books of the native world tell.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "native.h"
#include "rig.h"

#define PACKETS 8000
#define BACKLOG 256 /* packets the stack can hold at most */
#define BYTES	1800
#define CHECKED 64 /* bytes of the pattern that are written and read at either end */

struct backlog_entry {
	struct rx_buf buf;
	unsigned char pattern;
};

/*
 * Single producer, single consumer: the poller writes @head, the reader @tail. The poller looks at
 * @tail only when @tail_seen leaves it no room: each look would order it after the reader's puts,
 * and hide what the strategy itself fails to order.
 */
struct stress {
	const struct rx_strategy *strategy;
	struct backlog_entry entry[BACKLOG];
	unsigned int ring, backlog;
	unsigned int head, tail, tail_seen;
	unsigned int damaged;
};

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

static void *reader_run(void *arg)
{
	struct stress *s = arg;

	mm_native_set_cpu(1, 0);
	for (unsigned int n = 0; n < PACKETS; n++) {
		struct backlog_entry e;

		while (__atomic_load_n(&s->head, __ATOMIC_ACQUIRE) == s->tail)
			sched_yield();
		e = s->entry[s->tail % BACKLOG];
		__atomic_store_n(&s->tail, s->tail + 1, __ATOMIC_RELEASE);
		s->damaged += !pattern_is_intact(s, &e);
		e.pattern = 0;
		pattern_write(s, &e);
		s->strategy->put(&e.buf, false);
	}
	return NULL;
}

static void backlog_push(struct stress *s, const struct backlog_entry *e)
{
	while (s->head - s->tail_seen == s->backlog) {
		sched_yield();
		s->tail_seen = __atomic_load_n(&s->tail, __ATOMIC_ACQUIRE);
	}
	s->entry[s->head % BACKLOG] = *e;
	__atomic_store_n(&s->head, s->head + 1, __ATOMIC_RELEASE);
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
			if (n % 2 && s->ring > 1) {
				s->strategy->put(&e.buf, true);
			} else {
				backlog_push(s, &e);
				pushed++;
			}
		}
		assert_int_equal(s->strategy->alloc(queue, n % s->ring, BYTES, &e.buf), 0);
	}
}

static void stress_strategy(const struct rx_strategy *strategy, unsigned int ring,
			    unsigned int backlog, bool posted)
{
	const struct rx_params params = {.ring_size = ring,
					 .buffer_bytes = BYTES,
					 .pool_size = 64,
					 .nid = NUMA_NO_NODE,
					 .posted = posted};
	struct stress s = {.strategy = strategy, .ring = ring, .backlog = backlog};
	pthread_t reader;
	void *queue;
	char err[240];

	assert_int_equal(mm_native_init(strategy->page_shift, RIG_MEMORY), 0);
	assert_int_equal(strategy->create(&params, &queue), 0);
	assert_int_equal(pthread_create(&reader, NULL, reader_run, &s), 0);
	poll_run(&s, queue);
	assert_int_equal(pthread_join(reader, NULL), 0);
	assert_int_equal(s.damaged, 0);
	strategy->destroy(queue);
	if (mm_native_fini(err, sizeof(err)))
		fail_msg("%s: %s", strategy->name, err);
}

/* `null` has nothing to show here: it overwrites what the reader holds. */
static void test_two_threads(void **state)
{
	static const unsigned int shifts[] = {12, 16};

	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct rx_strategy *const *table = strategy_table_native(shifts[i]);

		for (; *table; table++) {
			if (!strcmp((*table)->name, "null"))
				continue;
			stress_strategy(*table, 64, BACKLOG, true);
			stress_strategy(*table, 4, BACKLOG, false);
		}
	}
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

	mm_native_set_cpu(1, 0);
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
		if (!strcmp((*table)->name, "null"))
			continue;
		for (unsigned int early = 0; early < 4; early++)
			handover_strategy(*table, early);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_two_threads),
					   cmocka_unit_test(test_handover)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
