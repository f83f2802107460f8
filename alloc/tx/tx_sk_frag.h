/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tx_sk_frag.h - a socket's page_frag: slices of a 32K block, a page reference each, mapped one by
 * one.
 *
 *	_refcount of the block = 1 (the socket, while it cuts from it) + slices not completed
 *
 * What tx_page_frag is, and what the strategies with mapped memory fall back to. As in Linux the
 * block is begun again whenever the socket asks and finds itself the only holder, not only at the
 * block's end.
 * Source: linux-sk-frag (skb_page_frag_refill() of net/core/sock.c)
 */
#ifndef FRAGSIM_TX_SK_FRAG_H
#define FRAGSIM_TX_SK_FRAG_H

#include "tx_queue.h"

#define sk_frag_alloc	 MM_NAME(sk_frag_alloc)
#define sk_frag_map	 MM_NAME(sk_frag_map)
#define sk_frag_complete MM_NAME(sk_frag_complete)
#define sk_frag_release	 MM_NAME(sk_frag_release)

/**
 * struct sk_frag - zeroed = empty; under the socket lock
 * @page: block being cut, or NULL
 * @offset: where the next slice starts
 * @size: bytes of the block
 */
struct sk_frag {
	struct page *page;
	unsigned int offset;
	unsigned int size;
};

/**
 * sk_frag_alloc() - a slice of up to @bytes; its private_ is 0
 * Cost: one atomic on the block's reference count. Return: 0 or -ENOMEM.
 */
int sk_frag_alloc(struct sk_frag *f, const struct tx_queue *q, unsigned int bytes,
		  struct tx_frag *frag);

/** sk_frag_map() - a mapping for this slice alone. Return: 0 or -ENOMEM */
int sk_frag_map(const struct tx_queue *q, struct tx_frag *frag);

/** sk_frag_complete() - undoes the mapping, if there is one, and drops the slice's reference */
void sk_frag_complete(const struct tx_queue *q, const struct tx_frag *frag);

/** sk_frag_release() - the socket's own reference goes; empty is fine */
void sk_frag_release(struct sk_frag *f);

#endif
