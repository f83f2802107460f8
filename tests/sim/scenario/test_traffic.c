/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_traffic.c - what a scenario takes of a capture: how many packets, and whether its NIC can.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "sim/results/balance.h"
#include "sim/scenario/traffic.h"
#include "sim/sim.h"
#include "traces/capture.h"

static struct capture_info capture;
static struct scenario scenario;
static struct sim sim;
static char err[512];

/* 40 packets within 1 ms, received by a NIC of 2K buffers: 18 * (2048 - 192 - 320) = 27648 bytes */
static int setup(void **state)
{
	(void)state;
	memset(&capture, 0, sizeof(capture));
	memset(&scenario, 0, sizeof(scenario));
	strcpy(capture.path, "lro.dat");
	strcpy(capture.devices[0].name, "ens192");
	capture.nr_devices = 1;
	capture.devices[0].packets = 40;
	capture.devices[0].before_gro = true;
	capture.devices[0].max_bytes = 27648;
	capture.span_ns = 1000000;
	scenario.page_size = 4096;
	scenario.nic = (struct nic){
		.preset = "mine",
		.ring = 256,
		.buffer_bytes = 2048,
		.headroom_bytes = 192,
		.tailroom_bytes = 320,
		.refill_batch = 16,
		.buffers = NIC_POSTED,
	};
	return 0;
}

static void refused(const char *word)
{
	assert_int_equal(traffic_fits(&scenario, &capture, err, sizeof(err)), -EINVAL);
	assert_null(strchr(err, '\n'));
	if (!strstr(err, word))
		fail_msg("\"%s\" does not say \"%s\"", err, word);
}

/* 66 + 17 * 4096 = 69698 bytes with headers apart and pages; 17 * 8192 with blocks of two. */
static void test_merged_by_the_device(void **state)
{
	(void)state;
	assert_int_equal(traffic_fits(&scenario, &capture, err, sizeof(err)), 0);
	capture.devices[0].max_bytes = 27649;
	refused("lro.dat: device ens192 has packets of up to 27649 bytes, merged by the device");
	refused("nic mine takes at most 27648, in 18 buffers");
	capture.devices[0].max_bytes = 69698;
	refused("--set nic.header_split=yes --set nic.buffer=4K --set nic.order=0");
	capture.devices[0].max_bytes = 69699;
	refused("--set nic.header_split=yes --set nic.buffer=8K --set nic.order=1");
	capture.devices[0].max_bytes = 1 << 24;
	refused("ethtool -K ens192 lro off rx-gro-hw off");
	capture.packets_only = true;
	capture.devices[0].before_gro = false;
	refused("merged before the capture");
	refused("traffic.filter=less 27648");
}

/* On demand, 4K pages: 4096 - 192 - 320 = 3584 in the head and 17 pages. 16K: four times more. */
static void test_merged_on_demand(void **state)
{
	(void)state;
	scenario.nic.buffers = NIC_ON_DEMAND;
	scenario.nic.buffer_bytes = scenario.nic.refill_batch = 0;
	capture.devices[0].max_bytes = 3584 + 17 * 4096;
	assert_int_equal(traffic_fits(&scenario, &capture, err, sizeof(err)), 0);
	capture.devices[0].max_bytes++;
	refused("expected --set page_size=16K");
	capture.devices[0].max_bytes = 500000;
	refused("expected --set page_size=64K");
}

/* All, the first so many, or those of a duration: only a scan could count these. */
static void test_packets(void **state)
{
	(void)state;
	assert_int_equal(traffic_packets(&scenario, &capture), 40);
	scenario.packets = 7;
	assert_int_equal(traffic_packets(&scenario, &capture), 7);
	scenario.packets = 41;
	assert_int_equal(traffic_packets(&scenario, &capture), 40);
	scenario.duration_ns = 1000000;
	assert_true(traffic_packets(&scenario, &capture) == UINT64_MAX);
	assert_int_equal(traffic_expected(&scenario, &capture), 0);
	scenario.duration_ns = 1000001;
	assert_int_equal(traffic_packets(&scenario, &capture), 40);
}

/* A replay that loses packets between scan and ring fails. */
static void test_all_are_offered(void **state)
{
	(void)state;
	sim.scenario = &scenario;
	sim.packets.offered = 40;
	assert_int_equal(balance_offered(&sim, &capture, err, sizeof(err)), 0);
	assert_int_equal(balance_offered(&sim, NULL, err, sizeof(err)), 0);
	sim.packets.offered = 0;
	assert_int_equal(balance_offered(&sim, &capture, err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "conservation broken: packets of the capture = offered: 40 != 0");
	scenario.duration_ns = 500000;
	assert_int_equal(balance_offered(&sim, &capture, err, sizeof(err)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_merged_by_the_device, setup),
		cmocka_unit_test_setup(test_merged_on_demand, setup),
		cmocka_unit_test_setup(test_packets, setup),
		cmocka_unit_test_setup(test_all_are_offered, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
