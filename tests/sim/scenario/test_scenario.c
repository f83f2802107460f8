/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_scenario.c - keys of a scenario, paths, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "alloc/mm_types.h"
#include "sim/scenario/effective.h"
#include "sim/scenario/scenario_finish.h"

#define DATADIR FRAGSIM_SOURCE_DIR "/models"

static struct scenario_input in;
static char err[512];

static int load(const char *yaml)
{
	char path[] = "/tmp/fragsim-scenario-XXXXXX";
	int fd = mkstemp(path), ret;

	assert_int_equal(write(fd, yaml, strlen(yaml)), (ssize_t)strlen(yaml));
	close(fd);
	err[0] = '\0';
	assert_int_equal(scenario_init(&in, "."), 0);
	ret = scenario_load(&in, path, err, sizeof(err));
	if (!ret)
		ret = scenario_finish(&in, DATADIR, err, sizeof(err));
	unlink(path);
	return ret;
}

static void refused(const char *yaml, const char *because)
{
	assert_true(load(yaml) < 0);
	if (!strstr(err, because))
		fail_msg("'%s' does not say '%s'", err, because);
	assert_null(strchr(err, '\n'));
}

static void test_defaults_need_an_end(void **state)
{
	(void)state;
	refused("name: x\n", "duration");
	assert_int_equal(load("duration: 1ms\n"), 0);
	assert_string_equal(in.s.machine, "x86-100g");
	assert_int_equal(in.s.strategies.n, 4);
}

static void test_preset_and_overrides(void **state)
{
	(void)state;
	assert_int_equal(load("duration: 1ms\nnic: {preset: veth, pool_size: 64}\n"), 0);
	assert_int_equal(in.s.nic.ring, 256);
	assert_int_equal(in.s.nic.pool_size, 64);
	assert_int_equal(in.s.nic.buffers, NIC_ON_DEMAND);
	assert_int_equal(load("duration: 1ms\nnic: {ring: 512}\n"), 0);
	assert_int_equal(in.s.nic.ring, 512);
	assert_int_equal(in.s.nic.buffer_bytes, 2048);
}

static void test_set_wins(void **state)
{
	(void)state;
	assert_int_equal(scenario_init(&in, "."), 0);
	assert_int_equal(scenario_set(&in, "nic.ring=64", err, sizeof(err)), 0);
	assert_int_equal(scenario_set(&in, "duration=3ms", err, sizeof(err)), 0);
	assert_int_equal(scenario_finish(&in, DATADIR, err, sizeof(err)), 0);
	assert_int_equal(in.s.nic.ring, 64);
	assert_int_equal(scenario_set(&in, "nic.ring", err, sizeof(err)), -22);
	assert_non_null(strstr(err, "KEY=VALUE"));
}

/* The machine's own page size, unless the user names one. */
static void test_page_size(void **state)
{
	(void)state;
	assert_int_equal(load("duration: 1ms\n"), 0);
	assert_int_equal(in.s.page_size, 4096);
	assert_int_equal(load("duration: 1ms\nmachine: arm64-64k\n"), 0);
	assert_int_equal(in.s.page_size, 65536);
	assert_int_equal(load("duration: 1ms\nmachine: arm64-64k\npage_size: 4K\n"), 0);
	assert_int_equal(in.s.page_size, 4096);
}

/* A path in the file starts at the file's folder, one given by --set at the current one. */
static void test_paths(void **state)
{
	char path[512];

	(void)state;
	assert_int_equal(scenario_init(&in, "/some/where"), 0);
	strcpy(in.s.machine, "m/a.yaml");
	scenario_path(&in.s, SCENARIO_MACHINE, path, sizeof(path));
	assert_string_equal(path, "/some/where/m/a.yaml");
	strcpy(in.s.machine, "zen4");
	scenario_path(&in.s, SCENARIO_MACHINE, path, sizeof(path));
	assert_string_equal(path, "zen4");
	assert_int_equal(scenario_set(&in, "machine=./b.yaml", err, sizeof(err)), 0);
	scenario_path(&in.s, SCENARIO_MACHINE, path, sizeof(path));
	assert_string_equal(path, "./b.yaml");
	strcpy(in.s.source, "c.dat");
	scenario_path(&in.s, SCENARIO_SOURCE, path, sizeof(path));
	assert_string_equal(path, "/some/where/c.dat");
}

