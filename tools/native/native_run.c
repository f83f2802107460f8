/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * native_run.c - rounds over all strategies, and medians per piece.
 */
#include "tools/native/native_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc/native/native.h"
#include "alloc/rx/strategy_table.h"
#include "tools/native/native_exec.h"
#include "sim/plugin/plugin.h"
#include "sim/scenario/strategies.h"

/* struct contender - a strategy under measurement; @mode: its samples, one per round */
struct contender {
	const struct rx_strategy *strategy;
	unsigned int option[STRATEGY_MAX_OPTIONS];
	const char *label;
	struct native_sample *mode[NATIVE_MODES];
};

/* struct field - the `null` at [0], then the scenario's strategies */
struct field {
	const struct scenario *s;
	const struct native_stream *stream;
	struct native_outcome *out;
	struct contender who[RUN_MAX_STRATEGIES + 1];
	unsigned int nr;
	bool two;
};

static const struct rx_strategy *native_by_name(const char *name, unsigned int page_shift)
{
	const struct rx_strategy *const *table = strategy_table_native(page_shift);

	for (; table && *table; table++)
		if (!strcmp((*table)->name, name))
			return *table;
	return plugin_find(PLUGIN_NATIVE, page_shift, name);
}

static int samples_make(const struct field *f, struct native_sample **samples)
{
	struct native_sample *s = calloc(f->out->rounds, sizeof(*s));

	*samples = s;
	for (unsigned int r = 0; s && r < f->out->rounds; r++) {
		s[r].ticks = calloc(native_pieces(&f->stream->info), sizeof(*s[r].ticks));
		if (!s[r].ticks)
			return -ENOMEM;
	}
	return s ? 0 : -ENOMEM;
}

static int contender_find(struct field *f, const char *label, char *err, size_t err_size)
{
	unsigned int shift = (unsigned int)__builtin_ctzl(f->s->page_size);
	struct contender *c = &f->who[f->nr++];
	int ret = strategy_find(label, shift, &c->strategy, c->option, err, err_size);

	if (ret)
		return ret;
	c->label = label;
	c->strategy = native_by_name(c->strategy->name, shift);
	for (unsigned int m = 0; !ret && m < NATIVE_MODES; m++)
		ret = samples_make(f, &c->mode[m]);
	if (!c->strategy || ret) {
		snprintf(err, err_size, "%s: %s", label,
			 ret ? "not enough memory" : "this strategy has no native build");
		ret = -EINVAL;
	}
	return ret;
}

static void contender_free(const struct field *f, const struct contender *c)
{
	for (unsigned int m = 0; m < NATIVE_MODES; m++) {
		for (unsigned int r = 0; c->mode[m] && r < f->out->rounds; r++)
			free(c->mode[m][r].ticks);
		free(c->mode[m]);
	}
}

/* One strategy in one round. The warm-up is round -1; its samples are overwritten by round 0's. */
static int contender_run(struct field *f, struct contender *c, int round, char *err,
			 size_t err_size)
{
	int ret = 0;

	for (unsigned int m = 0; !ret && m < (f->two ? NATIVE_MODES : NATIVE_TWO_CORES); m++)
		ret = native_exec(f->stream, c->strategy, c->option, m, f->out->machine.cpu[1],
				  &c->mode[m][round < 0 ? 0 : round]);
	if (ret == -ENOMEM)
		snprintf(err, err_size, "%s: out of native memory; increase memory in the scenario",
			 c->label);
	else if (ret)
		snprintf(err, err_size, "%s: cannot be measured natively: %s", c->label,
			 strerror(-ret));
	return ret;
}

static int rounds_run(struct field *f, char *err, size_t err_size)
{
	int ret = 0;

	for (int round = -1; !ret && round < (int)f->out->rounds; round++)
		for (unsigned int i = 0; !ret && i < f->nr; i++)
			ret = contender_run(f, &f->who[i], round, err, err_size);
	return ret;
}

static int number_order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Sum over the pieces of a series of their quartiles and medians over the rounds. */
static void series_add(const struct field *f, const struct native_sample *sample,
		       unsigned int series, struct native_figure *sum)
{
	unsigned int rounds = f->out->rounds;
	double value[NATIVE_MAX_ROUNDS];

	for (size_t piece = 0; piece < native_pieces(&f->stream->info); piece++) {
		for (unsigned int r = 0; r < rounds; r++)
			value[r] = (double)sample[r].ticks[piece][series];
		qsort(value, rounds, sizeof(value[0]), number_order);
		sum->median += (value[(rounds - 1) / 2] + value[rounds / 2]) / 2;
		sum->q1 += value[rounds / 4];
		sum->q3 += value[rounds - 1 - rounds / 4];
	}
}

