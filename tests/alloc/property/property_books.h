/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * property_books.h - inside the reference model: what property_model.c and property_wrap.c share.
 */
#ifndef TESTS_PROPERTY_BOOKS_H
#define TESTS_PROPERTY_BOOKS_H

#include "property_model.h"

#define MODEL_MAPPINGS	    4096
#define MODEL_MAPPING_SHIFT 32 /* a mapping of the native environment has 4G of addresses */

struct model_block;

struct model_mapping {
	dma_addr_t addr;
	size_t offset, bytes;
	enum dma_data_direction dir;
	struct model_block *block;
	struct model_mapping *next; /* of the block */
	struct model_mapping *next_in_chain;
};

/**
 * struct model_block - of each page of the environment; the head of a block that is out speaks
 * @order1: order + 1 at such a head, 0 elsewhere
 * @inside: the page belongs to a block that is out
 * @queue: whose hook took it; MODEL_QUEUES = the queue is gone
 * @pins: references of holders
 * @owed: buffers that are the device's, and put() calls that are due
 * @call: hook call it was taken in
 * @bytes_live: sum of the truesizes of @buffers
 * @bytes_ever: of all buffers since the block is out
 */
struct model_block {
	unsigned int order1;
	bool inside;
	bool pfmemalloc;
	unsigned int queue;
	unsigned int pins;
	unsigned int owed;
	uint64_t call;
	size_t bytes_live, bytes_ever;
	struct model_buffer *buffers;
	struct model_mapping *mappings;
};

struct model_object {
	void *memory;
	unsigned int queue;
	struct model_object *next;
};

struct model_books {
	unsigned int page_shift;
	bool shares_buffers;
	jmp_buf *escape;
	struct model_block *block;
	struct model_object *objects;
	struct model_mapping *mapping[MODEL_MAPPINGS]; /* chains by address */
	unsigned int nr_objects[MODEL_QUEUES + 1];
	uint64_t taken[MODEL_QUEUES + 1];
	uint64_t returned[MODEL_QUEUES + 1]; /* within the hook call that took them */
	uint64_t pages_held;
	unsigned int queue;
	uint64_t call;
	unsigned int refused;
	unsigned int serial;
};

extern struct model_books model;

unsigned long model_pfn(const struct page *page);
size_t model_block_bytes(const struct model_block *block);
int model_references(const struct model_block *block);

/** model_block_of() - the block that is out and starts at @page, or NULL */
struct model_block *model_block_of(const struct page *page);

#endif
