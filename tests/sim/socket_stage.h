/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * socket_stage.h - test helper: the modelled reader's socket alone, on one core at 1 GHz, and
 * packets that a test makes for it.
 */
#ifndef TESTS_SIM_SOCKET_STAGE_H
#define TESTS_SIM_SOCKET_STAGE_H

#include "sim/rx/rx_queue.h"
#include "sim/sim.h"

#define STAGE_FULL     1514u
#define STAGE_HEADERS  66u
#define STAGE_DATA     (STAGE_FULL - STAGE_HEADERS)
#define STAGE_HEADROOM 256u
#define STAGE_PAGE     4096u
#define STAGE_FLOW     9u
#define STAGE_NOW_NS   500u

/**
 * struct socket_stage - all of it
 * @strategy: puts count, and nothing else happens
 * @put, @direct: buffers put since setup, and those of them put directly
 * @pages: pages that packets were made of; each has one of its own
 */
struct socket_stage {
	struct rx_strategy strategy;
	struct scenario scenario;
	struct machine machine;
	struct sim sim;
	struct rx_queue queue;
	unsigned int put, direct, pages;
};

extern struct socket_stage stage;

/** socket_stage_up() - cmocka setup: a stalled reader, rcvbuf of 1M; time is STAGE_NOW_NS */
int socket_stage_up(void **state);

/** socket_stage_down() - cmocka teardown: reads all; then the books balance, all is put once */
int socket_stage_down(void **state);

/** socket_stage_read_all() - the application takes all packets and is done with them */
void socket_stage_read_all(void);

/**
 * socket_stage_packet() - a packet of @bytes, of STAGE_FLOW
 * @copied: bytes in a head of its own
 * @truesize: of its buffer at @at of a page; 0: it has none
 */
struct skb *socket_stage_packet(uint32_t bytes, uint32_t copied, uint32_t truesize, uint32_t at);

#endif
