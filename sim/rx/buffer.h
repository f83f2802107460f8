/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * buffer.h - the strategy's buffers as the receive path uses them: charged, counted, checked.
 */
#ifndef SIM_BUFFER_H
#define SIM_BUFFER_H

#include <stdbool.h>
#include "alloc/strategy.h"

struct rx_queue;
struct sim;

/**
 * buffer_alloc() - core_current allocates a buffer of @bytes for ring slot @slot
 * Ownership: the caller's on success.
 * Return: 0, or -ENOMEM: the allocator ran dry
 */
int buffer_alloc(struct rx_queue *q, unsigned int slot, unsigned int bytes, struct rx_buf *buf);

/**
 * buffer_receive() - core_current takes the buffer of @slot into the stack
 * @buf: set; carries one reference, for buffer_put()
 */
void buffer_receive(struct rx_queue *q, unsigned int slot, struct rx_buf *buf);

/**
 * buffer_put() - core_current gives a buffer back to the strategy
 * @direct: as for rx_strategy.put()
 * Context: the caller has set the cause to charge.
 */
void buffer_put(struct sim *sim, const struct rx_buf *buf, bool direct);

/**
 * buffer_drop() - core_current's driver drops what is in ring slot @slot and takes @buf back
 * @buf: of the slot; not received
 * Context: the strategy has the hook drop; the caller has set the cause to charge.
 */
void buffer_drop(struct rx_queue *q, unsigned int slot, const struct rx_buf *buf);

/**
 * buffer_page_watch() - for mm_sim.page_watch while there is a shadow
 * @sim: struct sim
 */
void buffer_page_watch(void *sim, unsigned long first, unsigned int order, bool taken);

/** buffer_map_watch() - the same for mm_sim.map_watch */
void buffer_map_watch(void *sim, unsigned long page, uint64_t dma);

/** buffer_byte() - Return: the byte @offset from the start of @page, in the arena */
char *buffer_byte(const struct page *page, unsigned int offset);

/** buffer_header() - Return: with header split, the header buffer of ring slot @slot */
char *buffer_header(const struct rx_queue *q, unsigned int slot);

#endif