static void test_mistakes_are_named(void **state)
{
	(void)state;
	refused("duration: 1ms\nnic: {rinng: 64}\n", "nic.ring");
	refused("duration: 1ms\nstrategies: [pagepool]\n", "page_pool");
	refused("duration: 1ms\nstrategies: [pingpong, pingpong]\n", "twice");
	refused("duration: 1ms\nstrategies: ['frag_countup:form=sizefield']\n", "size_field");
	refused("duration: 1ms\nstrategies: ['frag_countup:from=size_field']\n", "form");
	refused("duration: 1ms\nname: ''\n", "name: \"\" is empty; expected text of 1 to");
	refused("duration: 1ms\ntraffic: {source: ''}\n",
		"traffic.source: \"\" is empty; expected synthetic, or");
	refused("duration: 1ms\nstrategies: ['recycle_cache:size=0']\n",
		"option size of recycle_cache: found \"0\"; expected a number from 1 to 65536");
	refused("duration: 1ms\nstrategies: ['page_pool:refcnt_model=9']\n",
		"unknown value \"9\" of option refcnt_model of page_pool; expected one of: one, "
		"zero");
	refused("duration: 1ms\nstrategies: ['pingpong:x']\n", "of pingpong; expected NAME=VALUE");
	refused("duration: 1ms\nstrategies: ['page_alloc:x=1']\n", "it has no options");
	refused("duration: 1ms\npage_size: 8K\n",
		":2:12: page_size: \"8K\" is not valid; expected 4K, 16K or 64K");
	refused("duration: 1ms\nmemory: 1G\npage_allocator: {node1: 1G}\n",
		"found 1G; expected less than all memory (1G)");
	refused("duration: 1ms\npage_allocator: {nid: 1}\n", "no node 1");
	refused("duration: 1ms\nmemory: 16M\npage_allocator: {min_free: 8M}\n",
		"found 8M; expected less than half of memory (16M)");
	refused("duration: 1ms\ncache: {payload_sampling: 3}\n",
		"\"3\" is not valid; expected 0, or a power of two up to 64");
	refused("duration: 1ms\nnic: {preset: vetn}\n", "veth");
	refused("duration: 1ms\ntraffic: {filter: udp}\n", "traffic.filter");
	refused("duration: 1ms\ntraffic: {rate: 1G, pps: 1000}\n", "expected one of them");
	refused("traffic: {packets: 9, flow_control: window}\nworkload: {reader: {pattern: "
		"stalled}}\n",
		"expected a duration");
	refused("duration: 1ms\ntraffic: {arrivals: incast, rate: 1G}\n", "left out");
	refused("duration: 1ms\ntraffic: {arrivals: incast, zipf: 1}\n", "left out");
	refused("duration: 1ms\ntraffic: {arrivals: incast, incast: {bytes: 1M}}\n", "rounds");
	refused("duration: 1ms\ntraffic: {arrivals: burst, rate: 40G, line_rate: 25G}\n",
		"traffic.line_rate");
	refused("duration: 1ms\ntraffic: {sizes: empirical}\n", "traffic.sizes_file");
	refused("duration: 1ms\ntraffic: {sizes: empirical, sizes_file: /nowhere}\n", "/nowhere");
	refused("duration: 1ms\niommu: strickt\n", "strict");
	refused("duration: 1ms\nmachine: zen5\n", "arm64-64k, x86-100g, x86-bdw, zen4");
	refused("duration: 1ms\nnic: {buffer: 16K}\n", "nic.buffer: found 16K");
	refused("duration: 1ms\nnic: {preset: veth, header_split: yes}\n",
		"nic.header_split: found yes, which means nothing with buffers: on_demand; "
		"expected "
		"no");
}

/* What is listed stands for itself, another for the next below; a patch level is passed over. */
static void test_kernel(void **state)
{
	static const struct {
		const char *text;
		unsigned int listed;
	} row[] = {
		{"6.12", KERNEL_VERSION(6, 12, 0)},
		{"6.12.107+deb13-amd64", KERNEL_VERSION(6, 12, 0)},
		{"5.10", KERNEL_VERSION(6, 12, 0)},
		{"6.14", KERNEL_VERSION(6, 12, 0)},
		{"6.17", KERNEL_VERSION(6, 12, 0)},
		{"6.18", KERNEL_VERSION(6, 18, 0)},
		{"6.18.44-fc-v657", KERNEL_VERSION(6, 18, 0)},
		{"6.19", KERNEL_VERSION(6, 19, 0)},
		{"7.0-rc3", KERNEL_VERSION(6, 19, 0)},
		{"7.1", KERNEL_VERSION(7, 1, 0)},
		{"8.0", KERNEL_VERSION(7, 1, 0)},
	};
	char yaml[128];

	(void)state;
	assert_int_equal(load("duration: 1ms\n"), 0);
	assert_string_equal(in.s.kernel, "6.12");
	assert_int_equal(in.s.kernel_version, KERNEL_VERSION(6, 12, 0));
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		snprintf(yaml, sizeof(yaml), "duration: 1ms\nkernel: %s\n", row[i].text);
		assert_int_equal(load(yaml), 0);
		assert_string_equal(in.s.kernel, row[i].text);
		assert_int_equal(in.s.kernel_version, row[i].listed);
	}
	assert_int_equal(load("duration: 1ms\nkernel: 6.19\n"), 0);
	assert_int_equal(in.s.skb_defer_max, 128);
	assert_int_equal(load("duration: 1ms\nkernel: 6.18\n"), 0);
	assert_int_equal(in.s.skb_defer_max, 64);
	assert_int_equal(load("duration: 1ms\nkernel: 6.19\nnet: {skb_defer_max: 0}\n"), 0);
	assert_int_equal(in.s.skb_defer_max, 0);
	assert_int_equal(load("duration: 1ms\nnet: {skb_defer_max: 65536}\n"), 0);
	assert_int_equal(in.s.skb_defer_max, 65536);
	refused("duration: 1ms\nnet: {skb_defer_max: 65537}\n", "a number from 0 to 65536");
	refused("duration: 1ms\nnet: {skb_defer_max: -1}\n", "\"-1\" is not valid");
	refused("duration: 1ms\nnet: {skb_defer_max: 6x}\n", "\"6x\" is not valid");
	refused("duration: 1ms\nnet: {skb_defer_max: ''}\n", "\"\" is not valid");
	refused("duration: 1ms\nnet: {skb_defer_max: 4294967296}\n", "\"4294967296\" is not valid");
	refused("duration: 1ms\nkernel: foo\n", "kernel: \"foo\" is not valid; expected a version");
	refused("duration: 1ms\nkernel: ''\n", "kernel: \"\" is not valid");
	refused("duration: 1ms\nkernel: 6\n", "kernel: \"6\" is not valid");
	refused("duration: 1ms\nkernel: 6.300\n", "uname -r");
}

