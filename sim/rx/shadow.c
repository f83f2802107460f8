/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shadow.c - the ranges of each page that are handed out, as lists.
 */
#include "sim/rx/shadow.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/memory/mm_sim.h"

/*
 * struct range - bytes that are handed out
 * @by: the call that did
 * @packet: what is in them, 0: nothing yet
 */
struct range {
	struct range *next;
	unsigned int start, end;
	struct hook_call by;
	uint64_t packet;
};

/*
 * struct history - what became of a page
 * @taken: the call in which it left the page allocator
 * @map: the call in which a part of it was mapped last, at @dma; HOOK_NONE: by none of the hooks
 * @put: the last that gave a buffer of it back; HOOK_NONE: none has
 * @held: it is not the page allocator's
 */
struct history {
	struct hook_call taken, map, put;
	uint64_t dma;
	bool held;
};

struct shadow {
	unsigned long nr_pages;
	size_t page_bytes;
	struct range **of_page;
	struct history *history;
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
	sh->history = calloc(nr_pages, sizeof(*sh->history));
	if (sh->of_page && sh->history)
		return sh;
	free(sh->history);
	free(sh->of_page);
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
	free(sh->history);
	free(sh->of_page);
	free(sh);
}

static size_t block_bytes(const struct shadow *sh, const struct page *page)
{
	return page->flags & PG_head ? sh->page_bytes << page[1].compound_order : sh->page_bytes;
}

static void range_add(struct shadow *sh, unsigned long i, const struct range *what)
{
	struct range *r = sh->spare;

	if (r)
		sh->spare = r->next;
	else
		r = malloc(sizeof(*r));
	if (!r)
		mm_sim_no_memory("the shadow of --check");
	*r = *what;
	r->next = sh->of_page[i];
	sh->of_page[i] = r;
}

/* Where the range begins that @buf is, or the end of its page's list */
static struct range **range_find(struct shadow *sh, const struct rx_buf *buf)
{
	struct range **at = &sh->of_page[buf->page - mm_sim_layout.map];

	while (*at && (*at)->start != buf->offset)
		at = &(*at)->next;
	return at;
}

static bool page_is_known(const struct shadow *sh, const struct page *page)
{
	uintptr_t off = (uintptr_t)page - (uintptr_t)mm_sim_layout.map;

	return off % sizeof(*page) == 0 && off / sizeof(*page) < sh->nr_pages;
}

static int page_refuse(const char *what, char *err, size_t err_size)
{
	snprintf(err, err_size, "%s a buffer whose page is not the address of a struct page", what);
	return -EINVAL;
}

/* What had become of the page before. */
static void history_append(const struct shadow *sh, unsigned long i, char *err, size_t err_size)
{
	const struct history *h = &sh->history[i];
	size_t n = strlen(err);
	char text[HOOK_CALL_TEXT];

	if (h->put.hook)
		snprintf(err + n, err_size - n, "; given back last in %s",
			 hook_call_format(&h->put, text));
}

static int overlap_refuse(const struct shadow *sh, unsigned long i, const struct range *new,
			  const struct range *old, char *err, size_t err_size)
{
	char now[HOOK_CALL_TEXT], before[HOOK_CALL_TEXT];

	snprintf(err, err_size,
		 "page %lu: buffer [%u,%u) handed out by %s while [%u,%u) is in use since %s", i,
		 new->start, new->end, hook_call_format(&new->by, now), old->start, old->end,
		 hook_call_format(&old->by, before));
	history_append(sh, i, err, err_size);
	return -EINVAL;
}

int shadow_take(struct shadow *sh, const struct rx_buf *buf, unsigned int bytes, bool posted,
		const struct hook_call *by, char *err, size_t err_size)
{
	const struct range new = {.start = buf->offset, .end = buf->offset + bytes, .by = *by};
	unsigned long i = buf->page - mm_sim_layout.map;
	char call[HOOK_CALL_TEXT];

	hook_call_format(by, call);
	if (!page_is_known(sh, buf->page))
		return page_refuse("alloc() handed out", err, err_size);
	if (new.end > block_bytes(sh, buf->page)) {
		snprintf(err, err_size,
			 "page %lu: buffer [%u,%u) leaves its %zu-byte page, handed out by %s", i,
			 new.start, new.end, block_bytes(sh, buf->page), call);
		return -EINVAL;
	}
	for (const struct range *r = sh->of_page[i]; r; r = r->next)
		if (new.start < r->end && r->start < new.end)
			return overlap_refuse(sh, i, &new, r, err, err_size);
	if (posted && !iommu_covers(mm_sim.iommu, buf->dma, bytes)) {
		snprintf(err, err_size,
			 "page %lu: buffer [%u,%u) posted but not mapped, handed out by %s", i,
			 new.start, new.end, call);
		return -EINVAL;
	}
	range_add(sh, i, &new);
	return 0;
}

