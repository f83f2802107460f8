/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_found.c - what the recorded machine was: who is believed first, and what is left alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "alloc/mm_types.h"
#include "models/iommu/iommu.h"
#include "sim/scenario/found.h"
#include "sim/scenario/scenario_finish.h"
#include "traces/capture.h"

#define DATADIR FRAGSIM_SOURCE_DIR "/models"

static struct scenario_input in;
static struct capture_info capture;
static struct capture_nic *nic;
static char err[512];

static int begin(void **state)
{
	(void)state;
	memset(&capture, 0, sizeof(capture));
	capture.nr_devices = 1;
	strcpy(capture.devices[0].name, "eth0");
	capture.devices[0].packets = 1000;
	capture.devices[0].max_bytes = 1514;
	nic = &capture.devices[0].nic;
	return 0;
}

/* @set: an assignment of the user's, or NULL */
static void find(const char *set)
{
	assert_int_equal(scenario_init(&in, "."), 0);
	assert_int_equal(scenario_set(&in, "traffic.source=x.dat", err, sizeof(err)), 0);
	if (set && scenario_set(&in, set, err, sizeof(err)))
		fail_msg("%s", err);
	if (scenario_find_out(&in, &capture, DATADIR, err, sizeof(err)) ||
	    scenario_finish(&in, DATADIR, err, sizeof(err)))
		fail_msg("%s", err);
}

static void expect(const char *key, enum scenario_origin origin, const char *reason)
{
	const char *why;

	if (scenario_origin(&in, key, &why) != origin || !strstr(why, reason))
		fail_msg("%s: found %s: %s; expected %s: %s", key,
			 scenario_origin_name(scenario_origin(&in, key, NULL)), why,
			 scenario_origin_name(origin), reason);
}

static void test_nothing(void **state)
{
	(void)state;
	find(NULL);
	assert_string_equal(in.s.nic.preset, "generic-100g");
	assert_string_equal(in.s.kernel, "6.12");
	assert_int_equal(in.s.page_size, 4096);
	assert_int_equal(in.s.iommu, IOMMU_OFF);
	expect("nic.preset", ORIGIN_DEFAULT, "");
	expect("kernel", ORIGIN_DEFAULT, "");
	expect("page_size", ORIGIN_DEFAULT, "");
	expect("iommu", ORIGIN_DEFAULT, "");
	assert_int_equal(in.nr_found, 0);
}

static void said_by_host(void)
{
	strcpy(capture.kernel, "6.18.44-generic");
	capture.kernel_of_host = true;
	capture.page_bytes = 16384;
	capture.page_of_host = true;
	strcpy(nic->driver, "igb");
	nic->rx_ring = 512;
	nic->tx_ring = 1024;
	nic->rx_channels = 4;
	nic->rx_usecs = 7;
	nic->rx_frames = 9;
	nic->has_moderation = true;
	nic->iommu = CAPTURE_IOMMU_STRICT;
	strcpy(capture.skb_defer_max, "17");
}

static void test_host(void **state)
{
	(void)state;
	said_by_host();
	strcpy(capture.devices[0].peer, "eth1"); /* its driver is known: no inference */
	find(NULL);
	assert_string_equal(in.s.nic.preset, "igb");
	assert_int_equal(in.s.kernel_version, KERNEL_VERSION(6, 18, 0));
	assert_int_equal(in.s.page_size, 16384);
	assert_int_equal(in.s.kernel_page_bytes, 16384);
	assert_int_equal(in.s.iommu, IOMMU_STRICT);
	assert_int_equal(in.s.nic.ring, 512);
	assert_int_equal(in.s.nic.tx_ring, 1024);
	assert_int_equal(in.s.nic.queues, 4);
	assert_int_equal(in.s.nic.rx_usecs_ns, 7000);
	assert_int_equal(in.s.nic.rx_frames, 9);
	assert_int_equal(in.s.nic.desc_bytes, 16);
	assert_int_equal(in.s.skb_defer_max, 17);
	expect("net.skb_defer_max", ORIGIN_HOST, "");
	expect("nic.preset", ORIGIN_HOST, "the driver of eth0 is igb");
	expect("nic.ring", ORIGIN_HOST, "");
	expect("kernel", ORIGIN_HOST, "6.18.44-generic");
	expect("page_size", ORIGIN_HOST, "");
	expect("iommu", ORIGIN_HOST, "said of eth0");
}

/* What the driver itself is, is among what is compared, unless the user chose. */
static void test_own_strategy(void **state)
{
	(void)state;
	find(NULL);
	assert_int_equal(in.s.strategies.n, 4);
	strcpy(nic->driver, "igb"); /* pingpong is among the four */
	find(NULL);
	assert_int_equal(in.s.strategies.n, 4);
	strcpy(nic->driver, "virtio_net");
	find(NULL);
	assert_int_equal(in.s.strategies.n, 5);
	assert_string_equal(in.s.strategies.word[4], "frag_countup");
	find("strategies=page_alloc");
	assert_int_equal(in.s.strategies.n, 1);
	/* page_frag_cache counts up since 6.13 */
	strcpy(nic->driver, "e1000e");
	find(NULL);
	assert_int_equal(in.s.strategies.n, 4);
	find("kernel=6.18");
	assert_int_equal(in.s.strategies.n, 5);
	assert_string_equal(in.s.strategies.word[4], "frag_countup");
}

