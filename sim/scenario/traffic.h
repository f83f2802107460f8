/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * traffic.h - the packets of a run, distributed to its receive queues.
 *
 * The source is one stream in order of arrival; each queue sees its own part of it, at most
 * TRAFFIC_AHEAD packets ahead.
 */
#ifndef SIM_TRAFFIC_H
#define SIM_TRAFFIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "sim/scenario/cpu_map.h"
#include "sim/scenario/scenario.h"
#include "traces/packet.h"

#define TRAFFIC_AHEAD 4096 /* not below the largest nic.rx_frames */

struct capture_device;
struct capture_info;
struct traffic;

/** TRAFFIC_LOOK_AGAIN_NS - how long to wait after TRAFFIC_LATER when its time has passed already */
#define TRAFFIC_LOOK_AGAIN_NS 1000

/** enum traffic_next - what is known of a queue's next packet */
enum traffic_next {
	TRAFFIC_PACKET, /* this one */
	TRAFFIC_LATER,	/* none before this time; ask again then */
	TRAFFIC_END,	/* no more packets */
	TRAFFIC_ERROR,	/* the source failed: traffic_error() */
};

/**
 * traffic_open() - open the packet source a scenario names
 * @capture: the scanned capture, or NULL for synthetic traffic
 * @cpus: from traffic_cpus(); outlives the source. Packets name cores in the place of its CPUs.
 * Return: 0, or -errno with one line in @err.
 */
int traffic_open(const struct scenario *s, const struct capture_info *capture,
		 const struct cpu_map *cpus, struct traffic **traffic, char *err, size_t err_size);

/**
 * traffic_set_gate() - packets of made-up traffic are sent when @pass says so
 * @pass: asked for each packet in turn, again and again while it waits. Return:
 *	TRAFFIC_PACKET: it is sent, and arrives at its arrival_ns, which may have been made later;
 *	TRAFFIC_LATER: it waits, ask at @later_ns; TRAFFIC_END: it and all behind it are never sent
 */
void traffic_set_gate(struct traffic *traffic,
		      enum traffic_next (*pass)(void *arg, struct packet *pkt, uint64_t *later_ns),
		      void *arg);

/** traffic_unsent() - Return: packets that were made and, in the end, not sent */
uint64_t traffic_unsent(const struct traffic *traffic);

/**
 * traffic_cpus() - which cores stand for the CPUs of a capture
 * @capture: as for traffic_open()
 * @profile_cores: cores of the machine profile
 * @cpus: filled
 * Reads the capture once more if it has more than CORE_FEW CPUs, or more than the profile.
 * Return: 0; -EINVAL (more than CORE_MAX CPUs are used) or -errno with one line in @err.
 */
int traffic_cpus(const struct scenario *s, const struct capture_info *capture,
		 uint64_t profile_cores, struct cpu_map *cpus, char *err, size_t err_size);

/** traffic_close() - close the source; NULL does nothing */
void traffic_close(struct traffic *traffic);

/** traffic_device() - the device of @capture that the scenario replays, or NULL: no such device */
const struct capture_device *traffic_device(const struct scenario *s,
					    const struct capture_info *capture);

/**
 * traffic_is_whole() - does the scenario replay all packets of the capture's device?
 * If not, what the kernel counted over the whole capture cannot be compared.
 */
bool traffic_is_whole(const struct scenario *s, const struct capture_info *capture);

/**
 * traffic_fits() - can the scenario's NIC take every packet of the capture's device?
 * A capture after the device merged packets (LRO) holds some of 64 KB: its driver put each over
 * several buffers, and a NIC whose buffers do not hold them would have to drop them.
 * Return: 0, or -EINVAL with one line in @err: the packet, the limit, what makes it fit.
 */
int traffic_fits(const struct scenario *s, const struct capture_info *capture, char *err,
		 size_t err_size);

/**
 * traffic_packets() - how many received packets of a capture the scenario replays
 * Return: exactly so many, or UINT64_MAX: its duration decides
 */
uint64_t traffic_packets(const struct scenario *s, const struct capture_info *capture);

/** traffic_expected() - estimated number of packets, for progress only; 0: unknown */
uint64_t traffic_expected(const struct scenario *s, const struct capture_info *capture);

/** traffic_sent_queue() - the queue number of transmitted packets (PACKET_SENT) */
unsigned int traffic_sent_queue(const struct traffic *traffic);

/** traffic_queues() - number of receive queues */
unsigned int traffic_queues(const struct traffic *traffic);

/**
 * traffic_peek() - look at the @nth next packet of @queue (0 = the next)
 * @pkt: set with TRAFFIC_PACKET; stays valid until traffic_take()
 * @later_ns: set with TRAFFIC_LATER
 */
enum traffic_next traffic_peek(struct traffic *traffic, unsigned int queue, unsigned int nth,
			       const struct packet **pkt, uint64_t *later_ns);

/** traffic_take() - consume the next packet of @queue */
void traffic_take(struct traffic *traffic, unsigned int queue);

/** traffic_error() - why the source failed, or NULL */
const char *traffic_error(const struct traffic *traffic);

#endif
