/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * traffic.c - one source of packets, read ahead into a lane per queue.
 */
#include "sim/scenario/traffic.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/traffic_synthetic.h"
#include "traces/capture.h"
#include "traces/synthetic/synthetic.h"

/**
 * struct lane - packets read for a queue and not taken yet: a ring of TRAFFIC_AHEAD
 */
struct lane {
	struct packet *pkt;
	unsigned int head, nr;
};

/**
 * struct traffic
 * @cpus: cores for the CPUs of a capture, else NULL
 * @seen_ns: arrival of the last packet read; no later one arrives before it
 * @pass, @pass_arg: who decides when a packet is sent; NULL: it is when it was made
 * @next, @has_next: a packet that waits for that
 * @unsent: packets that were never sent
 * @lane: one per receive queue, and one for transmitted packets
 */
struct traffic {
	struct packet_source *src;
	const struct cpu_map *cpus;
	unsigned int nr_queues;
	uint64_t end_ns, left, seen_ns;
	bool ended, failed;
	enum traffic_next (*pass)(void *arg, struct packet *pkt, uint64_t *later_ns);
	void *pass_arg;
	struct packet next;
	bool has_next;
	uint64_t unsent;
	struct lane *lane;
};

const struct capture_device *traffic_device(const struct scenario *s,
					    const struct capture_info *capture)
{
	for (unsigned int i = 0; s->device[0] && i < capture->nr_devices; i++)
		if (!strcmp(capture->devices[i].name, s->device))
			return &capture->devices[i];
	return s->device[0] ? NULL : capture_default_device(capture);
}

static int source_open(struct traffic *t, const struct scenario *s,
		       const struct capture_info *capture, char *err, size_t err_size)
{
	const struct capture_device *dev;
	struct synthetic_params synthetic;
	char path[1024];

	if (!capture) {
		t->nr_queues = s->nic.queues;
		synthetic = traffic_synthetic(s, path, sizeof(path));
		return synthetic_open(&synthetic, &t->src, err, err_size);
	}
	dev = traffic_device(s, capture);
	/* The ring of a queue that received nothing is filled as well. */
	t->nr_queues = dev && dev->queues > s->nic.queues ? dev->queues : s->nic.queues;
	return capture_open(capture, dev ? dev->name : s->device, &t->src, err, err_size);
}

bool traffic_is_whole(const struct scenario *s, const struct capture_info *capture)
{
	const struct capture_device *dev = traffic_device(s, capture);

	return dev && (!s->duration_ns || s->duration_ns > capture->span_ns) &&
	       (!s->packets || s->packets >= dev->packets);
}

/* What would make them fit: of the NIC, or of the capture. */
static void traffic_remedy(const struct scenario *s, const struct capture_info *capture,
			   const struct capture_device *dev, char *text, size_t size)
{
	static const char *const pages[] = {"16K", "64K"};
	struct nic wide = s->nic;
	unsigned int largest = nic_max_bytes(&s->nic, (unsigned int)s->page_size);

	if (nic_widen(&wide, (unsigned int)s->page_size, dev->max_bytes)) {
		snprintf(text, size,
			 "--set nic.header_split=yes --set nic.buffer=%lluK --set nic.order=%llu",
			 (unsigned long long)wide.buffer_bytes / 1024,
			 (unsigned long long)wide.order);
		return;
	}
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		unsigned int page_bytes = 16384u << 2 * i;

		if (page_bytes <= s->page_size || s->nic.buffers == NIC_POSTED ||
		    nic_max_bytes(&s->nic, page_bytes) < dev->max_bytes)
			continue;
		snprintf(text, size, "--set page_size=%s", pages[i]);
		return;
	}
	if (capture->packets_only)
		snprintf(text, size, "--set 'traffic.filter=less %u' to leave them out", largest);
	else
		snprintf(text, size, "a capture recorded with ethtool -K %s lro off rx-gro-hw off",
			 dev->name);
}

