/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shadow.c - the ranges of each page that are handed out, as lists.
 */
#include "sim/rx/shadow.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/memory/mm_sim.h"

struct range {
	struct range *next;
	unsigned int start, end;
};

struct shadow {
	unsigned long nr_pages;
	size_t page_bytes;
	struct range **of_page;
	struct range *spare;
};

struct shadow *shadow_create(unsigned long nr_pages, size_t page_bytes)
{
	struct shadow *sh = calloc(1, sizeof(*sh));

	if (!sh)
		return NULL;
	sh->nr_pages = nr_pages;
	sh->page_bytes = page_bytes;
	sh->of_page = calloc(nr_pages, sizeof(*sh->of_page));
	if (sh->of_page)
		return sh;
	free(sh);
	return NULL;
}

static void ranges_free(struct range *r)
{
	while (r) {
		struct range *next = r->next;

		free(r);
		r = next;
	}
}

void shadow_destroy(struct shadow *sh)
{
	if (!sh)
		return;
	for (unsigned long i = 0; i < sh->nr_pages; i++)
		ranges_free(sh->of_page[i]);
	ranges_free(sh->spare);
	free(sh->of_page);
	free(sh);
}

static size_t block_bytes(const struct shadow *sh, const struct page *page)
{
	return page->flags & PG_head ? sh->page_bytes << page[1].compound_order : sh->page_bytes;
}

static void range_add(struct shadow *sh, unsigned long i, unsigned int start, unsigned int end)
{
	struct range *r = sh->spare;

	if (r)
		sh->spare = r->next;
	else
		r = malloc(sizeof(*r));
	if (!r)
		mm_sim_no_memory("the shadow of --check");
	*r = (struct range){.next = sh->of_page[i], .start = start, .end = end};
	sh->of_page[i] = r;
}

int shadow_take(struct shadow *sh, const struct rx_buf *buf, unsigned int bytes, bool posted,
		char *err, size_t err_size)
{
	unsigned long i = buf->page - mm_sim_layout.map;
	unsigned int start = buf->offset, end = buf->offset + bytes;

	if (end > block_bytes(sh, buf->page)) {
		snprintf(err, err_size, "page %lu: buffer [%u,%u) leaves its %zu-byte page", i,
			 start, end, block_bytes(sh, buf->page));
		return -EINVAL;
	}
	for (const struct range *r = sh->of_page[i]; r; r = r->next)
		if (start < r->end && r->start < end) {
			snprintf(err, err_size,
				 "page %lu: buffer [%u,%u) handed out while [%u,%u) is in use", i,
				 start, end, r->start, r->end);
			return -EINVAL;
		}
	if (posted && !iommu_covers(mm_sim.iommu, buf->dma, bytes)) {
		snprintf(err, err_size, "page %lu: buffer [%u,%u) posted but not mapped", i, start,
			 end);
		return -EINVAL;
	}
	range_add(sh, i, start, end);
	return 0;
}

int shadow_put(struct shadow *sh, const struct rx_buf *buf, char *err, size_t err_size)
{
	unsigned long i = buf->page - mm_sim_layout.map;

	for (struct range **at = &sh->of_page[i]; *at; at = &(*at)->next)
		if ((*at)->start == buf->offset) {
			struct range *r = *at;

			*at = r->next;
			r->next = sh->spare;
			sh->spare = r;
			return 0;
		}
	snprintf(err, err_size, "page %lu: buffer at %u put but not handed out", i, buf->offset);
	return -EINVAL;
}
