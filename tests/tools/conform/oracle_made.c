/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * oracle_made.c - logs of our own allocator, in the format of the kernel's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include "alloc/native/native.h"
#include "oracle_made.h"
#include "page_pool.h"
#include <cmocka.h>

#define MADE_LIVE  1024
#define MADE_PAGES 8192

struct made_buffer {
	struct page *page;
	unsigned int id, offset, size;
};

/* struct made - a log being made; @held: what is allocated; @name: of each page, 0 = none yet */
struct made {
	FILE *log;
	struct page_pool *pool;
	struct made_buffer held[MADE_LIVE];
	unsigned int nr, next_id;
	uint64_t random;
	unsigned long name[MADE_PAGES], last_name;
};

static unsigned int draw(struct made *m, unsigned int below)
{
	m->random = m->random * 6364136223846793005u + 1442695040888963407u;
	return (unsigned int)(m->random >> 33) % below;
}

static unsigned long name_of(struct made *m, const struct page *page)
{
	unsigned long *name = &m->name[page_to_pfn(page)];

	if (!*name)
		*name = ++m->last_name;
	return *name;
}

static void made_alloc(struct made *m)
{
	struct made_buffer *b = &m->held[m->nr++];
	char op = draw(m, 2) ? 'F' : 'A';

	*b = (struct made_buffer){.id = m->next_id++, .size = PAGE_SIZE};
	if (op == 'F') {
		b->size = 64 + draw(m, 1985);
		b->page = page_pool_alloc_frag(m->pool, &b->offset, b->size, GFP_ATOMIC);
	} else {
		b->page = page_pool_alloc_pages(m->pool, GFP_ATOMIC);
	}
	assert_non_null(b->page);
	fprintf(m->log, "%c,%u,%u,%lu,%u,%d,%ld", op, b->id, b->size, name_of(m, b->page),
		b->offset, page_ref_count(b->page), atomic_long_read(&b->page->pp_ref_count));
}

static void made_put(struct made *m)
{
	unsigned int at = draw(m, m->nr);
	struct made_buffer b = m->held[at];
	char op = "DDDRRRRE"[draw(m, 8)];
	unsigned long name = name_of(m, b.page);
	int ref = -1;

	m->held[at] = m->held[--m->nr];
	if (op == 'E')
		get_page(b.page);
	page_pool_put_full_page(m->pool, b.page, op == 'D');
	if (op == 'E') {
		ref = page_ref_count(b.page);
		put_page(b.page);
	}
	fprintf(m->log, "%c,%u,%u,%lu,%u,%d,", op, b.id, b.size, name, b.offset, ref);
	if (b.page->pp != m->pool)
		m->name[page_to_pfn(b.page)] = 0;
}

static void made_state(const struct made *m)
{
	const struct page_pool *pool = m->pool;
	unsigned int used = 0;

	for (int i = 0; i < pool->ring.size; i++)
		used += pool->ring.queue[i] != NULL;
	fprintf(m->log, ",%u,%u,%d,%u,%u,%u,%ld\n", m->nr, pool->pages_state_hold_cnt,
		atomic_read(&pool->pages_state_release_cnt), pool->alloc.count, used,
		pool->frag_offset, pool->frag_users);
}

FILE *oracle_make(unsigned int seed, unsigned int pool_size, unsigned int live,
		  unsigned int operations)
{
	struct page_pool_params params = {.pool_size = pool_size, .nid = NUMA_NO_NODE};
	struct made *m = calloc(1, sizeof(*m));
	FILE *log = tmpfile();

	assert_true(m && log && live < MADE_LIVE);
	m->log = log;
	m->random = seed;
	assert_int_equal(mm_native_init(PAGE_SHIFT, MADE_PAGES * PAGE_SIZE), 0);
	assert_int_equal(page_pool_create(&params, &m->pool), 0);
	fputs("n,op,id,size,pfn,offset,page_ref,pp_ref,live,hold,release,cache,ring,frag_offset,"
	      "frag_users\n",
	      log);
	for (unsigned int n = 0; n < operations || m->nr; n++) {
		/* Fill up and run empty in turn, so that the ring sees both. */
		bool grow =
			n < operations && m->nr < live && draw(m, 100) < (n / 500 % 2 ? 20 : 80);

		fprintf(log, "%u,", n);
		if (grow || !m->nr)
			made_alloc(m);
		else
			made_put(m);
		made_state(m);
	}
	page_pool_destroy(m->pool);
	assert_int_equal(mm_native_fini(NULL, 0), 0);
	free(m);
	rewind(log);
	return log;
}
