/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recorded.c - test helper: struct packet from memory through the writer of packet files.
 */
#include "recorded.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/traces/cmocka_all.h"
#include "traces/packet_file/packet_file_write.h"

#define SOURCE "traffic.source="

static char setting[64];

/** struct array - packets still to come */
struct array {
	struct packet_source src;
	const struct packet *next;
	size_t left;
};

static int array_next(struct packet_source *src, struct packet *pkt)
{
	struct array *array = (struct array *)src;

	if (!array->left)
		return 0;
	array->left--;
	*pkt = *array->next++;
	return 1;
}

static void array_close(struct packet_source *src)
{
	(void)src;
}

static void describe(struct capture_info *info, const struct packet *pkt, size_t nr)
{
	struct capture_device *dev = &info->devices[0];

	memset(info, 0, sizeof(*info));
	strcpy(info->format, "made up");
	strcpy(dev->name, RECORDED_DEVICE);
	info->nr_devices = 1;
	info->truth.has_iommu = true;
	info->span_ns = pkt[nr - 1].arrival_ns;
	info->events_total = nr;
	for (; nr--; pkt++) {
		bool known = pkt->release_ns != PACKET_UNKNOWN;
		unsigned int cpu = pkt->cpu;

		if (known && pkt->release_cpu > cpu)
			cpu = pkt->release_cpu;
		if (cpu >= info->cpus)
			info->cpus = cpu + 1;
		if (pkt->flags & PACKET_SENT) {
			dev->tx_packets++;
			continue;
		}
		if (pkt->flags & PACKET_HELD_BEFORE) {
			dev->held_before++;
			continue;
		}
		if (pkt->queue >= dev->queues)
			dev->queues = pkt->queue + 1u;
		dev->packets++;
		dev->bytes += pkt->bytes;
		dev->release[pkt->method]++;
	}
}

void recorded_pool(struct truth *truth, uint64_t held_start)
{
	struct truth_pool *pool = &truth->pools[0];

	memset(truth, 0, sizeof(*truth));
	truth->has_pool = truth->has_iommu = true;
	truth->nr_pools = 1;
	truth->pools_seen = 1;
	truth->pool_held_start = held_start;
	truth->pool_held_peak = held_start;
	pool->held_start = held_start;
	pool->held_peak = held_start;
	pool->start_known = true;
	pool->queue_known = true;
	strcpy(pool->device, RECORDED_DEVICE);
}

const char *recorded_write_truth(const struct packet *pkt, size_t nr, const struct truth *truth)
{
	static const struct packet_source_ops ops = {.next = array_next, .close = array_close};
	static struct capture_info info;
	struct array array = {.src.ops = &ops, .next = pkt, .left = nr};
	char err[512] = "";
	uint64_t packets;
	FILE *file;
	int fd;

	recorded_remove();
	strcpy(setting, SOURCE "/tmp/fragsim-test-XXXXXX");
	fd = mkstemp(setting + strlen(SOURCE));
	assert_true(fd >= 0);
	file = fdopen(fd, "wb+");
	assert_non_null(file);
	describe(&info, pkt, nr);
	if (truth)
		info.truth = *truth;
	if (packet_file_write(file, &info, &info.devices[0], &array.src, &packets, err,
			      sizeof(err)))
		fail_msg("%s", err);
	fclose(file);
	return setting;
}

const char *recorded_write(const struct packet *pkt, size_t nr)
{
	return recorded_write_truth(pkt, nr, NULL);
}

const char *recorded_write_pool(const struct packet *pkt, size_t nr, uint64_t held_start)
{
	static struct truth truth;

	recorded_pool(&truth, held_start);
	return recorded_write_truth(pkt, nr, &truth);
}

void recorded_remove(void)
{
	if (setting[0])
		unlink(setting + strlen(SOURCE));
	setting[0] = '\0';
}
