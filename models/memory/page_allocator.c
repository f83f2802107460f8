/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_allocator.c - see page_allocator.h: which zone serves a request, and the counts.
 */
#include <errno.h>
#include <stdlib.h>
#include "models/cpu/arena.h"
#include "models/cpu/charge.h"
#include "models/memory/page_allocator.h"
#include "models/memory/zone.h"
#include "models/memory/zone_check.h"

/**
 * struct node - a zone and its marks
 * @first: number of its first page
 * @pages: how many
 * @held: base pages allocated
 * @min, @low: watermarks; both 0: none
 */
struct node {
	struct zone zone;
	unsigned long first, pages;
	uint64_t held;
	uint64_t min, low;
};

struct page_allocator {
	struct node node[PAGE_ALLOCATOR_NODES];
	unsigned int nr_nodes;
	struct page_counts counts;
	uint64_t fail_in; /* requests until one fails; 0 = never */
};

static int node_init(struct node *node, const struct page_allocator_params *p, unsigned long first,
		     unsigned long pages)
{
	struct zone_params zone = {
		.machine = p->machine,
		.nr_pages = pages,
		.map_off = arena.map_off + (first << ARENA_LINE_SHIFT),
		.cores = p->cores,
		.group_order = p->group_order,
		.taken_permille = p->taken_permille,
		.seed = p->seed + first,
	};

	node->first = first;
	node->pages = pages;
	node->min = p->min_free_pages * pages / p->nr_pages;
	/* watermark_scale_factor: a thousandth of the zone, if that is more */
	node->low = node->min + (node->min / 4 > pages / 1000 ? node->min / 4 : pages / 1000);
	return zone_init(&node->zone, &zone);
}

struct page_allocator *page_allocator_create(const struct page_allocator_params *p)
{
	unsigned long node0 = p->nr_pages - p->node1_pages;
	struct page_allocator *pa;

	if (!p->cores || p->cores > CORE_MAX || p->node1_pages >= p->nr_pages ||
	    p->machine->pcp_max_order >= ZONE_PCP_ORDERS)
		return NULL;
	pa = calloc(1, sizeof(*pa));
	if (!pa)
		return NULL;
	pa->nr_nodes = p->node1_pages ? 2 : 1;
	if (node_init(&pa->node[0], p, 0, node0) ||
	    (p->node1_pages && node_init(&pa->node[1], p, node0, p->node1_pages))) {
		page_allocator_destroy(pa);
		return NULL;
	}
	return pa;
}

void page_allocator_destroy(struct page_allocator *pa)
{
	if (!pa)
		return;
	for (unsigned int i = 0; i < PAGE_ALLOCATOR_NODES; i++)
		zone_fini(&pa->node[i].zone);
	free(pa);
}

static bool request_fails(struct page_allocator *pa)
{
	return pa->fail_in && --pa->fail_in == 0;
}

/* A zone without watermarks gives what it has, per-CPU lists included. */
static bool node_is_above(const struct node *node, uint64_t mark, unsigned int order)
{
	if (!node->min)
		return true;
	return zone_free_pages(&node->zone) > mark &&
	       (!order || zone_has_block(&node->zone, order));
}

static uint64_t node_mark(const struct node *node, const struct page_request *req,
			  unsigned int round)
{
	uint64_t half = node->min - node->min / 2;

	switch (round) {
	case 0:
		return node->low;
	case 1:
		return req->reserve == PAGE_RESERVE_NONE ? node->min : half - half / 4;
	default:
		return 0;
	}
}

static struct node *nth_node(struct page_allocator *pa, unsigned int preferred, unsigned int n)
{
	return &pa->node[pa->nr_nodes > 1 ? (preferred + n) % pa->nr_nodes : 0];
}

static long node_take(struct page_allocator *pa, struct node *node, unsigned int order, bool bulk)
{
	struct page_counts *counts = &pa->counts;
	uint32_t first = zone_take(&node->zone, order, bulk);
	uint64_t held;

	if (first == BUDDY_NONE)
		return -1;
	node->held += 1u << order;
	counts->allocated[order]++;
	counts->pages_allocated += 1u << order;
	held = counts->pages_allocated - counts->pages_freed;
	if (held > counts->pages_held_peak)
		counts->pages_held_peak = held;
	return (long)(node->first + first);
}

/* One round over the nodes. @last: the emergency reserves are open. */
static long round_take(struct page_allocator *pa, const struct page_request *req,
		       unsigned int round, bool last)
{
	for (unsigned int i = 0; i < pa->nr_nodes; i++) {
		struct node *node = nth_node(pa, req->node, i);
		long first = -1;

		if (last || node_is_above(node, node_mark(node, req, round), req->order))
			first = node_take(pa, node, req->order, false);
		if (first < 0)
			continue;
		pa->counts.remote += i > 0;
		pa->counts.pfmemalloc += last;
		return first;
	}
	return -1;
}

