/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario_finish.c - profiles below the user's keys, and constraints between keys.
 */
#include "sim/scenario/scenario_finish.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/kernel_version.h"
#include "models/machine.h"
#include "models/memory/page_allocator.h"
#include "models/options/option_value.h"
#include "sim/scenario/strategies.h"
#include "sim/scenario/traffic_synthetic.h"

int scenario_machine(struct scenario_input *in, const char *datadir, char *err, size_t err_size)
{
	struct machine_profile *profile = malloc(sizeof(*profile));
	char dir[1024], machine[1024];
	int ret;

	if (!profile) {
		snprintf(err, err_size, "not enough memory for a machine profile");
		return -ENOMEM;
	}
	snprintf(dir, sizeof(dir), "%s/machines", datadir);
	scenario_path(&in->s, SCENARIO_MACHINE, machine, sizeof(machine));
	ret = machine_load(profile, machine, dir, err, err_size);
	if (!ret && !scenario_is_set(in, "page_size"))
		in->s.page_size = profile->m.page_bytes;
	free(profile);
	return ret;
}

/* The preset as it is on the scenario's kernel, overridden by the nic.* keys the user gave. */
static int nic_finish(struct scenario_input *in, const char *datadir, char *err, size_t err_size)
{
	struct nic mine = in->s.nic;
	unsigned int kernel;
	char dir[1024], preset[1024];
	int ret;

	snprintf(dir, sizeof(dir), "%s/nics", datadir);
	scenario_path(&in->s, SCENARIO_PRESET, preset, sizeof(preset));
	ret = nic_load(&in->s.nic, preset, dir, err, err_size);
	if (ret)
		return ret;
	if (!kernel_version_parse(in->s.kernel, &kernel))
		nic_for_kernel(&in->s.nic, kernel);
	for (const struct option *row = nic_options; row->key; row++) {
		char key[OPTION_TEXT_MAX], value[OPTION_TEXT_MAX];
		struct option_set set = {.table = nic_options, .obj = &in->s.nic};

		snprintf(key, sizeof(key), "nic.%s", row->key);
		if (!scenario_is_set(in, key))
			continue;
		value_format(row, &mine, value, sizeof(value));
		ret = options_set(&set, row->key, value, "nic", err, err_size);
		if (ret)
			return ret;
	}
	ret = nic_check(&in->s.nic, in->s.page_size, dir, sizeof(dir));
	if (ret)
		snprintf(err, err_size, "nic.%s", dir);
	return ret;
}

static int memory_finish(struct scenario *s, char *err, size_t err_size)
{
	if (s->node1_bytes >= s->memory_bytes) {
		snprintf(err, err_size,
			 "page_allocator.node1: found %llu bytes of %llu, expected less than all "
			 "memory",
			 (unsigned long long)s->node1_bytes, (unsigned long long)s->memory_bytes);
		return -EINVAL;
	}
	if (s->nid == NID_1 && !s->node1_bytes) {
		snprintf(err, err_size,
			 "page_allocator.nid: found 1, but there is no node 1: set "
			 "page_allocator.node1");
		return -EINVAL;
	}
	if (!s->min_free_bytes)
		s->min_free_bytes = page_allocator_min_free(s->memory_bytes);
	if (s->min_free_bytes >= s->memory_bytes / 2) {
		snprintf(err, err_size,
			 "page_allocator.min_free: found %llu bytes, expected less than half of "
			 "the memory (%llu bytes)",
			 (unsigned long long)s->min_free_bytes,
			 (unsigned long long)s->memory_bytes);
		return -EINVAL;
	}
	return 0;
}

/* Hardware GRO leaves no single packets to look at. */
static int gro_finish(const struct scenario *s, char *err, size_t err_size)
{
	const char *why = NULL;

	if (s->nic.gro != NIC_GRO_HW)
		return 0;
	if (s->kind != WORKLOAD_HOST)
		why = "an XDP program sees packets one by one (workload.kind)";
	else if (scenario_is_capture(s) && s->release == RELEASE_MODE_RECORDED)
		why = "a capture releases packets one by one (traffic.release: recorded)";
	if (!why)
		return 0;
	snprintf(err, err_size, "nic.gro: found hw, but %s; expected off or sw", why);
	return -EINVAL;
}

