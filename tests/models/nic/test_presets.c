/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_presets.c - which preset stands for a driver and a kernel, and that each posts what its
 * driver does.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "models/nic/nic_find.h"
#include "tests/models/nic/preset_load.h"

static char err[1024];
static unsigned int size[NIC_MAX_BUFS], fill[NIC_MAX_BUFS];

/* A packet of @pkt bytes takes @n buffers, each of @bytes. */
static void splits(const struct nic *nic, unsigned int pkt, int n, unsigned int bytes)
{
	assert_int_equal(nic_split(nic, pkt, 4096, size, fill), n);
	for (int i = 0; i < n; i++)
		assert_int_equal(size[i], bytes);
}

/* The keys that every preset has: written with @drivers and @since, nothing compared. */
static void preset_write(const char *dir, const char *name, const char *drivers, const char *since)
{
	char path[256], line[512];
	FILE *in = fopen(DIR_NICS "/igb.yaml", "r"), *out;

	snprintf(path, sizeof(path), "%s/%s.yaml", dir, name);
	out = fopen(path, "w");
	assert_non_null(in);
	assert_non_null(out);
	while (fgets(line, sizeof(line), in))
		if (strncmp(line, "drivers:", 8) && strncmp(line, "since:", 6))
			fputs(line, out);
	fprintf(out, "drivers: \"%s\"\nsince: \"%s\"\n", drivers, since);
	fclose(in);
	fclose(out);
}

#define V(minor) (6u << 16 | (minor) << 8)

static void finds(const char *dir, const char *driver, unsigned int kernel, const char *expected)
{
	char name[64] = "";

	assert_int_equal(nic_find(dir, driver, kernel, 1500, name, sizeof(name)),
			 expected ? 0 : -ENOENT);
	assert_string_equal(name, expected ? expected : "");
}

