/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sent.h - packets that the replayed device sent: their DMA mappings.
 */
#ifndef SIM_SENT_H
#define SIM_SENT_H

/**
 * sender_actor() - map and unmap what the capture's device sent
 * @sim: struct sim
 */
void sender_actor(void *sim);

#endif
