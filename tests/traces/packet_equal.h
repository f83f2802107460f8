/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * packet_equal.h - compares packets member by member: struct packet has padding.
 */
#ifndef TESTS_PACKET_EQUAL_H
#define TESTS_PACKET_EQUAL_H

#include <stdbool.h>
#include "traces/packet.h"

static inline bool packet_equal(const struct packet *a, const struct packet *b)
{
	return a->arrival_ns == b->arrival_ns && a->release_ns == b->release_ns &&
	       a->bytes == b->bytes && a->flow == b->flow && a->queue == b->queue &&
	       a->cpu == b->cpu && a->release_cpu == b->release_cpu && a->flags == b->flags &&
	       a->method == b->method && a->mappings == b->mappings;
}

#endif