static long request_take(struct page_allocator *pa, const struct page_request *req,
			 bool *pfmemalloc)
{
	bool marks = pa->node[0].min > 0;
	long first = round_take(pa, req, 0, false);

	if (first < 0 && marks)
		first = round_take(pa, req, 1, false);
	if (first < 0 && marks && req->reserve == PAGE_RESERVE_EMERGENCY) {
		first = round_take(pa, req, 2, true);
		*pfmemalloc = first >= 0;
	}
	return first;
}

long page_alloc_request(struct page_allocator *pa, const struct page_request *req, bool *pfmemalloc)
{
	enum cause cause = charge_cause(CAUSE_PAGE_ALLOCATOR);
	long first = -1;

	*pfmemalloc = false;
	if (!request_fails(pa) && req->order < PAGE_ALLOCATOR_ORDERS)
		first = request_take(pa, req, pfmemalloc);
	charge_cause(cause);
	pa->counts.failed += first < 0;
	return first;
}

long page_alloc_block(struct page_allocator *pa, unsigned int order)
{
	const struct page_request req = {.order = order, .reserve = PAGE_RESERVE_ATOMIC};
	bool pfmemalloc;

	return page_alloc_request(pa, &req, &pfmemalloc);
}

/* From the first zone that has them all above its low mark. */
static unsigned long bulk_take(struct page_allocator *pa, unsigned int preferred, unsigned long n,
			       unsigned long *pfns)
{
	for (unsigned int i = 0; i < pa->nr_nodes; i++) {
		struct node *node = nth_node(pa, preferred, i);
		unsigned long got = 0;
		long first;

		if (!node_is_above(node, node->low + n, 0))
			continue;
		while (got < n && (first = node_take(pa, node, 0, true)) >= 0)
			pfns[got++] = (unsigned long)first;
		pa->counts.remote += i > 0 ? got : 0;
		if (got)
			return got;
	}
	return 0;
}

unsigned long page_alloc_bulk(struct page_allocator *pa, unsigned int node, unsigned long n,
			      unsigned long *pfns)
{
	const struct page_request one = {.node = node, .reserve = PAGE_RESERVE_ATOMIC};
	enum cause cause = charge_cause(CAUSE_PAGE_ALLOCATOR);
	unsigned long got = 0;
	bool pfmemalloc;

	if (request_fails(pa))
		n = 0;
	if (n)
		got = bulk_take(pa, node, n, pfns);
	if (n && !got && pa->node[0].min) {
		long first = request_take(pa, &one, &pfmemalloc);

		if (first >= 0)
			pfns[got++] = (unsigned long)first;
	}
	charge_cause(cause);
	pa->counts.failed += !got;
	return got;
}

unsigned int page_node(const struct page_allocator *pa, unsigned long pfn)
{
	return pfn >= pa->node[0].pages;
}

int page_free_block(struct page_allocator *pa, unsigned long pfn, unsigned int order)
{
	struct node *node = &pa->node[page_node(pa, pfn)];
	enum cause cause;

	if (pfn >= node->first + node->pages ||
	    !zone_holds(&node->zone, (uint32_t)(pfn - node->first), order)) {
		pa->counts.errors++;
		return -EINVAL;
	}
	cause = charge_cause(CAUSE_PAGE_ALLOCATOR);
	zone_give(&node->zone, (uint32_t)(pfn - node->first), order);
	charge_cause(cause);
	node->held -= 1u << order;
	pa->counts.freed[order]++;
	pa->counts.pages_freed += 1u << order;
	return 0;
}

void page_allocator_drain(struct page_allocator *pa)
{
	for (unsigned int i = 0; i < pa->nr_nodes; i++)
		zone_drain(&pa->node[i].zone);
}

struct page_counts page_allocator_counts(const struct page_allocator *pa)
{
	struct page_counts counts = pa->counts;

	for (unsigned int i = 0; i < pa->nr_nodes; i++)
		counts.zone_locks += pa->node[i].zone.locks;
	return counts;
}

void page_allocator_begin(struct page_allocator *pa)
{
	struct page_counts *counts = &pa->counts;

	counts->pages_allocated -= counts->pages_freed;
	counts->pages_freed = 0;
	counts->pages_held_peak = counts->pages_allocated;
}

void page_allocator_fail_at(struct page_allocator *pa, uint64_t nth)
{
	pa->fail_in = nth;
}

bool page_allocator_check(const struct page_allocator *pa)
{
	uint64_t held = 0;

	for (unsigned int i = 0; i < pa->nr_nodes; i++) {
		if (!zone_check(&pa->node[i].zone, pa->node[i].held))
			return false;
		held += pa->node[i].held;
	}
	return !pa->counts.errors && held == pa->counts.pages_allocated - pa->counts.pages_freed;
}

static uint64_t square_root(uint64_t n)
{
	uint64_t root = 0;

	for (uint64_t bit = 1ull << 31; bit; bit >>= 1)
		if ((root | bit) * (root | bit) <= n)
			root |= bit;
	return root;
}

uint64_t page_allocator_min_free(uint64_t memory_bytes)
{
	uint64_t kb = square_root(memory_bytes / 1024 * 16);

	if (kb < 128)
		kb = 128;
	if (kb > 262144)
		kb = 262144;
	return kb * 1024;
}
