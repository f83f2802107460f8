/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_no_effect.c - each row of the table tells the truth: two values, one result.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/scenario/no_effect.h"
#include "sim/scenario/scenario_finish.h"
#include "tests/sim/sim_run.h"
#include "traces/capture.h"

#define SAMPLES	     FRAGSIM_SOURCE_DIR "/traces/samples"
#define MAX_SETTINGS 8

/* struct base - a scenario that rows are tried in */
struct base {
	const char *strategy;
	const char *set[MAX_SETTINGS];
};

#define VETH "traffic.source=" SAMPLES "/fmt_v7_zstd.dat", "nic.preset=veth"
#define IGB  "traffic.source=" SAMPLES "/igb_rx_slow_lazy.dat", "nic.preset=igb"
#define MADE "traffic.packets=2000"

static const struct base bases[] = {
	{"page_pool_frag", {VETH}},
	{"page_pool_frag", {MADE}},
	{"page_pool_frag", {MADE, "workload.kind=drop"}},
	{"page_pool_frag", {MADE, "workload.kind=router"}},
	{"page_pool_frag", {MADE, "workload.kind=router", "nic.link=0"}},
	{"page_pool_frag", {MADE, "traffic.sizes=imix"}},
	{"page_pool_frag", {MADE, "traffic.flows=1"}},
	{"page_pool_frag", {MADE, "traffic.protocol=udp"}},
	{"page_pool_frag", {MADE, "nic.rx_usecs=0"}},
	{"page_pool_frag", {MADE, "nic.free_path=remote"}},
	{"page_pool_frag", {MADE, "nic.header_split=yes"}},
	{"page_pool_frag", {VETH, "workload.kind=drop"}},
	{"pingpong", {MADE}},
	{"pingpong", {IGB}},
};

/* struct values - two values of a key, and what else must be set for both to be accepted */
struct values {
	const char *key, *a, *b, *also;
};

static const struct values values[] = {
	{"iommu", "lazy", "off", NULL},
	{"kernel", "6.12", "7.1", NULL},
	{"traffic.rate", "1G", "5G", NULL},
	{"traffic.pps", "1000", "200000", NULL},
	{"traffic.bytes", "100", "1514", NULL},
	{"traffic.sizes", "imix", "bimodal", NULL},
	{"traffic.bimodal.small", "60", "200", NULL},
	{"traffic.bimodal.large", "1000", "1500", NULL},
	{"traffic.bimodal.share", "0.1", "0.9", NULL},
	{"traffic.sizes_file", "a.cdf", "b.cdf", NULL},
	{"traffic.protocol", "tcp", "udp", NULL},
	{"traffic.flow_control", "none", "window", "workload.rcvbuf=64K"},
	{"traffic.rtt", "0s", "1ms", NULL},
	{"traffic.arrivals", "poisson", "incast", NULL},
	{"traffic.line_rate", "10G", "100G", NULL},
	{"traffic.burst.packets", "2", "64", NULL},
	{"traffic.onoff.on", "1ms", "9ms", NULL},
	{"traffic.onoff.off", "1ms", "9ms", NULL},
	{"traffic.onoff.lengths", "exponential", "fixed", NULL},
	{"traffic.incast.senders", "2", "32", NULL},
	{"traffic.incast.period", "1ms", "2ms", NULL},
	{"traffic.incast.bytes", "1000", "64K", NULL},
	{"traffic.flows", "1", "64", NULL},
	{"traffic.zipf", "0", "2", NULL},
	{"traffic.device", "va", "vb", NULL},
	{"traffic.release", "recorded", "modelled", NULL},
	{"workload.reader.pattern", "steady", "stalled", NULL},
	{"workload.reader.pause", "1ms", "9ms", NULL},
	{"workload.reader.bytes", "0", "100", NULL},
	{"workload.reader.socket", "0", "1", "workload.reader.core=7"},
	{"workload.reader.core", "0", "1", "nic.queues=2"},
	{"workload.rcvbuf", "4K", "6M", NULL},
	{"workload.forward", "xdp_tx", "redirect", NULL},
	{"nic.tx_ring", "8", "1024", NULL},
	{"nic.tx_batch", "1", "64", NULL},
	{"nic.link", "0", "1G", NULL},
	{"nic.ring", "64", "4096", NULL},
	{"nic.descriptor", "8", "64", NULL},
	{"nic.fifo", "2K", "1M", NULL},
	{"nic.rx_frames", "0", "32", NULL},
	{"nic.headroom", "0", "128", NULL},
	{"nic.tailroom", "0", "320", NULL},
	{"nic.xdp_tx", "owned", "shared", NULL},
	{"nic.copybreak", "0", "256", NULL},
	{"nic.gro", "off", "sw", NULL},
	{"nic.free_path", "remote", "defer", NULL},
	{"net.skb_defer_max", "0", "1000", NULL},
	{"nic.strategy", "page_pool", "pingpong", NULL},
	{"nic.pool_size", "16", "1024", NULL},
};

