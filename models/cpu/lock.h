/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock.h - spin locks in simulated time.
 *
 * Simulated cores take turns on one real thread, each running a whole poll at once, so a real lock
 * would never be contended. Here a lock remembers *when* other cores held it; taking it inside such
 * an interval means waiting until its end.
 */
#ifndef MODELS_LOCK_H
#define MODELS_LOCK_H

#include <stdbool.h>
#include <stdint.h>

/**
 * lock_acquire() - core_current takes the lock that lives at @key (any address that names it)
 * Charges waiting to CAUSE_LOCK. The caller charges the atomic on the lock's own line.
 * Return: true when it had to wait.
 */
bool lock_acquire(const void *key);
/** lock_release() - core_current releases the lock; remembers the interval since lock_acquire() */
void lock_release(const void *key);

/** struct lock_counts - acquisitions and mcycles waited, all locks, since lock_reset() */
struct lock_counts {
	uint64_t acquired, contended, waited;
};
/** lock_counts_get() - Return: the counts since lock_reset() */
struct lock_counts lock_counts_get(void);
/** lock_reset() - forget all locks (start of a run) */
void lock_reset(void);

#endif
