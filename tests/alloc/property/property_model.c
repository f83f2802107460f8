/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * property_model.c - see property_model.h: buffers, blocks and queues. The calls of an allocator
 * arrive through property_wrap.c.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "alloc/native/native.h"
#include "property_books.h"

#define MARKED 16 /* bytes written at either end of a buffer */

struct model_books model;
static char violation[240];

void model_fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(violation, sizeof(violation), fmt, args);
	va_end(args);
	longjmp(*model.escape, 1);
}

const char *model_violation(void)
{
	return violation;
}

void model_init(unsigned int page_shift, bool shares_buffers, jmp_buf *escape)
{
	memset(&model, 0, sizeof(model));
	model.page_shift = page_shift;
	model.shares_buffers = shares_buffers;
	model.escape = escape;
	model.block = calloc(mm_native_layout.nr_pages, sizeof(*model.block));
	if (!model.block)
		model_fail("the test has no memory for its books");
}

static void block_forget(struct model_block *block)
{
	while (block->buffers) {
		struct model_buffer *b = block->buffers;

		block->buffers = b->next;
		free(b);
	}
	while (block->mappings) {
		struct model_mapping *m = block->mappings;

		block->mappings = m->next;
		free(m);
	}
}

void model_fini(void)
{
	for (unsigned long pfn = 0; model.block && pfn < mm_native_layout.nr_pages; pfn++)
		block_forget(&model.block[pfn]);
	free(model.block);
	while (model.objects) {
		struct model_object *o = model.objects;

		model.objects = o->next;
		free(o->memory);
		free(o);
	}
	memset(&model, 0, sizeof(model));
}

unsigned long model_pfn(const struct page *page)
{
	return (unsigned long)(page - mm_native_layout.map);
}

size_t model_block_bytes(const struct model_block *block)
{
	return (size_t)1 << (model.page_shift + block->order1 - 1);
}

struct model_block *model_block_of(const struct page *page)
{
	unsigned long pfn = model_pfn(page);

	if (pfn >= mm_native_layout.nr_pages || !model.block[pfn].order1)
		return NULL;
	return &model.block[pfn];
}

int model_references(const struct model_block *block)
{
	return mm_native_layout.map[block - model.block]._refcount.counter;
}

void model_call(unsigned int queue)
{
	model.queue = queue;
	model.call++;
	model.refused = 0;
}

unsigned int model_refused(void)
{
	return model.refused;
}

uint64_t model_pages_taken(unsigned int queue)
{
	return model.taken[queue];
}

uint64_t model_pages_returned(unsigned int queue)
{
	return model.returned[queue];
}

static unsigned char *buffer_memory(const struct model_buffer *b)
{
	return (unsigned char *)mm_native_layout.mem +
	       (model_pfn(b->buf.page) << model.page_shift) + b->buf.offset;
}

static void buffer_mark(struct model_buffer *b)
{
	unsigned int n = b->bytes < MARKED ? b->bytes : MARKED;

	b->pattern = (unsigned char)(++model.serial % 251 + 1);
	memset(buffer_memory(b), b->pattern, n);
	memset(buffer_memory(b) + b->bytes - n, b->pattern, n);
}

static void buffer_check_mark(const struct model_buffer *b)
{
	unsigned int n = b->bytes < MARKED ? b->bytes : MARKED;
	const unsigned char *memory = buffer_memory(b);

	for (unsigned int i = 0; i < n && !model.shares_buffers; i++) {
		if (memory[i] != b->pattern || memory[b->bytes - 1 - i] != b->pattern)
			model_fail("damaged: the bytes of a live buffer at %u of page %lu were "
				   "overwritten",
				   b->buf.offset, model_pfn(b->buf.page));
	}
}

/* Does the block still hold what the buffer stands for? */
static struct model_block *buffer_block(const struct model_buffer *b)
{
	struct model_block *block = model_block_of(b->buf.page);

	if (!block)
		model_fail("freed: page %lu is not out, but a buffer lies in it",
			   model_pfn(b->buf.page));
	return block;
}

static void buffer_unlink(struct model_buffer *b)
{
	struct model_block *block = buffer_block(b);
	struct model_buffer **at = &block->buffers;

	while (*at != b)
		at = &(*at)->next;
	*at = b->next;
	block->bytes_live -= b->buf.truesize;
	block->owed -= b->state != MODEL_PINNED;
	free(b);
}

static void check_place(const struct model_block *block, const struct rx_buf *buf,
			unsigned int bytes)
{
	unsigned long pfn = (unsigned long)(block - model.block);

	if (buf->truesize < bytes)
		model_fail("short: truesize %u for a request of %u bytes", buf->truesize, bytes);
	if (buf->offset + (size_t)buf->truesize > model_block_bytes(block))
		model_fail("beyond: a buffer of %u bytes at %u of page %lu, which has %zu bytes",
			   buf->truesize, buf->offset, pfn, model_block_bytes(block));
	if (model.shares_buffers)
		return;
	for (const struct model_buffer *b = block->buffers; b; b = b->next) {
		if (buf->offset < b->buf.offset + b->buf.truesize &&
		    b->buf.offset < buf->offset + buf->truesize)
			model_fail("overlap: %u bytes at %u of page %lu, of which %u bytes at %u "
				   "are in use",
				   buf->truesize, buf->offset, pfn, b->buf.truesize, b->buf.offset);
	}
	if (block->bytes_live + buf->truesize > model_block_bytes(block))
		model_fail("truesize: buffers of page %lu sum up to %zu bytes, it has %zu", pfn,
			   block->bytes_live + buf->truesize, model_block_bytes(block));
	if (block->pfmemalloc && block->bytes_ever + buf->truesize > model_block_bytes(block))
		model_fail("reserves: bytes of pfmemalloc page %lu are handed out twice", pfn);
}