static struct scenario_input in;
static char err[512];

/* The capture of the scenario, NULL when its traffic is made up. Scanned once a file. */
static const struct capture_info *capture_of(const struct scenario *s)
{
	static struct capture_info info;

	if (!scenario_is_capture(s))
		return NULL;
	if (strcmp(info.path, s->source) && capture_scan(s->source, &info, err, sizeof(err)))
		fail_msg("%s", err);
	return &info;
}

/* The settings of a run: @base, what @v needs, and one value of its key. */
static void settings_of(const struct base *base, const struct values *v, const char *value,
			char assignment[300], const char *set[MAX_SETTINGS + 3])
{
	unsigned int n = 0;

	while (base->set[n]) {
		set[n] = base->set[n];
		n++;
	}
	if (v->also)
		set[n++] = v->also;
	snprintf(assignment, 300, "%s=%s", v->key, value);
	set[n++] = assignment;
	set[n] = NULL;
}

/* Return: false when the scenario is refused */
static bool input_make(const struct base *base, const struct values *v, const char *value)
{
	const char *set[MAX_SETTINGS + 3];
	char assignment[300], strategies[64];
	int ret = scenario_init(&in, ".");

	settings_of(base, v, value, assignment, set);
	snprintf(strategies, sizeof(strategies), "strategies=%s", base->strategy);
	if (!ret)
		ret = scenario_set(&in, strategies, err, sizeof(err));
	for (unsigned int i = 0; !ret && set[i]; i++)
		ret = scenario_set(&in, set[i], err, sizeof(err));
	return !ret && !scenario_finish(&in, FRAGSIM_SOURCE_DIR "/models", err, sizeof(err));
}

static bool row_applies(const struct no_effect_row *row, const struct base *base,
			const struct values *v)
{
	return input_make(base, v, v->a) && row->applies(&in.s, capture_of(&in.s)) &&
	       input_make(base, v, v->b) && row->applies(&in.s, capture_of(&in.s));
}

static void result_of(const struct base *base, const struct values *v, const char *value,
		      struct result *res)
{
	const char *set[MAX_SETTINGS + 3];
	char assignment[300];

	settings_of(base, v, value, assignment, set);
	if (sim_run(base->strategy, set, res, err))
		fail_msg("%s: %s", assignment, err);
}

/* Counts that placement in memory cannot change. */
static bool is_count(unsigned int m)
{
	const char *key = metric_rows[m].key;

	return !strncmp(key, "packets.", 8) || !strncmp(key, "pages.", 6) ||
	       !strncmp(key, "skb.", 4) || m == METRIC_HELD_PEAK;
}

static void results_equal(const struct no_effect_row *row, const struct result *a,
			  const struct result *b)
{
	for (unsigned int m = 0; m < METRIC_MAX; m++) {
		if (row->placed && !is_count(m))
			continue;
		if (a->has[m] != b->has[m] || a->u[m] != b->u[m] || a->r[m] != b->r[m])
			fail_msg("%s (%s): %s differs", row->key, row->why, metric_rows[m].key);
	}
	if (row->placed)
		assert_in_range(a->u[METRIC_CYC_TOTAL], b->u[METRIC_CYC_TOTAL] * 0.99,
				b->u[METRIC_CYC_TOTAL] * 1.01);
}

static const struct values *values_of(const char *key)
{
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (!strcmp(values[i].key, key))
			return &values[i];
	fail_msg("%s: no two values to try", key);
	return NULL;
}

