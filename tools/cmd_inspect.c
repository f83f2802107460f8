/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_inspect.c - `fragsim inspect TRACE`: what is in a capture.
 *
 * Text and JSON are both made from one scan.
 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/results/json_text.h"
#include "sim/results/notes.h"
#include "sim/results/notes_capture.h"
#include "sim/results/results.h"
#include "tools/advice.h"
#include "tools/cli.h"
#include "tools/say_notes.h"
#include "tools/trace_source.h"
#include "traces/capture.h"

#define KEY_JSON 256

/* struct inspect_input - of the command line */
struct inspect_input {
	const char *path;
	bool json;
};

static const char *const method_help[RELEASE_METHODS] = {
	[RELEASE_FREE] = "its skb was freed",
	[RELEASE_COPY] = "its last byte was copied to user space",
	[RELEASE_UNKNOWN] = "not recorded: the modelled reader decides",
	[RELEASE_REUSE] =
		"freed without an event: by its address in use again, or between others freed",
	[RELEASE_HELD] = "not released when the capture ended",
	[RELEASE_WINDOW] = "inferred from the ACKs and windows of its TCP connection",
};

static bool replayable(const struct capture_info *info)
{
	const struct capture_device *dev = capture_default_device(info);

	return dev && dev->packets;
}

static double release_share(const struct capture_device *dev, unsigned int method)
{
	uint64_t sum = 0;

	for (unsigned int m = 0; m < RELEASE_METHODS; m++)
		sum += dev->release[m];
	return sum ? (double)dev->release[method] / (double)sum : 0;
}

static json_t *events_json(const struct capture_info *info)
{
	json_t *events = json_object();

	/* names of damaged files may become equal: their counts are added */
	for (unsigned int i = 0; i < info->nr_events; i++) {
		json_t *name = json_text(info->events[i].name);
		const char *key = json_string_value(name);
		json_int_t count = json_integer_value(json_object_get(events, key));

		count += (json_int_t)info->events[i].count;
		json_object_set_new(events, key, json_integer(count));
		json_decref(name);
	}
	return events;
}

/* Return: "": not known */
static const char *iommu_word(const struct capture_nic *nic)
{
	static const char *const modes[] = {"", "off", "passthrough", "lazy", "strict"};

	return nic->iommu < sizeof(modes) / sizeof(modes[0]) ? modes[nic->iommu] : "";
}

/* What the machine said of a device; what it did not say is not there. */
static void nic_json(const struct capture_device *d, json_t *json)
{
	const struct {
		const char *name;
		uint32_t value;
	} numbers[] = {
		{"mtu", d->nic.mtu},
		{"rx_ring", d->nic.rx_ring},
		{"tx_ring", d->nic.tx_ring},
		{"rx_channels", d->nic.rx_channels},
	};

	if (d->peer[0])
		json_object_set_new(json, "peer", json_text(d->peer));
	if (d->nic.driver[0])
		json_object_set_new(json, "driver", json_text(d->nic.driver));
	if (iommu_word(&d->nic)[0])
		json_object_set_new(json, "iommu", json_string(iommu_word(&d->nic)));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (numbers[i].value)
			json_object_set_new(json, numbers[i].name, json_integer(numbers[i].value));
}

static json_t *devices_json(const struct capture_info *info)
{
	json_t *devices = json_array();

	for (unsigned int i = 0; i < info->nr_devices; i++) {
		const struct capture_device *d = &info->devices[i];
		json_t *json =
			json_pack("{s:o, s:I, s:I, s:I, s:I, s:i, s:I}", "name", json_text(d->name),
				  "packets", (json_int_t)d->packets, "bytes", (json_int_t)d->bytes,
				  "max_bytes", (json_int_t)d->max_bytes, "delivered",
				  (json_int_t)d->delivered, "queues", (int)d->queues, "tx_packets",
				  (json_int_t)d->tx_packets);

		nic_json(d, json);
		json_array_append_new(devices, json);
	}
	return devices;
}

