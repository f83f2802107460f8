/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_capture.c - the sample captures, read to the end.
 *
 * Expected numbers are those that a separate script counted in the text output of trace-cmd report
 * for the same files, when they were recorded; none comes from this reader.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cmocka_all.h"
#include "traces/capture.h"

#define SAMPLES FRAGSIM_SOURCE_DIR "/traces/samples/"

/* Ring of 256 and alloc cache of 128 pages: what a page_pool of these captures keeps unused. */
#define POOL_KEEPS_PAGES (256 + 128)
/* A skb's free event comes before its pages go: at most one 64 KB skb of 1448-byte segments. */
#define SKB_MAX_PAGES	 46

static struct capture_info *scan(const char *name)
{
	struct capture_info *info = malloc(sizeof(*info));
	char path[512], err[512] = "";

	snprintf(path, sizeof(path), "%s%s", SAMPLES, name);
	assert_non_null(info);
	assert_int_equal(capture_scan(path, info, err, sizeof(err)), 0);
	assert_string_equal(err, "");
	return info;
}

static uint64_t event_count(const struct capture_info *info, const char *name)
{
	for (unsigned int i = 0; i < info->nr_events; i++)
		if (!strcmp(info->events[i].name, name))
			return info->events[i].count;
	return 0;
}

static const struct capture_device *device(const struct capture_info *info, const char *name)
{
	for (unsigned int i = 0; i < info->nr_devices; i++)
		if (!strcmp(info->devices[i].name, name))
			return &info->devices[i];
	return NULL;
}

/* Totals of the text: 74505 events in 2326579 us; vb 11789 packets of 17488556 bytes. */
static void scan_slow_reader(void **state)
{
	struct capture_info *info = scan("tcp_slow_reader_small.dat");
	const struct capture_device *vb = device(info, "vb"), *va = device(info, "va");

	(void)state;
	assert_string_equal(info->format, "trace.dat v7 zstd");
	assert_string_equal(info->clock, "mono");
	assert_int_equal(info->cpus, 2);
	assert_int_equal(info->events_total, 74505);
	assert_int_equal(info->first_ns, 4008441775427);
	assert_in_range(info->span_ns, 2326579000, 2326580999);
	assert_int_equal(info->lost_events, 0);
	assert_false(info->truncated);
	assert_int_equal(info->nr_events, 13);
	assert_int_equal(event_count(info, "skb:consume_skb"), 24977);
	assert_int_equal(event_count(info, "napi:napi_poll"), 700);
	assert_int_equal(event_count(info, "skb:skb_copy_datagram_iovec"), 479);
	assert_int_equal(info->copied, 16881552);
	assert_int_equal(info->copied_apart, 5980); /* netlink: of 6032 by ip and ethtool */
	assert_int_equal(info->collapsed, 0);
	assert_int_equal(info->nr_devices, 2);
	assert_int_equal(vb->packets, 11789);
	assert_int_equal(vb->bytes, 17488556);
	assert_int_equal(vb->delivered, 460);
	assert_int_equal(vb->tx_packets, 265);
	assert_int_equal(vb->queues, 1);
	assert_true(vb->before_gro);
	assert_int_equal(va->packets, 265);
	assert_int_equal(va->bytes, 13848);
	assert_int_equal(va->tx_packets, 11873);
	assert_false(va->before_gro);
	assert_ptr_equal(capture_default_device(info), vb);
	free(info);
}

/* pool0: 5248 holds, 5247 releases, at most 4021 pages at once; a second pool never held a page. */
static void truth_slow_reader(void **state)
{
	struct capture_info *info = scan("tcp_slow_reader_small.dat");
	const struct truth *truth = &info->truth;

	(void)state;
	assert_true(truth->has_pool);
	assert_false(truth->has_iommu);
	assert_false(truth->has_driver_pages);
	assert_int_equal(truth->last.pool_hold, 5248);
	assert_int_equal(truth->last.pool_release, 5247);
	assert_int_equal(truth->pool_held_peak, 4021);
	assert_int_equal(truth->pool_held_start, 0);
	assert_int_equal(truth->last.time_ns, info->span_ns);
	assert_int_equal(truth->nr_pools, 1);
	assert_int_equal(truth->pools[0].address, 0xffff8881b1305800);
	assert_int_equal(truth->pools[0].holds, 5248);
	assert_int_equal(truth->pools[0].releases, 5247);
	assert_int_equal(truth->pools[0].held_peak, 4021);
	assert_true(truth->pools[0].queue_known);
	assert_string_equal(truth->pools[0].device, "vb");
	assert_int_equal(truth->pools[0].queue, 0);
	for (unsigned int i = 0; i < truth->nr_points; i++)
		assert_int_equal(truth->pool_points[0][i].hold, truth->points[i].pool_hold);
	for (unsigned int i = 1; i < truth->nr_points; i++)
		assert_true(truth->points[i].time_ns > truth->points[i - 1].time_ns);
	free(info);
}

