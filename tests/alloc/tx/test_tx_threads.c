/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_tx_threads.c - two senders and a completion thread on real threads, over every TX strategy.
 *
 * Written for the sanitizers: payload is written and read with plain accesses, so a strategy that
 * hands memory out again without having seen its last completion is a data race. Without a
 * sanitizer the patterns and the books of the native world tell. Each sender has a socket of its
 * own, and opens another one now and then with fragments of the old one on their way.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "alloc/native/native.h"
#include "alloc/tx/tx_table.h"
#include "test_tx_rig.h"

#define SENDERS	     2
#define FRAGS	     12000 /* of each sender */
#define SOCKET_FRAGS 700   /* before a sender opens another socket */
#define TX_RING	     256
#define CHECKED	     64u /* bytes of the pattern that are written and read at either end */

struct descriptor {
	struct tx_frag frag;
	unsigned char pattern;
};

/**
 * struct stress
 * @tx_lock: the queue's; covers map(), @head and @tail_seen
 * @head, @tail: senders write the one, completion the other
 * @tail_seen: a sender looks at @tail only when this leaves no room: each look orders it after
 *	completions, and hides what the strategy itself fails to order
 */
struct stress {
	const struct tx_strategy *strategy;
	void *queue;
	pthread_mutex_t tx_lock;
	struct descriptor ring[TX_RING];
	unsigned int depth;
	unsigned int head, tail, tail_seen;
	unsigned int failed, damaged;
};

struct sender {
	struct stress *s;
	unsigned int cpu;
};

static unsigned char *memory_of(const struct tx_strategy *strategy, const struct tx_frag *frag)
{
	size_t pfn = (size_t)(frag->page - mm_native_layout.map);

	return (unsigned char *)mm_native_layout.mem + (pfn << strategy->page_shift) + frag->offset;
}

static unsigned int checked_bytes(const struct tx_frag *frag)
{
	return frag->bytes < CHECKED ? frag->bytes : CHECKED;
}

static void payload_write(const struct stress *s, const struct descriptor *d)
{
	unsigned char *memory = memory_of(s->strategy, &d->frag);
	unsigned int n = checked_bytes(&d->frag);

	memset(memory, d->pattern, n);
	memset(memory + d->frag.bytes - n, d->pattern, n);
}

static bool payload_is_intact(const struct stress *s, const struct descriptor *d)
{
	const unsigned char *memory = memory_of(s->strategy, &d->frag);

	for (unsigned int i = 0; i < checked_bytes(&d->frag); i++) {
		if (memory[i] != d->pattern || memory[d->frag.bytes - 1 - i] != d->pattern)
			return false;
	}
	return true;
}

/* The driver's xmit. Return: false when the TX ring is full */
static bool xmit(struct stress *s, struct descriptor *d)
{
	bool sent = false;

	pthread_mutex_lock(&s->tx_lock);
	if (s->head - s->tail_seen == s->depth)
		s->tail_seen = __atomic_load_n(&s->tail, __ATOMIC_ACQUIRE);
	if (s->head - s->tail_seen < s->depth) {
		if (s->strategy->map(s->queue, &d->frag))
			__atomic_fetch_add(&s->failed, 1, __ATOMIC_RELAXED);
		s->ring[s->head % TX_RING] = *d;
		__atomic_store_n(&s->head, s->head + 1, __ATOMIC_RELEASE);
		sent = true;
	}
	pthread_mutex_unlock(&s->tx_lock);
	return sent;
}

static void sender_count_failure(struct stress *s, int err)
{
	if (err)
		__atomic_fetch_add(&s->failed, 1, __ATOMIC_RELAXED);
}

