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
	char found[32], memory[32];

	scenario_value(s, "memory", memory, sizeof(memory));
	if (s->node1_bytes >= s->memory_bytes) {
		scenario_value(s, "page_allocator.node1", found, sizeof(found));
		snprintf(err, err_size,
			 "page_allocator.node1: found %s; expected less than all memory (%s)",
			 found, memory);
		return -EINVAL;
	}
	if (s->nid == NID_1 && !s->node1_bytes) {
		snprintf(err, err_size,
			 "page_allocator.nid: found 1, but there is no node 1; expected local or "
			 "0, or a page_allocator.node1");
		return -EINVAL;
	}
	if (!s->min_free_bytes)
		s->min_free_bytes = page_allocator_min_free(s->memory_bytes);
	if (s->min_free_bytes >= s->memory_bytes / 2) {
		scenario_value(s, "page_allocator.min_free", found, sizeof(found));
		snprintf(err, err_size,
			 "page_allocator.min_free: found %s; expected less than half of memory "
			 "(%s)",
			 found, memory);
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
			 "strategies: none given; expected at least one "
			 "(fragsim list strategies)");
		return -EINVAL;
	}
	for (unsigned int i = 0; !ret && i < s->strategies.n; i++) {
		ret = strategy_find(s->strategies.word[i], __builtin_ctzl(s->page_size), &strategy,
				    option, err, err_size);
		for (unsigned int j = 0; !ret && j < i; j++)
			if (!strcmp(s->strategies.word[i], s->strategies.word[j])) {
				snprintf(err, err_size,
					 "strategies: found \"%s\" twice; expected each one once, "
					 "or "
					 "with other options",
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

/* What the rows took is a version, and a number or "kernel". */
static void kernel_finish(struct scenario *s)
{
	unsigned int version = 0;

	kernel_version_parse(s->kernel, &version);
	s->kernel_version = kernel_version_listed(version);
	s->skb_defer_max = !strcmp(s->skb_defer_text, "kernel")
				   ? kernel_defer_max(s->kernel_version)
				   : (unsigned int)strtoul(s->skb_defer_text, NULL, 10);
}

int scenario_finish(struct scenario_input *in, const char *datadir, char *err, size_t err_size)
{
	struct scenario *s = &in->s;
	int ret = scenario_machine(in, datadir, err, err_size);

	if (ret)
		return ret;
	kernel_finish(s);
	ret = memory_finish(s, err, err_size);
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
