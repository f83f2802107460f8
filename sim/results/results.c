/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * results.c - a result to JSON and back, by the rows of RESULT_METRICS.
 *
 * A dotted key becomes nested objects, in the order of the rows. Nothing here knows what a metric
 * means: adding a row is enough.
 */
#include "sim/results/results.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/results/atomic_file.h"

#define KEY_PART_MAX 64

const struct metric_row metric_rows[METRIC_MAX] = {
#define METRIC_ROW(id, k, t, b, unit_, help_)                                                      \
	[METRIC_##id] = {                                                                          \
		.key = k, .type = METRIC_##t, .better = BETTER_##b, .unit = unit_, .help = help_},
	RESULT_METRICS(METRIC_ROW)
#undef METRIC_ROW
};

void result_set_u(struct result *res, enum metric m, uint64_t value)
{
	res->has[m] = true;
	res->u[m] = value;
}

void result_set_r(struct result *res, enum metric m, double value)
{
	char text[40];

	if (!isfinite(value)) /* nothing was measured; JSON has no NaN */
		return;
	snprintf(text, sizeof(text), "%.15g", value);
	res->has[m] = true;
	res->r[m] = strtod(text, NULL);
}

const struct result *result_find(const struct result *results, unsigned int nr, const char *label)
{
	for (unsigned int i = 0; i < nr; i++)
		if (!strcmp(results[i].strategy, label))
			return &results[i];
	return NULL;
}

double result_value(const struct result *res, enum metric m)
{
	return metric_rows[m].type == METRIC_UINT ? (double)res->u[m] : res->r[m];
}

bool result_percent(const struct result *res, const struct result *base, enum metric m,
		    double *percent)
{
	double from;

	if (!res->has[m] || !base->has[m])
		return false;
	from = result_value(base, m);
	*percent = from != 0 ? (result_value(res, m) - from) / from * 100 : 0;
	return from != 0;
}

uint64_t result_drops(const struct result *res)
{
	static const enum metric causes[] = {
		METRIC_DROP_NO_DESC,  METRIC_DROP_NO_BUF,  METRIC_DROP_PFMEMALLOC,
		METRIC_DROP_RCVBUF,   METRIC_DROP_TX_FULL, METRIC_DROP_OVERSIZE,
		METRIC_DROP_NIC_FIFO,
	};
	uint64_t sum = 0;

	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
		sum += res->has[causes[i]] ? res->u[causes[i]] : 0;
	return sum;
}

static bool metric_is_equal(const struct result *a, const struct result *b, enum metric m)
{
	if (a->has[m] != b->has[m])
		return false;
	return !a->has[m] ||
	       (metric_rows[m].type == METRIC_UINT ? a->u[m] == b->u[m] : a->r[m] == b->r[m]);
}

static bool pool_is_equal(const struct result_pool *a, const struct result_pool *b)
{
	return a->queue == b->queue && a->allocated == b->allocated &&
	       a->allocated_recorded == b->allocated_recorded && a->held_peak == b->held_peak &&
	       a->held_peak_recorded == b->held_peak_recorded;
}

bool result_is_equal(const struct result *a, const struct result *b)
{
	bool equal = a->nr_pools == b->nr_pools;

	for (unsigned int m = 0; equal && m < METRIC_MAX; m++)
		equal = metric_is_equal(a, b, m);
	for (unsigned int i = 0; equal && i < a->nr_pools; i++)
		equal = pool_is_equal(&a->pool[i], &b->pool[i]);
	return equal;
}

void result_dir_name(const char *label, char *buf, size_t size)
{
	snprintf(buf, size, "%s", label);
	if (buf[0] == '.')
		buf[0] = '_';
	for (char *c = buf; *c; c++)
		if (strchr(":/=", *c))
			*c = '_';
}

/* Split off the first part of a dotted key. Return: the rest, or NULL after the last part */
static const char *key_part(const char *key, char part[KEY_PART_MAX])
{
	size_t len = strcspn(key, ".");

	snprintf(part, KEY_PART_MAX, "%.*s", (int)len, key);
	return key[len] ? key + len + 1 : NULL;
}

/* Store @value at a dotted key, creating the objects on the way. Steals @value. */
static int json_put(json_t *obj, const char *key, json_t *value)
{
	char part[KEY_PART_MAX];
	const char *rest = key_part(key, part);

	while (rest) {
		json_t *child = json_object_get(obj, part);

		if (!child) {
			child = json_object();
			if (json_object_set_new(obj, part, child)) {
				json_decref(value);
				return -ENOMEM;
			}
		}
		obj = child;
		rest = key_part(rest, part);
	}
	return json_object_set_new(obj, part, value) ? -ENOMEM : 0;
}

static const json_t *json_find(const json_t *obj, const char *key)
{
	char part[KEY_PART_MAX];

	while (obj && key) {
		key = key_part(key, part);
		obj = json_object_get(obj, part);
	}
	return obj;
}

/* jansson's integers are signed: refuse a count they cannot hold instead of wrapping it. */
static json_t *json_count(uint64_t value)
{
	return value <= INT64_MAX ? json_integer((json_int_t)value) : NULL;
}

/* Names of the members of struct result_pool, in order; all are uint64_t. */
static const char *const pool_keys[] = {"queue", "pages_allocated", "pages_allocated_recorded",
					"pages_held_peak", "pages_held_recorded_peak"};

#define POOL_KEYS (sizeof(pool_keys) / sizeof(pool_keys[0]))
_Static_assert(sizeof(struct result_pool) == POOL_KEYS * sizeof(uint64_t), "a key for each member");

static json_t *pools_to_json(const struct result *res)
{
	json_t *pools = json_array();
	int err = 0;

	for (unsigned int i = 0; i < res->nr_pools; i++) {
		uint64_t values[POOL_KEYS];
		json_t *pool = json_object();

		memcpy(values, &res->pool[i], sizeof(values));
		for (unsigned int k = 0; k < POOL_KEYS; k++)
			err |= json_object_set_new(pool, pool_keys[k], json_count(values[k]));
		err |= json_array_append_new(pools, pool);
	}
	if (!err)
		return pools;
	json_decref(pools);
	return NULL;
}

static int pools_from_json(struct result *res, const json_t *pools)
{
	size_t nr = json_array_size(pools);

	if (pools && (!json_is_array(pools) || nr > RESULT_MAX_POOLS))
		return -EINVAL;
	for (size_t i = 0; i < nr; i++) {
		uint64_t values[POOL_KEYS];

		for (unsigned int k = 0; k < POOL_KEYS; k++) {
			const json_t *value =
				json_object_get(json_array_get(pools, i), pool_keys[k]);

			if (!json_is_integer(value) || json_integer_value(value) < 0)
				return -EINVAL;
			values[k] = (uint64_t)json_integer_value(value);
		}
		memcpy(&res->pool[i], values, sizeof(values));
	}
	res->nr_pools = (unsigned int)nr;
	return 0;
}

struct json_t *result_to_json(const struct result *res, bool with_wall)
{
	json_t *obj = json_object();
	int err = 0;

	err |= json_put(obj, "strategy", json_string(res->strategy));
	err |= json_put(obj, "seed", json_count(res->seed));
	if (with_wall)
		err |= json_put(obj, "wall_ns", json_count(res->wall_ns));
	for (unsigned int m = 0; m < METRIC_MAX; m++) {
		const struct metric_row *row = &metric_rows[m];

		if (res->has[m])
			err |= json_put(obj, row->key,
					row->type == METRIC_UINT ? json_count(res->u[m])
								 : json_real(res->r[m]));
	}
	if (res->nr_pools)
		err |= json_put(obj, "truth.pools", pools_to_json(res));
	if (!err)
		return obj;
	json_decref(obj);
	return NULL;
}

struct json_t *result_percent_json(const struct result *res, const struct result *base)
{
	json_t *obj = json_object();
	double percent;
	int err = 0;

	for (unsigned int m = 0; m < METRIC_MAX; m++)
		if (result_percent(res, base, m, &percent))
			err |= json_put(obj, metric_rows[m].key, json_real(percent));
	if (!err)
		return obj;
	json_decref(obj);
	return NULL;
}

static int metric_from_json(struct result *res, enum metric m, const json_t *value)
{
	if (metric_rows[m].type == METRIC_REAL) {
		if (!json_is_number(value))
			return -EINVAL;
		result_set_r(res, m, json_number_value(value));
		return 0;
	}
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return -EINVAL;
	result_set_u(res, m, (uint64_t)json_integer_value(value));
	return 0;
}

int result_from_json(struct result *res, const struct json_t *obj)
{
	const json_t *strategy = json_object_get(obj, "strategy");
	const json_t *seed = json_object_get(obj, "seed");
	int err = 0;

	memset(res, 0, sizeof(*res));
	if (!json_is_string(strategy) || json_string_length(strategy) >= RESULT_NAME_MAX ||
	    !json_is_integer(seed) || json_integer_value(seed) < 0)
		return -EINVAL;
	snprintf(res->strategy, sizeof(res->strategy), "%s", json_string_value(strategy));
	res->seed = (uint64_t)json_integer_value(seed);
	res->wall_ns = (uint64_t)json_integer_value(json_object_get(obj, "wall_ns"));
	for (unsigned int m = 0; !err && m < METRIC_MAX; m++) {
		const json_t *value = json_find(obj, metric_rows[m].key);

		if (value)
			err = metric_from_json(res, m, value);
	}
	return err ? err : pools_from_json(res, json_find(obj, "truth.pools"));
}

int result_write(const struct result *res, const char *path)
{
	json_t *obj = result_to_json(res, false);
	struct atomic_file file;
	int err;

	if (!obj)
		return -EOVERFLOW;
	err = atomic_open(&file, path);
	if (!err) {
		err = json_dumpf(obj, file.f, RESULT_JSON_FLAGS) ? -EIO : 0;
		fputc('\n', file.f);
		err = atomic_commit(&file, err);
	}
	json_decref(obj);
	return err;
}

int result_read(struct result *res, const char *path)
{
	FILE *f = fopen(path, "r");
	json_t *obj;
	int err;

	if (!f)
		return -errno;
	obj = json_loadf(f, JSON_REJECT_DUPLICATES, NULL);
	fclose(f);
	err = json_is_object(obj) ? result_from_json(res, obj) : -EINVAL;
	json_decref(obj);
	return err;
}