/* Each key that the user gives is his; the settings of a driver are not put on another preset. */
static void test_user(void **state)
{
	(void)state;
	said_by_host();
	find("nic.preset=mlx5");
	assert_string_equal(in.s.nic.preset, "mlx5");
	assert_int_equal(in.s.nic.ring, 1024);
	expect("nic.preset", ORIGIN_USER, "");
	expect("nic.ring", ORIGIN_DEFAULT, "");
	expect("iommu", ORIGIN_HOST, "");
	find("nic.ring=64");
	assert_int_equal(in.s.nic.ring, 64);
	expect("nic.ring", ORIGIN_USER, "");
	expect("nic.tx_ring", ORIGIN_HOST, "");
	find("iommu=off");
	assert_int_equal(in.s.iommu, IOMMU_OFF);
	find("kernel=6.12");
	assert_int_equal(in.s.kernel_version, KERNEL_VERSION(6, 12, 0));
	find("page_size=4K");
	assert_int_equal(in.s.page_size, 4096);
	assert_int_equal(in.s.kernel_page_bytes, 16384);
	/* a machine that the user chose has pages of its own */
	find("machine=arm64-64k");
	assert_int_equal(in.s.page_size, 65536);
	expect("page_size", ORIGIN_DEFAULT, "");
}

static void test_capture(void **state)
{
	(void)state;
	strcpy(capture.kernel, "6.19.0");
	capture.page_bytes = 4096;
	find(NULL);
	expect("kernel", ORIGIN_CAPTURE, "6.19.0");
	expect("page_size", ORIGIN_CAPTURE, "");
	assert_int_equal(in.s.kernel_version, KERNEL_VERSION(6, 19, 0));
	strcpy(capture.kernel, "FreeBSD");
	capture.page_bytes = 8192;
	find(NULL);
	expect("kernel", ORIGIN_DEFAULT, "");
	expect("page_size", ORIGIN_DEFAULT, "");
}

static void test_inferred(void **state)
{
	(void)state;
	strcpy(capture.devices[0].peer, "eth1");
	capture.truth.has_iommu = true; /* of other devices */
	capture.truth.last.iommu_maps = 100;
	find(NULL);
	assert_string_equal(in.s.nic.preset, "veth");
	expect("nic.preset", ORIGIN_INFERRED, "eth0 receives what eth1 of the same machine sends");
	expect("iommu", ORIGIN_DEFAULT, "");
	capture.devices[0].peer[0] = '\0';
	capture.devices[0].xdp_packets = 501;
	find(NULL);
	expect("nic.preset", ORIGIN_INFERRED, "what XDP of the same machine sends on");
	capture.devices[0].xdp_packets = 500;
	find(NULL);
	expect("nic.preset", ORIGIN_DEFAULT, "");
	expect("iommu", ORIGIN_INFERRED, "mapped 100 times");
	assert_int_equal(in.s.iommu, IOMMU_LAZY);
	capture.truth.maps_sent = 100;
	find(NULL);
	expect("iommu", ORIGIN_DEFAULT, "");
	nic->iommu = CAPTURE_IOMMU_PASSTHROUGH;
	find(NULL);
	expect("iommu", ORIGIN_HOST, "");
}

/* 510 blocks are two rings of 255, which only igb has; of order 1 those of a large MTU. */
static void test_rings(void **state)
{
	(void)state;
	capture.truth.driver_rings = 510;
	find(NULL);
	assert_string_equal(in.s.nic.preset, "igb");
	expect("nic.preset", ORIGIN_INFERRED, "took 510 blocks of order 0");
	capture.truth.driver_order = 1;
	find(NULL);
	assert_string_equal(in.s.nic.preset, "igb-jumbo");
	capture.truth.driver_order = 2;
	find(NULL);
	expect("nic.preset", ORIGIN_DEFAULT, "");
	capture.truth.driver_order = 0;
	capture.truth.driver_rings = 512;
	find(NULL);
	expect("nic.preset", ORIGIN_DEFAULT, "");
	capture.truth.driver_rings = 1023; /* gve and mlx4 */
	find(NULL);
	expect("nic.preset", ORIGIN_DEFAULT, "");
	capture.truth.driver_rings = 510;
	capture.truth.has_pool = true; /* another device's, or not: in doubt nothing */
	find(NULL);
	expect("nic.preset", ORIGIN_DEFAULT, "");
}

