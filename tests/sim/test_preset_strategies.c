/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_preset_strategies.c - contract of the presets: each runs every receive strategy that can
 * carry its buffers, on 4K and on 64K pages, with every invariant checked, and the strategy that
 * its driver is among them.
 *
 * A strategy that cannot carry them refuses at its creation, with -EINVAL; anything else fails.
 */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "alloc/rx/strategy_table.h"
#include "alloc/strategy.h"
#include "sim_run.h"
#include "tests/models/nic/preset_load.h"

#define PACKETS 2000

/* Beside each strategy as it is: with the word of an option that changes what it can carry. */
static const char *const variants[] = {
	"pingpong:wrap=drop",
	"page_pool_frag:metadata=in_page",
	"page_pool:refcnt_model=zero",
	NULL,
};

struct counts {
	unsigned int presets, run, refused, own;
};

static int is_yaml(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && !strcmp(dot, ".yaml");
}

/* At this rate none has a reason to drop. */
static void delivered(const char *preset, const char *strategy, const char *pages,
		      const struct result *r)
{
	uint64_t lost = r->u[METRIC_OFFERED] - r->u[METRIC_DELIVERED] - r->u[METRIC_IN_FLIGHT];

	if (r->u[METRIC_OFFERED] != PACKETS || lost)
		fail_msg("%s, %s, %s pages: %lu packets of %d lost", preset, strategy, pages,
			 (unsigned long)lost, PACKETS);
}

/* Return: was the pair run? It must be if the strategy is the driver's own. */
static bool pair_runs(const char *preset, const char *strategy, const char *pages)
{
	char nic[64], page_size[32], packets[32], err[512] = "";
	const char *const settings[] = {nic,
					page_size,
					packets,
					"traffic.rate=1G",
					"traffic.sizes=imix",
					"traffic.arrivals=poisson",
					"iommu=strict",
					"workload.rcvbuf=1G",
					"memory=512M",
					NULL};
	struct result r;
	int ret;

	snprintf(nic, sizeof(nic), "nic.preset=%s", preset);
	snprintf(page_size, sizeof(page_size), "page_size=%s", pages);
	snprintf(packets, sizeof(packets), "traffic.packets=%d", PACKETS);
	ret = sim_run(strategy, settings, &r, err);
	if (ret == -EINVAL && strstr(err, "expected smaller buffers"))
		return false;
	if (ret)
		fail_msg("%s, %s, %s pages: %s", preset, strategy, pages, err);
	delivered(preset, strategy, pages, &r);
	return true;
}

static bool one_pair(const char *preset, const char *strategy, const char *pages, struct counts *c)
{
	bool runs = pair_runs(preset, strategy, pages);

	c->run += runs;
	c->refused += !runs;
	if (!runs)
		print_message("%s refuses %s on %s pages\n", strategy, preset, pages);
	return runs;
}

static void one_preset(const char *preset, const char *pages, struct counts *c)
{
	const struct rx_strategy *const *table = strategy_table_sim(12);
	const struct nic nic = preset_load(preset);
	char own[64];

	nic_strategy(&nic, own, sizeof(own));
	for (; *table; table++) {
		const char *strategy = (*table)->name;
		bool runs = one_pair(preset, strategy, pages, c);

		if (strcmp(strategy, own))
			continue;
		if (!runs)
			fail_msg("%s: its own strategy %s refuses it on %s pages", preset, own,
				 pages);
		c->own++;
	}
	for (const char *const *v = variants; *v; v++)
		one_pair(preset, *v, pages, c);
}

static void test_every_preset(void **state)
{
	struct counts c = {0};
	struct dirent **entries;
	int n = scandir(DIR_NICS, &entries, is_yaml, alphasort);

	(void)state;
	assert_in_range(n, 20, 99);
	for (int i = 0; i < n; i++) {
		*strrchr(entries[i]->d_name, '.') = '\0';
		one_preset(entries[i]->d_name, "4K", &c);
		one_preset(entries[i]->d_name, "64K", &c);
		c.presets++;
		free(entries[i]);
	}
	free(entries);
	print_message("%u presets, pairs run %u, refused %u\n", c.presets, c.run, c.refused);
	/* generic-100g is no driver: it has no strategy of its own */
	assert_int_equal(c.own, 2 * (c.presets - 1));
	/*
	 * in_page has no 64 bytes left in a buffer of a whole page: those of bnxt, ena and mana on
	 * 4K pages, and veth's on demand, on both
	 */
	assert_int_equal(c.refused, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_preset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
