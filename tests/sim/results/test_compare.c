/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_compare.c - which rows are shown, who is best, and a CSV that reads back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim/results/compare_csv.h"
#include "sim/results/compare_print.h"
#include "sim/results/compare_truth.h"
#include "sim/results/truth_kernel.h"
#include "sim/scenario/scenario.h"

static void result_make(struct result *res, const char *label, uint64_t peak, double cycles)
{
	memset(res, 0, sizeof(*res));
	snprintf(res->strategy, sizeof(res->strategy), "%s", label);
	result_set_u(res, METRIC_RECEIVED, 1000);
	result_set_u(res, METRIC_DELIVERED, 1000);
	result_set_u(res, METRIC_PAGE_SIZE_BYTES, 4096);
	result_set_u(res, METRIC_DROP_NO_BUF, 0);
	result_set_u(res, METRIC_HELD_PEAK, peak);
	result_set_r(res, METRIC_CYC_PER_PACKET, cycles);
}

static struct compare_table *table_of(const struct result *results, unsigned int nr)
{
	struct compare_table *table = malloc(sizeof(*table));

	assert_non_null(table);
	compare_build(table, results, nr, NULL);
	return table;
}

static const struct compare_row *row_named(const struct compare_table *table, const char *name)
{
	for (unsigned int i = 0; i < table->nr_rows; i++)
		if (!strcmp(table->row[i].name, name))
			return &table->row[i];
	return NULL;
}

static char *printed(const struct compare_table *table)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	compare_print(table, f);
	fclose(f);
	return text;
}

/* Lower peak is better: 1,200 beats 1,234,567. Equal everywhere: nobody is best. */
static void test_best(void **state)
{
	struct result res[3];
	struct compare_table *table;
	const struct compare_row *row;

	(void)state;
	result_make(&res[0], "a", 1234567, 100);
	result_make(&res[1], "b", 1200, 100);
	result_make(&res[2], "c", 1201, 100);
	table = table_of(res, 3);
	row = row_named(table, "pages held, peak");
	assert_string_equal(row->cell[0].text, "1,234,567");
	assert_string_equal(row->cell[1].text, "1,200");
	assert_false(row->cell[0].best);
	assert_true(row->cell[1].best);
	assert_false(row->cell[2].best);
	row = row_named(table, "packets delivered");
	assert_false(row->cell[0].best || row->cell[1].best || row->cell[2].best);
	free(table);
}

/* 99.96 and 100.04 both read 100.0: a difference nobody sees is none, so both are best. */
static void test_best_as_shown(void **state)
{
	struct result res[3];
	struct compare_table *table;
	const struct compare_row *row;

	(void)state;
	result_make(&res[0], "a", 1, 99.96);
	result_make(&res[1], "b", 1, 100.04);
	result_make(&res[2], "c", 1, 101);
	table = table_of(res, 3);
	row = row_named(table, "cycles per packet");
	assert_true(row->cell[0].best && row->cell[1].best && !row->cell[2].best);
	free(table);
}

/* Drops are shown once anyone drops; a cause per packet: 12500 cycles / 1000 packets = 12.5. */
static void test_rows_wanted(void **state)
{
	struct result res[2];
	struct compare_table *table;

	(void)state;
	result_make(&res[0], "a", 1, 1);
	result_make(&res[1], "b", 1, 1);
	table = table_of(res, 2);
	assert_null(row_named(table, "dropped: no buffer"));
	assert_null(row_named(table, "  alloc"));
	assert_null(row_named(table, "memory efficiency (%)"));
	free(table);
	result_set_u(&res[1], METRIC_DROP_NO_BUF, 3);
	result_set_u(&res[1], METRIC_CYC_ALLOC, 12500);
	result_set_u(&res[1], METRIC_CYC_LOCK, 40); /* 0.04 per packet reads 0.0 */
	table = table_of(res, 2);
	assert_string_equal(row_named(table, "dropped: no buffer")->cell[1].text, "3");
	assert_string_equal(row_named(table, "  alloc")->cell[1].text, "12.5");
	assert_string_equal(row_named(table, "  alloc")->cell[0].text, "");
	assert_null(row_named(table, "  waiting for locks"));
	free(table);
}

