/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_oracle_frag.c - frag_down does what the page_frag_cache of Linux 6.12 did, operation by
 * operation.
 *
 * A allocate, L allocate aligned to 64, Z free, X drain the cache. As in test_oracle_pool.c the
 * kernel's line is built from our state and must be the same text. The log stays on order-3 pages:
 * the fallback and pfmemalloc are covered by test_frag.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include "native.h"
#include "oracle_log.h"
#include "page_frag_cache.h"
#include <cmocka.h>

#define HEADER "n,op,id,size,head_pfn,offset,head_ref,live,nc_offset,nc_size,nc_bias,head_order"

struct frag_buffer {
	char *va;
	unsigned int size;
};

struct frag_replay {
	struct oracle_log log;
	struct page_frag_cache nc;
	struct frag_buffer buffer[ORACLE_IDS];
	unsigned int next_id, live;
};

static void forget_freed(struct frag_replay *r)
{
	for (unsigned long pfn = 0; pfn < ORACLE_PAGES; pfn++) {
		if (r->log.name[pfn] && !page_ref_count(&mm_native_layout.map[pfn]))
			r->log.name[pfn] = 0;
	}
}

static int replay_alloc(struct frag_replay *r, char op, char *line, size_t size)
{
	unsigned int id = r->next_id++;
	struct frag_buffer *b = &r->buffer[id];
	struct page *head;

	assert_true(id < ORACLE_IDS);
	b->size = (unsigned int)oracle_field(&r->log, 3);
	b->va = frag_down_alloc(&r->nc, b->size, GFP_KERNEL, op == 'L' ? -64u : ~0u);
	assert_non_null(b->va);
	r->live++;
	head = virt_to_head_page(b->va);
	return snprintf(line, size, "%c,%u,%u,%lu,%u,%d", op, id, b->size,
			oracle_name(&r->log, page_to_pfn(head), oracle_field(&r->log, 4)),
			(unsigned int)(b->va - (char *)page_address(head)), page_ref_count(head));
}

static int replay_free(struct frag_replay *r, char *line, size_t size)
{
	unsigned int id = (unsigned int)oracle_field(&r->log, 2);
	struct frag_buffer b;
	struct page *head;

	assert_true(id < r->next_id && r->buffer[id].va);
	b = r->buffer[id];
	r->buffer[id].va = NULL;
	head = virt_to_head_page(b.va);
	page_frag_free(b.va);
	r->live--;
	return snprintf(line, size, "Z,%u,%u,%lu,%u,", id, b.size, r->log.name[page_to_pfn(head)],
			(unsigned int)(b.va - (char *)page_address(head)));
}

static int replay_drain(struct frag_replay *r, char *line, size_t size)
{
	frag_cache_drain(&r->nc);
	return snprintf(line, size, "X,,,,,");
}

static void replay_line(struct frag_replay *r)
{
	const struct page_frag_cache *nc = &r->nc;
	char ours[ORACLE_LINE];
	const char *comma = strchr(r->log.line, ',');
	char op = comma ? comma[1] : 0;
	int n = snprintf(ours, sizeof(ours), "%u,", r->log.operations - 1);

	if (op == 'A' || op == 'L')
		n += replay_alloc(r, op, ours + n, sizeof(ours) - (size_t)n);
	else if (op == 'Z')
		n += replay_free(r, ours + n, sizeof(ours) - (size_t)n);
	else
		n += replay_drain(r, ours + n, sizeof(ours) - (size_t)n);
	snprintf(ours + n, sizeof(ours) - (size_t)n, ",%u,%u,%u,%u,%d", r->live,
		 nc->va ? nc->offset : 0, nc->va ? nc->size : 0, nc->va ? nc->pagecnt_bias : 0,
		 nc->va ? (int)compound_order(virt_to_head_page(nc->va)) : -1);
	assert_string_equal(ours, r->log.line);
	forget_freed(r);
}

static void test_frag_s1(void **state)
{
	struct frag_replay *r = calloc(1, sizeof(*r));
	char err[200];

	(void)state;
	assert_non_null(r);
	assert_int_equal(mm_native_init(PAGE_SHIFT, ORACLE_PAGES * PAGE_SIZE), 0);
	oracle_open(&r->log, "oracle_frag_s1.csv.xz", HEADER);
	while (oracle_next(&r->log))
		replay_line(r);
	oracle_close(&r->log);
	assert_int_equal(r->log.operations, 4116);
	assert_int_equal(r->live, 0);
	print_message("oracle_frag_s1: %u operations, all equal\n", r->log.operations);
	frag_cache_drain(&r->nc);
	assert_int_equal(mm_native_fini(err, sizeof(err)), 0);
	free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_frag_s1)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
