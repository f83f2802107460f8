/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * native_stream.h - the operations a scenario asks of an allocator, in order, recorded once.
 *
 * The simulator runs the scenario with the strategy `null` and records each call of a hook, with
 * its arguments and whether the put ran on the core that received the buffer. Where packets are
 * dropped and one of the scenario's strategies has the hook drop, calls of it are recorded. The
 * order is that of the NIC, polls and readers that `run` simulates, and the same for every
 * strategy: none can slow the traffic.
 */
#ifndef SIM_NATIVE_STREAM_H
#define SIM_NATIVE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "alloc/strategy.h"
#include "sim/scenario/scenario.h"

struct capture_info;

/** NATIVE_MAX_OPS - longest stream: 3 million packets of one buffer, 120 MB */
#define NATIVE_MAX_OPS (10u << 20)

#define NATIVE_MAX_QUEUES 64

enum native_kind {
	NATIVE_ALLOC,
	NATIVE_RECEIVE,
	NATIVE_PUT_LOCAL,  /* on the core that received the buffer */
	NATIVE_PUT_REMOTE, /* on another one */
	NATIVE_DROP,	   /* in the ring; strategies without the hook receive and put */
	NATIVE_KINDS
};

/** struct native_op - one call; @arg: bytes of an alloc, 0 of a drop, else the buffer's number */
struct native_op {
	uint32_t slot, arg;
	uint8_t kind, queue;
	bool direct;
};

/**
 * struct native_info - about a stream
 * @params: of the queues
 * @packets: number of packets
 * @nr: number of operations
 * @nr_setup: those of the first fill of the rings
 * @nr_buffers: buffers are numbered below it
 * @count: operations after the setup, by kind
 * @cut: the scenario has more operations
 */
struct native_info {
	struct rx_params params;
	unsigned int nr_queues, nr_buffers;
	uint64_t packets, nr, nr_setup, count[NATIVE_KINDS];
	bool cut;
};

struct native_stream {
	struct native_info info;
	struct native_op *op;
};

/** native_drop() - a NATIVE_DROP, by the hook or, where @strategy has none, what stands for it */
static inline void native_drop(const struct rx_strategy *strategy, void *queue, unsigned int slot)
{
	struct rx_buf buf;

	if (strategy->drop) {
		strategy->drop(queue, slot);
		return;
	}
	strategy->receive(queue, slot, &buf);
	strategy->put(&buf, true);
}

/**
 * native_stream_record() - simulate the scenario in a process of its own, record its operations
 * @dir: existing folder for what the simulation writes
 * Return: 0, -EINVAL or -errno with one line in @err.
 */
int native_stream_record(const struct scenario *s, const struct capture_info *capture,
			 const char *datadir, const char *dir, struct native_stream *stream,
			 char *err, size_t err_size);

/** native_stream_free() - free the operations of a recorded stream */
void native_stream_free(struct native_stream *stream);

#endif