/* What is zero for all is left out, but for what the table is about. 0.004 % reads 0.0. */
static void test_zero_for_all(void **state)
{
	struct result res[2];
	struct compare_table *table;

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		result_make(&res[i], i ? "b" : "a", 0, 0);
		result_set_u(&res[i], METRIC_DELIVERED, 0);
		result_set_u(&res[i], METRIC_REF_ATOMICS, 0);
		result_set_r(&res[i], METRIC_EFFICIENCY, 0.00004);
	}
	table = table_of(res, 2);
	assert_int_equal(table->nr_rows, 2);
	assert_string_equal(table->row[0].name, "packets delivered");
	assert_string_equal(table->row[0].cell[0].text, "0");
	assert_string_equal(table->row[1].name, "cycles per packet");
	free(table);
	result_set_u(&res[1], METRIC_REF_ATOMICS, 1);
	table = table_of(res, 2);
	assert_string_equal(row_named(table, "refcount atomics")->cell[0].text, "0");
	assert_string_equal(row_named(table, "refcount atomics")->cell[1].text, "1");
	free(table);
}

/* Statistics of a pool that one column has, its throughput and its share of the cores. */
static void test_rows_of_some(void **state)
{
	struct result res[2];
	struct compare_table *table;
	char *text;

	(void)state;
	result_make(&res[0], "page_alloc", 1, 1);
	result_make(&res[1], "page_pool", 1, 1);
	result_set_u(&res[1], METRIC_PG_FAST, 1234);
	result_set_u(&res[1], METRIC_PG_WAIVE, 0);
	result_set_u(&res[1], METRIC_PG_RELEASED, 7);
	result_set_r(&res[1], METRIC_GBIT_S, 9.876);
	result_set_r(&res[1], METRIC_CPU_UTIL, 0.125);
	table = table_of(res, 2);
	assert_string_equal(row_named(table, "pool alloc_fast")->cell[0].text, "");
	assert_string_equal(row_named(table, "pool alloc_fast")->cell[1].text, "1,234");
	assert_null(row_named(table, "pool alloc_waive"));
	assert_string_equal(row_named(table, "throughput (Gbit/s)")->cell[1].text, "9.88");
	assert_string_equal(row_named(table, "CPU share (%)")->cell[1].text, "12.5");
	text = printed(table); /* the longest name does not push its figures out of line */
	assert_non_null(strstr(text, "\npool recycle_released_refcnt           -           7\n"));
	assert_non_null(strstr(text, "\npool alloc_fast                        -       1,234\n"));
	free(text);
	free(table);
	assert_string_equal(compare_row_name(METRIC_PG_FAST), "pool alloc_fast");
	assert_null(compare_row_name(METRIC_SKB_FRAGS));
}

/* null has the fewest cycles, pages and drops: it wins nothing, and nobody is measured by it. */
static void test_harness_never_wins(void **state)
{
	struct result res[3];
	struct compare_table *table;
	const struct compare_row *row;

	(void)state;
	result_make(&res[0], "null", 1, 1);
	result_make(&res[1], "a", 20, 200);
	result_make(&res[2], "b", 30, 300);
	result_set_u(&res[0], METRIC_DELIVERED, 1001);
	result_set_u(&res[1], METRIC_DROP_NO_BUF, 5);
	result_set_u(&res[2], METRIC_DROP_NO_BUF, 5);
	result_set_u(&res[2], METRIC_DELIVERED, 999);
	table = table_of(res, 3);
	for (unsigned int i = 0; i < table->nr_rows; i++)
		assert_false(table->row[i].cell[0].best);
	row = row_named(table, "pages held, peak");
	assert_true(row->cell[1].best && !row->cell[2].best);
	row = row_named(table, "packets delivered");
	assert_true(row->cell[1].best && !row->cell[2].best);
	row = row_named(table, "dropped: no buffer");
	assert_false(row->cell[1].best || row->cell[2].best);
	assert_int_equal(table->nr_remarks, 1);
	assert_non_null(strstr(table->remark[0], "no * for null: it does none of the work"));
	free(table);
	/* a name that only begins so is a strategy as any other */
	snprintf(res[0].strategy, sizeof(res[0].strategy), "nullable");
	table = table_of(res, 3);
	assert_true(row_named(table, "packets delivered")->cell[0].best);
	free(table);
}