static void *sender_run(void *arg)
{
	const struct sender *sender = arg;
	struct stress *s = sender->s;
	void *sock = NULL;

	mm_native_set_cpu(sender->cpu, 0);
	for (unsigned int n = 0; n < FRAGS; n++) {
		struct descriptor d = {.pattern = (unsigned char)(n + sender->cpu)};

		if (n % SOCKET_FRAGS == 0) {
			s->strategy->close(sock);
			sender_count_failure(s, s->strategy->open(s->queue, &sock));
		}
		sender_count_failure(s, s->strategy->alloc(sock, 1 + n * 7919 % 9000, &d.frag));
		payload_write(s, &d);
		if (n % 16 == 5) { /* dropped before the driver sees it, by the sender itself */
			s->strategy->complete(s->queue, &d.frag);
			continue;
		}
		while (!xmit(s, &d))
			sched_yield();
	}
	s->strategy->close(sock);
	return NULL;
}

/* How many of a sender's fragments reach the TX ring. */
static unsigned int sent_by_one(void)
{
	unsigned int sent = 0;

	for (unsigned int n = 0; n < FRAGS; n++)
		sent += n % 16 != 5;
	return sent;
}

static void *completion_run(void *arg)
{
	struct stress *s = arg;
	unsigned int due = SENDERS * sent_by_one();

	mm_native_set_cpu(SENDERS, 0);
	for (unsigned int n = 0; n < due; n++) {
		struct descriptor d;

		while (__atomic_load_n(&s->head, __ATOMIC_ACQUIRE) == n)
			sched_yield();
		d = s->ring[n % TX_RING];
		if (!payload_is_intact(s, &d))
			s->damaged++;
		__atomic_store_n(&s->tail, n + 1, __ATOMIC_RELEASE);
		s->strategy->complete(s->queue, &d.frag);
	}
	return NULL;
}

static void stress_run(struct stress *s)
{
	struct sender sender[SENDERS];
	pthread_t thread[SENDERS + 1];

	for (unsigned int i = 0; i < SENDERS; i++) {
		sender[i] = (struct sender){s, i};
		assert_int_equal(pthread_create(&thread[i], NULL, sender_run, &sender[i]), 0);
	}
	assert_int_equal(pthread_create(&thread[SENDERS], NULL, completion_run, s), 0);
	for (unsigned int i = 0; i <= SENDERS; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
}

static void stress_strategy(const struct tx_strategy *strategy, const struct tx_params *params,
			    unsigned int depth)
{
	struct stress s = {
		.strategy = strategy, .depth = depth, .tx_lock = PTHREAD_MUTEX_INITIALIZER};
	struct tx_stats stats;
	char err[240];

	assert_int_equal(mm_native_init(strategy->page_shift, TX_RIG_MEMORY), 0);
	assert_int_equal(strategy->create(params, &s.queue), 0);
	stress_run(&s);
	assert_int_equal(s.failed, 0);
	assert_int_equal(s.damaged, 0);
	strategy->stats(s.queue, &stats);
	assert_int_equal(stats.maps, mm_native_get_stats().maps);
	assert_int_equal(stats.unmaps, mm_native_get_stats().unmaps);
	strategy->destroy(s.queue);
	if (mm_native_fini(err, sizeof(err)))
		fail_msg("%s: %s", strategy->name, err);
}

/* A short TX ring keeps blocks idle, a long one busy; a small pre-mapped ring is full. */
static void test_senders_and_completion(void **state)
{
	static const unsigned int shifts[] = {12, 16};

	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct tx_strategy *const *table = tx_strategy_table_native(shifts[i]);

		for (; *table; table++) {
			struct tx_params params = tx_params_default(*table);

			stress_strategy(*table, &params, TX_RING);
			stress_strategy(*table, &params, 4);
			if (!(*table)->options)
				continue;
			params.option[0] =
				(*table)->options[0].choices ? 1 : (*table)->options[0].min;
			stress_strategy(*table, &params, TX_RING);
		}
	}
}

/*
 * The sender learns of a completion through nothing but the strategy: "done" is said without any
 * ordering. What alloc() then gives must be safe to write, because the strategy saw the completion.
 */
