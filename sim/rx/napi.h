/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * napi.h - one NAPI actor per receive queue.
 */
#ifndef SIM_NAPI_H
#define SIM_NAPI_H

/**
 * napi_actor() - poll a queue until its traffic has ended
 * @queue: struct rx_queue
 */
void napi_actor(void *queue);

#endif
