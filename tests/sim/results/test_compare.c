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

static void result_make(struct result *res, const char *label, uint64_t peak, double cycles)
{
	memset(res, 0, sizeof(*res));
	snprintf(res->strategy, sizeof(res->strategy), "%s", label);
	result_set_u(res, METRIC_DELIVERED, 1000);
	result_set_u(res, METRIC_DROP_NO_BUF, 0);
	result_set_u(res, METRIC_HELD_PEAK, peak);
	result_set_r(res, METRIC_CYC_PER_PACKET, cycles);
}

static struct compare_table *table_of(const struct result *results, unsigned int nr)
{
	struct compare_table *table = malloc(sizeof(*table));

	assert_non_null(table);
	compare_build(table, results, nr);
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

/* (5312 - 5248) / 5248 = +1.2 % */
static void test_truth(void **state)
{
	struct result res;
	struct compare_table *table;

	(void)state;
	result_make(&res, "page_pool_frag", 1, 1);
	result_set_u(&res, METRIC_PG_ALLOCATED, 5312);
	table = table_of(&res, 1);
	assert_int_equal(table->nr_lines, 0);
	free(table);
	result_set_u(&res, METRIC_TRUTH_ALLOCATED, 5248);
	table = table_of(&res, 1);
	assert_int_equal(table->nr_lines, 1);
	assert_string_equal(
		table->line[0],
		"page_pool_frag: pages allocated 5,312 simulated / 5,248 recorded (+1.2 %)");
	free(table);
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
	table = table_of(&res, 1);
	assert_int_equal(table->nr_lines, 0);
	free(table);
	res.nr_pools = 2;
	table = table_of(&res, 1);
	assert_int_equal(table->nr_lines, 4);
	assert_string_equal(table->line[0], "page_pool_frag: pool of queue 1: pages allocated 840 "
					    "simulated / 832 recorded (+1.0 %)");
	assert_string_equal(table->line[3], "page_pool_frag: pool of queue 0: pages held, peak 300 "
					    "simulated / 0 recorded");
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
	struct result res[2];
	bool found = false;
	FILE *f;

	(void)state;
	result_make(&res[0], "a,\"b\"", 5, 1.5);
	result_make(&res[1], "c", 6, 2);
	result_set_u(&res[1], METRIC_IOMMU_MAPS, 9);
	close(mkstemp(path));
	assert_int_equal(compare_write_csv(res, 2, path), 0);
	assert_int_equal(compare_read_labels(path, label), 2);
	assert_string_equal(label[0], "a,\"b\"");
	assert_string_equal(label[1], "c");
	f = fopen(path, "r");
	for (unsigned int m = 0; fgets(line, sizeof(line), f); m++) {
		found |= !strcmp(line, "iommu.maps,,9\n");
		assert_true(m <= METRIC_MAX);
	}
	fclose(f);
	assert_true(found);
	unlink(path);
	assert_int_equal(compare_read_labels(path, label), -ENOENT);
	assert_int_equal(compare_read_labels("/dev/null", label), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_best),	    cmocka_unit_test(test_best_as_shown),
		cmocka_unit_test(test_rows_wanted), cmocka_unit_test(test_truth),
		cmocka_unit_test(test_truth_pools), cmocka_unit_test(test_width),
		cmocka_unit_test(test_csv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