/* The cost on two cores is that of both threads. */
static struct native_figure mode_sum(const struct field *f, const struct contender *c,
				     enum native_mode mode, unsigned int series)
{
	struct native_figure sum = {.has = true};

	series_add(f, c->mode[mode], series, &sum);
	if (mode == NATIVE_TWO_CORES && series == NATIVE_TOTAL)
		series_add(f, c->mode[mode], NATIVE_PUT_REMOTE, &sum);
	return sum;
}

/* The cost of a contender above @null (or NULL), divided by @n. */
static struct native_figure figure(const struct field *f, const struct contender *c,
				   const struct contender *null, enum native_mode mode,
				   unsigned int series, uint64_t n)
{
	struct native_figure sum, floor = {0};

	if (!n || (mode == NATIVE_TWO_CORES && !f->two))
		return (struct native_figure){0};
	sum = mode_sum(f, c, mode, series);
	if (null)
		floor = mode_sum(f, null, mode, series);
	sum.median = (sum.median - floor.median) / (double)n;
	sum.q1 = (sum.q1 - floor.median) / (double)n;
	sum.q3 = (sum.q3 - floor.median) / (double)n;
	return sum;
}

static void result_fill(const struct field *f, const struct contender *c,
			const struct contender *null, struct native_result *res)
{
	const struct native_info *info = &f->stream->info;

	snprintf(res->strategy, sizeof(res->strategy), "%s", c->label);
	res->total = figure(f, c, null, NATIVE_ONE_CORE, NATIVE_TOTAL, info->packets);
	for (unsigned int k = 0; k < NATIVE_KINDS; k++)
		res->kind[k] = figure(f, c, null, NATIVE_BY_KIND, k, info->count[k]);
	res->two = figure(f, c, null, NATIVE_TWO_CORES, NATIVE_TOTAL, info->packets);
	res->two_remote = figure(f, c, null, NATIVE_TWO_CORES, NATIVE_PUT_REMOTE,
				 info->count[NATIVE_PUT_REMOTE]);
	res->pages = c->mode[NATIVE_ONE_CORE][0].stats.pages_new;
	res->reused = c->mode[NATIVE_ONE_CORE][0].stats.reused;
}

static void two_cores_decide(struct field *f)
{
	const char *why = "";

	if (f->out->machine.cpus < 2)
		why = "this process may run on one CPU only";
	else if (!f->stream->info.count[NATIVE_PUT_REMOTE])
		why = "every put of this scenario is on the core that received the buffer";
	snprintf(f->out->two_why_not, sizeof(f->out->two_why_not), "%s", why);
	f->two = !why[0];
}

static int field_measure(struct field *f, char *err, size_t err_size)
{
	unsigned int shift = (unsigned int)__builtin_ctzl(f->s->page_size);
	char books[200];
	/* Split blocks are never merged again: each order needs room of its own. */
	int ret = mm_native_init(shift, 2 * f->s->memory_bytes);

	if (ret) {
		snprintf(err, err_size, "cannot map memory for the native run: %s", strerror(-ret));
		return ret;
	}
	mm_native_set_cpu(0, 0);
	native_pin(f->out->machine.cpu[0]);
	ret = rounds_run(f, err, err_size);
	if (mm_native_fini(books, sizeof(books)) && !ret) {
		snprintf(err, err_size, "after the native runs: %s", books);
		ret = -EINVAL;
	}
	return ret;
}

int native_measure(const struct scenario *s, const struct native_stream *stream,
		   unsigned int rounds, struct native_outcome *out, char *err, size_t err_size)
{
	struct field *f = calloc(1, sizeof(*f));
	int ret;

	if (!f) {
		snprintf(err, err_size, "not enough memory");
		return -ENOMEM;
	}
	*f = (struct field){.s = s, .stream = stream, .out = out};
	memset(out, 0, sizeof(*out));
	out->rounds = rounds;
	out->stream = stream->info;
	native_machine_look(&out->machine);
	two_cores_decide(f);
	ret = contender_find(f, "null", err, err_size);
	for (unsigned int i = 0; !ret && i < s->strategies.n; i++)
		ret = contender_find(f, s->strategies.word[i], err, err_size);
	if (!ret)
		ret = field_measure(f, err, err_size);
	if (!ret) {
		out->nr = s->strategies.n;
		result_fill(f, &f->who[0], NULL, &out->harness);
		for (unsigned int i = 0; i < out->nr; i++)
			result_fill(f, &f->who[i + 1], &f->who[0], &out->result[i]);
	}
	for (unsigned int i = 0; i < f->nr; i++)
		contender_free(f, &f->who[i]);
	free(f);
	return ret;
}
