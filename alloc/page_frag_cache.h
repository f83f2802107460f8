/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_frag_cache.h - cuts a large page into fragments of any size, one after another.
 *
 * The page is 32K (or one page where that is more), or a single page when the page allocator has
 * nothing larger. All of its references are taken in advance and counted down in pagecnt_bias;
 * users free fragments with plain put_page(). At the end of the page the unused references are
 * dropped: if none is left the page is used again from the start, else another one is taken.
 *
 * Three forms that differ in what one allocation must load:
 *	frag_down	Linux up to 6.12: offset falls from the end to 0; one signed test
 *	frag_up		offset rises from 0 and is compared with a size field
 *	frag_packed	Linux since 6.13: rises; address, order and pfmemalloc in one word
 *
 * Source: linux-page-frag (mm/page_frag_cache.c)
 */
#ifndef FRAGSIM_PAGE_FRAG_CACHE_H
#define FRAGSIM_PAGE_FRAG_CACHE_H

#include "mm.h"

#define frag_down_alloc	  MM_NAME(frag_down_alloc)
#define frag_up_alloc	  MM_NAME(frag_up_alloc)
#define frag_packed_alloc MM_NAME(frag_packed_alloc)
#define frag_cache_drain  MM_NAME(frag_cache_drain)
#define frag_packed_drain MM_NAME(frag_packed_drain)
#define page_frag_free	  MM_NAME(page_frag_free)

#define PAGE_FRAG_CACHE_MAX_SIZE ALIGN(32768UL, PAGE_SIZE)
#if PAGE_SHIFT < 15
#define PAGE_FRAG_CACHE_MAX_ORDER (15 - PAGE_SHIFT)
#else
#define PAGE_FRAG_CACHE_MAX_ORDER 0
#endif

/**
 * struct page_frag_cache - of frag_down and frag_up; zeroed = empty
 * @va: start of the page, or NULL
 * @offset: end (frag_down) or start (frag_up) of what is left
 * @size: bytes of the page; where it can only be one page there is no field to load
 * @pagecnt_bias: references not yet given away
 * @pfmemalloc: the page is from the emergency reserves, and is not used twice
 * @pages_new: pages taken so far
 */
struct page_frag_cache {
	char *va;
#if PAGE_FRAG_CACHE_MAX_ORDER > 0
	u16 offset;
	u16 size;
#else
	u32 offset;
#endif
	unsigned int pagecnt_bias;
	bool pfmemalloc;
	u64 pages_new;
};

/**
 * struct page_frag_packed - of frag_packed; zeroed = empty
 * @encoded_page: address of the page | FRAG_PACKED_PFMEMALLOC | order, or 0
 * @offset: start of what is left
 * @pagecnt_bias: references not yet given away
 * @pages_new: pages taken so far
 */
struct page_frag_packed {
	unsigned long encoded_page;
	u32 offset;
	u32 pagecnt_bias;
	u64 pages_new;
};

#define FRAG_PACKED_ORDER_MASK 0xfful
#define FRAG_PACKED_PFMEMALLOC 0x100ul

/**
 * frag_down_alloc() - a fragment of @fragsz bytes, cut from the end of the page
 * @align_mask: ~0u, or -alignment with alignment a power of two
 * Context: one caller at a time. Cost: one line; the page's reference count only once per page.
 * Return: its address, or NULL. More than PAGE_SIZE fails when only single pages are to be had.
 */
void *frag_down_alloc(struct page_frag_cache *nc, unsigned int fragsz, gfp_t gfp,
		      unsigned int align_mask);
/**
 * frag_up_alloc() - a fragment of @fragsz bytes, cut from the start of the page
 * Context and cost: as frag_down_alloc().
 * Return: its address, or NULL. More than PAGE_SIZE fails whenever the page's rest is too small.
 */
void *frag_up_alloc(struct page_frag_cache *nc, unsigned int fragsz, gfp_t gfp,
		    unsigned int align_mask);
/**
 * frag_packed_alloc() - frag_up_alloc() with order and flags packed into the page's address
 * Return: its address, or NULL as frag_up_alloc().
 */
void *frag_packed_alloc(struct page_frag_packed *nc, unsigned int fragsz, gfp_t gfp,
			unsigned int align_mask);

/** frag_cache_drain() - give the page back; an empty cache is fine */
void frag_cache_drain(struct page_frag_cache *nc);
/** frag_packed_drain() - give the page back; an empty cache is fine */
void frag_packed_drain(struct page_frag_packed *nc);

/** page_frag_free() - one fragment is done. Context: any CPU */
void page_frag_free(void *addr);

#endif
