/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock.c - who held which lock when, and the waiting that follows.
 *
 * For every lock and core the latest intervals [acquired, released) in simulated time. A core's own
 * intervals are in order and apart, so the one that contains an instant is found by bisection.
 *
 * Ignored, and the error that brings: of two holders that overlap, the one simulated second
 * waits if it came second; if it came first, the other has run already and its wait is lost (up to
 * half of the waiting where polls of similar length overlap). Fairness of queued spin locks and the
 * transfer of the lock's line between waiters. History is bounded: LOCK_INTERVALS per lock and
 * core, and LOCK_MAX locks, the longest unused giving way; what is forgotten is not waited for. All
 * cores are taken to have one clock rate, as they have in a machine profile.
 */
#include <string.h>
#include "models/cpu/core.h"
#include "models/cpu/lock.h"

#define LOCK_MAX	  256
#define LOCK_INTERVALS	  128 /* a power of two; two polls of 64 packets */
#define LOCK_BUCKET_SHIFT 9

/** struct lock_interval - held from @start until just before @end, mcycles */
struct lock_interval {
	uint64_t start, end;
};

/**
 * struct lock - one lock
 * @key: the address that names it
 * @next: next lock of the same bucket
 * @used: number of its last acquisition, among all locks
 * @held: acquired and not released yet
 * @held_since: time of that acquisition
 * @nr: intervals of each core so far; the latest LOCK_INTERVALS of them are kept
 */
struct lock {
	const void *key;
	struct lock *next;
	uint64_t used;
	bool held;
	uint64_t held_since;
	uint64_t nr[CORE_MAX];
	struct lock_interval kept[CORE_MAX][LOCK_INTERVALS];
};

/*
 * Globals, as core_current and the arena are: a lock is named by its address in the one arena, and
 * models take it where they have nothing but that address.
 */
static struct lock locks[LOCK_MAX];
static unsigned int nr_locks, nr_cores;		      /* cores from nr_cores on have held none */
static struct lock *buckets[1u << LOCK_BUCKET_SHIFT]; /* looked up, never walked over */
static struct lock_counts counts;

static struct lock **lock_bucket(const void *key)
{
	return &buckets[((uintptr_t)key * 0x9e3779b97f4a7c15ull) >> (64 - LOCK_BUCKET_SHIFT)];
}

static struct lock *lock_find(const void *key)
{
	struct lock *lock = *lock_bucket(key);

	while (lock && lock->key != key)
		lock = lock->next;
	return lock;
}

static void lock_unlink(struct lock *lock)
{
	struct lock **at = lock_bucket(lock->key);

	while (*at != lock)
		at = &(*at)->next;
	*at = lock->next;
}

/* Room for another lock: a new one, or the one whose last use is longest ago. */
static struct lock *lock_room(void)
{
	struct lock *oldest = locks;

	if (nr_locks < LOCK_MAX)
		return &locks[nr_locks++];
	for (unsigned int i = 1; i < LOCK_MAX; i++)
		if (locks[i].used < oldest->used)
			oldest = &locks[i];
	lock_unlink(oldest);
	return oldest;
}

static struct lock *lock_get(const void *key)
{
	struct lock *lock = lock_find(key);
	struct lock **bucket = lock_bucket(key);

	if (lock)
		return lock;
	lock = lock_room();
	lock->key = key;
	lock->next = *bucket;
	lock->held = false;
	memset(lock->nr, 0, sizeof(lock->nr));
	*bucket = lock;
	return lock;
}

/* When @core lets go of @lock, if it held it at @now; else @now. */
static uint64_t lock_held_until(const struct lock *lock, unsigned int core, uint64_t now)
{
	uint64_t hi = lock->nr[core];
	uint64_t lo = hi > LOCK_INTERVALS ? hi - LOCK_INTERVALS : 0;
	const struct lock_interval *iv = lock->kept[core];

	/* Intervals below lo end before or at now, those from hi on end after it. */
	while (lo < hi) {
		uint64_t mid = lo + (hi - lo) / 2;

		if (iv[mid % LOCK_INTERVALS].end <= now)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == lock->nr[core] || iv[lo % LOCK_INTERVALS].start > now)
		return now;
	return iv[lo % LOCK_INTERVALS].end;
}

/* The first instant from @now on at which no other core than @core holds @lock. */
static uint64_t lock_free_at(const struct lock *lock, unsigned int core, uint64_t now)
{
	uint64_t before;

	do {
		before = now;
		for (unsigned int i = 0; i < nr_cores; i++)
			if (i != core && lock->nr[i])
				now = lock_held_until(lock, i, now);
	} while (now != before);
	return now;
}

bool lock_acquire(const void *key)
{
	struct core *core = core_current;
	struct lock *lock;
	uint64_t wait;

	if (!core)
		return false;
	lock = lock_get(key);
	wait = lock_free_at(lock, core->id, core_clock(core)) - core_clock(core);
	core_charge(core, CAUSE_LOCK, wait);
	lock->used = ++counts.acquired;
	counts.contended += wait > 0;
	counts.waited += wait;
	lock->held = true;
	lock->held_since = core_clock(core);
	return wait > 0;
}

void lock_release(const void *key)
{
	struct core *core = core_current;
	struct lock *lock;

	if (!core)
		return;
	lock = lock_find(key);
	if (!lock || !lock->held)
		return;
	lock->held = false;
	if (core->id >= nr_cores)
		nr_cores = core->id + 1;
	if (lock->held_since < core_clock(core))
		lock->kept[core->id][lock->nr[core->id]++ % LOCK_INTERVALS] =
			(struct lock_interval){lock->held_since, core_clock(core)};
}

struct lock_counts lock_counts_get(void)
{
	return counts;
}

void lock_reset(void)
{
	memset(buckets, 0, sizeof(buckets));
	nr_locks = nr_cores = 0;
	counts = (struct lock_counts){0};
}
