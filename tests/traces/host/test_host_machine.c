/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_host_machine.c - kernel and devices of CAPTURE.host.json: what is taken, what is refused,
 * and what two lists that differ leave.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "tests/traces/cmocka_all.h"
#include "traces/host/host.h"

#define HEAD "{\"schema\": 1, \"capture\": {\"bytes\": 10, \"first_event_ns\": 77}, \"machine\": "
#define IGB                                                                                        \
	"\"name\": \"eth0\", \"netns\": 1, \"driver\": \"igb\", \"iommu\": \"lazy\", \"mtu\": "    \
	"1500"

static char capture[64], host_path[96];
static struct capture_info info;
static struct host_napi napi[CAPTURE_MAX_DEVS];

static int begin(void **state)
{
	int fd;

	(void)state;
	strcpy(capture, "/tmp/fragsim-machine-XXXXXX");
	fd = mkstemp(capture);
	assert_true(fd >= 0 && !ftruncate(fd, 10));
	close(fd);
	snprintf(host_path, sizeof(host_path), "%s.host.json", capture);
	memset(&info, 0, sizeof(info));
	strcpy(info.path, capture);
	info.first_ns = 77;
	info.nr_devices = 1;
	strcpy(info.devices[0].name, "eth0");
	return 0;
}

static int end(void **state)
{
	(void)state;
	unlink(capture);
	return unlink(host_path) && errno != ENOENT ? -1 : 0;
}

/* Return: of the device, as the file leaves it */
static const struct capture_nic *applied(const char *machine)
{
	FILE *f = fopen(host_path, "w");

	assert_non_null(f);
	fprintf(f, HEAD "%s}", machine);
	fclose(f);
	info.host_used = false;
	info.host_ignored[0] = '\0';
	memset(&info.devices[0].nic, 0, sizeof(info.devices[0].nic));
	assert_int_equal(host_apply(napi, &info), 0);
	return &info.devices[0].nic;
}

static void ignores(const char *reason, const char *machine)
{
	const struct capture_nic none = {0};

	assert_memory_equal(applied(machine), &none, sizeof(none));
	assert_false(info.host_used);
	if (!strstr(info.host_ignored, reason))
		fail_msg("expected '%s', found '%s'", reason, info.host_ignored);
	assert_string_equal(info.kernel, "");
	assert_int_equal(info.page_bytes, 0);
}

static void test_taken(void **state)
{
	const struct capture_nic *nic =
		applied("{\"begin\": {\"kernel\": \"6.12.107\", \"page_size\": 16384, \"devices\": "
			"[{" IGB ", \"rx_ring\": 512, \"tx_ring\": 256, \"rx_channels\": 2, "
			"\"rx_usecs\": 3, \"rx_frames\": 1, \"adaptive_rx\": false}]}}");

	(void)state;
	assert_true(info.host_used && !info.host_ignored[0]);
	assert_string_equal(info.kernel, "6.12.107");
	assert_int_equal(info.page_bytes, 16384);
	assert_true(info.kernel_of_host && info.page_of_host);
	assert_string_equal(nic->driver, "igb");
	assert_int_equal(nic->iommu, CAPTURE_IOMMU_LAZY);
	assert_int_equal(nic->mtu, 1500);
	assert_int_equal(nic->rx_ring, 512);
	assert_int_equal(nic->tx_ring, 256);
	assert_int_equal(nic->rx_channels, 2);
	assert_true(nic->has_moderation && !nic->changed && !nic->several);
	assert_int_equal(nic->rx_usecs, 3);
	assert_int_equal(nic->rx_frames, 1);
	/* what a driver adapts is no setting */
	nic = applied("{\"end\": {\"devices\": [{" IGB
		      ", \"rx_usecs\": 3, \"adaptive_rx\": true}]}}");
	assert_false(nic->has_moderation);
}

/* What the capture itself says is believed first, and must not be contradicted. */
static void test_of_this_kernel(void **state)
{
	(void)state;
	strcpy(info.kernel, "6.18.1");
	applied("{\"end\": {\"kernel\": \"6.12.107\", \"devices\": [{" IGB "}]}}");
	assert_false(info.host_used);
	assert_string_equal(info.host_ignored,
			    "it is of Linux 6.12.107, and the capture of 6.18.1");
	assert_string_equal(info.devices[0].nic.driver, "");
	info.page_bytes = 65536;
	applied("{\"end\": {\"kernel\": \"6.18.1\", \"page_size\": 4096, \"devices\": [{" IGB
		"}]}}");
	assert_string_equal(info.host_ignored,
			    "it is of a machine of 4096-byte pages, and the capture of 65536");
	info.page_bytes = 4096;
	applied("{\"end\": {\"kernel\": \"6.18.1\", \"page_size\": 4096, \"devices\": [{" IGB
		"}]}}");
	assert_true(info.host_used && !info.kernel_of_host && !info.page_of_host);
	assert_string_equal(info.devices[0].nic.driver, "igb");
}