static void check_mapping(const struct model_block *block, const struct rx_buf *buf, bool mapped)
{
	const struct model_mapping *m = block->mappings;
	unsigned long pfn = (unsigned long)(block - model.block);

	if (!mapped) {
		if (m || buf->dma)
			model_fail("mapped: page %lu, though nothing is posted to a device", pfn);
		return;
	}
	while (m && (buf->dma < m->addr || buf->dma + buf->truesize > m->addr + m->bytes))
		m = m->next;
	if (!m || m->offset + (buf->dma - m->addr) != buf->offset)
		model_fail("unmapped: the device gets %u bytes at %u of page %lu", buf->truesize,
			   buf->offset, pfn);
}

struct model_buffer *model_posted(unsigned int queue, const struct rx_buf *buf, unsigned int bytes,
				  bool mapped)
{
	struct model_block *block = model_block_of(buf->page);
	struct model_buffer *b;

	if (!block)
		model_fail("freed: page %lu was handed out, but is not out", model_pfn(buf->page));
	check_place(block, buf, bytes);
	check_mapping(block, buf, mapped);
	b = calloc(1, sizeof(*b));
	if (!b)
		model_fail("the test has no memory for its books");
	*b = (struct model_buffer){
		.buf = *buf, .bytes = bytes, .queue = queue, .next = block->buffers};
	block->buffers = b;
	block->bytes_live += buf->truesize;
	block->bytes_ever += buf->truesize;
	block->owed++;
	buffer_mark(b);
	return b;
}

void model_received(struct model_buffer *b, const struct rx_buf *buf)
{
	if (buf->page != b->buf.page || buf->offset != b->buf.offset ||
	    buf->truesize != b->buf.truesize || buf->dma != b->buf.dma)
		model_fail("stale: posted was %u bytes at %u of page %lu, received %u at %u of %lu",
			   b->buf.truesize, b->buf.offset, model_pfn(b->buf.page), buf->truesize,
			   buf->offset, model_pfn(buf->page));
	buffer_block(b);
	b->state = MODEL_HELD;
}

static void check_references(const struct model_block *block)
{
	if (model_references(block) < (int)(block->pins + (block->owed > 0)))
		model_fail("references: page %ld has %d, but %u holders and %u buffers",
			   (long)(block - model.block), model_references(block), block->pins,
			   block->owed);
}

void model_put(struct model_buffer *b)
{
	check_references(buffer_block(b));
	buffer_check_mark(b);
	if (!b->pinned) {
		buffer_unlink(b);
		return;
	}
	b->state = MODEL_PINNED;
	buffer_block(b)->owed--;
}

void model_pin(struct model_buffer *b, bool owes_put)
{
	struct model_block *block = buffer_block(b);

	__atomic_fetch_add(&b->buf.page->_refcount.counter, 1, __ATOMIC_RELAXED);
	b->pinned = true;
	b->owes_put = owes_put;
	*(owes_put ? &block->owed : &block->pins) += 1;
}

void model_unpin(struct model_buffer *b)
{
	struct model_block *block = buffer_block(b);
	struct page *page = b->buf.page;
	bool owes_put = b->owes_put;

	check_references(block);
	buffer_check_mark(b);
	b->pinned = false;
	*(owes_put ? &block->owed : &block->pins) -= 1;
	if (b->state == MODEL_PINNED)
		buffer_unlink(b);
	if (!owes_put && __atomic_sub_fetch(&page->_refcount.counter, 1, __ATOMIC_SEQ_CST) == 0)
		mm_native_free_pages(page, block->order1 - 1);
}

void model_forget(struct model_buffer *b)
{
	b->state = MODEL_CLOSING;
}

/* Buffers of a block that were the device's when their queue went away. */
static void block_drop_closing(struct model_block *block)
{
	struct model_buffer *next;

	for (struct model_buffer *b = block->buffers; b; b = next) {
		next = b->next;
		if (b->state == MODEL_CLOSING)
			buffer_unlink(b);
	}
}

void model_queue_closed(unsigned int queue)
{
	for (unsigned long pfn = 0; pfn < mm_native_layout.nr_pages; pfn++) {
		struct model_block *block = &model.block[pfn];

		if (!block->order1 || block->queue != queue)
			continue;
		block_drop_closing(block);
		if (block->owed)
			continue;
		if (model_references(block) != (int)block->pins)
			model_fail("lost: page %lu is left of a queue that is gone, %d references, "
				   "%u holders",
				   pfn, model_references(block), block->pins);
		if (block->mappings)
			model_fail("lost: page %lu is left mapped by a queue that is gone", pfn);
		block->queue = MODEL_QUEUES;
	}
}

void model_queue_gone(unsigned int queue)
{
	model_queue_closed(queue);
	if (model.nr_objects[queue])
		model_fail("lost: %u objects are left of a queue that is gone",
			   model.nr_objects[queue]);
	model.taken[queue] = 0;
	model.returned[queue] = 0;
}

void model_check(void)
{
	uint64_t held = mm_native_get_stats().pages_held;

	for (unsigned long pfn = 0; pfn < mm_native_layout.nr_pages; pfn++) {
		if (model.block[pfn].order1)
			check_references(&model.block[pfn]);
	}
	if (held != model.pages_held)
		model_fail("held: the environment counts %llu pages, the model %llu",
			   (unsigned long long)held, (unsigned long long)model.pages_held);
}
