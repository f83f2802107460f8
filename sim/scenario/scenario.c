/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario.c - the rows of a scenario, and what must hold between them.
 */
#include "sim/scenario/scenario.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/cpu/core.h"
#include "models/iommu/iommu.h"
#include "models/machine.h"
#include "models/memory/page_allocator.h"
#include "models/options/profile.h"
#include "sim/rx/payload.h"
#include "sim/scenario/strategies.h"

#define FIELD(f) offsetof(struct scenario, f)

static const struct option own_rows[] = {
	{.key = "name",
	 .type = OPTION_TEXT,
	 .offset = FIELD(name),
	 .deflt = "scenario",
	 .help = "names the output folder"},
	{.key = "machine",
	 .type = OPTION_TEXT,
	 .offset = FIELD(machine),
	 .deflt = "x86-100g",
	 .help = "machine profile: a name from `fragsim list machines`, or a path"},
	{.key = "seed",
	 .type = OPTION_UINT,
	 .offset = FIELD(seed),
	 .max = INT64_MAX, /* JSON knows no more */
	 .deflt = "1",
	 .help = "of everything random; same seed, same bytes out"},
	{.key = "duration",
	 .type = OPTION_DURATION,
	 .offset = FIELD(duration_ns),
	 .max = 86400000000000u,
	 .deflt = "0s",
	 .help = "traffic after this is left out; 0s: all of a capture, or until traffic.packets"},
	{.key = "page_size",
	 .type = OPTION_BYTES,
	 .offset = FIELD(page_size),
	 .min = 4096,
	 .max = 65536,
	 .help = "PAGE_SIZE: 4K, 16K or 64K; not given: that of the machine profile"},
	{.key = "memory",
	 .type = OPTION_BYTES,
	 .offset = FIELD(memory_bytes),
	 .min = 16 << 20,
	 .max = 1ull << 36,
	 .deflt = "4G",
	 .help = "memory the page allocator has"},
	{.key = "iommu",
	 .type = OPTION_ENUM,
	 .offset = FIELD(iommu),
	 .choices = IOMMU_MODES,
	 .deflt = "off",
	 .help = "off, on with identity mapping, deferred invalidation, or one invalidation per "
		 "unmap"},
	{.key = "page_allocator.min_free",
	 .type = OPTION_BYTES,
	 .offset = FIELD(min_free_bytes),
	 .max = 1ull << 36,
	 .deflt = "0",
	 .help = "min watermark (vm.min_free_kbytes); 0: as Linux computes it from the memory"},
	{.key = "page_allocator.fragmentation",
	 .type = OPTION_MILLI,
	 .offset = FIELD(taken_permille),
	 .max = 950,
	 .deflt = "0",
	 .unit = "fraction",
	 .help = "share of memory that others hold in single pages, scattered: a block of order n "
		 "is "
		 "free with chance (1 - share)^(2^n)"},
	{.key = "page_allocator.group_2m",
	 .type = OPTION_BOOL,
	 .offset = FIELD(group_2m),
	 .deflt = "no",
	 .help = "each CPU takes its pages from one 2 MB region after the other"},
	{.key = "page_allocator.node1",
	 .type = OPTION_BYTES,
	 .offset = FIELD(node1_bytes),
	 .max = 1ull << 36,
	 .deflt = "0",
	 .help = "part of the memory that is on NUMA node 1; 0: there is one node"},
	{.key = "page_allocator.nid",
	 .type = OPTION_ENUM,
	 .offset = FIELD(nid),
	 .choices = "local|0|1",
	 .deflt = "local",
	 .help = "NUMA node that drivers ask for: of the CPU that runs, or this one (the NIC's)"},
	{.key = "dma_coherent",
	 .type = OPTION_ENUM,
	 .offset = FIELD(dma_coherent),
	 .choices = "machine|yes|no",
	 .deflt = "machine",
	 .help = "devices see the CPUs' caches: as the profile says, or not as it says"},
	{.key = "cache.payload_sampling",
	 .type = OPTION_UINT,
	 .offset = FIELD(payload_sampling),
	 .max = PAYLOAD_SAMPLING_MAX,
	 .deflt = "16",
	 .help = "payload through the caches: 1 every line, 2 to 64 (a power of two) the lines of "
		 "one "
		 "in so many sets, 0 none of it: a copy costs the same wherever its lines are"},
	{.key = "workload.kind",
	 .type = OPTION_ENUM,
	 .offset = FIELD(kind),
	 .choices = "host|drop|router",
	 .deflt = "host",
	 .help = "host: packets go to a socket; drop: XDP_DROP, straight back to the driver; "
		 "router: out "
		 "of the same port, back when they were sent"},
	{.key = "workload.forward",
	 .type = OPTION_ENUM,
	 .offset = FIELD(forward),
	 .choices = "xdp_tx|redirect",
	 .deflt = "xdp_tx",
	 .help = "router: sent pages are put in the queue's own NAPI, directly, or in another "
		 "device's"},
	{.key = "workload.reader.core",
	 .type = OPTION_UINT,
	 .offset = FIELD(reader_core),
	 .max = CORE_MAX - 1,
	 .deflt = "1",
	 .help = "core the modelled reader runs on"},
	{.key = "workload.reader.socket",
	 .type = OPTION_UINT,
	 .offset = FIELD(reader_socket),
	 .max = 1,
	 .deflt = "0",
	 .help = "socket of that core; the NIC and the cores of its queues are on socket 0"},
	{.key = "workload.reader.pattern",
	 .type = OPTION_ENUM,
	 .offset = FIELD(pattern),
	 .choices = "steady|bursty|stalled",
	 .deflt = "steady",
	 .help = "reads at once; every workload.reader.pause; or not before the traffic ends"},
	{.key = "workload.reader.pause",
	 .type = OPTION_DURATION,
	 .offset = FIELD(pause_ns),
	 .min = 1000,
	 .max = 60000000000u,
	 .deflt = "10ms",
	 .help = "bursty reader: time between two wake-ups"},
	{.key = "workload.rcvbuf",
	 .type = OPTION_BYTES,
	 .offset = FIELD(rcvbuf_bytes),
	 .min = 4096,
	 .max = 1ull << 40,
	 .deflt = "6M",
	 .help = "sk_rcvbuf of the modelled reader's socket (twice what SO_RCVBUF sets): while it "
		 "holds more "
		 "truesize, packets are dropped"},
	{.key = "strategies",
	 .type = OPTION_LIST,
	 .offset = FIELD(strategies),
	 .deflt = "pingpong,page_pool_frag,frag_countdown,page_alloc",
	 .help = "strategies to compare, each ID or ID:option=value"},
};