/*
 * b dropped packets that a and c did not: neither its cycles nor its memory are the best, however
 * low. Of a and c, a is; a and c share the star of what is delivered.
 */
static void test_drops_are_no_merit(void **state)
{
	struct result res[3];
	struct compare_table *table;
	const struct compare_row *row;
	char *text;

	(void)state;
	result_make(&res[0], "a", 20, 1500);
	result_make(&res[1], "b", 10, 1000);
	result_make(&res[2], "c", 30, 2000);
	result_set_u(&res[1], METRIC_DROP_RCVBUF, 7000);
	result_set_u(&res[1], METRIC_DELIVERED, 10);
	table = table_of(res, 3);
	row = row_named(table, "cycles per packet");
	assert_true(row->cell[0].best && !row->cell[1].best && !row->cell[2].best);
	row = row_named(table, "pages held, peak");
	assert_true(row->cell[0].best && !row->cell[1].best && !row->cell[2].best);
	row = row_named(table, "packets delivered");
	assert_true(row->cell[0].best && !row->cell[1].best && row->cell[2].best);
	assert_int_equal(table->nr_remarks, 1);
	text = printed(table);
	assert_non_null(strstr(text, "no * for b: it dropped 7,000 packets (a: 0)"));
	free(text);
	free(table);
	/* one that is left has nobody to be better than */
	table = table_of(res, 2);
	row = row_named(table, "cycles per packet");
	assert_false(row->cell[0].best || row->cell[1].best);
	free(table);
}

/* A cause per packet the driver received, dropped later or not: 12000 cycles / 1000 = 12. */
static void test_per_received(void **state)
{
	struct result res;
	struct compare_table *table;

	(void)state;
	result_make(&res, "a", 1, 1);
	result_set_u(&res, METRIC_DELIVERED, 500);
	result_set_u(&res, METRIC_DROP_RCVBUF, 500);
	result_set_u(&res, METRIC_CYC_ALLOC, 12000);
	table = table_of(&res, 1);
	assert_string_equal(row_named(table, "  alloc")->cell[0].text, "12.0");
	free(table);
}

/* A scenario whose driver is page_pool_frag, on pages of @page_size bytes. */
static const struct scenario *kernel_of(uint64_t page_size)
{
	static struct scenario s;

	memset(&s, 0, sizeof(s));
	s.page_size = page_size;
	s.kernel_page_bytes = 4096;
	while (s.nic.strategy < 16) {
		char name[64];

		nic_strategy(&s.nic, name, sizeof(name));
		if (!strcmp(name, "page_pool_frag"))
			return &s;
		s.nic.strategy++;
	}
	fail_msg("page_pool_frag is no word of NIC_STRATEGIES");
	return NULL;
}

static struct compare_table *truth_of(const struct result *res, unsigned int nr, uint64_t page_size)
{
	struct compare_table *table = table_of(res, nr);

	assert_int_equal(table->nr_lines, 0);
	compare_truth(table, kernel_of(page_size), res, nr);
	return table;
}

/* (5312 - 5248) / 5248 = +1.2 % */
static void test_truth(void **state)
{
	struct result res;
	struct compare_table *table;

	(void)state;
	result_make(&res, "page_pool_frag", 1, 1);
	result_set_u(&res, METRIC_PG_ALLOCATED, 5312);
	table = truth_of(&res, 1, 4096);
	assert_int_equal(table->nr_lines, 0);
	free(table);
	result_set_u(&res, METRIC_TRUTH_ALLOCATED, 5248);
	table = truth_of(&res, 1, 4096);
	assert_int_equal(table->nr_lines, 1);
	assert_string_equal(
		table->line[0],
		"page_pool_frag: pages allocated 5,312 simulated / 5,248 recorded (+1.2 %)");
	free(table);
}

