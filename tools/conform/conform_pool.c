/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conform_pool.c - a log of the kernel's page_pool against ours.
 *
 * Operations: A whole page, F fragment, D put with direct recycling, R put through the pointer
 * ring, E put of a page with another reference. Compiled as part of the native 4K allocator, as it
 * compares internal state of the pool.
 */
#include "tools/conform/conform_pool.h"

#include <errno.h>
#include <stdlib.h>

#include "alloc/native/native.h"
#include "alloc/page_pool.h"
#include "tools/conform/conform_names.h"

struct pool_buffer {
	struct page *page;
	unsigned int offset, size;
};

/* struct pool_pass - @buffer: by id, page NULL = not allocated */
struct pool_pass {
	const struct conform_log *log;
	struct conform_names names;
	struct page_pool *pool;
	struct pool_buffer *buffer;
	unsigned int live;
};

static unsigned int ring_used(const struct ptr_ring *r)
{
	unsigned int n = 0;

	for (int i = 0; i < r->size; i++)
		n += r->queue[i] != NULL;
	return n;
}

static void pass_alloc(struct pool_pass *p, const struct conform_row *theirs,
		       struct conform_row *ours)
{
	struct pool_buffer *b = &p->buffer[theirs->value[CONFORM_ID]];

	b->offset = 0;
	if (theirs->op == 'F') {
		b->size = (unsigned int)theirs->value[CONFORM_SIZE];
		b->page = page_pool_alloc_frag(p->pool, &b->offset, b->size, GFP_ATOMIC);
	} else {
		b->size = (unsigned int)(PAGE_SIZE << p->pool->p.order);
		b->page = page_pool_alloc_pages(p->pool, GFP_ATOMIC);
	}
	if (!b->page)
		return;
	p->live++;
	conform_row_set(ours, CONFORM_SIZE, b->size);
	conform_name_set(&p->names, page_to_pfn(b->page), theirs->value[CONFORM_PFN], ours);
	conform_row_set(ours, CONFORM_OFFSET, b->offset);
	conform_row_set(ours, CONFORM_REF, page_ref_count(b->page));
	conform_row_set(ours, CONFORM_POOL_PP_REF, atomic_long_read(&b->page->pp_ref_count));
}

static void pass_put(struct pool_pass *p, const struct conform_row *theirs,
		     struct conform_row *ours)
{
	struct pool_buffer *b = &p->buffer[theirs->value[CONFORM_ID]], was = *b;
	int ref = -1;

	b->page = NULL;
	conform_row_set(ours, CONFORM_SIZE, was.size);
	conform_name_set(&p->names, page_to_pfn(was.page), theirs->value[CONFORM_PFN], ours);
	conform_row_set(ours, CONFORM_OFFSET, was.offset);
	if (theirs->op == 'E')
		get_page(was.page);
	page_pool_put_full_page(p->pool, was.page, theirs->op == 'D');
	/* A page that left the pool may return under another name. */
	if (was.page->pp != p->pool)
		conform_name_forget(&p->names, page_to_pfn(was.page));
	if (theirs->op == 'E') {
		ref = page_ref_count(was.page);
		put_page(was.page);
	}
	conform_row_set(ours, CONFORM_REF, ref);
	p->live--;
}

static void pass_state(const struct pool_pass *p, struct conform_row *ours)
{
	const struct page_pool *pool = p->pool;

	conform_row_set(ours, CONFORM_POOL_LIVE, p->live);
	conform_row_set(ours, CONFORM_POOL_HOLD, pool->pages_state_hold_cnt);
	conform_row_set(ours, CONFORM_POOL_RELEASE, atomic_read(&pool->pages_state_release_cnt));
	conform_row_set(ours, CONFORM_POOL_CACHE, pool->alloc.count);
	conform_row_set(ours, CONFORM_POOL_RING, ring_used(&pool->ring));
	conform_row_set(ours, CONFORM_POOL_FRAG_OFFSET, pool->frag_offset);
	conform_row_set(ours, CONFORM_POOL_FRAG_USERS, pool->frag_users);
}

static void pass_step(void *ctx, const struct conform_row *theirs, struct conform_row *ours)
{
	struct pool_pass *p = ctx;

	conform_row_set(ours, CONFORM_ID, theirs->value[CONFORM_ID]);
	if (theirs->op == 'A' || theirs->op == 'F')
		pass_alloc(p, theirs, ours);
	else
		pass_put(p, theirs, ours);
	pass_state(p, ours);
}

static void pass_fini(struct pool_pass *p)
{
	for (unsigned int id = 0; p->pool && id <= p->log->max_id; id++)
		if (p->buffer[id].page)
			page_pool_put_full_page(p->pool, p->buffer[id].page, false);
	page_pool_destroy(p->pool);
	conform_names_fini(&p->names);
	free(p->buffer);
}

int conform_pool_pass(const struct conform_log *log, unsigned int pool_size, unsigned int order,
		      struct conform_pass *pass)
{
	/* Without alloc cache and refill: those of Linux 6.12, whose logs these are. */
	struct page_pool_params params = {
		.pool_size = pool_size, .order = order, .nid = NUMA_NO_NODE};
	/* A page per allocation at most, and one bulk allocation ahead. */
	unsigned long pages = (log->nr_allocs + PP_ALLOC_REFILL_DEFAULT + 1ul) << order;
	struct pool_pass p = {.log = log};
	int err;

	pages = ALIGN(pages, 1ul << MAX_PAGE_ORDER);
	err = mm_native_init(PAGE_SHIFT, pages * PAGE_SIZE);
	if (err)
		return err;
	p.buffer = calloc(log->max_id + 1ul, sizeof(*p.buffer));
	err = p.buffer ? conform_names_init(&p.names, log, pages) : -ENOMEM;
	if (!err)
		err = page_pool_create(&params, &p.pool);
	if (!err)
		conform_pass_run(log, pass_step, &p, pass);
	pass_fini(&p);
	if (mm_native_fini(NULL, 0) && !err)
		err = -EBUSY;
	return err;
}
