/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ptr_ring.h - bounded FIFO of pointers in which a NULL slot means "empty".
 *
 * Not a ring with shared indices: producer and consumer each keep their own index and look at the
 * slot itself, so they meet only in the lines of the queue. The consumer clears its slots late, a
 * batch (two cache lines) at a time and last first, so that a producer that waits for room does not
 * pull away the line the consumer is reading. Slots not yet cleared count as full.
 *
 *	      consumer_tail   consumer_head          producer
 *	           v               v                    v
 *	... NULL | taken taken | ptr ptr ptr ptr ptr | NULL NULL ...
 *
 * Source: linux-ptr-ring (include/linux/ptr_ring.h)
 */
#ifndef FRAGSIM_PTR_RING_H
#define FRAGSIM_PTR_RING_H

#include "mm.h"

/**
 * struct ptr_ring
 * @producer: next slot to fill; under @producer_lock
 * @consumer_head: next slot to take; written by the consumer
 * @consumer_tail: first slot taken and not yet cleared
 * @size: slots
 * @batch: slots taken before they are cleared
 */
struct ptr_ring {
	int producer ____cacheline_aligned;
	spinlock_t producer_lock;
	int consumer_head ____cacheline_aligned;
	int consumer_tail;
	spinlock_t consumer_lock;
	int size ____cacheline_aligned;
	int batch;
	void **queue;
};

static inline int ptr_ring_init(struct ptr_ring *r, int size, gfp_t gfp)
{
	r->queue = kcalloc((size_t)size, sizeof(*r->queue), gfp);
	if (!r->queue)
		return -ENOMEM;
	r->size = size;
	r->batch = SMP_CACHE_BYTES * 2 / (int)sizeof(*r->queue);
	if (r->batch > size / 2)
		r->batch = 1;
	r->producer = r->consumer_head = r->consumer_tail = 0;
	spin_lock_init(&r->producer_lock);
	spin_lock_init(&r->consumer_lock);
	return 0;
}

static inline void ptr_ring_cleanup(struct ptr_ring *r)
{
	kfree(r->queue);
}

/** __ptr_ring_produce() - caller holds the producer lock. Return: 0, or -ENOSPC */
static inline int __ptr_ring_produce(struct ptr_ring *r, void *ptr)
{
	if (READ_ONCE(r->queue[r->producer]))
		return -ENOSPC;
	smp_store_release(&r->queue[r->producer++], ptr);
	if (unlikely(r->producer >= r->size))
		r->producer = 0;
	return 0;
}

static inline int ptr_ring_produce(struct ptr_ring *r, void *ptr)
{
	int err;

	spin_lock(&r->producer_lock);
	err = __ptr_ring_produce(r, ptr);
	spin_unlock(&r->producer_lock);
	return err;
}

/** __ptr_ring_empty() - may be asked without a lock by the consumer */
static inline bool __ptr_ring_empty(struct ptr_ring *r)
{
	return !READ_ONCE(r->queue[READ_ONCE(r->consumer_head)]);
}

static inline void __ptr_ring_discard_one(struct ptr_ring *r)
{
	int consumer_head = r->consumer_head;
	int head = consumer_head++;

	if (unlikely(consumer_head - r->consumer_tail >= r->batch || consumer_head >= r->size)) {
		while (likely(head >= r->consumer_tail))
			WRITE_ONCE(r->queue[head--], NULL);
		r->consumer_tail = consumer_head;
	}
	if (unlikely(consumer_head >= r->size)) {
		consumer_head = 0;
		r->consumer_tail = 0;
	}
	WRITE_ONCE(r->consumer_head, consumer_head);
}

/** __ptr_ring_consume() - caller is the only consumer. Return: oldest pointer, or NULL */
static inline void *__ptr_ring_consume(struct ptr_ring *r)
{
	void *ptr = smp_load_acquire(&r->queue[r->consumer_head]);

	if (ptr)
		__ptr_ring_discard_one(r);
	return ptr;
}

static inline void *ptr_ring_consume(struct ptr_ring *r)
{
	void *ptr;

	spin_lock(&r->consumer_lock);
	ptr = __ptr_ring_consume(r);
	spin_unlock(&r->consumer_lock);
	return ptr;
}

#endif
