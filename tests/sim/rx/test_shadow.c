/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_shadow.c - --check and the IOMMU: a buffer that is posted while nothing maps it is found, in
 * each mode that maps, and also where the device could still reach it.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "alloc/mm_types.h"
#include "models/memory/mm_sim.h"
#include "sim/rx/shadow.h"
#include "tests/sim/small_machine.h"

#define PAGE 4096u

static void world(enum iommu_mode mode)
{
	struct mm_sim_params params = {
		.machine = &small_machine,
		.cores = 1,
		.page_shift = 12,
		.memory_bytes = 1 << 20,
		.iommu = mode,
	};

	assert_int_equal(mm_sim_init(&params), 0);
}

/*
 * Mapped: fine. Unmapped: lazy has not flushed yet, the IOTLB still knows it, and yet it is found.
 */
static void unmapped_is_found(enum iommu_mode mode)
{
	struct rx_buf buf = {.truesize = PAGE};
	struct hook_call call = {.hook = HOOK_ALLOC};
	struct shadow *shadow;
	char err[256] = "";

	world(mode);
	shadow = shadow_create(256, PAGE);
	assert_non_null(shadow);
	buf.page = mm_sim_layout.map;
	buf.dma = iommu_map(mm_sim.iommu, 0, PAGE);
	iommu_translate(mm_sim.iommu, buf.dma, PAGE, 0);
	assert_int_equal(shadow_take(shadow, &buf, 2048, true, &call, err, sizeof(err)), 0);
	assert_int_equal(shadow_put(shadow, &buf, &call, err, sizeof(err)), 0);
	iommu_unmap(mm_sim.iommu, buf.dma, PAGE);
	assert_int_equal(shadow_take(shadow, &buf, 2048, true, &call, err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "posted but not mapped"));
	shadow_destroy(shadow);
	mm_sim_fini();
}

static void test_unmapped_buffer(void **state)
{
	(void)state;
	unmapped_is_found(IOMMU_STRICT);
	unmapped_is_found(IOMMU_LAZY);
}

/* A device that writes where nothing is mapped: the run does not end quietly. */
static void test_fault_is_no_quiet_end(void **state)
{
	char err[256] = "";
	uint64_t addr;

	(void)state;
	world(IOMMU_LAZY);
	addr = iommu_map(mm_sim.iommu, 0, PAGE);
	iommu_unmap(mm_sim.iommu, addr, PAGE);
	iommu_drain(mm_sim.iommu);
	assert_true(mm_sim_quiescent(err, sizeof(err)));
	iommu_translate(mm_sim.iommu, addr, 2 * PAGE, 0);
	assert_false(mm_sim_quiescent(err, sizeof(err)));
	assert_string_equal(err, "the device wrote to 2 pages that were not mapped");
	mm_sim_fini();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unmapped_buffer),
		cmocka_unit_test(test_fault_is_no_quiet_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