/* Of a preset whose driver is frag_countdown on 6.12: up since 6.13, but for a user's own word. */
static void test_kernel_of_driver(void **state)
{
	static const char *const rows[][2] = {
		{"kernel: 6.12", "frag_countdown"},
		{"kernel: 6.11", "frag_countdown"},
		{"kernel: 6.13", "frag_countup"},
		{"kernel: 7.1", "frag_countup"},
		{"kernel: 7.1\nnic.strategy: frag_countdown", "frag_countdown"},
		{"kernel: 7.1\nnic.strategy: pingpong", "pingpong"},
	};
	char preset[] = "/tmp/fragsim-preset-XXXXXX", yaml[512], name[64], line[512];
	FILE *from = fopen(DATADIR "/nics/igb.yaml", "r"), *to = fdopen(mkstemp(preset), "w");

	(void)state;
	assert_non_null(from);
	assert_non_null(to);
	while (fgets(line, sizeof(line), from))
		fputs(!strncmp(line, "strategy:", 9)
			      ? "strategy: {value: frag_countdown, source: linux-igb}\n"
			      : line,
		      to);
	fclose(from);
	fclose(to);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(yaml, sizeof(yaml), "duration: 1ms\nnic.preset: %s\n%s\n", preset,
			 rows[i][0]);
		if (load(yaml))
			fail_msg("%s", err);
		nic_strategy(&in.s.nic, name, sizeof(name));
		assert_string_equal(name, rows[i][1]);
	}
	unlink(preset);
}

/* A scenario as the file that reruns it: read back, it is the same file, and the same is given. */
static void test_effective(void **state)
{
	char *text[2];
	size_t size;

	(void)state;
	assert_int_equal(load("duration: 1ms\nkernel: \"6.18\"\nname: 'a \"b\\'\nmachine: zen4\n"
			      "nic: {preset: mlx5, ring: 512}\ntraffic: {packets: 10}\n"),
			 0);
	for (unsigned int i = 0; i < 2; i++) {
		FILE *f = open_memstream(&text[i], &size);

		assert_int_equal(effective_write(&in, f), 0);
		fclose(f);
		if (!i && load(text[0]))
			fail_msg("%s", err);
	}
	assert_string_equal(text[0], text[1]);
	assert_non_null(strstr(text[0], "\nnic:\n  preset: \"mlx5\"\n"));
	assert_non_null(strstr(text[0], "\n  ring: 512\n"));
	assert_non_null(strstr(text[0], "\n  page_size: default\n"));
	assert_null(strstr(text[0], "\n  nic.ring: "));
	assert_true(scenario_given(&in, "nic.ring"));
	assert_false(scenario_given(&in, "page_size"));
	assert_string_equal(in.s.name, "a \"b\\");
	free(text[0]);
	free(text[1]);
	/* what a capture told is not kept: it tells it again */
	assert_int_equal(load("duration: 1ms\nkernel: \"6.18\"\nfrom: {kernel: capture}\n"), 0);
	assert_string_equal(in.s.kernel, "6.12");
	assert_int_equal(load("duration: 1ms\nseed: 7\nfrom: {seed: default}\n"), 0);
	assert_int_equal(in.s.seed, 7);
	assert_false(scenario_given(&in, "seed"));
	refused("from: {sede: default}\n", "expected a key");
	refused("from: {seed: you}\n", "expected a key");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_effective),
		cmocka_unit_test(test_defaults_need_an_end),
		cmocka_unit_test(test_preset_and_overrides),
		cmocka_unit_test(test_set_wins),
		cmocka_unit_test(test_page_size),
		cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_kernel_of_driver),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_mistakes_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