/* igb: 14702 packets on one queue, 8147 maps, 8144 unmaps, 7813 pages with __GFP_MEMALLOC. */
static void scan_igb(void **state)
{
	struct capture_info *info = scan("igb_rx_slow_lazy.dat");
	const struct capture_device *q1 = device(info, "q1");

	(void)state;
	assert_int_equal(info->events_total, 59793);
	assert_int_equal(q1->packets, 14702);
	assert_int_equal(q1->bytes, 21768794);
	assert_int_equal(q1->delivered, 1491);
	assert_int_equal(q1->tx_packets, 324);
	assert_int_equal(q1->queues, 1);
	assert_int_equal(q1->queue_base, 1);
	assert_true(info->truth.has_iommu);
	assert_int_equal(info->truth.last.iommu_maps, 8147);
	assert_int_equal(info->truth.last.iommu_unmaps, 8144);
	assert_int_equal(info->truth.maps_sent, 324); /* of 324 packets it sent, one each */
	assert_true(info->truth.has_driver_pages);
	assert_int_equal(info->truth.last.driver_pages, 7813);
	assert_false(info->truth.has_pool);
	/* 6.12 frees what a reader on the same CPU has read without an event. */
	assert_true(q1->release[RELEASE_COPY] > 14000);
	free(info);
}

/* The same recording as version 7 with zstd and as version 6, which was cut down to few formats. */
static void scan_versions(void **state)
{
	static const char *const names[] = {"fmt_v7_zstd.dat", "fmt_v6_small.dat"};
	static const char *const formats[] = {"trace.dat v7 zstd", "trace.dat v6"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct capture_info *info = scan(names[i]);
		const struct capture_device *vb = device(info, "vb");

		assert_string_equal(info->format, formats[i]);
		assert_string_equal(info->clock, "mono");
		assert_string_equal(info->kernel, "6.18.44-generic");
		assert_int_equal(info->page_bytes, 4096);
		assert_string_equal(vb->peer, "va");
		assert_int_equal(info->events_total, 6967);
		assert_int_equal(vb->packets, 1476);
		assert_int_equal(vb->bytes, 2174420);
		assert_int_equal(vb->delivered, 74);
		assert_int_equal(info->truth.last.pool_hold, 64);
		assert_int_equal(info->truth.last.pool_release, 63);
		/* pool1 of its table; pool0 only releases, pool2 does nothing */
		assert_int_equal(info->truth.nr_pools, 1);
		assert_int_equal(info->truth.pools[0].address, 0xffff8881c6ee9800);
		assert_int_equal(info->truth.pools[0].held_peak, 64);
		free(info);
	}
}

/* Scheduler events only: a capture, but nothing in it can be replayed. */
static void scan_without_packets(void **state)
{
	struct capture_info *info = scan("only_sched.dat");
	struct packet_source *src = NULL;
	char err[512] = "";

	(void)state;
	assert_int_equal(info->events_total, 3305);
	assert_int_equal(info->nr_devices, 0);
	assert_int_equal(info->truth.nr_points, 0);
	assert_null(capture_default_device(info));
	assert_int_equal(capture_open(info, "vb", &src, err, sizeof(err)), -ENODEV);
	assert_non_null(strstr(err, "there is none"));
	assert_null(src);
	free(info);
}

static struct packet *read_all(const struct capture_info *info, const char *dev, size_t *nr)
{
	struct packet_source *src;
	struct packet *pkts = calloc(20000, sizeof(*pkts));
	char err[512];
	int rc;

	assert_non_null(pkts);
	assert_int_equal(capture_open(info, dev, &src, err, sizeof(err)), 0);
	for (*nr = 0; *nr < 20000 && (rc = packet_next(src, &pkts[*nr])) > 0; ++*nr)
		continue;
	assert_int_equal(rc, 0);
	assert_int_equal(packet_next(src, &pkts[*nr]), 0);
	packet_source_close(src);
	return pkts;
}

