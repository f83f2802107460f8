/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conform_replay.h - does alloc/ do what the kernel did? One pass over a log.
 *
 * Each operation of the log is done with our allocator in the native world, the row the kernel
 * would have written is built from our state, and the first row that differs ends the pass. A page
 * number is a name: our page takes the kernel's when it is first handed out and loses it when it is
 * freed. Two pages never have one name, nor one page two.
 */
#ifndef SIM_CONFORM_REPLAY_H
#define SIM_CONFORM_REPLAY_H

#include "tools/conform/conform_log.h"

/** struct conform_pass - how far a pass came; @ours: our state there; @at: log->nr = all equal */
struct conform_pass {
	unsigned int at;
	struct conform_row ours;
};

/**
 * conform_pool_pass(), conform_frag_pass() - one pass
 * @pool_size: slots of the pool's pointer ring
 * @order: of the pool's pages
 * Uses the native environment, of which there is one per process.
 * Return: 0, -ENOMEM, -EINVAL (pool_size or order out of range), -EBUSY (all was equal, but not
 * everything could be given back).
 */
int conform_pool_pass(const struct conform_log *log, unsigned int pool_size, unsigned int order,
		      struct conform_pass *pass);
int conform_frag_pass(const struct conform_log *log, struct conform_pass *pass);

/**
 * struct conform_names - the kernel's names of our pages
 * @name: by our page: index in log->page + 1, 0 = none
 * @owner: by that index: our page + 1, 0 = nobody
 */
struct conform_names {
	const struct conform_log *log;
	uint32_t *name, *owner;
	unsigned long nr_pages;
};

int conform_names_init(struct conform_names *names, const struct conform_log *log,
		       unsigned long nr_pages);
void conform_names_fini(struct conform_names *names);

/**
 * conform_name_set() - the name of our page @pfn goes into @row
 * @fresh: for a page without one; not set when another page has that name
 */
void conform_name_set(struct conform_names *names, unsigned long pfn, int64_t fresh,
		      struct conform_row *row);
void conform_name_forget(struct conform_names *names, unsigned long pfn);

#endif
