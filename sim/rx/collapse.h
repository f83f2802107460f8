/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * collapse.h - a TCP socket above its receive buffer copies its queue into as few skbs as it can.
 */
#ifndef SIM_COLLAPSE_H
#define SIM_COLLAPSE_H

struct rx_queue;
struct sim;

/**
 * collapse() - core_current collapses the queue of the modelled reader's socket
 * @polled: the queue it polls, to whose pool buffers go directly
 */
void collapse(struct sim *sim, const struct rx_queue *polled);

#endif