/* Larger packets, larger buffers; a pool that grows with the ring; the second of two rings. */
static void test_variants(void **state)
{
	(void)state;
	strcpy(nic->driver, "igb");
	nic->mtu = 9000;
	find(NULL);
	assert_string_equal(in.s.nic.preset, "igb-jumbo");
	nic->mtu = 1400;
	capture.devices[0].max_bytes = 9014; /* merged by the device */
	find(NULL);
	assert_string_equal(in.s.nic.preset, "igb");
	nic->mtu = 0; /* not known: packets tell */
	find(NULL);
	assert_string_equal(in.s.nic.preset, "igb");
	capture.devices[0].before_gro = true;
	find(NULL);
	assert_string_equal(in.s.nic.preset, "igb-jumbo");
	strcpy(nic->driver, "iavf");
	nic->rx_ring = 2048;
	nic->rx_jumbo_ring = 4096;
	find(NULL);
	assert_int_equal(in.s.nic.ring, 2048);
	assert_int_equal(in.s.nic.pool_size, 2048);
	strcpy(nic->driver, "bnxt_en");
	find(NULL);
	assert_int_equal(in.s.nic.ring, 4096);
	assert_int_equal(in.s.nic.pool_size, 4096);
	nic->rx_jumbo_ring = 0;
	find(NULL);
	assert_int_equal(in.s.nic.ring, 2044);
	strcpy(capture.kernel, "6.19.0");
	strcpy(nic->driver, "ice");
	find(NULL);
	assert_string_equal(in.s.nic.preset, "ice-6.19");
}

static void said_unfit(const char *text)
{
	if (!strstr(in.unfit, text))
		fail_msg("expected '%s', found '%s'", text, in.unfit);
}

/* A driver without a preset, settings that are out of range or do not fit, packets of 64 KB. */
static void test_unfit(void **state)
{
	(void)state;
	strcpy(nic->driver, "sfc");
	nic->rx_ring = 512;
	find(NULL);
	assert_string_equal(in.s.nic.preset, "generic-100g");
	expect("nic.ring", ORIGIN_DEFAULT, "");
	assert_string_equal(in.unfit, "");
	strcpy(nic->driver, "igb");
	nic->rx_ring = 8; /* below its refill batch of 16 */
	nic->tx_ring = 1u << 20;
	nic->rx_channels = 4000;
	nic->rx_usecs = UINT32_MAX;
	nic->rx_frames = 5000;
	nic->has_moderation = true;
	capture.page_bytes = 8192;
	strcpy(capture.skb_defer_max, "65537"); /* igb does not defer */
	find(NULL);
	said_unfit("capture: page_size: \"8192\" ");
	said_unfit("; host file: nic.ring: 8 is less than the driver refills at once (16); ");
	said_unfit("nic.tx_ring: \"1048576\" is too large; expected 8 to 65536");
	said_unfit("nic.queues: \"4000\" is too large; expected 1 to 256");
	assert_string_equal(in.unfit + strlen(in.unfit) - 10, "; and more");
	assert_null(strstr(in.unfit, "defer"));
	assert_int_equal(in.s.page_size, 4096);
	assert_int_equal(in.s.kernel_page_bytes, 4096);
	assert_string_equal(in.s.nic.preset, "igb");
	assert_int_equal(in.s.nic.ring, 256);
	assert_int_equal(in.s.nic.tx_ring, 256);
	assert_int_equal(in.s.nic.queues, 2);
	assert_int_equal(in.s.nic.rx_usecs_ns, 50000);
	nic->rx_channels = 4;
	nic->rx_ring = 512;
	find(NULL);
	said_unfit("nic.rx_usecs: \"4294967295us\" is too large; expected 0 to 100ms");
	said_unfit("nic.rx_frames: \"5000\" is too large; expected 0 to 4096");
	capture.devices[0].max_bytes = 65226;
	find(NULL);
	assert_true(in.s.nic.header_split);
	assert_true(nic_max_bytes(&in.s.nic, 4096) >= 65226);
	expect("nic.buffer", ORIGIN_INFERRED, "packets of 65226 bytes");
}

/* A pool that follows the ring follows no ring that the user chose; its own limit is 16384. */
static void test_pool_follows(void **state)
{
	(void)state;
	strcpy(nic->driver, "iavf");
	nic->rx_ring = 32768;
	find(NULL);
	assert_int_equal(in.s.nic.ring, 32768);
	assert_int_equal(in.s.nic.pool_size, 512);
	said_unfit("nic.pool_size: \"32768\" is too large; expected 1 to 16384");
	find("nic.ring=64");
	assert_int_equal(in.s.nic.ring, 64);
	assert_int_equal(in.s.nic.pool_size, 512);
	assert_string_equal(in.unfit, "");
}

/* Where skbs are deferred its length is what the machine said, or it is told that it is not. */
static void test_defer_unfit(void **state)
{
	(void)state;
	strcpy(capture.devices[0].peer, "eth1");
	strcpy(capture.skb_defer_max, "65536");
	find(NULL);
	assert_int_equal(in.s.skb_defer_max, 65536);
	assert_string_equal(in.unfit, "");
	strcpy(capture.skb_defer_max, "65537");
	find(NULL);
	assert_int_equal(in.s.skb_defer_max, 64);
	said_unfit("net.skb_defer_max: \"65537\"");
}

#define T(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_nothing),      T(test_host),	    T(test_user),	 T(test_capture),
		T(test_inferred),     T(test_unfit),	    T(test_variants),	 T(test_rings),
		T(test_own_strategy), T(test_pool_follows), T(test_defer_unfit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
