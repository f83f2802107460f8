/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conform_frag.c - a log of the kernel's page_frag_cache (6.12, counting down) against frag_down.
 *
 * Operations: A allocate, L allocate aligned to 64, Z free, X drain. Compiled as part of the native
 * 4K allocator.
 */
#include "tools/conform/conform_frag.h"

#include <errno.h>
#include <stdlib.h>

#include "alloc/native/native.h"
#include "alloc/page_frag_cache.h"
#include "tools/conform/conform_names.h"

struct frag_buffer {
	char *va;
	unsigned int size;
};

/* struct frag_pass - @buffer: by id, va NULL = not allocated */
struct frag_pass {
	const struct conform_log *log;
	struct conform_names names;
	struct page_frag_cache nc;
	struct frag_buffer *buffer;
	unsigned int live;
};

static void page_check_free(struct frag_pass *p, const struct page *head)
{
	if (!page_ref_count(head))
		conform_name_forget(&p->names, page_to_pfn(head));
}

static void place_set(struct frag_pass *p, const char *va, int64_t fresh, struct conform_row *ours)
{
	const struct page *head = virt_to_head_page(va);

	conform_name_set(&p->names, page_to_pfn(head), fresh, ours);
	conform_row_set(ours, CONFORM_OFFSET, va - (char *)page_address(head));
}

static void pass_alloc(struct frag_pass *p, const struct conform_row *theirs,
		       struct conform_row *ours)
{
	struct frag_buffer *b = &p->buffer[theirs->value[CONFORM_ID]];

	b->size = (unsigned int)theirs->value[CONFORM_SIZE];
	b->va = frag_down_alloc(&p->nc, b->size, GFP_KERNEL, theirs->op == 'L' ? -64u : ~0u);
	if (!b->va)
		return;
	p->live++;
	conform_row_set(ours, CONFORM_SIZE, b->size);
	place_set(p, b->va, theirs->value[CONFORM_PFN], ours);
	conform_row_set(ours, CONFORM_REF, page_ref_count(virt_to_head_page(b->va)));
}

static void pass_free(struct frag_pass *p, const struct conform_row *theirs,
		      struct conform_row *ours)
{
	struct frag_buffer *b = &p->buffer[theirs->value[CONFORM_ID]];
	const struct page *head = virt_to_head_page(b->va);

	conform_row_set(ours, CONFORM_SIZE, b->size);
	place_set(p, b->va, theirs->value[CONFORM_PFN], ours);
	page_frag_free(b->va);
	b->va = NULL;
	page_check_free(p, head);
	p->live--;
}

static void pass_drain(struct frag_pass *p)
{
	const struct page *head = p->nc.va ? virt_to_head_page(p->nc.va) : NULL;

	frag_cache_drain(&p->nc);
	if (head)
		page_check_free(p, head);
}

static void pass_state(const struct frag_pass *p, struct conform_row *ours)
{
	const struct page_frag_cache *nc = &p->nc;
	bool page = nc->va;

	conform_row_set(ours, CONFORM_FRAG_LIVE, p->live);
	conform_row_set(ours, CONFORM_FRAG_OFFSET, page ? nc->offset : 0);
	conform_row_set(ours, CONFORM_FRAG_SIZE, page ? nc->size : 0);
	conform_row_set(ours, CONFORM_FRAG_BIAS, page ? nc->pagecnt_bias : 0);
	conform_row_set(ours, CONFORM_FRAG_ORDER,
			page ? (int)compound_order(virt_to_head_page(nc->va)) : -1);
}

static void pass_step(void *ctx, const struct conform_row *theirs, struct conform_row *ours)
{
	struct frag_pass *p = ctx;

	if (theirs->op != 'X')
		conform_row_set(ours, CONFORM_ID, theirs->value[CONFORM_ID]);
	if (theirs->op == 'X')
		pass_drain(p);
	else if (theirs->op == 'Z')
		pass_free(p, theirs, ours);
	else
		pass_alloc(p, theirs, ours);
	pass_state(p, ours);
}

static void pass_fini(struct frag_pass *p)
{
	for (unsigned int id = 0; p->buffer && id <= p->log->max_id; id++)
		if (p->buffer[id].va)
			page_frag_free(p->buffer[id].va);
	frag_cache_drain(&p->nc);
	conform_names_fini(&p->names);
	free(p->buffer);
}

int conform_frag_pass(const struct conform_log *log, struct conform_pass *pass)
{
	/* Each allocation may take a block of its own. */
	unsigned long pages = (log->nr_allocs + 1ul) << PAGE_FRAG_CACHE_MAX_ORDER;
	struct frag_pass p = {.log = log};
	int err;

	pages = ALIGN(pages, 1ul << MAX_PAGE_ORDER);
	err = mm_native_init(PAGE_SHIFT, pages * PAGE_SIZE);
	if (err)
		return err;
	p.buffer = calloc(log->max_id + 1ul, sizeof(*p.buffer));
	err = p.buffer ? conform_names_init(&p.names, log, pages) : -ENOMEM;
	if (!err)
		conform_pass_run(log, pass_step, &p, pass);
	pass_fini(&p);
	if (mm_native_fini(NULL, 0) && !err)
		err = -EBUSY;
	return err;
}
