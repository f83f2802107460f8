/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_host.c - `fragsim host`: what of this machine no event of a capture tells.
 *
 * tools/capture writes it beside a recording (docs/recording.md), so that a replay need not guess.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "sim/results/json_text.h"
#include "tools/cli.h"
#include "tools/host/net_devices.h"

/* Settings of the kernel that decide how long received memory is held, or who frees it. */
static const char *const sysctls[] = {
	"net.core.skb_defer_max",
	"net.core.netdev_budget",
	"net.core.netdev_budget_usecs",
	"net.core.dev_weight",
	"net.core.gro_normal_batch",
	"net.core.rmem_max",
	"net.core.high_order_alloc_disable",
	"net.ipv4.tcp_rmem",
	"net.ipv4.tcp_adv_win_scale",
	"net.ipv4.tcp_shrink_window",
	"net.ipv4.tcp_moderate_rcvbuf",
	"net.ipv4.tcp_limit_output_bytes",
	"vm.min_free_kbytes",
};

/* Return: its text without tabs, NULL: this kernel has none */
static json_t *sysctl_json(const char *name)
{
	char path[128], text[128];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/sys/%s", name);
	for (char *dot = path; (dot = strchr(dot, '.'));)
		*dot = '/';
	f = fopen(path, "re");
	if (!f)
		return NULL;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	for (char *tab = text; (tab = strchr(tab, '\t'));)
		*tab = ' ';
	return json_text(text);
}

static void number_set(json_t *to, const char *name, uint64_t value)
{
	json_object_set_new(to, name, json_integer((json_int_t)value));
}

static json_t *device_json(const struct net_device_seen *dev)
{
	json_t *json = json_pack("{s:o, s:I}", "name", json_text(dev->name), "netns",
				 (json_int_t)dev->netns);

	if (dev->driver[0])
		json_object_set_new(json, "driver", json_text(dev->driver));
	if (dev->bus[0])
		json_object_set_new(json, "bus", json_text(dev->bus));
	if (dev->iommu[0])
		json_object_set_new(json, "iommu", json_text(dev->iommu));
	if (dev->mtu)
		number_set(json, "mtu", dev->mtu);
	if (dev->has_rings) {
		number_set(json, "rx_ring", dev->rx_ring);
		if (dev->rx_jumbo_ring)
			number_set(json, "rx_jumbo_ring", dev->rx_jumbo_ring);
		number_set(json, "tx_ring", dev->tx_ring);
	}
	if (dev->has_channels)
		number_set(json, "rx_channels", dev->rx_channels);
	if (dev->has_coalesce) {
		number_set(json, "rx_usecs", dev->rx_usecs);
		number_set(json, "rx_frames", dev->rx_frames);
		json_object_set_new(json, "adaptive_rx", json_boolean(dev->adaptive));
	}
	json_object_set_new(json, "gro", json_boolean(dev->gro));
	return json;
}

static json_t *host_json(const struct net_devices *devices)
{
	json_t *json = json_object(), *settings = json_object(), *list = json_array();
	struct utsname uts;

	if (!uname(&uts)) {
		json_object_set_new(json, "kernel", json_text(uts.release));
		json_object_set_new(json, "architecture", json_text(uts.machine));
	}
	number_set(json, "page_size", (uint64_t)sysconf(_SC_PAGESIZE));
	number_set(json, "cpus", (uint64_t)sysconf(_SC_NPROCESSORS_ONLN));
	for (size_t i = 0; i < sizeof(sysctls) / sizeof(sysctls[0]); i++) {
		json_t *text = sysctl_json(sysctls[i]);

		if (text)
			json_object_set_new(settings, sysctls[i], text);
	}
	json_object_set_new(json, "sysctls", settings);
	for (size_t i = 0; i < devices->nr; i++)
		json_array_append_new(list, device_json(&devices->dev[i]));
	json_object_set_new(json, "devices", list);
	return json;
}

static void text_print(const struct net_devices *devices)
{
	struct utsname uts;

	if (!uname(&uts))
		printf("Linux %s, %s, %ldK pages, %ld CPUs\n\n", uts.release, uts.machine,
		       sysconf(_SC_PAGESIZE) / 1024, sysconf(_SC_NPROCESSORS_ONLN));
	printf("%-15s %12s %-12s %-12s %6s %6s %6s %7s\n", "device", "netns", "driver", "iommu",
	       "mtu", "ring", "queues", "usecs");
	for (size_t i = 0; i < devices->nr; i++) {
		const struct net_device_seen *d = &devices->dev[i];
		char ring[16] = "-", queues[16] = "-", usecs[16] = "-";

		if (d->has_rings)
			snprintf(ring, sizeof(ring), "%" PRIu32, d->rx_ring);
		if (d->has_channels)
			snprintf(queues, sizeof(queues), "%" PRIu32, d->rx_channels);
		if (d->has_coalesce)
			snprintf(usecs, sizeof(usecs), "%" PRIu32, d->rx_usecs);
		printf("%-15s %12" PRIu64 " %-12s %-12s %6" PRIu32 " %6s %6s %7s\n", d->name,
		       d->netns, d->driver[0] ? d->driver : "-", d->iommu[0] ? d->iommu : "-",
		       d->mtu, ring, queues, d->adaptive ? "varies" : usecs);
	}
}

static const struct argp_option host_options[] = {
	{"json", CLI_KEY_JSON, NULL, 0, "print it as a JSON object", 0},
	{0},
};

static const struct argp host_argp = {
	.options = host_options,
	.parser = cli_json_only,
	.args_doc = "",
	.doc = "Shows what of this machine no event of a capture tells: kernel, page size, "
	       "settings, and of each network device its driver, rings, channels, interrupt "
	       "moderation and IOMMU mode. Without root only of this network namespace.",
};

static int cmd_host(int argc, char **argv)
{
	char err[CLI_ERR_MAX] = "";
	struct net_devices devices;
	bool json = false;
	int code = cli_parse(&host_argp, argc, argv, &json), ret = 0;

	if (code != CLI_GO)
		return code;
	if (net_devices_list(&devices, err, sizeof(err))) {
		cli_error("%s", err);
		return CLI_FAILED;
	}
	if (json)
		ret = json_write(host_json(&devices), stdout);
	else
		text_print(&devices);
	net_devices_free(&devices);
	return cli_printed(ret);
}

const struct cli_verb verb_host = {"host", "", "show what of this machine a capture does not tell",
				   cmd_host};
