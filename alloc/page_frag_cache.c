/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_frag_cache.c - see page_frag_cache.h.
 */
#include "page_frag_cache.h"

#define FRAG_BIAS (PAGE_FRAG_CACHE_MAX_SIZE + 1)

/*
 * A 32K page without waking reclaim, else one page. References are added, never set: the page has
 * been visible to others all along.
 */
static struct page *frag_page_alloc(gfp_t gfp, unsigned int *order)
{
	struct page *page = NULL;

	*order = PAGE_FRAG_CACHE_MAX_ORDER;
#if PAGE_FRAG_CACHE_MAX_ORDER > 0
	page = alloc_pages_node(NUMA_NO_NODE,
				gfp | __GFP_COMP | __GFP_NOWARN | __GFP_NORETRY | __GFP_NOMEMALLOC,
				PAGE_FRAG_CACHE_MAX_ORDER);
#endif
	if (unlikely(!page)) {
		*order = 0;
		page = alloc_pages_node(NUMA_NO_NODE, gfp, 0);
	}
	if (likely(page))
		page_ref_add(page, PAGE_FRAG_CACHE_MAX_SIZE);
	return page;
}

/*
 * The page is used up: drop the references nobody took. Return: whether it may be used again; it
 * then has a full stock of references. Otherwise it is no longer ours.
 */
static bool frag_page_restart(struct page *page, unsigned int bias, bool pfmemalloc)
{
	if (!page_ref_sub_and_test(page, (int)bias))
		return false;
	if (unlikely(pfmemalloc)) {
		free_unref_page(page, compound_order(page));
		return false;
	}
	set_page_count(page, FRAG_BIAS);
	return true;
}

static unsigned int frag_cache_size(const struct page_frag_cache *nc)
{
#if PAGE_FRAG_CACHE_MAX_ORDER > 0
	return nc->size;
#else
	(void)nc;
	return PAGE_SIZE;
#endif
}

static bool frag_cache_refill(struct page_frag_cache *nc, gfp_t gfp, bool from_end)
{
	unsigned int order;
	struct page *page = frag_page_alloc(gfp, &order);

	if (unlikely(!page)) {
		nc->va = NULL;
		return false;
	}
	nc->va = page_address(page);
#if PAGE_FRAG_CACHE_MAX_ORDER > 0
	nc->size = (u16)(PAGE_SIZE << order);
#endif
	nc->offset = (__typeof__(nc->offset))(from_end ? PAGE_SIZE << order : 0);
	nc->pfmemalloc = page_is_pfmemalloc(page);
	nc->pagecnt_bias = FRAG_BIAS;
	nc->pages_new++;
	return true;
}

/* The page's end: the same page with a full stock of references, or another one. */
static noinline bool frag_cache_renew(struct page_frag_cache *nc, gfp_t gfp, bool from_end)
{
	if (frag_page_restart(virt_to_page(nc->va), nc->pagecnt_bias, nc->pfmemalloc)) {
		nc->pagecnt_bias = FRAG_BIAS;
		return true;
	}
	return frag_cache_refill(nc, gfp, from_end);
}

void *frag_down_alloc(struct page_frag_cache *nc, unsigned int fragsz, gfp_t gfp,
		      unsigned int align_mask)
{
	int offset;

	if (unlikely(!nc->va) && !frag_cache_refill(nc, gfp, true))
		return NULL;
	offset = (int)(nc->offset - fragsz);
	if (unlikely(offset < 0)) {
		if (!frag_cache_renew(nc, gfp, true))
			return NULL;
		offset = (int)(frag_cache_size(nc) - fragsz);
		/* Memory is short and the page small. Keep it: giving it back would not help. */
		if (unlikely(offset < 0))
			return NULL;
	}
	nc->pagecnt_bias--;
	offset &= (int)align_mask;
	nc->offset = (__typeof__(nc->offset))offset;
	return nc->va + offset;
}

void *frag_up_alloc(struct page_frag_cache *nc, unsigned int fragsz, gfp_t gfp,
		    unsigned int align_mask)
{
	unsigned int offset;

	if (unlikely(!nc->va) && !frag_cache_refill(nc, gfp, false))
		return NULL;
	offset = (nc->offset + ~align_mask) & align_mask;
	if (unlikely(offset + fragsz > frag_cache_size(nc))) {
		if (unlikely(fragsz > PAGE_SIZE) || !frag_cache_renew(nc, gfp, false))
			return NULL;
		offset = 0;
	}
	nc->pagecnt_bias--;
	nc->offset = (__typeof__(nc->offset))(offset + fragsz);
	return nc->va + offset;
}

static struct page *frag_packed_page(const struct page_frag_packed *nc)
{
	return virt_to_page((void *)nc->encoded_page);
}

static bool frag_packed_refill(struct page_frag_packed *nc, gfp_t gfp)
{
	unsigned int order;
	struct page *page = frag_page_alloc(gfp, &order);

	if (unlikely(!page)) {
		nc->encoded_page = 0;
		return false;
	}
	nc->encoded_page = (unsigned long)page_address(page) | order |
			   (page_is_pfmemalloc(page) ? FRAG_PACKED_PFMEMALLOC : 0);
	nc->offset = 0;
	nc->pagecnt_bias = FRAG_BIAS;
	nc->pages_new++;
	return true;
}

static noinline bool frag_packed_renew(struct page_frag_packed *nc, gfp_t gfp)
{
	if (frag_page_restart(frag_packed_page(nc), nc->pagecnt_bias,
			      nc->encoded_page & FRAG_PACKED_PFMEMALLOC)) {
		nc->pagecnt_bias = FRAG_BIAS;
		return true;
	}
	return frag_packed_refill(nc, gfp);
}

void *frag_packed_alloc(struct page_frag_packed *nc, unsigned int fragsz, gfp_t gfp,
			unsigned int align_mask)
{
	unsigned long encoded_page = nc->encoded_page;
	unsigned int offset;

	if (unlikely(!encoded_page)) {
		if (!frag_packed_refill(nc, gfp))
			return NULL;
		encoded_page = nc->encoded_page;
	}
	offset = (nc->offset + ~align_mask) & align_mask;
	if (unlikely(offset + fragsz > PAGE_SIZE << (encoded_page & FRAG_PACKED_ORDER_MASK))) {
		if (unlikely(fragsz > PAGE_SIZE) || !frag_packed_renew(nc, gfp))
			return NULL;
		encoded_page = nc->encoded_page;
		offset = 0;
	}
	nc->pagecnt_bias--;
	nc->offset = offset + fragsz;
	return (char *)(encoded_page & PAGE_MASK) + offset;
}

void frag_cache_drain(struct page_frag_cache *nc)
{
	if (!nc->va)
		return;
	__page_frag_cache_drain(virt_to_head_page(nc->va), nc->pagecnt_bias);
	nc->va = NULL;
}

void frag_packed_drain(struct page_frag_packed *nc)
{
	if (!nc->encoded_page)
		return;
	__page_frag_cache_drain(frag_packed_page(nc), nc->pagecnt_bias);
	nc->encoded_page = 0;
}

void page_frag_free(void *addr)
{
	struct page *page = virt_to_head_page(addr);

	if (unlikely(page_ref_dec_and_test(page)))
		free_unref_page(page, compound_order(page));
}
