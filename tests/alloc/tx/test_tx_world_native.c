/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_tx_world_native.c - the native environment behind test_tx_rig.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "alloc/native/native.h"
#include "alloc/tx/tx_table.h"
#include "test_tx_rig.h"

static void up(unsigned int page_shift)
{
	assert_int_equal(mm_native_init(page_shift, TX_RIG_MEMORY), 0);
}

static bool down(char *err, size_t err_size)
{
	return !mm_native_fini(err, err_size);
}

static void run_on(unsigned int cpu)
{
	assert_int_equal(mm_native_set_cpu(cpu, 0), 0);
}

static uint64_t failed(void)
{
	return mm_native_get_stats().failed;
}

/* A sync of what is not mapped so is an error; the lower half of an address is the offset. */
static bool reaches(const struct tx_frag *frag)
{
	uint64_t errors = mm_native_get_stats().errors;

	mm_native_dma_sync(NULL, frag->dma, frag->bytes, DMA_TO_DEVICE, true);
	return mm_native_get_stats().errors == errors && (uint32_t)frag->dma == frag->offset;
}

static uint64_t maps(void)
{
	return mm_native_get_stats().maps;
}

static uint64_t unmaps(void)
{
	return mm_native_get_stats().unmaps;
}

static uint64_t pages_held(void)
{
	return mm_native_get_stats().pages_held;
}

const struct tx_world tx_world = {
	.table = tx_strategy_table_native,
	.layout = &mm_native_layout,
	.up = up,
	.down = down,
	.run_on = run_on,
	.fail_at = mm_native_fail_at,
	.failed = failed,
	.reaches = reaches,
	.maps = maps,
	.unmaps = unmaps,
	.pages_held = pages_held,
};