#define NR_OWN (sizeof(own_rows) / sizeof(own_rows[0]))

static const char *const path_keys[SCENARIO_PATHS] = {
	[SCENARIO_MACHINE] = "machine",
	[SCENARIO_PRESET] = "nic.preset",
	[SCENARIO_SOURCE] = "traffic.source",
	[SCENARIO_SIZES] = "traffic.sizes_file",
};

static struct option all_rows[SCENARIO_MAX_ROWS + 1];
static unsigned int nic_first; /* of the NIC's among them */
static char nic_keys[SCENARIO_MAX_ROWS][48];

const struct option *scenario_options(void)
{
	unsigned int n = NR_OWN;

	if (all_rows[0].key)
		return all_rows;
	memcpy(all_rows, own_rows, sizeof(own_rows));
	for (const struct option *row = scenario_traffic_options; row->key; row++)
		all_rows[n++] = *row;
	nic_first = n;
	for (const struct option *row = nic_options; row->key && n < SCENARIO_MAX_ROWS; row++) {
		struct option *o = &all_rows[n];

		snprintf(nic_keys[n], sizeof(nic_keys[n]), "nic.%s", row->key);
		*o = *row;
		o->key = nic_keys[n++];
		o->offset += FIELD(nic);
		if (!strcmp(row->key, "preset"))
			o->deflt = "generic-100g";
	}
	return all_rows;
}