/*
 * Another strategy, and the kernel's own on other pages, have one line in bytes each: 512 pages of
 * 64K are 32 MiB, 512 recorded ones of 4K are 2 MiB.
 */
static void test_truth_of_others(void **state)
{
	struct result res[2];
	struct compare_table *table;

	(void)state;
	result_make(&res[0], "page_alloc", 512, 1);
	result_make(&res[1], "page_pool_frag", 512, 1);
	for (unsigned int i = 0; i < 2; i++) {
		result_set_u(&res[i], METRIC_PG_ALLOCATED, 1024);
		result_set_u(&res[i], METRIC_TRUTH_ALLOCATED, 512);
		result_set_u(&res[i], METRIC_TRUTH_HELD_PEAK, 256);
		result_set_u(&res[i], METRIC_TRUTH_SIM_HELD_PEAK, 512);
	}
	table = truth_of(res, 2, 4096);
	assert_int_equal(table->nr_lines, 3);
	assert_string_equal(table->line[0], "page_pool_frag: pages allocated 1,024 simulated / 512 "
					    "recorded (+100.0 %)");
	assert_string_equal(table->line[2], "page_alloc would have allocated 4.00 MiB instead of "
					    "2.00; held at most 2.00 MiB instead of 1.00");
	free(table);
	for (unsigned int i = 0; i < 2; i++)
		result_set_u(&res[i], METRIC_PAGE_SIZE_BYTES, 65536);
	table = truth_of(res, 2, 65536);
	assert_int_equal(table->nr_lines, 2);
	assert_string_equal(table->line[1], "page_pool_frag would have allocated 64.00 MiB instead "
					    "of 2.00; held at most 32.00 MiB instead of 1.00");
	free(table);
}

/* An option that is not at its default makes another strategy of it. */
static void test_kernels_own(void **state)
{
	const struct scenario *s = kernel_of(4096);
	struct scenario unknown = *s;

	(void)state;
	assert_true(truth_is_kernels(s, "page_pool_frag"));
	assert_true(truth_is_kernels(s, "page_pool_frag:metadata=struct_page"));
	assert_false(truth_is_kernels(s, "page_pool_frag:metadata=slab"));
	assert_false(truth_is_kernels(s, "page_pool"));
	assert_false(truth_is_kernels(kernel_of(65536), "page_pool_frag"));
	unknown.nic.strategy = 0;
	assert_false(truth_is_kernels(&unknown, "page_pool_frag"));
}

/* Every word that a preset may say is a strategy; "unknown" is none. */
static void test_words_are_strategies(void **state)
{
	struct nic nic = {.strategy = 0};
	char name[64];
	unsigned int words = 1;

	(void)state;
	for (const char *c = NIC_STRATEGIES; *c; c++)
		words += *c == '|';
	nic_strategy(&nic, name, sizeof(name));
	assert_string_equal(name, "");
	for (nic.strategy = 1; nic.strategy < words; nic.strategy++) {
		struct scenario s = {.page_size = 4096, .kernel_page_bytes = 4096, .nic = nic};

		nic_strategy(&nic, name, sizeof(name));
		if (!truth_is_kernels(&s, name))
			fail_msg("'%s' is no strategy", name);
	}
}

/* Two pools: both quantities of each. One pool says what the sum says, so it has no line. */
static void test_truth_pools(void **state)
{
	struct result res;
	struct compare_table *table;

	(void)state;
	result_make(&res, "page_pool_frag", 1, 1);
	res.nr_pools = 1;
	res.pool[0] = (struct result_pool){1, 840, 832, 384, 384};
	res.pool[1] = (struct result_pool){0, 1088, 1088, 300, 0};
	table = truth_of(&res, 1, 4096);
	assert_int_equal(table->nr_lines, 0);
	free(table);
	res.nr_pools = 2;
	table = truth_of(&res, 1, 4096);
	assert_int_equal(table->nr_lines, 4);
	assert_string_equal(table->line[0], "page_pool_frag: pool of queue 1: pages allocated 840 "
					    "simulated / 832 recorded (+1.0 %)");
	assert_string_equal(table->line[3], "page_pool_frag: pool of queue 0: pages held, peak 300 "
					    "simulated / 0 recorded");
	free(table);
}