static int strategies_finish(const struct scenario *s, char *err, size_t err_size)
{
	const struct rx_strategy *strategy;
	unsigned int option[STRATEGY_MAX_OPTIONS];
	int ret = 0;

	if (!s->strategies.n) {
		snprintf(err, err_size,
			 "strategies: none given, expected at least one "
			 "(fragsim list strategies)");
		return -EINVAL;
	}
	for (unsigned int i = 0; !ret && i < s->strategies.n; i++) {
		ret = strategy_find(s->strategies.word[i], __builtin_ctzl(s->page_size), &strategy,
				    option, err, err_size);
		for (unsigned int j = 0; !ret && j < i; j++)
			if (!strcmp(s->strategies.word[i], s->strategies.word[j])) {
				snprintf(err, err_size, "strategies: '%s' is there twice",
					 s->strategies.word[i]);
				ret = -EINVAL;
			}
	}
	return ret;
}

/* What a driver itself is, is among what is compared unless the user chose. */
static void own_strategy_add(struct scenario_input *in)
{
	struct option_list *list = &in->s.strategies;
	char own[OPTION_TEXT_MAX];

	nic_strategy(&in->s.nic, own, sizeof(own));
	for (unsigned int i = 0; i < list->n; i++)
		if (!strcmp(list->word[i], own))
			return;
	if (own[0] && !scenario_given(in, "strategies") && list->n < OPTION_LIST_MAX)
		snprintf(list->word[list->n++], sizeof(list->word[0]), "%s", own);
}

static int sampling_finish(const struct scenario *s, char *err, size_t err_size)
{
	if (!(s->payload_sampling & (s->payload_sampling - 1)))
		return 0;
	snprintf(err, err_size, "cache.payload_sampling: found %llu, expected 0 or a power of two",
		 (unsigned long long)s->payload_sampling);
	return -EINVAL;
}

static int texts_finish(const struct scenario *s, char *err, size_t err_size)
{
	if (s->name[0] && s->source[0])
		return 0;
	snprintf(err, err_size, "%s",
		 s->name[0]
			 ? "traffic.source: is empty; expected synthetic, or the path of a capture"
			 : "name: is empty; expected a name for the output folder");
	return -EINVAL;
}

static int kernel_finish(struct scenario *s, char *err, size_t err_size)
{
	unsigned int version;

	if (kernel_version_parse(s->kernel, &version)) {
		snprintf(err, err_size,
			 "kernel: found '%.64s', expected a version of Linux such "
			 "as " KERNEL_VERSION_LISTED ", or what uname -r prints",
			 s->kernel);
		return -EINVAL;
	}
	s->kernel_version = kernel_version_listed(version);
	return 0;
}

static int defer_finish(struct scenario *s, char *err, size_t err_size)
{
	const char *text = s->skb_defer_text;
	char *end;

	if (!strcmp(text, "kernel")) {
		s->skb_defer_max = kernel_defer_max(s->kernel_version);
		return 0;
	}
	s->skb_defer_max = (unsigned int)strtoul(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && !*end && strlen(text) <= 5 &&
	    s->skb_defer_max <= KERNEL_DEFER_MAX)
		return 0;
	snprintf(err, err_size,
		 "net.skb_defer_max: found '%.64s', expected kernel, or a number from 0 to %d",
		 text, KERNEL_DEFER_MAX);
	return -EINVAL;
}

int scenario_finish(struct scenario_input *in, const char *datadir, char *err, size_t err_size)
{
	struct scenario *s = &in->s;
	int ret = scenario_machine(in, datadir, err, err_size);

	if (ret)
		return ret;
	if (s->page_size != 4096 && s->page_size != 16384 && s->page_size != 65536) {
		snprintf(err, err_size, "page_size: found %llu, expected 4K, 16K or 64K",
			 (unsigned long long)s->page_size);
		return -EINVAL;
	}
	ret = texts_finish(s, err, err_size);
	if (!ret)
		ret = kernel_finish(s, err, err_size);
	if (!ret)
		ret = defer_finish(s, err, err_size);
	if (!ret)
		ret = memory_finish(s, err, err_size);
	if (!ret)
		ret = sampling_finish(s, err, err_size);
	if (!ret)
		ret = nic_finish(in, datadir, err, err_size);
	if (!ret)
		ret = gro_finish(s, err, err_size);
	if (!ret)
		ret = traffic_synthetic_check(in, err, err_size);
	if (ret)
		return ret;
	own_strategy_add(in);
	return strategies_finish(s, err, err_size);
}
