/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_tx_rig.c - see test_tx_rig.h.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "test_tx_rig.h"

struct tx_params tx_params_default(const struct tx_strategy *strategy)
{
	struct tx_params params = {.pool_size = 64, .nid = NUMA_NO_NODE};

	for (unsigned int i = 0; strategy->options && strategy->options[i].name; i++) {
		if (!strategy->options[i].choices)
			params.option[i] = strategy->options[i].deflt;
	}
	return params;
}

int tx_rig_init(struct tx_rig *rig, const struct tx_strategy *strategy,
		const struct tx_params *params, uint64_t fail_at)
{
	int err;

	memset(rig, 0, sizeof(*rig));
	rig->strategy = strategy;
	tx_world.up(strategy->page_shift);
	tx_world.run_on(0);
	tx_world.fail_at(fail_at);
	rig->queue = rig;
	err = strategy->create(params, &rig->queue);
	if (err) {
		assert_ptr_equal(rig->queue, rig);
		rig->queue = NULL;
	}
	return err;
}

int tx_rig_open(struct tx_rig *rig, unsigned int i)
{
	void *sock = rig;
	int err = rig->strategy->open(rig->queue, &sock);

	assert_null(rig->sock[i]);
	if (err) {
		assert_int_equal(err, -ENOMEM);
		assert_ptr_equal(sock, rig);
		return err;
	}
	rig->sock[i] = sock;
	return 0;
}

void tx_rig_close(struct tx_rig *rig, unsigned int i)
{
	rig->strategy->close(rig->sock[i]);
	rig->sock[i] = NULL;
}

static unsigned char *frag_memory(const struct tx_rig *rig, const struct tx_frag *frag)
{
	size_t pfn = (size_t)(frag->page - tx_world.layout->map);

	return (unsigned char *)tx_world.layout->mem + (pfn << rig->strategy->page_shift) +
	       frag->offset;
}

static size_t block_bytes(const struct tx_rig *rig, const struct page *page)
{
	unsigned int order = page->flags & PG_head ? page[1].compound_order : 0;

	return 1ul << (rig->strategy->page_shift + order);
}

static void check_new_frag(const struct tx_rig *rig, const struct tx_frag *frag, unsigned int bytes)
{
	assert_in_range(frag->bytes, 1, bytes);
	assert_int_equal(frag->dma, 0);
	assert_false(frag->page->compound_head & 1);
	assert_true(frag->offset + frag->bytes <= block_bytes(rig, frag->page));
	for (unsigned int i = 0; i < rig->nr_live; i++) {
		const struct tx_frag *other = &rig->live[i].frag;

		assert_true(frag->page != other->page ||
			    frag->offset + frag->bytes <= other->offset ||
			    other->offset + other->bytes <= frag->offset);
	}
}

int tx_rig_alloc(struct tx_rig *rig, unsigned int i, unsigned int bytes)
{
	const struct tx_frag untouched = {.offset = 0x5a5a5a, .dma = 0x5a5a5a};
	struct tx_rig_frag *to = &rig->live[rig->nr_live];
	struct tx_frag frag = untouched;
	int err;

	assert_true(rig->nr_live < TX_RIG_FRAGS);
	err = rig->strategy->alloc(rig->sock[i], bytes, &frag);
	if (err) {
		assert_int_equal(err, -ENOMEM);
		assert_memory_equal(&frag, &untouched, sizeof(frag));
		return err;
	}
	check_new_frag(rig, &frag, bytes);
	*to = (struct tx_rig_frag){frag, (unsigned char)(++rig->serial % 251 + 1)};
	memset(frag_memory(rig, &frag), to->pattern, frag.bytes);
	rig->nr_live++;
	return 0;
}

void tx_rig_check_device(const struct tx_rig *rig, unsigned int i)
{
	const struct tx_frag *frag = &rig->live[i].frag;

	if (frag->dma && !tx_world.reaches(frag))
		fail_msg("%s: the device cannot reach a fragment sent to it", rig->strategy->name);
}

int tx_rig_map(struct tx_rig *rig, unsigned int i)
{
	struct tx_frag *frag = &rig->live[i].frag, before = *frag;
	int err = rig->strategy->map(rig->queue, frag);

	assert_int_equal(before.dma, 0);
	if (err)
		assert_int_equal(err, -ENOMEM);
	else
		assert_int_not_equal(frag->dma, 0);
	before.dma = frag->dma;
	assert_memory_equal(frag, &before, sizeof(before));
	assert_true(!err || !frag->dma);
	tx_rig_check_device(rig, i);
	return err;
}

void tx_rig_complete(struct tx_rig *rig, unsigned int i)
{
	struct tx_rig_frag f = rig->live[i];
	const unsigned char *memory = frag_memory(rig, &f.frag);

	assert_true(i < rig->nr_live);
	tx_rig_check_device(rig, i);
	/* All bytes are the pattern: the first is, and each equals the one before. */
	if (memory[0] != f.pattern || memcmp(memory, memory + 1, f.frag.bytes - 1))
		fail_msg("%s: a fragment was overwritten", rig->strategy->name);
	rig->nr_live--;
	memmove(&rig->live[i], &rig->live[i + 1], (rig->nr_live - i) * sizeof(*rig->live));
	tx_world.run_on(1);
	rig->strategy->complete(rig->queue, &f.frag);
	tx_world.run_on(0);
}

struct tx_stats tx_rig_stats(const struct tx_rig *rig)
{
	struct tx_stats stats;

	rig->strategy->stats(rig->queue, &stats);
	return stats;
}

void tx_rig_settle(struct tx_rig *rig)
{
	while (rig->nr_live)
		tx_rig_complete(rig, 0);
	for (unsigned int i = 0; i < TX_RIG_SOCKETS; i++)
		tx_rig_close(rig, i);
}

void tx_rig_fini(struct tx_rig *rig)
{
	char err[240] = "";

	tx_rig_settle(rig);
	rig->strategy->destroy(rig->queue);
	if (!tx_world.down(err, sizeof(err)))
		fail_msg("%s: %s", rig->strategy->name, err);
}