/* Of the device a replay would take. */
static json_t *release_json(const struct capture_info *info)
{
	const struct capture_device *dev = capture_default_device(info);
	json_t *release = json_object();

	for (unsigned int m = 0; dev && m < RELEASE_METHODS; m++)
		json_object_set_new(release, notes_release_method(m),
				    json_real(release_share(dev, m)));
	return release;
}

static json_t *pool_json(const struct truth_pool *pool)
{
	char address[32];
	json_t *json;

	snprintf(address, sizeof(address), "0x%" PRIx64, pool->address);
	json = json_pack("{s:s, s:I, s:I, s:I, s:I, s:b}", "address", address, "holds",
			 (json_int_t)pool->holds, "releases", (json_int_t)pool->releases, "peak",
			 (json_int_t)pool->held_peak, "held_start", (json_int_t)pool->held_start,
			 "start_known", (int)pool->start_known);
	if (pool->closed_ns)
		json_object_set_new(json, "closed_ns", json_integer((json_int_t)pool->closed_ns));
	if (pool->queue_known) {
		json_object_set_new(json, "device", json_text(pool->device));
		json_object_set_new(json, "queue", json_integer(pool->queue));
	}
	return json;
}

/* What "truth" names, in numbers. */
static json_t *ground_truth_json(const struct capture_info *info)
{
	const struct truth *t = &info->truth;
	json_t *json = json_object(), *pools = json_array();

	for (unsigned int i = 0; i < t->nr_pools; i++)
		json_array_append_new(pools, pool_json(&t->pools[i]));
	if (t->has_pool)
		json_object_set_new(json, "page_pool",
				    json_pack("{s:I, s:I, s:I, s:I, s:O}", "holds",
					      (json_int_t)t->last.pool_hold, "releases",
					      (json_int_t)t->last.pool_release, "peak",
					      (json_int_t)t->pool_held_peak, "pools_seen",
					      (json_int_t)t->pools_seen, "pools", pools));
	json_decref(pools);
	if (t->has_iommu)
		json_object_set_new(json, "iommu",
				    json_pack("{s:s, s:I, s:I, s:I}", "devices", "all", "maps",
					      (json_int_t)t->last.iommu_maps, "unmaps",
					      (json_int_t)t->last.iommu_unmaps, "maps_sent",
					      (json_int_t)t->maps_sent));
	if (t->has_driver_pages)
		json_object_set_new(json, "driver_pages",
				    json_integer((json_int_t)t->last.driver_pages));
	if (t->driver_from_start)
		json_object_set_new(json, "driver_pages_peak",
				    json_integer((json_int_t)t->driver_held_peak));
	return json;
}

static json_t *advice_json(const struct capture_info *info, const struct notes *notes)
{
	const char *advice[ADVICE_MAX];
	unsigned int nr = advice_collect(notes, info, advice);
	json_t *list = json_array();

	for (unsigned int i = 0; i < nr; i++)
		json_array_append_new(list, json_text(advice[i]));
	return list;
}

/* Of the times and packets: what was repaired, and whether it can be relied on. */
static json_t *times_json(const struct capture_info *info)
{
	return json_pack("{s:I, s:I, s:b, s:I, s:I}", "clock_steps", (json_int_t)info->clock_steps,
			 "moved", (json_int_t)info->times_moved, "unclear",
			 (int)info->times_unclear, "reordered", (json_int_t)info->reordered,
			 "packets_empty", (json_int_t)info->packets_empty);
}

static int json_print(const struct capture_info *info, const struct notes *notes)
{
	json_t *doc =
		json_pack("{s:i, s:o, s:s, s:o, s:o, s:i, s:I, s:I, s:I, s:I, s:b, s:o, s:o, s:o, "
			  "s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:b}",
			  "schema", RESULT_SCHEMA, "path", json_text(info->path), "format",
			  info->format, "origin", json_text(info->origin), "clock",
			  json_text(info->clock), "cpus", (int)info->cpus, "span_ns",
			  (json_int_t)info->span_ns, "events_total", (json_int_t)info->events_total,
			  "lost_events", (json_int_t)info->lost_events, "reordered",
			  (json_int_t)info->reordered, "truncated", (int)info->truncated, "note",
			  json_text(info->note), "events", events_json(info), "devices",
			  devices_json(info), "replayable", (int)replayable(info), "release",
			  release_json(info), "truth", trace_source_truth(info), "ground_truth",
			  ground_truth_json(info), "notes", say_notes_json(notes), "advice",
			  advice_json(info, notes), "times", times_json(info), "first_ns",
			  (json_int_t)info->first_ns, "host_used", (int)info->host_used);

	if (info->kernel[0])
		json_object_set_new(doc, "kernel", json_text(info->kernel));
	if (info->page_bytes)
		json_object_set_new(doc, "page_size", json_integer(info->page_bytes));
	return json_write(doc, stdout);
}