int shadow_receive(struct shadow *sh, const struct rx_buf *buf, const struct hook_call *by,
		   char *err, size_t err_size)
{
	unsigned long i = buf->page - mm_sim_layout.map;
	char call[HOOK_CALL_TEXT], other[HOOK_CALL_TEXT];
	struct range *r;

	if (!page_is_known(sh, buf->page))
		return page_refuse("receive() gave", err, err_size);
	r = *range_find(sh, buf);
	if (r && r->by.queue == by->queue && r->by.slot == by->slot) {
		r->packet = by->packet;
		return 0;
	}
	snprintf(err, err_size, "page %lu: buffer at %u was %shanded out%s%s, but given by %s", i,
		 buf->offset, r ? "" : "not ", r ? " by " : "",
		 r ? hook_call_format(&r->by, other) : "", hook_call_format(by, call));
	if (!r)
		history_append(sh, i, err, err_size);
	return -EINVAL;
}

int shadow_put(struct shadow *sh, const struct rx_buf *buf, struct hook_call *by, char *err,
	       size_t err_size)
{
	unsigned long i = buf->page - mm_sim_layout.map;
	struct range **at = range_find(sh, buf), *r = *at;
	char call[HOOK_CALL_TEXT];

	if (!r) {
		snprintf(err, err_size, "page %lu: buffer at %u is not handed out, and yet put: %s",
			 i, buf->offset, hook_call_format(by, call));
		history_append(sh, i, err, err_size);
		return -EINVAL;
	}
	if (r->packet) {
		by->own = true;
		by->packet = r->packet;
	}
	sh->history[i].put = *by;
	*at = r->next;
	r->next = sh->spare;
	sh->spare = r;
	return 0;
}

/* Ring and queue go down with posted buffers in them; any other hook may free what nobody has. */
static bool frees_posted(enum hook hook)
{
	return hook == HOOK_NONE || hook == HOOK_CLOSE || hook == HOOK_DESTROY;
}

int shadow_page(struct shadow *sh, unsigned long first, unsigned int order, bool taken,
		const struct hook_call *by, char *err, size_t err_size)
{
	char now[HOOK_CALL_TEXT], before[HOOK_CALL_TEXT];

	for (unsigned long i = first; i < first + (1ul << order); i++) {
		const struct range *r = sh->of_page[i];
		const struct history old = sh->history[i];

		if (!taken && r && !frees_posted(by->hook)) {
			snprintf(err, err_size,
				 "page %lu: freed by %s while its buffer [%u,%u) is in use since "
				 "%s",
				 i, hook_call_format(by, now), r->start, r->end,
				 hook_call_format(&r->by, before));
			history_append(sh, i, err, err_size);
			return -EINVAL;
		}
		sh->history[i].held = taken;
		if (taken)
			sh->history[i] = (struct history){
				.taken = *by, .held = true, .map = old.map, .dma = old.dma};
	}
	return 0;
}

void shadow_map(struct shadow *sh, unsigned long page, uint64_t dma, const struct hook_call *by)
{
	sh->history[page].map = *by;
	sh->history[page].dma = dma;
}

/*
 * An address that is mapped may be another page's by now, which then has it from a later call: that
 * of the last call is its page's own.
 */
static void mapping_append(const struct shadow *sh, char *buf, size_t size)
{
	const struct history *last = NULL;
	char text[HOOK_CALL_TEXT];

	for (unsigned long i = 0; i < sh->nr_pages; i++) {
		const struct history *h = &sh->history[i];

		if (h->map.hook && (!last || h->map.time_ns >= last->map.time_ns) &&
		    iommu_covers(mm_sim.iommu, h->dma, 1))
			last = h;
	}
	if (last)
		snprintf(buf, size, "; the last, of page %lu, was made in %s",
			 (unsigned long)(last - sh->history), hook_call_format(&last->map, text));
}

void shadow_leak(const struct shadow *sh, bool iommu, char *buf, size_t size)
{
	const struct history *first = NULL;
	unsigned long page = 0, i;
	char text[HOOK_CALL_TEXT];

	buf[0] = '\0';
	for (i = 0; i < sh->nr_pages; i++) {
		const struct history *h = &sh->history[i];

		if (h->held && (!first || h->taken.time_ns < first->taken.time_ns)) {
			first = h;
			page = i;
		}
	}
	if (!first && iommu)
		mapping_append(sh, buf, size);
	if (!first)
		return;
	snprintf(buf, size, "; the first, page %lu, was taken in %s", page,
		 hook_call_format(&first->taken, text));
	history_append(sh, page, buf, size);
}