/* Every row applies in some scenario of this test, and there its key changes nothing. */
static void test_each_row(void **state)
{
	static struct result a, b;

	(void)state;
	for (const struct no_effect_row *row = no_effect_rows; row->key; row++) {
		const struct values *v = values_of(row->key);
		size_t i = 0;

		while (i < sizeof(bases) / sizeof(bases[0]) && !row_applies(row, &bases[i], v))
			i++;
		if (i == sizeof(bases) / sizeof(bases[0]))
			fail_msg("%s (%s): applies nowhere", row->key, row->why);
		result_of(&bases[i], v, v->a, &a);
		result_of(&bases[i], v, v->b, &b);
		results_equal(row, &a, &b);
	}
}

/* Return: how often @key is found without effect in a scenario that gives it */
static unsigned int said(const struct base *base, const char *key, const char *value)
{
	const struct values v = {key, value, value, NULL};
	const struct no_effect_row *row = NULL;
	unsigned int n = 0;

	if (!input_make(base, &v, value))
		fail_msg("%s", err);
	while ((row = no_effect_next(&in, capture_of(&in.s), row)))
		n += !strcmp(row->key, key);
	return n;
}

static void test_only_where_it_has_none(void **state)
{
	const struct base veth = {"page_pool", {VETH}}, igb = {"pingpong", {IGB}};
	const struct base made = {"page_pool", {MADE}};
	const struct base modelled = {"page_pool", {VETH, "traffic.release=modelled"}};
	const struct base drop64 = {"page_pool", {MADE, "workload.kind=drop", "page_size=64K"}};
	/* two reasons, said once */
	const struct base drop = {"page_pool", {VETH, "workload.kind=drop"}};

	(void)state;
	assert_int_equal(said(&veth, "iommu", "strict"), 1);
	assert_int_equal(said(&igb, "iommu", "strict"), 0);
	assert_int_equal(said(&made, "iommu", "strict"), 0);
	assert_int_equal(said(&veth, "kernel", "6.18"), 1);
	assert_int_equal(said(&made, "kernel", "6.18"), 0);
	assert_int_equal(said(&drop64, "kernel", "7.1"), 0);
	assert_int_equal(said(&veth, "traffic.rate", "1G"), 1);
	assert_int_equal(said(&made, "traffic.rate", "1G"), 0);
	assert_int_equal(said(&veth, "workload.rcvbuf", "1M"), 1);
	assert_int_equal(said(&modelled, "workload.rcvbuf", "1M"), 0);
	assert_int_equal(said(&drop, "workload.reader.pause", "1ms"), 1);
	assert_int_equal(said(&veth, "nic.ring", "64"), 1);
	assert_int_equal(said(&igb, "nic.ring", "64"), 0);
	assert_int_equal(said(&made, "nic.pool_size", "64"), 0);
	/* nobody gave the rest */
	assert_true(input_make(&veth, &(struct values){"seed", "1", "1", NULL}, "1"));
	assert_null(no_effect_next(&in, capture_of(&in.s), NULL));
}

/* Scenarios that people copy give no key for nothing. */
static void test_shipped_scenarios(void **state)
{
	glob_t found;

	(void)state;
	assert_int_equal(glob(FRAGSIM_SOURCE_DIR "/scenarios/*.yaml", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const struct no_effect_row *row;
		char path[1024];

		assert_int_equal(scenario_init(&in, FRAGSIM_SOURCE_DIR "/scenarios"), 0);
		if (scenario_load(&in, found.gl_pathv[i], err, sizeof(err)) ||
		    scenario_finish(&in, FRAGSIM_SOURCE_DIR "/models", err, sizeof(err)))
			fail_msg("%s", err);
		scenario_path(&in.s, SCENARIO_SOURCE, path, sizeof(path));
		if (scenario_is_capture(&in.s))
			snprintf(in.s.source, sizeof(in.s.source), "%.255s", path);
		row = no_effect_next(&in, capture_of(&in.s), NULL);
		if (row)
			fail_msg("%s: %s has no effect: %s", found.gl_pathv[i], row->key, row->why);
	}
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_row),
		cmocka_unit_test(test_only_where_it_has_none),
		cmocka_unit_test(test_shipped_scenarios),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
