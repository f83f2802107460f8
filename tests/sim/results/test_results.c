/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_results.c - a result survives its file: every metric, bit for bit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "sim/results/results.h"

static char path[] = "/tmp/fragsim-test-res-XXXXXX";

static int setup(void **state)
{
	int fd;

	(void)state;
	strcpy(strrchr(path, '-') + 1, "XXXXXX");
	fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state)
{
	(void)state;
	return unlink(path);
}

/* Values that are hard to print: thirds, tiny, huge, and the largest signed 64-bit integer. */
static void result_make(struct result *res)
{
	memset(res, 0, sizeof(*res));
	snprintf(res->strategy, sizeof(res->strategy), "frag_countup:form=size_field");
	res->seed = INT64_MAX;
	res->wall_ns = 12345;
	for (unsigned int m = 0; m < METRIC_MAX; m++)
		if (metric_rows[m].type == METRIC_UINT)
			result_set_u(res, m, m % 2 ? (uint64_t)INT64_MAX - m : m);
		else
			result_set_r(res, m, m % 2 ? (m + 1) / 3.0 : 1e300 / (m + 1));
}

static void pools_make(struct result *res)
{
	res->nr_pools = RESULT_MAX_POOLS;
	for (unsigned int i = 0; i < RESULT_MAX_POOLS; i++)
		res->pool[i] = (struct result_pool){i, INT64_MAX - i, i + 1, i + 2, i + 3};
}

static void results_equal(const struct result *a, const struct result *b)
{
	assert_string_equal(a->strategy, b->strategy);
	assert_true(a->seed == b->seed);
	for (unsigned int m = 0; m < METRIC_MAX; m++)
		if (a->has[m] != b->has[m] || a->u[m] != b->u[m] || a->r[m] != b->r[m])
			fail_msg("%s changed on its way through a file", metric_rows[m].key);
}

static void test_round_trip(void **state)
{
	struct result in, out;

	(void)state;
	result_make(&in);
	pools_make(&in);
	assert_int_equal(result_write(&in, path), 0);
	assert_int_equal(result_read(&out, path), 0);
	results_equal(&in, &out);
	assert_int_equal(out.nr_pools, RESULT_MAX_POOLS);
	assert_memory_equal(in.pool, out.pool, sizeof(in.pool));
	assert_true(out.wall_ns == 0); /* never in a file: it differs between equal runs */
}

/* What was not computed is not there: neither in the file nor after it. */
static void test_absent(void **state)
{
	struct result in = {.strategy = "null", .seed = 1}, out;
	json_t *obj;

	(void)state;
	result_set_u(&in, METRIC_DELIVERED, 0);
	result_set_r(&in, METRIC_EFFICIENCY, NAN);
	obj = result_to_json(&in, false);
	assert_int_equal(json_object_size(obj), 3); /* strategy, seed, packets */
	assert_non_null(json_object_get(json_object_get(obj, "packets"), "delivered"));
	assert_int_equal(result_from_json(&out, obj), 0);
	results_equal(&in, &out);
	json_decref(obj);
}

/* "strategy" and "seed" first, then the rows' order; dotted keys nested; reals as short as can be:
 * 0.1 and not 0.10000000000000001. */
static void test_text(void **state)
{
	struct result in = {.strategy = "x", .seed = 7};
	char *text;
	json_t *obj;

	(void)state;
	result_set_r(&in, METRIC_GBIT_S, 0.1);
	result_set_u(&in, METRIC_CYC_SKB, 5);
	result_set_u(&in, METRIC_PG_ORDER3, 2);
	obj = result_to_json(&in, true);
	text = json_dumps(obj, JSON_COMPACT | JSON_REAL_PRECISION(15));
	assert_string_equal(text, "{\"strategy\":\"x\",\"seed\":7,\"wall_ns\":0,"
				  "\"cycles\":{\"by_cause\":{\"skb\":5}},"
				  "\"pages\":{\"alloc_order\":{\"3\":2}},"
				  "\"throughput\":{\"gbit_s\":0.1}}");
	free(text);
	json_decref(obj);
}

static void test_keys_unique(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < METRIC_MAX; i++)
		for (unsigned int j = 0; j < i; j++)
			assert_string_not_equal(metric_rows[i].key, metric_rows[j].key);
}

static int read_text(const char *text)
{
	struct result res;
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
	return result_read(&res, path);
}

static void test_bad_files(void **state)
{
	struct result res;

	(void)state;
	assert_int_equal(result_read(&res, "/nowhere/summary.json"), -ENOENT);
	assert_int_equal(read_text(""), -EINVAL);
	assert_int_equal(read_text("[]"), -EINVAL);
	assert_int_equal(read_text("{\"strategy\":\"x\""), -EINVAL);
	assert_int_equal(read_text("{\"strategy\":\"x\"}"), -EINVAL);
	assert_int_equal(read_text("{\"strategy\":\"x\",\"seed\":-1}"), -EINVAL);
	assert_int_equal(read_text("{\"strategy\":\"x\",\"seed\":1,\"simulated_ns\":-5}"), -EINVAL);
	assert_int_equal(read_text("{\"strategy\":\"x\",\"seed\":1,\"simulated_ns\":\"5\"}"),
			 -EINVAL);
	assert_int_equal(read_text("{\"strategy\":\"x\",\"seed\":1,\"simulated_ns\":5}"), 0);
	assert_int_equal(read_text("{\"strategy\":\"x\",\"seed\":1,\"truth\":{\"pools\":5}}"),
			 -EINVAL);
	assert_int_equal(
		read_text("{\"strategy\":\"x\",\"seed\":1,\"truth\":{\"pools\":[{\"queue\":1}]}}"),
		-EINVAL);
	assert_int_equal(read_text("{\"strategy\":\"x\",\"seed\":1,\"truth\":{\"pools\":[]}}"), 0);
}

/* A count JSON has no room for is an error, and the file that was there stays. */
static void test_no_half_file(void **state)
{
	struct result res, back;

	(void)state;
	result_make(&res);
	assert_int_equal(result_write(&res, path), 0);
	result_set_u(&res, METRIC_OFFERED, (uint64_t)INT64_MAX + 1);
	assert_int_equal(result_write(&res, path), -EOVERFLOW);
	assert_int_equal(result_read(&back, path), 0);
	assert_int_equal(result_write(&back, "/nowhere/summary.json"), -ENOENT);
}

static void test_dir_name(void **state)
{
	char name[RESULT_NAME_MAX];

	(void)state;
	result_dir_name("frag_countup:form=size_field", name, sizeof(name));
	assert_string_equal(name, "frag_countup_form_size_field");
	result_dir_name("../../etc", name, sizeof(name));
	assert_string_equal(name, "_._.._etc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round_trip, setup, teardown),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_keys_unique),
		cmocka_unit_test_setup_teardown(test_bad_files, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_half_file, setup, teardown),
		cmocka_unit_test(test_dir_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
