/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * property_wrap.c - what an allocator asks of the native environment, seen by the reference model.
 *
 * The linker sends each call of mm_native_f() here (--wrap); __real_mm_native_f() is the
 * environment. Checks come first, so that a violation is reported before it does harm.
 */
#include <stdlib.h>
#include <string.h>
#include "property_books.h"

#define WRAPPED(result, f, ...)                                                                    \
	result __real_mm_native_##f(__VA_ARGS__);                                                  \
	result __wrap_mm_native_##f(__VA_ARGS__);                                                  \
	result __wrap_mm_native_##f(__VA_ARGS__)

static void *book(size_t bytes)
{
	void *entry = calloc(1, bytes);

	if (!entry)
		model_fail("the test has no memory for its books");
	return entry;
}

static void block_taken(struct page *page, unsigned int order)
{
	struct model_block *block = &model.block[model_pfn(page)];

	for (unsigned long i = 0; i < 1ul << order; i++) {
		if (block[i].inside)
			model_fail("twice: page %lu is taken, but is out", model_pfn(page) + i);
		block[i] = (struct model_block){.inside = true};
	}
	block->order1 = order + 1;
	block->queue = model.queue;
	block->call = model.call;
	block->pfmemalloc = page->lru_next & PFMEMALLOC;
	model.taken[model.queue]++;
	model.pages_held += 1ul << order;
}

WRAPPED(struct page *, alloc_pages, gfp_t gfp, unsigned int order, int nid)
{
	struct page *page = __real_mm_native_alloc_pages(gfp, order, nid);

	if (page)
		block_taken(page, order);
	else
		model.refused++;
	return page;
}

WRAPPED(unsigned long, alloc_pages_bulk, gfp_t gfp, int nid, unsigned long n, struct page **pages)
{
	unsigned long got = __real_mm_native_alloc_pages_bulk(gfp, nid, n, pages);

	for (unsigned long i = 0; i < got; i++)
		block_taken(pages[i], 0);
	model.refused += got < n;
	return got;
}

WRAPPED(void, free_pages, struct page *page, unsigned int order)
{
	struct model_block *block = model_block_of(page);
	unsigned long pfn = model_pfn(page);

	if (!block || block->order1 != order + 1)
		model_fail("twice: page %lu is freed with order %u, but is not out so", pfn, order);
	if (model_references(block))
		model_fail("references: page %lu is freed with %d", pfn, model_references(block));
	if (block->mappings)
		model_fail("mapped: page %lu is freed, but a device can reach it", pfn);
	if (block->pins)
		model_fail("freed: page %lu has %u holders", pfn, block->pins);
	for (struct model_buffer *b = block->buffers, *next; b; b = next) {
		next = b->next;
		if (b->state != MODEL_CLOSING)
			model_fail("freed: page %lu, but %u bytes at %u are in use", pfn,
				   b->buf.truesize, b->buf.offset);
		free(b);
	}
	model.returned[block->queue] += block->call == model.call;
	for (unsigned long i = 0; i < 1ul << order; i++)
		block[i] = (struct model_block){.inside = false};
	model.pages_held -= 1ul << order;
	__real_mm_native_free_pages(page, order);
}

WRAPPED(void *, kzalloc, size_t bytes, gfp_t gfp)
{
	void *memory = __real_mm_native_kzalloc(bytes, gfp);
	struct model_object *o;

	if (!memory) {
		model.refused++;
		return NULL;
	}
	o = book(sizeof(*o));
	*o = (struct model_object){memory, model.queue, model.objects};
	model.objects = o;
	model.nr_objects[o->queue]++;
	return memory;
}

WRAPPED(void, kfree, void *memory)
{
	struct model_object **at = &model.objects, *o;

	if (!memory)
		return;
	while (*at && (*at)->memory != memory)
		at = &(*at)->next;
	o = *at;
	if (!o)
		model_fail("twice: an object is freed that is not out");
	*at = o->next;
	model.nr_objects[o->queue]--;
	free(o);
	__real_mm_native_kfree(memory);
}

static struct model_mapping **mapping_chain(dma_addr_t addr)
{
	return &model.mapping[(addr >> MODEL_MAPPING_SHIFT) % MODEL_MAPPINGS];
}

/* The mapping an address range lies in, of that direction. */
static struct model_mapping *mapping_find(dma_addr_t addr, size_t bytes,
					  enum dma_data_direction dir)
{
	struct model_mapping *m = *mapping_chain(addr);

	while (m && (addr < m->addr || addr + bytes > m->addr + m->bytes || dir != m->dir))
		m = m->next_in_chain;
	return m;
}

WRAPPED(dma_addr_t, dma_map, struct device *dev, struct page *page, size_t offset, size_t bytes,
	enum dma_data_direction dir)
{
	struct model_block *block = model_block_of(page);
	struct model_mapping *m;
	dma_addr_t addr;

	if (!block || offset + bytes > model_block_bytes(block))
		model_fail("beyond: %zu bytes at %zu of page %lu are mapped", bytes, offset,
			   model_pfn(page));
	addr = __real_mm_native_dma_map(dev, page, offset, bytes, dir);
	if (addr == DMA_MAPPING_ERROR) {
		model.refused++;
		return addr;
	}
	m = book(sizeof(*m));
	*m = (struct model_mapping){
		addr, offset, bytes, dir, block, block->mappings, *mapping_chain(addr)};
	block->mappings = m;
	*mapping_chain(addr) = m;
	return addr;
}

static void mapping_forget(struct model_mapping *m)
{
	struct model_mapping **at = &m->block->mappings;

	while (*at != m)
		at = &(*at)->next;
	*at = m->next;
	at = mapping_chain(m->addr);
	while (*at != m)
		at = &(*at)->next_in_chain;
	*at = m->next_in_chain;
	free(m);
}

WRAPPED(void, dma_unmap, struct device *dev, dma_addr_t addr, size_t bytes,
	enum dma_data_direction dir)
{
	struct model_mapping *m = mapping_find(addr, bytes, dir);

	if (!m || m->addr != addr || m->bytes != bytes)
		model_fail("twice: %zu bytes are unmapped that are not mapped so", bytes);
	for (const struct model_buffer *b = m->block->buffers; b; b = b->next) {
		if (b->state == MODEL_POSTED && b->buf.dma >= addr && b->buf.dma < addr + bytes)
			model_fail("unmapped: the device owns %u bytes at %u of page %lu",
				   b->buf.truesize, b->buf.offset, model_pfn(b->buf.page));
	}
	mapping_forget(m);
	__real_mm_native_dma_unmap(dev, addr, bytes, dir);
}

WRAPPED(void, dma_sync, struct device *dev, dma_addr_t addr, size_t bytes,
	enum dma_data_direction dir, bool for_device)
{
	if (!mapping_find(addr, bytes, dir))
		model_fail("unmapped: %zu bytes are synced that are not mapped", bytes);
	__real_mm_native_dma_sync(dev, addr, bytes, dir, for_device);
}

_Noreturn void __wrap_mm_native_bug(const char *file, int line, const char *what);
_Noreturn void __wrap_mm_native_bug(const char *file, int line, const char *what)
{
	(void)line; /* not in the message: it changes with every edit */
	model_fail("impossible: %s found %s", strrchr(file, '/') ? strrchr(file, '/') + 1 : file,
		   what);
}