int traffic_fits(const struct scenario *s, const struct capture_info *capture, char *err,
		 size_t err_size)
{
	const struct capture_device *dev = traffic_device(s, capture);
	unsigned int largest = nic_max_bytes(&s->nic, (unsigned int)s->page_size);
	char remedy[128];

	if (!dev || dev->max_bytes <= largest)
		return 0;
	traffic_remedy(s, capture, dev, remedy, sizeof(remedy));
	snprintf(err, err_size,
		 "%.200s: device %s has packets of up to %u bytes, merged %s; nic %.40s takes at "
		 "most %u, in %d buffers, and would drop them; expected %s",
		 capture->path, dev->name, dev->max_bytes,
		 dev->before_gro ? "by the device (LRO) or never cut (GSO)" : "before the capture",
		 s->nic.preset, largest, NIC_MAX_BUFS, remedy);
	return -EINVAL;
}

uint64_t traffic_packets(const struct scenario *s, const struct capture_info *capture)
{
	const struct capture_device *dev = traffic_device(s, capture);

	if (!dev || (s->duration_ns && s->duration_ns <= capture->span_ns))
		return UINT64_MAX;
	return s->packets && s->packets < dev->packets ? s->packets : dev->packets;
}

uint64_t traffic_expected(const struct scenario *s, const struct capture_info *capture)
{
	struct synthetic_params synthetic;
	char path[1024];
	uint64_t packets;

	if (!capture) {
		synthetic = traffic_synthetic(s, path, sizeof(path));
		return synthetic_expected(&synthetic);
	}
	packets = traffic_packets(s, capture);
	return packets == UINT64_MAX ? 0 : packets;
}

static void limits_set(struct traffic *t, const struct scenario *s, bool capture)
{
	t->end_ns = capture && s->duration_ns ? s->duration_ns : UINT64_MAX;
	t->left = capture && s->packets ? s->packets : UINT64_MAX;
}

int traffic_open(const struct scenario *s, const struct capture_info *capture,
		 const struct cpu_map *cpus, struct traffic **traffic, char *err, size_t err_size)
{
	struct traffic *t = calloc(1, sizeof(*t));
	int ret = -ENOMEM;

	if (!t)
		goto nomem;
	limits_set(t, s, capture != NULL);
	t->cpus = capture ? cpus : NULL;
	ret = source_open(t, s, capture, err, err_size);
	if (ret)
		goto fail;
	ret = -ENOMEM;
	t->lane = calloc(t->nr_queues + 1, sizeof(*t->lane));
	for (unsigned int i = 0; t->lane && i <= t->nr_queues; i++) {
		t->lane[i].pkt = calloc(TRAFFIC_AHEAD, sizeof(struct packet));
		if (!t->lane[i].pkt)
			goto nomem;
	}
	if (!t->lane)
		goto nomem;
	*traffic = t;
	return 0;
nomem:
	snprintf(err, err_size, "not enough memory for the traffic source");
fail:
	traffic_close(t);
	return ret;
}

void traffic_close(struct traffic *t)
{
	if (!t)
		return;
	packet_source_close(t->src);
	for (unsigned int i = 0; t->lane && i <= t->nr_queues; i++)
		free(t->lane[i].pkt);
	free(t->lane);
	free(t);
}

void traffic_set_gate(struct traffic *t,
		      enum traffic_next (*pass)(void *arg, struct packet *pkt, uint64_t *later_ns),
		      void *arg)
{
	t->pass = pass;
	t->pass_arg = arg;
}

uint64_t traffic_unsent(const struct traffic *t)
{
	return t->unsent;
}

unsigned int traffic_sent_queue(const struct traffic *t)
{
	return t->nr_queues;
}

unsigned int traffic_queues(const struct traffic *t)
{
	return t->nr_queues;
}

const char *traffic_error(const struct traffic *t)
{
	return t->failed ? t->src->error : NULL;
}

/* The next packet within the scenario's limits. Return: 1, 0 at the end, -errno */
static int packet_read(struct traffic *t, struct packet *pkt)
{
	int ret = t->left ? packet_next(t->src, pkt) : 0;

	if (ret <= 0 || pkt->arrival_ns >= t->end_ns)
		return ret < 0 ? ret : 0;
	t->left -= !(pkt->flags & PACKET_SENT);
	return 1;
}

static int cpus_collect(struct traffic *t, struct cpu_map *cpus, char *err, size_t err_size)
{
	struct packet pkt;
	int ret;

	while ((ret = packet_read(t, &pkt)) > 0)
		cpu_map_add(cpus, &pkt);
	if (ret)
		snprintf(err, err_size, "%s", t->src->error);
	return ret;
}