/* A setting that changed while it was recorded is not known; another driver is another device. */
static void test_changed(void **state)
{
	const struct capture_nic *nic =
		applied("{\"begin\": {\"devices\": [{" IGB
			", \"rx_ring\": 256, \"rx_usecs\": 1}]}, \"end\": "
			"{\"devices\": [{" IGB ", \"rx_ring\": 512, \"rx_usecs\": 2}]}}");

	(void)state;
	assert_string_equal(nic->driver, "igb");
	assert_int_equal(nic->mtu, 1500);
	assert_int_equal(nic->rx_ring, 0);
	assert_true(nic->changed && !nic->has_moderation);
	nic = applied("{\"begin\": {\"devices\": [{" IGB "}]}, \"end\": {\"devices\": [{\"name\": "
		      "\"eth0\", \"netns\": 1, \"driver\": \"veth\"}]}}");
	assert_string_equal(nic->driver, "");
	assert_int_equal(nic->iommu, CAPTURE_IOMMU_UNKNOWN);
	assert_true(nic->changed);
}

/* Events name no namespace: of two eth0 only what both say is taken. */
static void test_several(void **state)
{
	const struct capture_nic *nic =
		applied("{\"end\": {\"devices\": [{" IGB "}, {\"name\": \"eth0\", \"netns\": 2, "
			"\"driver\": \"igb\", \"iommu\": \"lazy\", \"mtu\": 9000}, {\"name\": "
			"\"eth1\", \"driver\": \"ice\"}]}}");

	(void)state;
	assert_true(nic->several && nic->changed);
	assert_string_equal(nic->driver, "igb");
	assert_int_equal(nic->mtu, 0);
	/* what changed of one of them */
	nic = applied(
		"{\"begin\": {\"devices\": [{" IGB "}, {\"name\": \"eth0\", \"netns\": 2, "
		"\"driver\": \"igb\", \"iommu\": \"lazy\", \"mtu\": 1500, \"rx_ring\": 64}]}, "
		"\"end\": {\"devices\": [{\"name\": \"eth0\", \"netns\": 2, \"driver\": "
		"\"igb\", \"iommu\": \"lazy\", \"mtu\": 1500}]}}");
	assert_true(nic->several && nic->changed);
	assert_int_equal(nic->mtu, 1500);
	nic = applied("{\"end\": {\"devices\": [{" IGB "}, {\"name\": \"eth0\", \"netns\": 2, "
		      "\"driver\": \"veth\"}]}}");
	assert_true(nic->several);
	assert_string_equal(nic->driver, "");
}

static void deferred(const char *begin, const char *end, const char *expected)
{
	char text[256];

	snprintf(text, sizeof(text),
		 "{\"begin\": {\"sysctls\": {%s}}, \"end\": {\"sysctls\": {%s}}}", begin, end);
	applied(text);
	assert_true(info.host_used);
	assert_string_equal(info.skb_defer_max, expected);
}

static void test_sysctls(void **state)
{
	(void)state;
	deferred("\"net.core.skb_defer_max\": \"64\"", "\"net.core.skb_defer_max\": \"64\"", "64");
	deferred("\"net.core.skb_defer_max\": \"64\"", "\"net.core.skb_defer_max\": \"0\"", "");
	deferred("", "\"net.core.skb_defer_max\": \"128\", \"other\": [1]", "128");
	deferred("", "", "");
}

static void test_hostile(void **state)
{
	(void)state;
	ignores("machine.begin.sysctls is not an object", "{\"begin\": {\"sysctls\": 5}}");
	ignores("sysctls.net.core.skb_defer_max is not a number",
		"{\"begin\": {\"sysctls\": {\"net.core.skb_defer_max\": \"-1\"}}}");
	ignores("sysctls.net.core.skb_defer_max is not a short text",
		"{\"end\": {\"sysctls\": {\"net.core.skb_defer_max\": 64}}}");
	ignores("machine is not an object", "5");
	ignores("machine.begin.devices is not in an object", "{\"begin\": []}");
	ignores("machine.end.devices is not a list", "{\"end\": {\"devices\": {}}}");
	ignores("machine.end.devices[0].name is not there", "{\"end\": {\"devices\": [7]}}");
	ignores("machine.end.devices[1].name is not another",
		"{\"end\": {\"devices\": [{" IGB "}, {" IGB "}]}}");
	ignores("devices[0].iommu is not off, passthrough, lazy or strict",
		"{\"end\": {\"devices\": [{\"name\": \"a\", \"iommu\": \"maybe\"}]}}");
	ignores("devices[0].mtu is not a whole number",
		"{\"end\": {\"devices\": [{\"name\": \"a\", \"mtu\": -1}]}}");
	ignores("devices[0].rx_ring is not a number below",
		"{\"end\": {\"devices\": [{\"name\": \"a\", \"rx_ring\": 4294967296}]}}");
	ignores("devices[0].adaptive_rx is not true or false",
		"{\"end\": {\"devices\": [{\"name\": \"a\", \"adaptive_rx\": 1}]}}");
	ignores("devices[0].driver is not a short text",
		"{\"end\": {\"devices\": [{\"name\": \"a\", \"driver\": \"a\\u001b[31m\"}]}}");
	ignores("machine.end.kernel is not the same",
		"{\"begin\": {\"kernel\": \"6.12\"}, \"end\": {\"kernel\": \"6.13\"}}");
	ignores("machine.end.page_size is not the same",
		"{\"begin\": {\"page_size\": 4096}, \"end\": {\"page_size\": 16384}}");
	ignores("machine.begin.kernel is not a short text", "{\"begin\": {\"kernel\": 6.12}}");
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_taken),	 T(test_of_this_kernel), T(test_changed),
		T(test_several), T(test_hostile),	 T(test_sysctls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
