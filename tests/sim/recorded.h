/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recorded.h - test helper: a packet file of records that a test makes up, as if converted from a
 * capture of kernel events.
 */
#ifndef TESTS_SIM_RECORDED_H
#define TESTS_SIM_RECORDED_H

#include <stddef.h>
#include <stdint.h>
#include "traces/packet.h"

struct truth;

/** RECORDED_DEVICE - its name */
#define RECORDED_DEVICE "test"

/**
 * recorded_write() - write @nr records, in order of arrival, as those of one device
 * CPUs and queues are those the records name; IOMMU mappings count as recorded. Records with
 * PACKET_HELD_BEFORE come first.
 * Return: "traffic.source=FILE", valid until the next call, which removes that file as
 * recorded_remove() does.
 */
const char *recorded_write(const struct packet *pkt, size_t nr);
/**
 * recorded_write_pool() - recorded_write() of a capture whose page_pool, that of queue 0, held
 * @held_start pages when it began
 */
const char *recorded_write_pool(const struct packet *pkt, size_t nr, uint64_t held_start);
/** recorded_pool() - @truth of nothing but such a pool */
void recorded_pool(struct truth *truth, uint64_t held_start);
/** recorded_write_truth() - recorded_write() of a capture with this ground truth; NULL: none */
const char *recorded_write_truth(const struct packet *pkt, size_t nr, const struct truth *truth);
/** recorded_remove() - remove the file written last, if there is one */
void recorded_remove(void);

#endif
