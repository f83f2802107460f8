/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * frag_ring.h - an RX ring of fragments that are mapped one by one.
 *
 * What frag_countdown and frag_countup have in common: all but the cutting. A fragment is mapped
 * when it is posted and unmapped when it is received; the stack frees it with page_frag_free().
 */
#ifndef FRAGSIM_FRAG_RING_H
#define FRAGSIM_FRAG_RING_H

#include "mm.h"
#include "strategy.h"

#define frag_ring_init	  MM_NAME(frag_ring_init)
#define frag_ring_close	  MM_NAME(frag_ring_close)
#define frag_ring_fini	  MM_NAME(frag_ring_fini)
#define frag_ring_post	  MM_NAME(frag_ring_post)
#define frag_ring_receive MM_NAME(frag_ring_receive)
#define frag_ring_put	  MM_NAME(frag_ring_put)

struct frag_slot {
	struct page *page;
	dma_addr_t dma;
	unsigned int offset;
	unsigned int truesize;
};

/**
 * struct frag_ring
 * @slot: one per descriptor; page NULL = empty
 * @flags: FRAG_RING_*; one load tells an allocation all it must know of its ring
 * @buffers: posted so far
 */
struct frag_ring {
	struct frag_slot *slot;
	struct device *dev;
	unsigned int ring_size;
	unsigned int flags;
	u64 buffers;
};

#define FRAG_RING_POSTED     0x1u /* fragments are mapped for the device */
#define FRAG_RING_SIZE_FIELD 0x2u /* the owner's: frag_countup cuts with a size field */

/** frag_ring_init() - an empty ring. Return: 0, -ENOMEM, -EINVAL (a buffer is above @max_bytes) */
int frag_ring_init(struct frag_ring *ring, const struct rx_params *params, unsigned long max_bytes);

/** frag_ring_close() - frees what is still posted; no more posts or receives */
void frag_ring_close(struct frag_ring *ring);

/** frag_ring_fini() - frag_ring_close(), and free the ring's own memory */
void frag_ring_fini(struct frag_ring *ring);

/**
 * frag_ring_post() - the fragment at @va becomes @slot's
 * @flags: of the ring; the caller has read them, so that the forms of a cache differ by their own
 *	loads only
 * Return: 0; -ENOMEM when @va is NULL or cannot be mapped (it is then freed).
 */
int frag_ring_post(struct frag_ring *ring, unsigned int flags, unsigned int slot, void *va,
		   unsigned int truesize, struct rx_buf *buf);

/** frag_ring_receive() - rx_strategy.receive: unmap the fragment of @slot */
void frag_ring_receive(struct frag_ring *ring, unsigned int slot, struct rx_buf *buf);

/** frag_ring_put() - rx_strategy.put: free the fragment; @direct changes nothing */
void frag_ring_put(const struct rx_buf *buf, bool direct);

/** frag_ring_stats() - fill @stats; @pages_new: pages the ring's cache took */
static inline void frag_ring_stats(const struct frag_ring *ring, u64 pages_new,
				   struct rx_stats *stats)
{
	*stats = (struct rx_stats){
		.reused = ring->buffers > pages_new ? ring->buffers - pages_new : 0,
		.pages_new = pages_new,
	};
}

#endif