/*
 * Peaks 500 and 400: (500 - 400) / 400 = +25.0 %. Cycles of a cause per packet received, of 1000
 * and of 2000 packets: 12 and 10, (12 - 10) / 10 = +20.0 %, where the sums 12000 and 20000 would
 * say -40 %. A zero baseline, and a value that one of them lacks, have no percent.
 */
static void test_baseline(void **state)
{
	struct result res[2];
	struct compare_table *table = malloc(sizeof(*table));
	double percent;
	char *text;

	(void)state;
	result_make(&res[0], "a:x=1", 500, 100);
	result_make(&res[1], "b", 400, 110);
	result_set_u(&res[0], METRIC_CYC_ALLOC, 12000);
	result_set_u(&res[1], METRIC_CYC_ALLOC, 20000);
	result_set_u(&res[1], METRIC_RECEIVED, 2000);
	result_set_u(&res[0], METRIC_REF_ATOMICS, 3);
	result_set_u(&res[1], METRIC_REF_ATOMICS, 0);
	result_set_u(&res[0], METRIC_PG_FAST, 3);
	result_set_r(&res[0], METRIC_HELD_MEAN, 9999.9);
	result_set_r(&res[1], METRIC_HELD_MEAN, 10000);
	compare_build(table, res, 2, &res[1]);
	assert_string_equal(table->baseline, "b");
	assert_string_equal(row_named(table, "pages held, peak")->cell[0].percent, "+25.0 %");
	assert_string_equal(row_named(table, "pages held, peak")->cell[1].percent, "");
	assert_string_equal(row_named(table, "  alloc")->cell[0].percent, "+20.0 %");
	assert_string_equal(row_named(table, "cycles per packet")->cell[0].percent, "-9.1 %");
	assert_true(row_named(table, "cycles per packet")->cell[0].best);
	assert_string_equal(row_named(table, "packets delivered")->cell[0].percent, "+0.0 %");
	assert_string_equal(row_named(table, "refcount atomics")->cell[0].percent, "");
	/* (9999.9 - 10000) / 10000 = -0.001 % reads 0.0, which has one sign */
	assert_string_equal(row_named(table, "pages held, mean")->cell[0].percent, "+0.0 %");
	assert_string_equal(row_named(table, "pool alloc_fast")->cell[0].percent, "");
	text = printed(table);
	assert_non_null(strstr(text, "pages held, peak                500  +25.0 %        400*\n"));
	assert_non_null(strstr(text, "cycles per packet             100.0*  -9.1 %      110.0\n"));
	assert_non_null(strstr(text, "\npercent: compared with b\n"));
	free(text);
	free(table);
	assert_true(result_percent(&res[0], &res[1], METRIC_CYC_ALLOC, &percent));
	assert_float_equal(percent, -40, 1e-9);
	assert_false(result_percent(&res[0], &res[1], METRIC_REF_ATOMICS, &percent));
	assert_false(result_percent(&res[0], &res[1], METRIC_PG_FAST, &percent));
	assert_ptr_equal(result_find(res, 2, "a:x=1"), &res[0]);
	assert_null(result_find(res, 2, "a"));
}

/* Without percents, the table is as it was; with them no line is wider than 110 columns either. */
static void test_baseline_width(void **state)
{
	struct compare_table *table = malloc(sizeof(*table));
	struct result res[COMPARE_MAX_COLS];
	char label[64], *text, *line;

	(void)state;
	for (unsigned int i = 0; i < COMPARE_MAX_COLS; i++) {
		snprintf(label, sizeof(label), "page_pool_frag%u:metadata=slab", i);
		result_make(&res[i], label, 1 + i * 1000000, 1e3);
	}
	compare_build(table, res, COMPARE_MAX_COLS, &res[0]);
	text = printed(table);
	assert_non_null(strstr(text, "+1500000000.0 %"));
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		assert_true(strlen(line) <= 110);
	free(text);
	free(table);
}

