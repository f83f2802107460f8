/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rig.c - see rig.h.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "alloc/native/native.h"
#include "alloc/rx/strategy_table.h"
#include "rig.h"

const struct rx_strategy *rig_strategy(const char *name, unsigned int page_shift)
{
	const struct rx_strategy *const *table = strategy_table_native(page_shift);

	for (; *table; table++) {
		if (!strcmp((*table)->name, name))
			return *table;
	}
	return NULL;
}

int rig_init(struct rig *rig, const struct rx_strategy *strategy, const struct rx_params *params,
	     unsigned int fail_at)
{
	int err;

	memset(rig, 0, sizeof(*rig));
	rig->strategy = strategy;
	rig->params = *params;
	rig->overwrites = !strcmp(strategy->name, "null");
	rig->slot = calloc(params->ring_size, sizeof(*rig->slot));
	assert_non_null(rig->slot);
	assert_int_equal(mm_native_init(strategy->page_shift, RIG_MEMORY), 0);
	mm_native_fail_at(fail_at);
	rig->queue = rig;
	err = strategy->create(params, &rig->queue);
	if (err) {
		assert_ptr_equal(rig->queue, rig);
		rig->queue = NULL;
	}
	return err;
}

static char *buffer_memory(const struct rig *rig, const struct rx_buf *buf)
{
	size_t pfn = (size_t)(buf->page - mm_native_layout.map);

	return mm_native_layout.mem + (pfn << rig->strategy->page_shift) + buf->offset;
}

static size_t block_bytes(const struct rig *rig, const struct page *page)
{
	unsigned int order = page->flags & PG_head ? page[1].compound_order : 0;

	return 1ul << (rig->strategy->page_shift + order);
}

static void check_apart(const struct rx_buf *a, const struct rx_buf *b)
{
	assert_true(a->page != b->page || a->offset + a->truesize <= b->offset ||
		    b->offset + b->truesize <= a->offset);
}

static void check_new_buffer(const struct rig *rig, const struct rx_buf *buf, unsigned int bytes)
{
	assert_true(buf->truesize >= bytes);
	assert_false(buf->page->compound_head & 1);
	assert_true(buf->offset + buf->truesize <= block_bytes(rig, buf->page));
	assert_true((buf->dma != 0) == rig->params.posted);
	for (unsigned int i = 0; i < rig->nr_held && !rig->overwrites; i++)
		check_apart(buf, &rig->held[i].buf);
	for (unsigned int i = 0; i < rig->posted; i++) {
		unsigned int slot = (rig->next_to_clean + i) % rig->params.ring_size;

		check_apart(buf, &rig->slot[slot].buf);
	}
}

int rig_post(struct rig *rig, unsigned int bytes)
{
	const struct rx_buf untouched = {.offset = 0x5a5a5a, .dma = 0x5a5a5a};
	struct rig_buffer *b = &rig->slot[rig->next_to_use];
	struct rx_buf buf = untouched;
	int err = rig->strategy->alloc(rig->queue, rig->next_to_use, bytes, &buf);

	if (err) {
		assert_int_equal(err, -ENOMEM);
		assert_memory_equal(&buf, &untouched, sizeof(buf));
		return err;
	}
	check_new_buffer(rig, &buf, bytes);
	*b = (struct rig_buffer){buf, bytes, (unsigned char)(++rig->serial % 251 + 1)};
	memset(buffer_memory(rig, &buf), b->pattern, bytes);
	rig->posted++;
	rig->next_to_use = (rig->next_to_use + 1) % rig->params.ring_size;
	return 0;
}

int rig_refill(struct rig *rig, unsigned int bytes)
{
	while (rig->posted < rig->params.ring_size) {
		int err = rig_post(rig, bytes);

		if (err)
			return err;
	}
	return 0;
}

const struct rx_buf *rig_receive(struct rig *rig)
{
	struct rig_buffer *from = &rig->slot[rig->next_to_clean];
	struct rig_buffer *to = &rig->held[rig->nr_held];
	struct rx_buf buf;

	assert_true(rig->posted > 0 && rig->nr_held < RIG_BUFFERS);
	rig->strategy->receive(rig->queue, rig->next_to_clean, &buf);
	assert_ptr_equal(buf.page, from->buf.page);
	assert_int_equal(buf.offset, from->buf.offset);
	assert_int_equal(buf.truesize, from->buf.truesize);
	assert_int_equal(buf.dma, from->buf.dma);
	*to = *from;
	rig->nr_held++;
	rig->posted--;
	rig->next_to_clean = (rig->next_to_clean + 1) % rig->params.ring_size;
	return &to->buf;
}

void rig_put(struct rig *rig, unsigned int i, bool direct)
{
	struct rig_buffer b = rig->held[i];
	const char *memory = buffer_memory(rig, &b.buf);

	assert_true(i < rig->nr_held);
	/* All bytes are the pattern: the first is, and each equals the one before. */
	if (!rig->overwrites &&
	    ((unsigned char)memory[0] != b.pattern || memcmp(memory, memory + 1, b.bytes - 1)))
		fail_msg("a held buffer was overwritten");
	rig->nr_held--;
	memmove(&rig->held[i], &rig->held[i + 1], (rig->nr_held - i) * sizeof(*rig->held));
	rig->strategy->put(&b.buf, direct);
}

struct rx_stats rig_stats(const struct rig *rig)
{
	struct rx_stats stats;

	rig->strategy->stats(rig->queue, &stats);
	return stats;
}

void rig_fini(struct rig *rig)
{
	char err[240];

	while (rig->nr_held)
		rig_put(rig, 0, false);
	rig->strategy->destroy(rig->queue);
	if (mm_native_fini(err, sizeof(err)))
		fail_msg("%s: %s", rig->strategy->name, err);
	free(rig->slot);
}