static void text_head(const struct capture_info *info)
{
	printf("%s: %s", info->path, info->format);
	if (info->origin[0])
		printf(" of %s", info->origin);
	if (info->clock[0])
		printf(", clock %s", info->clock);
	if (info->cpus)
		printf(", %u CPUs", info->cpus);
	printf(", %.3f s, %" PRIu64 " %s", (double)info->span_ns * 1e-9, info->events_total,
	       info->packets_only ? "packets" : "events");
	if (info->lost_events)
		printf(", %" PRIu64 " lost", info->lost_events);
	puts(info->truncated ? ", cut off" : "");
	if (info->kernel[0])
		printf("Linux %s", info->kernel);
	if (info->page_bytes)
		printf("%s%uK pages", info->kernel[0] ? ", " : "", info->page_bytes / 1024);
	if (info->kernel[0] || info->page_bytes)
		putchar('\n');
	puts("\nevents");
	for (unsigned int i = 0; i < info->nr_events; i++)
		printf("  %-36s %12" PRIu64 "\n", info->events[i].name, info->events[i].count);
}

/* What decides how a replay takes a device: said by the machine, or seen in its packets. */
static void text_nic(const struct capture_device *d)
{
	const struct capture_nic *nic = &d->nic;

	if (d->peer[0])
		printf("  %s receives what %s sends\n", d->name, d->peer);
	if (!nic->driver[0])
		return;
	printf("  %s (host file): driver %s", d->name, nic->driver);
	if (nic->mtu)
		printf(", MTU %" PRIu32, nic->mtu);
	if (nic->rx_ring)
		printf(", ring %" PRIu32, nic->rx_ring);
	if (nic->rx_channels)
		printf(", %" PRIu32 " receive queues", nic->rx_channels);
	if (iommu_word(nic)[0])
		printf(", iommu %s", iommu_word(nic));
	putchar('\n');
}

static void text_devices(const struct capture_info *info)
{
	if (!info->nr_devices)
		return;
	printf("\n%-16s %12s %14s %12s %7s %12s\n", "device", "packets", "bytes", "delivered",
	       "queues", "sent");
	for (unsigned int i = 0; i < info->nr_devices; i++) {
		const struct capture_device *d = &info->devices[i];

		printf("%-16s %12" PRIu64 " %14" PRIu64 " %12" PRIu64 " %7u %12" PRIu64 "\n",
		       d->name, d->packets, d->bytes, d->delivered, d->queues, d->tx_packets);
	}
	for (unsigned int i = 0; i < info->nr_devices; i++)
		text_nic(&info->devices[i]);
}

static void text_release(const struct capture_info *info)
{
	const struct capture_device *dev = capture_default_device(info);

	if (!replayable(info))
		return;
	printf("\nend of the packets of %s\n", dev->name);
	for (unsigned int m = 0; m < RELEASE_METHODS; m++)
		printf("  %-8s %5.1f %%  %s\n", notes_release_method(m),
		       release_share(dev, m) * 100, method_help[m]);
}

static void text_pool(const struct truth_pool *pool, unsigned int nr)
{
	printf("    pool %-2u     ", nr);
	if (pool->address)
		printf("0x%" PRIx64 ": ", pool->address);
	printf("%" PRIu64 " entered, %" PRIu64 " left, at most %" PRIu64 " at once; ", pool->holds,
	       pool->releases, pool->held_peak);
	if (pool->queue_known)
		printf("%s, queue %" PRIu32 "\n", pool->device, pool->queue);
	else
		puts("queue not known");
}