int traffic_cpus(const struct scenario *s, const struct capture_info *capture,
		 uint64_t profile_cores, struct cpu_map *cpus, char *err, size_t err_size)
{
	struct traffic t = {.src = NULL};
	int ret;

	if (cpu_map_init(cpus, capture ? capture->cpus : 0, profile_cores))
		return 0;
	limits_set(&t, s, true);
	ret = source_open(&t, s, capture, err, err_size);
	if (!ret)
		ret = cpus_collect(&t, cpus, err, err_size);
	packet_source_close(t.src);
	if (ret || !cpu_map_close(cpus))
		return ret;
	snprintf(err, err_size,
		 "%s: packets of %s are received, sent and released on %u CPUs; expected at most "
		 "%u: replay another device (--device), or less of it (--set duration=100ms)",
		 capture->path, traffic_device(s, capture)->name, cpus->used, CORE_MAX);
	return -EINVAL;
}

/* Its CPUs become cores. Return: false when the file is wrong about its CPUs. */
static bool packet_place(struct traffic *t, struct packet *pkt)
{
	unsigned int cpu = pkt->cpu;

	if (!t->cpus || cpu_map_apply(t->cpus, pkt))
		return true;
	snprintf(t->src->error, sizeof(t->src->error),
		 "damaged capture: found a packet received on CPU %u and released on CPU %u, "
		 "expected CPUs below the %u that the file says it has",
		 cpu, pkt->release_ns == PACKET_UNKNOWN ? cpu : pkt->release_cpu, t->cpus->in_file);
	return false;
}

/* @t->next is read. Return: false when there is none */
static bool next_read(struct traffic *t)
{
	int ret;

	if (t->has_next)
		return true;
	ret = packet_read(t, &t->next);
	if (ret <= 0 || !packet_place(t, &t->next)) {
		t->ended = true;
		t->failed = ret != 0;
		return false;
	}
	t->has_next = true;
	return true;
}

/* Is @t->next sent? If it never is, none is any more. */
static bool next_passes(struct traffic *t)
{
	switch (t->pass ? t->pass(t->pass_arg, &t->next, &t->seen_ns) : TRAFFIC_PACKET) {
	case TRAFFIC_PACKET:
		t->seen_ns = t->next.arrival_ns;
		t->has_next = false;
		return true;
	case TRAFFIC_END:
		for (; next_read(t); t->has_next = false)
			t->unsent++;
		break;
	default:
		break;
	}
	return false;
}

/*
 * Read a packet into its queue's lane.
 * Return: false when there is none, it is not sent yet, or there is no room for it
 */
static bool lane_read(struct traffic *t, const struct lane *wanted)
{
	struct lane *lane;

	if (t->ended || wanted->nr == TRAFFIC_AHEAD)
		return false;
	for (unsigned int i = 0; i <= t->nr_queues; i++)
		if (t->lane[i].nr == TRAFFIC_AHEAD)
			return false;
	if (!next_read(t) || !next_passes(t))
		return false;
	lane = &t->lane[t->next.flags & PACKET_SENT ? t->nr_queues : t->next.queue % t->nr_queues];
	lane->pkt[(lane->head + lane->nr++) % TRAFFIC_AHEAD] = t->next;
	return true;
}

enum traffic_next traffic_peek(struct traffic *t, unsigned int queue, unsigned int nth,
			       const struct packet **pkt, uint64_t *later_ns)
{
	struct lane *lane = &t->lane[queue];

	while (lane->nr <= nth && lane_read(t, lane))
		;
	if (lane->nr > nth) {
		*pkt = &lane->pkt[(lane->head + nth) % TRAFFIC_AHEAD];
		return TRAFFIC_PACKET;
	}
	if (t->ended)
		return t->failed ? TRAFFIC_ERROR : TRAFFIC_END;
	*later_ns = t->seen_ns;
	return TRAFFIC_LATER;
}

void traffic_take(struct traffic *t, unsigned int queue)
{
	struct lane *lane = &t->lane[queue];

	lane->head = (lane->head + 1) % TRAFFIC_AHEAD;
	lane->nr--;
}