static void packets_are_sane(void **state)
{
	static const char *const names[] = {"tcp_slow_reader_small.dat", "igb_rx_slow_lazy.dat",
					    "fmt_v6_small.dat"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct capture_info *info = scan(names[i]);
		const struct capture_device *dev = capture_default_device(info);
		uint64_t methods[RELEASE_METHODS] = {0}, bytes = 0, sent = 0;
		size_t nr;
		struct packet *pkts = read_all(info, dev->name, &nr);

		for (size_t j = 0; j < nr; j++) {
			const struct packet *pkt = &pkts[j];

			if (pkt->flags & PACKET_SENT) {
				assert_in_range(pkt->mappings, 1, 18);
				sent++;
				continue;
			}
			bytes += pkt->bytes - 14;
			methods[pkt->method]++;
			assert_true(!j || pkt->arrival_ns >= pkts[j - 1].arrival_ns);
			assert_true(pkt->release_ns >= pkt->arrival_ns);
			assert_true(pkt->method == RELEASE_UNKNOWN ||
				    pkt->release_ns <= info->span_ns);
			assert_true((pkt->method == RELEASE_UNKNOWN) ==
				    (pkt->release_ns == PACKET_UNKNOWN));
			assert_true(pkt->queue < dev->queues);
			assert_true(pkt->cpu < 2 && pkt->release_cpu < 2);
		}
		assert_int_equal(nr - sent, dev->packets);
		assert_int_equal(sent, info->truth.has_iommu ? dev->tx_packets : 0);
		assert_int_equal(bytes, dev->bytes);
		assert_memory_equal(methods, dev->release, sizeof(methods));
		free(pkts);
		free(info);
	}
}

/*
 * Every packet of this capture that is longer than half a page fills one page of the pool, so at
 * any moment	pages held = packets alive + pages that the pool keeps for later.
 * Alive is inferred, held is the kernel's own count: if a release were found too late, alive would
 * exceed held; if too early, the pool would seem to keep more than it can.
 */
static void alive_fits_pages_held(void **state)
{
	struct capture_info *info = scan("tcp_slow_reader_small.dat");
	const struct truth *truth = &info->truth;
	int64_t worst = 0, peak = 0;
	size_t nr;
	struct packet *pkts = read_all(info, "vb", &nr);

	(void)state;
	for (unsigned int i = 0; i < truth->nr_points; i++) {
		const struct truth_point *point = &truth->points[i];
		int64_t held = (int64_t)(point->pool_hold - point->pool_release), alive = 0;

		for (size_t j = 0; j < nr; j++)
			alive += pkts[j].bytes > 2048 / 2 && pkts[j].arrival_ns < point->time_ns &&
				 pkts[j].release_ns >= point->time_ns;
		assert_true(alive <= held);
		if (held - alive > worst)
			worst = held - alive;
		if (alive > peak)
			peak = alive;
	}
	print_message("alive at most %lld, pool kept at most %lld\n", (long long)peak,
		      (long long)worst);
	assert_true(worst <= POOL_KEEPS_PAGES + SKB_MAX_PAGES);
	/* 4021 pages at most, of which the pool can keep no more than these */
	assert_in_range(peak, 4021 - POOL_KEEPS_PAGES, 4021);
	free(pkts);
	free(info);
}

static void two_passes_are_equal(void **state)
{
	struct capture_info *first = scan("tcp_slow_reader_small.dat");
	struct capture_info *second = scan("tcp_slow_reader_small.dat");
	size_t nr_first, nr_second;
	struct packet *a = read_all(first, "vb", &nr_first),
		      *b = read_all(second, "vb", &nr_second);

	(void)state;
	assert_memory_equal(first, second, sizeof(*first));
	assert_int_equal(nr_first, nr_second);
	assert_memory_equal(a, b, nr_first * sizeof(*a));
	free(a);
	free(b);
	free(first);
	free(second);
}

static void unknown_device_is_named(void **state)
{
	struct capture_info *info = scan("fmt_v6_small.dat");
	struct packet_source *src;
	char err[512] = "";

	(void)state;
	assert_int_equal(capture_open(info, "eth7", &src, err, sizeof(err)), -ENODEV);
	assert_non_null(strstr(err, "eth7"));
	assert_non_null(strstr(err, "va"));
	assert_non_null(strstr(err, "vb"));
	free(info);
}

/* The text has 437 napi_poll lines of vb with work > 0: as many packets end a poll. The pool was
 * destroyed when the XDP program was detached, 1.3 s after the first event. */
static void polls_and_closing(void **state)
{
	struct capture_info *info = scan("tcp_slow_reader_small.dat");
	struct packet_source *src;
	unsigned int ends = 0;
	struct packet pkt;
	char err[512];

	(void)state;
	assert_in_range(info->truth.closed_ns, 1250000000, 1350000000);
	assert_int_equal(capture_open(info, "vb", &src, err, sizeof(err)), 0);
	while (packet_next(src, &pkt) > 0)
		ends += !(pkt.flags & PACKET_POLL_MORE);
	packet_source_close(src);
	free(info);
	assert_int_equal(ends, 437);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scan_slow_reader),
		cmocka_unit_test(truth_slow_reader),
		cmocka_unit_test(scan_igb),
		cmocka_unit_test(scan_versions),
		cmocka_unit_test(scan_without_packets),
		cmocka_unit_test(packets_are_sane),
		cmocka_unit_test(alive_fits_pages_held),
		cmocka_unit_test(two_passes_are_equal),
		cmocka_unit_test(unknown_device_is_named),
		cmocka_unit_test(polls_and_closing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
