/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conform_names.h - our pages under the kernel's page numbers.
 *
 * Our page takes the name of the kernel's page when it is first handed out, and loses it when it is
 * freed. No two pages share a name, and no page has two.
 */
#ifndef SIM_CONFORM_NAMES_H
#define SIM_CONFORM_NAMES_H

#include "tools/conform/conform_log.h"

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

/** conform_names_init() - no page has a name. Return: 0, or -ENOMEM; fini after either */
int conform_names_init(struct conform_names *names, const struct conform_log *log,
		       unsigned long nr_pages);

/** conform_names_fini() - free what conform_names_init() took */
void conform_names_fini(struct conform_names *names);

/**
 * conform_name_set() - the name of our page @pfn goes into @row
 * @fresh: for a page without one; not set when another page has that name
 */
void conform_name_set(struct conform_names *names, unsigned long pfn, int64_t fresh,
		      struct conform_row *row);

/** conform_name_forget() - our page @pfn was freed */
void conform_name_forget(struct conform_names *names, unsigned long pfn);

#endif
