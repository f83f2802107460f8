/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * frag_ring.c - see frag_ring.h.
 */
#include "frag_ring.h"
#include "page_frag_cache.h"

int frag_ring_init(struct frag_ring *ring, const struct rx_params *params, unsigned long max_bytes)
{
	if (params->ring_size == 0 || params->buffer_bytes == 0 || params->buffer_bytes > max_bytes)
		return -EINVAL;
	ring->slot = kcalloc(params->ring_size, sizeof(*ring->slot), GFP_KERNEL);
	if (!ring->slot)
		return -ENOMEM;
	ring->dev = params->dev;
	ring->ring_size = params->ring_size;
	ring->flags = params->posted ? FRAG_RING_POSTED : 0;
	ring->buffers = 0;
	return 0;
}

static void frag_slot_describe(const struct frag_slot *s, struct rx_buf *buf)
{
	buf->page = s->page;
	buf->offset = s->offset;
	buf->truesize = s->truesize;
	buf->dma = s->dma;
}

int frag_ring_post(struct frag_ring *ring, unsigned int flags, unsigned int slot, void *va,
		   unsigned int truesize, struct rx_buf *buf)
{
	struct frag_slot *s = &ring->slot[slot];
	struct page *page;
	unsigned int offset;
	dma_addr_t dma = 0;

	if (unlikely(!va))
		return -ENOMEM;
	page = virt_to_head_page(va);
	offset = (unsigned int)((char *)va - (char *)page_address(page));
	if (flags & FRAG_RING_POSTED) {
		dma = dma_map_page(ring->dev, page, offset, truesize, DMA_FROM_DEVICE);
		if (dma_mapping_error(ring->dev, dma)) {
			page_frag_free(va);
			return -ENOMEM;
		}
	}
	s->page = page;
	s->dma = dma;
	s->offset = offset;
	s->truesize = truesize;
	ring->buffers++;
	frag_slot_describe(s, buf);
	return 0;
}

void frag_ring_receive(struct frag_ring *ring, unsigned int slot, struct rx_buf *buf)
{
	struct frag_slot *s = &ring->slot[slot];

	frag_slot_describe(s, buf);
	if (ring->flags & FRAG_RING_POSTED)
		dma_unmap_page(ring->dev, s->dma, s->truesize, DMA_FROM_DEVICE);
	s->page = NULL;
}

void frag_ring_put(const struct rx_buf *buf, bool direct)
{
	(void)direct;
	page_frag_free((char *)page_address(buf->page) + buf->offset);
}

void frag_ring_close(struct frag_ring *ring)
{
	struct rx_buf buf;

	for (unsigned int i = 0; i < ring->ring_size; i++) {
		if (!ring->slot[i].page)
			continue;
		frag_ring_receive(ring, i, &buf);
		frag_ring_put(&buf, false);
	}
}

void frag_ring_fini(struct frag_ring *ring)
{
	frag_ring_close(ring);
	kfree(ring->slot);
}
