/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_oracle_pool.c - our page_pool does what the page_pool of Linux 6.12 did, operation by
 * operation.
 *
 * The log was written inside the kernel by a driver of seeded operations: A whole page, F fragment,
 * D direct put, R put through the pointer ring, E put while somebody else holds the page. Each is
 * replayed, the line the kernel would have written is built from our state, and the two lines must
 * be the same text: every column after every operation.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include "native.h"
#include "oracle_log.h"
#include "page_pool.h"
#include <cmocka.h>

#define HEADER                                                                                     \
	"n,op,id,size,pfn,offset,page_ref,pp_ref,live,hold,release,cache,ring,frag_offset,"        \
	"frag_users"

struct pool_buffer {
	struct page *page;
	unsigned int offset, size;
};

struct pool_replay {
	struct oracle_log log;
	struct page_pool *pool;
	struct pool_buffer buffer[ORACLE_IDS];
	unsigned int next_id, live;
};

static unsigned int ring_used(const struct ptr_ring *r)
{
	unsigned int n = 0;

	for (int i = 0; i < r->size; i++)
		n += r->queue[i] != NULL;
	return n;
}

static void forget_released(struct pool_replay *r)
{
	for (unsigned long pfn = 0; pfn < ORACLE_PAGES; pfn++) {
		if (mm_native_layout.map[pfn].pp != r->pool)
			r->log.name[pfn] = 0;
	}
}

static int replay_alloc(struct pool_replay *r, char op, char *line, size_t size)
{
	unsigned int id = r->next_id++;
	struct pool_buffer *b = &r->buffer[id];

	assert_true(id < ORACLE_IDS);
	b->offset = 0;
	if (op == 'F') {
		b->size = (unsigned int)oracle_field(&r->log, 3);
		b->page = page_pool_alloc_frag(r->pool, &b->offset, b->size, GFP_ATOMIC);
	} else {
		b->size = PAGE_SIZE;
		b->page = page_pool_alloc_pages(r->pool, GFP_ATOMIC);
	}
	assert_non_null(b->page);
	r->live++;
	return snprintf(line, size, "%c,%u,%u,%lu,%u,%d,%ld", op, id, b->size,
			oracle_name(&r->log, page_to_pfn(b->page), oracle_field(&r->log, 4)),
			b->offset, page_ref_count(b->page),
			atomic_long_read(&b->page->pp_ref_count));
}

static int replay_put(struct pool_replay *r, char op, char *line, size_t size)
{
	unsigned int id = (unsigned int)oracle_field(&r->log, 2);
	struct pool_buffer b;
	unsigned long name;
	int ref = -1;

	assert_true(id < r->next_id && r->buffer[id].page);
	b = r->buffer[id];
	r->buffer[id].page = NULL;
	name = r->log.name[page_to_pfn(b.page)];
	if (op == 'E')
		get_page(b.page);
	page_pool_put_full_page(r->pool, b.page, op == 'D');
	if (op == 'E') {
		ref = page_ref_count(b.page);
		put_page(b.page);
	}
	r->live--;
	return snprintf(line, size, "%c,%u,%u,%lu,%u,%d,", op, id, b.size, name, b.offset, ref);
}

static void replay_line(struct pool_replay *r)
{
	const struct page_pool *pool = r->pool;
	char ours[ORACLE_LINE];
	const char *comma = strchr(r->log.line, ',');
	char op = comma ? comma[1] : 0;
	int n = snprintf(ours, sizeof(ours), "%u,", r->log.operations - 1);

	if (op == 'A' || op == 'F')
		n += replay_alloc(r, op, ours + n, sizeof(ours) - (size_t)n);
	else
		n += replay_put(r, op, ours + n, sizeof(ours) - (size_t)n);
	snprintf(ours + n, sizeof(ours) - (size_t)n, ",%u,%u,%d,%u,%u,%u,%ld", r->live,
		 pool->pages_state_hold_cnt, atomic_read(&pool->pages_state_release_cnt),
		 pool->alloc.count, ring_used(&pool->ring), pool->frag_offset, pool->frag_users);
	assert_string_equal(ours, r->log.line);
	forget_released(r);
}

static void replay(const char *name, unsigned int pool_size, unsigned int operations)
{
	struct page_pool_params params = {.pool_size = pool_size, .nid = NUMA_NO_NODE};
	struct pool_replay *r = calloc(1, sizeof(*r));
	char err[200];

	assert_non_null(r);
	assert_int_equal(mm_native_init(PAGE_SHIFT, ORACLE_PAGES * PAGE_SIZE), 0);
	assert_int_equal(page_pool_create(&params, &r->pool), 0);
	oracle_open(&r->log, name, HEADER);
	while (oracle_next(&r->log))
		replay_line(r);
	oracle_close(&r->log);
	assert_int_equal(r->log.operations, operations);
	assert_int_equal(r->live, 0);
	print_message("%s: %u operations, all equal\n", name, r->log.operations);
	page_pool_destroy(r->pool);
	assert_int_equal(mm_native_fini(err, sizeof(err)), 0);
	free(r);
}

static void test_pool_s1(void **state)
{
	(void)state;
	replay("oracle_pool_s1.csv.xz", 256, 4628);
}

static void test_pool_nofrag_s2(void **state)
{
	(void)state;
	replay("oracle_pool_nofrag_s2.csv.xz", 64, 4568);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pool_s1),
		cmocka_unit_test(test_pool_nofrag_s2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