static struct option_set input_set(struct scenario_input *in)
{
	return (struct option_set){.table = scenario_options(), .obj = &in->s, .given = in->given};
}

int scenario_init(struct scenario_input *in, const char *dir)
{
	struct option_set set = input_set(in);

	memset(in, 0, sizeof(*in));
	snprintf(in->s.dir, sizeof(in->s.dir), "%s", dir);
	/* What a NIC row leaves out comes from the preset, so it has no default of its own. */
	return options_default(&set);
}

int scenario_load(struct scenario_input *in, const char *path, char *err, size_t err_size)
{
	struct option_set set = input_set(in);

	return options_load(&set, path, err, err_size);
}

int scenario_set(struct scenario_input *in, const char *assignment, char *err, size_t err_size)
{
	struct option_set set = input_set(in);
	const char *eq = strchr(assignment, '=');
	char key[OPTION_TEXT_MAX];

	if (!eq || eq == assignment || eq - assignment >= (ptrdiff_t)sizeof(key)) {
		snprintf(err, err_size, "--set: found '%.100s', expected KEY=VALUE", assignment);
		return -EINVAL;
	}
	snprintf(key, sizeof(key), "%.*s", (int)(eq - assignment), assignment);
	for (unsigned int i = 0; i < SCENARIO_PATHS; i++)
		if (!strcmp(key, path_keys[i]))
			in->s.from_here[i] = true;
	return options_set(&set, key, eq + 1, "--set", err, err_size);
}

bool scenario_given(const struct scenario_input *in, const char *key)
{
	for (unsigned int i = 0; all_rows[i].key; i++)
		if (!strcmp(all_rows[i].key, key))
			return in->given[i];
	return false;
}

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
	if (!ret && !scenario_given(in, "page_size"))
		in->s.page_size = profile->m.page_bytes;
	free(profile);
	return ret;
}

/* The preset, under whatever nic.* keys the user gave. */
static int nic_finish(struct scenario_input *in, const char *datadir, char *err, size_t err_size)
{
	struct nic mine = in->s.nic;
	char dir[1024], preset[1024];
	int ret;

	snprintf(dir, sizeof(dir), "%s/nics", datadir);
	scenario_path(&in->s, SCENARIO_PRESET, preset, sizeof(preset));
	ret = nic_load(&in->s.nic, preset, dir, err, err_size);
	if (ret)
		return ret;
	for (unsigned int i = nic_first; all_rows[i].key; i++) {
		const struct option *row = &nic_options[i - nic_first];
		char value[OPTION_TEXT_MAX];
		struct option_set set = {.table = nic_options, .obj = &in->s.nic};

		if (!in->given[i])
			continue;
		options_format(row, &mine, value, sizeof(value));
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

/* The device merges before anybody sees packets. */
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
		ret = memory_finish(s, err, err_size);
	if (!ret)
		ret = sampling_finish(s, err, err_size);
	if (!ret)
		ret = nic_finish(in, datadir, err, err_size);
	if (!ret)
		ret = gro_finish(s, err, err_size);
	if (!ret)
		ret = scenario_traffic_finish(in, err, err_size);
	if (!ret)
		ret = strategies_finish(s, err, err_size);
	return ret;
}

void scenario_path(const struct scenario *s, enum scenario_path_key which, char *buf, size_t size)
{
	const char *const paths[SCENARIO_PATHS] = {
		[SCENARIO_MACHINE] = s->machine,
		[SCENARIO_PRESET] = s->nic.preset,
		[SCENARIO_SOURCE] = s->source,
		[SCENARIO_SIZES] = s->sizes_file,
	};
	const char *path = paths[which];
	bool name = which < SCENARIO_SOURCE && !profile_is_path(path);
	bool as_is = name || path[0] == '/' || s->from_here[which] || !strcmp(s->dir, ".");

	snprintf(buf, size, "%s%s%s", as_is ? "" : s->dir, as_is ? "" : "/", path);
}

bool scenario_is_capture(const struct scenario *s)
{
	return strcmp(s->source, "synthetic") != 0;
}
