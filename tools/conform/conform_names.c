/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conform_names.c - two tables: by our page, and by the kernel's page number.
 */
#include "tools/conform/conform_names.h"

#include <errno.h>
#include <stdlib.h>

int conform_names_init(struct conform_names *names, const struct conform_log *log,
		       unsigned long nr_pages)
{
	names->log = log;
	names->nr_pages = nr_pages;
	names->name = calloc(nr_pages, sizeof(*names->name));
	names->owner = calloc(log->nr_pages + 1ul, sizeof(*names->owner));
	return names->name && names->owner ? 0 : -ENOMEM;
}

void conform_names_fini(struct conform_names *names)
{
	free(names->name);
	free(names->owner);
}

void conform_name_set(struct conform_names *names, unsigned long pfn, int64_t fresh,
		      struct conform_row *row)
{
	if (!names->name[pfn]) {
		unsigned int index = conform_log_page(names->log, fresh);

		if (names->owner[index])
			return;
		names->owner[index] = (uint32_t)pfn + 1;
		names->name[pfn] = index + 1;
	}
	conform_row_set(row, CONFORM_PFN, names->log->page[names->name[pfn] - 1]);
}

void conform_name_forget(struct conform_names *names, unsigned long pfn)
{
	if (names->name[pfn])
		names->owner[names->name[pfn] - 1] = 0;
	names->name[pfn] = 0;
}