/* one preset since 6.12, one of the same driver and another since 6.15, two since 6.18 */
static void test_find(void **state)
{
	static const char *const names[] = {"old", "new", "twin-a", "twin-b", "broken"};
	char dir[] = "/tmp/fragsim-nics-XXXXXX", path[256], name[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	preset_write(dir, "old", "drv", "6.12");
	preset_write(dir, "new", "other, drv", "6.15");
	preset_write(dir, "twin-b", "drv", "6.18");
	preset_write(dir, "twin-a", "drv", "6.18");
	preset_write(dir, "broken", "lost", "six");
	finds(dir, "drv", V(1), "old"); /* all are above */
	finds(dir, "drv", V(12), "old");
	finds(dir, "drv", V(14) + 99, "old");
	finds(dir, "drv", V(15), "new");
	finds(dir, "drv", V(17), "new");
	finds(dir, "drv", V(18), "twin-a");
	finds(dir, "drv", 7u << 16, "twin-a");
	finds(dir, "other", V(12), "new"); /* the smallest of those above */
	finds(dir, "dr", V(12), NULL);
	finds(dir, "drv_core", V(12), NULL);
	finds(dir, "", V(12), NULL);
	finds(dir, "lost", V(12), NULL);
	assert_int_equal(nic_find(dir, "other", V(15), 1500, name, 3), -ENAMETOOLONG);
	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s.yaml", dir, names[i]);
		assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(nic_find(dir, "drv", V(12), 1500, name, sizeof(name)),
			 -ENOENT); /* no folder */
}

static void finds_ring(const char *dir, unsigned int kernel, uint64_t blocks, unsigned int order,
		       int ret)
{
	char name[64] = "";

	assert_int_equal(nic_find_ring(dir, kernel, blocks, order, name, sizeof(name)), ret);
	if (!ret)
		assert_string_equal(name, "one");
}

/* igb's ring of 256 descriptors, one of which stays empty: 255 blocks of order 0 a queue */
static void test_find_ring(void **state)
{
	char dir[] = "/tmp/fragsim-nics-XXXXXX", path[256], name[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	finds_ring(dir, V(12), 255, 0, -ENOENT); /* an empty folder */
	preset_write(dir, "one", "drv", "6.12");
	finds_ring(dir, V(12), 255, 0, 0);
	finds_ring(dir, V(18), 2 * 255, 0, 0);
	finds_ring(dir, V(12), 256 * 255, 0, 0);
	finds_ring(dir, V(12), 257 * 255, 0, -ENOENT); /* more queues than a NIC has */
	finds_ring(dir, V(12), 256, 0, -ENOENT);
	finds_ring(dir, V(12), 0, 0, -ENOENT);
	finds_ring(dir, V(12), 255, 1, -ENOENT);
	finds_ring(dir, V(11), 255, 0, -ENOENT); /* before its since */
	assert_int_equal(nic_find_ring(dir, V(12), 255, 0, name, 3), -ENAMETOOLONG);
	preset_write(dir, "two", "drv", "6.15");
	finds_ring(dir, V(14), 255, 0, 0);
	finds_ring(dir, V(15), 255, 0, -EEXIST);
	preset_write(dir, "two", "", "6.15");
	finds_ring(dir, V(15), 255, 0, 0); /* of no driver */
	for (unsigned int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s.yaml", dir, i ? "one" : "two");
		assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(rmdir(dir), 0);
	finds_ring(dir, V(12), 255, 0, -ENOENT); /* no folder */
}

struct fact {
	const char *driver;
	const char *found[4]; /* with 6.12, 6.18, 6.19 and 7.1 */
};

static const struct fact facts[] = {
	{"bnxt_en", {"bnxt", "bnxt", "bnxt", "bnxt"}},
	{"e1000e", {"e1000e", "e1000e-6.13", "e1000e-6.13", "e1000e-6.13"}},
	{"ena", {"ena", "ena", "ena", "ena"}},
	{"gve", {"gve", "gve-6.18", "gve-6.18", "gve-6.18"}},
	{"i40e", {"i40e", "i40e", "i40e", "i40e"}},
	{"iavf", {"iavf", "iavf", "iavf", "iavf"}},
	{"ice", {"ice", "ice", "ice-6.19", "ice-6.19"}},
	{"igb", {"igb", "igb", "igb", "igb"}},
	{"ixgbe", {"ixgbe", "ixgbe", "ixgbe", "ixgbe"}},
	{"mana", {"mana", "mana-6.18", "mana-6.18", "mana-6.18"}},
	{"mlx4_en", {"mlx4", "mlx4-6.18", "mlx4-6.18", "mlx4-6.18"}},
	{"mlx4_core", {"mlx4", "mlx4-6.18", "mlx4-6.18", "mlx4-6.18"}},
	{"mlx5_core", {"mlx5", "mlx5", "mlx5", "mlx5"}},
	{"veth", {"veth", "veth", "veth", "veth"}},
	{"virtio_net", {"virtio", "virtio", "virtio", "virtio"}},
	{"vmxnet3", {"vmxnet3", "vmxnet3-6.13", "vmxnet3-6.13", "vmxnet3-6.13"}},
	{"e1000", {NULL, NULL, NULL, NULL}},
};

/* The preset of each driver by kernel; of all of them only igb and veth were ever compared. */
static void test_facts(void **state)
{
	static const unsigned int kernels[4] = {V(12), V(18), V(19), 7u << 16 | 1 << 8};

	(void)state;
	for (unsigned int i = 0; i < 4 * sizeof(facts) / sizeof(facts[0]); i++) {
		const char *name = facts[i / 4].found[i % 4];

		finds(DIR_NICS, facts[i / 4].driver, kernels[i % 4], name);
		if (name)
			assert_int_equal(preset_load(name).compared,
					 !strcmp(name, "igb") || !strcmp(name, "veth"));
	}
	assert_string_equal(preset_load("generic-100g").drivers, "");
}

/*
 * At MTU 1500 each posts what its driver does (docs/sources.md), and a packet of 1514 bytes takes
 * one buffer: size less headroom and tailroom.
 */
static void test_rooms(void **state)
{
	static const struct {
		const char *preset;
		unsigned int size, room;
	} rows[] = {
		{"ice", 2048, 1536},	   /* 2048 - 192 - 320 */
		{"iavf", 2048, 1536},	   /* 2048 - 64 - 448 */
		{"i40e", 4096, 3072},	   /* 4096 - 192 - 832 */
		{"ena", 4096, 3712},	   /* 4096 - 64 - 320 */
		{"gve", 2048, 2048},	   /* nothing reserved */
		{"gve-6.18", 2048, 2048},  /* nothing reserved */
		{"mana", 4096, 3520},	   /* 4096 - 256 - 320 */
		{"mana-6.18", 1856, 1536}, /* align64(1500 + 14 + 320) - 320 */
		{"mlx4", 2048, 1522},	   /* 1500 + 14 + 2 x 4 */
		{"e1000e", 1920, 1522},	   /* align64(64 + 1522) + 320 */
		{"vmxnet3", 1920, 1522},   /* the same */
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nic nic = preset_load(rows[i].preset);

		splits(&nic, 1514, 1, rows[i].size);
		splits(&nic, rows[i].room, 1, rows[i].size);
		splits(&nic, rows[i].room + 1, 2, rows[i].size);
	}
}

/* bnxt: 66 bytes of headers are copied, the rest lies in whole pages; up to 256 bytes are copied */
static void test_bnxt(void **state)
{
	struct nic nic = preset_load("bnxt");

	(void)state;
	assert_int_equal(nic_split(&nic, 1514, 4096, size, fill), 1);
	assert_int_equal(fill[0], 1514 - 66);
	assert_int_equal(nic_split(&nic, 66 + 4097, 4096, size, fill), 2);
	assert_int_equal(nic_copied(&nic, 256), 256);
	assert_int_equal(nic_copied(&nic, 257), 66);
	nic.gro = NIC_GRO_HW;
	assert_int_equal(nic_check(&nic, 4096, err, sizeof(err)), 0);
}

static void test_since_is_a_version(void **state)
{
	char dir[] = "/tmp/fragsim-nics-XXXXXX", path[256];
	struct nic nic;

	(void)state;
	assert_non_null(mkdtemp(dir));
	preset_write(dir, "mine", "drv", "six");
	snprintf(path, sizeof(path), "%s/mine.yaml", dir);
	assert_int_equal(nic_load(&nic, "mine", dir, err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "NIC preset mine: since: found \"six\"; expected a version of "
				 "Linux, such as 6.12");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),  cmocka_unit_test(test_find_ring),
		cmocka_unit_test(test_facts), cmocka_unit_test(test_rooms),
		cmocka_unit_test(test_bnxt),  cmocka_unit_test(test_since_is_a_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