struct handover {
	const struct tx_strategy *strategy;
	void *queue;
	struct tx_frag frag;
	unsigned char read;
	bool done;
};

static void *complete_one(void *arg)
{
	struct handover *h = arg;

	mm_native_set_cpu(1, 0);
	h->read = *memory_of(h->strategy, &h->frag);
	h->strategy->complete(h->queue, &h->frag);
	__atomic_store_n(&h->done, true, __ATOMIC_RELAXED);
	return NULL;
}

/* @bytes fill a block in one go, or in several: a pool reuses a page only when it is cut up. */
static void handover_strategy(const struct tx_strategy *strategy, unsigned int bytes)
{
	const struct tx_params params = {
		.pool_size = 64,
		.nid = NUMA_NO_NODE,
		.option = {strcmp(strategy->name, "tx_premapped_ring") ? 0 : 64}};
	struct handover h = {.strategy = strategy};
	pthread_t completion;
	void *sock;

	assert_int_equal(mm_native_init(strategy->page_shift, TX_RIG_MEMORY), 0);
	assert_int_equal(strategy->create(&params, &h.queue), 0);
	assert_int_equal(strategy->open(h.queue, &sock), 0);
	assert_int_equal(strategy->alloc(sock, bytes, &h.frag), 0);
	*memory_of(strategy, &h.frag) = 7;
	assert_int_equal(strategy->map(h.queue, &h.frag), 0);
	assert_int_equal(pthread_create(&completion, NULL, complete_one, &h), 0);
	while (!__atomic_load_n(&h.done, __ATOMIC_RELAXED))
		sched_yield();
	for (unsigned int i = 0; i < 40; i++) {
		struct tx_frag again;

		assert_int_equal(strategy->alloc(sock, bytes, &again), 0);
		*memory_of(strategy, &again) = 9;
		strategy->complete(h.queue, &again);
	}
	assert_int_equal(pthread_join(completion, NULL), 0);
	assert_int_equal(h.read, 7);
	strategy->close(sock);
	strategy->destroy(h.queue);
	assert_int_equal(mm_native_fini(NULL, 0), 0);
}

static void test_handover(void **state)
{
	const struct tx_strategy *const *table = tx_strategy_table_native(12);

	(void)state;
	for (; *table; table++) {
		handover_strategy(*table, 32768);
		handover_strategy(*table, 5000);
	}
}

/* No block of 32K to be had: a ring of single pages, and none without memory at all. */
static void test_ring_of_what_there_is(void **state)
{
	const struct tx_strategy *const *table = tx_strategy_table_native(12);
	static struct tx_rig rig;
	struct tx_params params;
	struct tx_stats stats;

	(void)state;
	while (strcmp((*table)->name, "tx_premapped_ring"))
		table++;
	params = tx_params_default(*table);
	params.option[0] = 130; /* 33 pages of 4K */
	assert_int_equal(tx_rig_init(&rig, *table, &params, 0), 0);
	mm_native_set_max_order(0);
	assert_int_equal(tx_rig_open(&rig, 0), 0);
	stats = tx_rig_stats(&rig);
	assert_int_equal(stats.pages_new, 33);
	assert_int_equal(stats.pages_small, 33);
	assert_int_equal(stats.maps, 33);
	mm_native_fail_at(3); /* socket, its list of blocks, first page */
	assert_int_equal(tx_rig_open(&rig, 1), 0);
	assert_int_equal(tx_rig_stats(&rig).pages_new, 33);
	for (unsigned int i = 0; i < 34; i++)
		assert_int_equal(tx_rig_alloc(&rig, 0, 4096), 0);
	assert_int_equal(tx_rig_stats(&rig).fallbacks, 1);
	assert_int_equal(tx_rig_alloc(&rig, 1, 60), 0);
	assert_int_equal(tx_rig_stats(&rig).fallbacks, 2);
	tx_rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_senders_and_completion),
		cmocka_unit_test(test_handover),
		cmocka_unit_test(test_ring_of_what_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
