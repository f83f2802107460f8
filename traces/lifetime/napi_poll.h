/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * napi_poll.h - the packets of a recorded NAPI poll.
 */
#ifndef TRACES_NAPI_POLL_H
#define TRACES_NAPI_POLL_H

#include "traces/lifetime/lifetime.h"

/** napi_poll_packet() - a packet arrived on a CPU: it continues the poll there, or begins one */
void napi_poll_packet(struct lifetime *life, uint16_t cpu, uint64_t id);

/** napi_poll_end() - the poll that runs on a CPU has ended, if there is one */
void napi_poll_end(struct lifetime *life, uint16_t cpu);

#endif