/* However many strategies: no line is wider than 110 columns, and no label is lost. */
static void test_width(void **state)
{
	struct result res[COMPARE_MAX_COLS];
	char label[64], *text, *line;
	struct compare_table *table;

	(void)state;
	for (unsigned int i = 0; i < COMPARE_MAX_COLS; i++) {
		snprintf(label, sizeof(label), "frag_countup%u:form=size_field", i);
		result_make(&res[i], label, UINT64_MAX / 16, 1e12);
	}
	table = table_of(res, COMPARE_MAX_COLS);
	text = printed(table);
	for (unsigned int i = 0; i < COMPARE_MAX_COLS; i++) {
		snprintf(label, sizeof(label), "frag_countup%u", i);
		assert_non_null(strstr(text, label));
	}
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		assert_true(strlen(line) <= 110);
	free(text);
	free(table);
}

static void test_csv(void **state)
{
	char label[COMPARE_MAX_COLS][RESULT_NAME_MAX], line[256];
	char path[] = "/tmp/fragsim-test-compare-XXXXXX";
	struct result res[3];
	bool found = false;
	FILE *f;

	(void)state;
	result_make(&res[0], "a,\"b\"", 5, 1.5);
	memset(&res[1], 0, sizeof(res[1])); /* failed */
	strcpy(res[1].strategy, "b");
	result_make(&res[2], "c", 6, 2);
	result_set_u(&res[2], METRIC_IOMMU_MAPS, 9);
	close(mkstemp(path));
	assert_int_equal(compare_write_csv(res, 3, NULL, path), 0);
	assert_int_equal(compare_read_labels(path, label), 2);
	assert_string_equal(label[0], "a,\"b\"");
	assert_string_equal(label[1], "c");
	f = fopen(path, "r");
	for (unsigned int m = 0; fgets(line, sizeof(line), f); m++) {
		found |= !strcmp(line, "iommu.maps,,,9\n");
		assert_true(m <= METRIC_MAX);
	}
	fclose(f);
	assert_true(found);
	/* (6 - 5) / 5 = 20 %; the columns of percent are no strategies */
	assert_int_equal(compare_write_csv(res, 3, &res[0], path), 0);
	assert_int_equal(compare_read_labels(path, label), 2);
	assert_string_equal(label[1], "c");
	f = fopen(path, "r");
	assert_non_null(fgets(line, sizeof(line), f));
	assert_string_equal(
		line,
		"metric,\"a,\"\"b\"\"\",b,c,\"b vs a,\"\"b\"\" (%)\",\"c vs a,\"\"b\"\" (%)\"\n");
	for (found = false; fgets(line, sizeof(line), f);)
		found |= !strcmp(line, "memory.pages_held_peak,5,,6,,20\n");
	fclose(f);
	assert_true(found);
	unlink(path);
	assert_int_equal(compare_read_labels(path, label), -ENOENT);
	assert_int_equal(compare_read_labels("/dev/null", label), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_best),
		cmocka_unit_test(test_best_as_shown),
		cmocka_unit_test(test_rows_wanted),
		cmocka_unit_test(test_zero_for_all),
		cmocka_unit_test(test_rows_of_some),
		cmocka_unit_test(test_harness_never_wins),
		cmocka_unit_test(test_truth),
		cmocka_unit_test(test_drops_are_no_merit),
		cmocka_unit_test(test_per_received),
		cmocka_unit_test(test_truth_of_others),
		cmocka_unit_test(test_kernels_own),
		cmocka_unit_test(test_words_are_strategies),
		cmocka_unit_test(test_truth_pools),
		cmocka_unit_test(test_baseline),
		cmocka_unit_test(test_baseline_width),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_csv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