static void text_truth(const struct capture_info *info)
{
	const struct truth *t = &info->truth;

	if (t->has_pool || t->has_iommu || t->has_driver_pages)
		puts("\nground truth");
	if (t->has_pool)
		printf("  page_pool     %" PRIu64 " pages entered, %" PRIu64
		       " left, at most %" PRIu64 " at once\n",
		       t->last.pool_hold, t->last.pool_release, t->pool_held_peak);
	for (unsigned int i = 0; i < t->nr_pools; i++)
		text_pool(&t->pools[i], i);
	if (t->pools_seen > t->nr_pools)
		printf("    %" PRIu64 " more pools, in the sum only\n",
		       t->pools_seen - t->nr_pools);
	if (t->has_iommu)
		printf("  iommu         %" PRIu64 " maps, %" PRIu64
		       " unmaps, of all devices: the events name none\n"
		       "                %" PRIu64 " maps inside a transmit function, %" PRIu64
		       " elsewhere (receive, descriptor rings)\n",
		       t->last.iommu_maps, t->last.iommu_unmaps, t->maps_sent,
		       t->last.iommu_maps - t->maps_sent);
	if (t->has_driver_pages)
		printf("  driver_pages  %" PRIu64 " taken, %" PRIu64 " given back",
		       t->last.driver_pages, t->last.driver_freed);
	if (t->has_driver_pages && t->driver_from_start)
		printf(", at most %" PRIu64 " at once", t->driver_held_peak);
	if (t->has_driver_pages)
		putchar('\n');
}

/* Notes name their cures: of the advice, the command is left. */
static void text_print(const struct capture_info *info, const struct notes *notes)
{
	const char *advice[ADVICE_MAX];
	unsigned int nr = advice_collect(notes, info, advice);

	text_head(info);
	text_devices(info);
	text_release(info);
	text_truth(info);
	printf("\nreplayable: %s\n", replayable(info) ? "yes" : "no");
	for (unsigned int i = 0; i < notes->nr; i++) {
		char text[NOTE_FORMAT_MAX];

		note_format(&notes->note[i], text);
		printf("note: %s\n", text);
	}
	if (nr)
		printf("advice: %s\n", advice[nr - 1]);
}

static int show(const struct capture_info *info, bool json)
{
	const struct note_facts facts = {.capture = info, .dev = capture_default_device(info)};
	struct notes *notes = calloc(1, sizeof(*notes));
	int ret = 0;

	if (!notes) {
		cli_error("not enough memory");
		return CLI_FAILED;
	}
	notes_capture(notes, &facts);
	if (json)
		ret = json_print(info, notes);
	else
		text_print(info, notes);
	free(notes);
	return cli_printed(ret);
}

static error_t inspect_parse(int key, char *arg, struct argp_state *state)
{
	struct inspect_input *in = state->input;

	if (key == KEY_JSON) {
		in->json = true;
		return 0;
	}
	return cli_one_argument(key, arg, state, "TRACE", &in->path);
}

static const struct argp_option inspect_options[] = {
	{"json", KEY_JSON, NULL, 0, "print one JSON document", 0},
	{0},
};

static const struct argp inspect_argp = {
	.options = inspect_options,
	.parser = inspect_parse,
	.args_doc = "TRACE",
	.doc = "Shows what is in a capture: events, devices, how packet releases are known, ground "
	       "truth, and what is missing for a good replay.",
};

static int cmd_inspect(int argc, char **argv)
{
	struct capture_info *info = calloc(1, sizeof(*info));
	struct inspect_input in = {NULL, false};
	char err[CLI_ERR_MAX] = "";
	int code = cli_parse(&inspect_argp, argc, argv, &in);

	if (code == CLI_GO && !info) {
		cli_error("not enough memory to scan a capture");
		code = CLI_FAILED;
	}
	if (code == CLI_GO && capture_scan(in.path, info, err, sizeof(err))) {
		cli_error("%s", err);
		code = CLI_USAGE;
	}
	if (code == CLI_GO)
		code = show(info, in.json);
	free(info);
	return code;
}

const struct cli_verb verb_inspect = {
	"inspect", "TRACE", "show what is in a capture, and what a replay lacks", cmd_inspect};
