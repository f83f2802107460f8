/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sent.h - packets that the replayed device sent, as far as they share the IOMMU with received ones.
 */
#ifndef SIM_SENT_H
#define SIM_SENT_H

/** sender_actor() - map and unmap what the device of the capture sent; @sim: a struct sim */
void sender_actor(void *sim);

#endif
