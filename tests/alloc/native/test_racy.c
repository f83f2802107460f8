/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_racy.c - two threads poll one queue, which is forbidden: a data race inside the allocator.
 *
 * Not a test of the allocator but of ThreadSanitizer: unless it reports this race, that it reports
 * nothing elsewhere means nothing (a program that defines its functions itself, as the instrumented
 * build does, links without a word and checks nothing).
 */
#include <pthread.h>
#include <stdio.h>
#include "alloc/native/native.h"
#include "alloc/rx/strategy_table.h"
#include "strategy.h"

static const struct rx_strategy *strategy;
static void *queue;

static void *poll_once(void *arg)
{
	struct rx_buf buf;

	strategy->alloc(queue, *(unsigned int *)arg, 64, &buf);
	return NULL;
}

int main(void)
{
	const struct rx_params params = {.ring_size = 2, .buffer_bytes = 64, .nid = NUMA_NO_NODE};
	unsigned int slot[2] = {0, 1};
	pthread_t other;

	strategy = strategy_table_native(12)[1];
	if (mm_native_init(12, 1ul << 20) || strategy->create(&params, &queue) ||
	    pthread_create(&other, NULL, poll_once, &slot[1]))
		return 1;
	poll_once(&slot[0]);
	pthread_join(other, NULL);
	strategy->destroy(queue);
	printf("%s: polled by two threads, nobody complained\n", strategy->name);
	return mm_native_fini(NULL, 0) ? 1 : 0;
}
