/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * window.h - traffic.flow_control window: the receive window of the modelled reader's socket, and
 * the sender that waits for it.
 */
#ifndef SIM_WINDOW_H
#define SIM_WINDOW_H

#include <stdbool.h>
#include <stdint.h>
#include "sim/scenario/traffic.h"

struct packet;
struct sim;
struct skb;

/** WINDOW_STEPS - updates of the window that the sender has not used up; more are put together */
#define WINDOW_STEPS 256

/** struct window_step - from @time_ns on the sender may send up to @edge, and @pkts packets */
struct window_step {
	uint64_t time_ns, edge, pkts;
};

/**
 * struct window - one for all flows; positions are bytes of data, or packets, since the run began
 * @on: packets wait for it
 * @sent, @sent_pkts: given to the network
 * @ended, @ended_pkts: received by the socket, or lost on the way
 * @edge: the highest position that was advertised
 * @acked: @ended at the last update
 * @step, @head, @nr: updates that allow more than what is sent, oldest first; circular
 * @last_ns: arrival of the last packet sent
 * @line_ns: after a packet that waited: when the line is free for the next
 * @delayed: packets that arrive later than they were made
 * @closed_ns: time that a packet was ready and the window was closed
 */
struct window {
	bool on;
	uint64_t sent, ended, edge, acked, sent_pkts, ended_pkts;
	struct window_step step[WINDOW_STEPS];
	unsigned int head, nr;
	uint64_t last_ns, line_ns;
	uint64_t delayed, closed_ns;
};

/** window_init() - the window as it is after the handshake, where the scenario has one */
void window_init(struct sim *sim);

/**
 * window_pass() - may the sender send @pkt? For traffic_gate()
 * @sim: struct sim
 */
enum traffic_next window_pass(void *sim, struct packet *pkt, uint64_t *later_ns);

/** window_lost() - @pkts packets of @bytes with one header do not reach the socket */
void window_lost(struct sim *sim, uint32_t bytes, unsigned int pkts);

/** window_received() - core_current queued or dropped @pkts with @data bytes, and acknowledges */
void window_received(struct sim *sim, uint32_t data, unsigned int pkts);

/** window_freed() - core_current has read from the socket: an update, if that opens it enough */
void window_freed(struct sim *sim);

#endif
