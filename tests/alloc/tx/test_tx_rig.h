/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_tx_rig.h - a TX queue, its sockets and a device around one strategy, with books of its own.
 *
 * The sockets take fragments and fill them with a pattern, the driver maps them, completion gives
 * them back in any order. On the way the rig checks what every strategy owes: a fragment lies in
 * its block, overlaps no other that is not completed, keeps its pattern, and the device can reach
 * it from map() to complete(). The world behind it is native or simulated: a test is linked
 * with one.
 */
#ifndef TESTS_TX_RIG_H
#define TESTS_TX_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include "tx_strategy.h"

#define TX_RIG_MEMORY  (64ul << 20)
#define TX_RIG_SOCKETS 4
#define TX_RIG_FRAGS   512 /* not completed at once */

/**
 * struct tx_world - the environment a test is linked with
 * @up: asserts that it comes up
 * @down: is everything back, and was nothing ever wrong? If not, *err says what
 * @run_on: what follows runs on that CPU (0 or 1)
 * @fail_at: the n-th request from now fails; 0 = none. Native: pages, objects and mappings; sim:
 *	pages
 * @failed: requests that did, or could not be served
 * @reaches: can the device read these bytes at that address now
 * @maps, @unmaps: mappings made and undone, as the environment counts them
 * @pages_held: base pages that are out
 * @refcount_atomics: atomics on page reference counts so far; NULL = the world does not see them
 */
struct tx_world {
	const struct tx_strategy *const *(*table)(unsigned int page_shift);
	const struct mm_layout *layout;
	void (*up)(unsigned int page_shift);
	bool (*down)(char *err, size_t err_size);
	void (*run_on)(unsigned int cpu);
	void (*fail_at)(uint64_t n);
	uint64_t (*failed)(void);
	bool (*reaches)(const struct tx_frag *frag);
	uint64_t (*maps)(void);
	uint64_t (*unmaps)(void);
	uint64_t (*pages_held)(void);
	uint64_t (*refcount_atomics)(void);
};

extern const struct tx_world tx_world;

struct tx_rig_frag {
	struct tx_frag frag;
	unsigned char pattern;
};

struct tx_rig {
	const struct tx_strategy *strategy;
	void *queue;
	void *sock[TX_RIG_SOCKETS]; /* NULL = closed */
	struct tx_rig_frag live[TX_RIG_FRAGS];
	unsigned int nr_live; /* oldest first */
	unsigned int serial;
};

/** tx_params_default() - as the command line would fill them in */
struct tx_params tx_params_default(const struct tx_strategy *strategy);

/** tx_rig_init() - world and queue. Return: what create() said; tx_rig_fini() is due either way */
int tx_rig_init(struct tx_rig *rig, const struct tx_strategy *strategy,
		const struct tx_params *params, uint64_t fail_at);

/** tx_rig_open(), tx_rig_close() - socket @i */
int tx_rig_open(struct tx_rig *rig, unsigned int i);
void tx_rig_close(struct tx_rig *rig, unsigned int i);

/** tx_rig_alloc() - one fragment of up to @bytes for socket @i. Return: what alloc() said */
int tx_rig_alloc(struct tx_rig *rig, unsigned int i, unsigned int bytes);

/** tx_rig_map() - the driver sends the @i-th oldest fragment. Return: what map() said */
int tx_rig_map(struct tx_rig *rig, unsigned int i);

/** tx_rig_complete() - the @i-th oldest fragment is done, or dropped unsent; on CPU 1 */
void tx_rig_complete(struct tx_rig *rig, unsigned int i);

/** tx_rig_check_device() - it reaches the @i-th oldest fragment, if that is mapped */
void tx_rig_check_device(const struct tx_rig *rig, unsigned int i);

struct tx_stats tx_rig_stats(const struct tx_rig *rig);

/** tx_rig_settle() - completes everything, closes every socket; a pool may still hold pages */
void tx_rig_settle(struct tx_rig *rig);

/** tx_rig_fini() - settles, destroys, and checks that all was given back */
void tx_rig_fini(struct tx_rig *rig);

#endif
