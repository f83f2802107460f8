/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xdp.h - packets that a device sends on by XDP, and when their buffers were taken.
 */
#ifndef TRACES_XDP_H
#define TRACES_XDP_H

#include <stdbool.h>
#include <stdint.h>

/** XDP_COPIES - copies of one poll that are remembered: two frees each for a budget of 64 */
#define XDP_COPIES 128

/** XDP_PENDING - packets sent and not arrived yet, at most; of more only the count is known */
#define XDP_PENDING 1024

/**
 * struct xdp_cpu - what a CPU has sent by XDP
 * @copied: when originals of copied packets were freed, since it last sent or a poll ended
 * @taken: by number: when the buffer of a packet sent was taken
 * @sent, @arrived: packets so far
 */
struct xdp_cpu {
	uint64_t copied[XDP_COPIES];
	unsigned int nr_copied;
	uint64_t taken[XDP_PENDING];
	uint64_t sent, arrived;
};

/** xdp_copied() - code that copies a packet freed the original */
void xdp_copied(struct xdp_cpu *cpu, uint64_t time_ns);

/** xdp_sent() - @nr packets left */
void xdp_sent(struct xdp_cpu *cpu, uint32_t nr, uint64_t time_ns);

/** xdp_poll_end() - a poll has ended on the CPU */
void xdp_poll_end(struct xdp_cpu *cpu);

/**
 * xdp_arrival() - a packet arrives on the CPU at *@time_ns
 * @time_ns: set to when its buffer was taken
 * Return: had the CPU sent it?
 */
bool xdp_arrival(struct xdp_cpu *cpu, uint64_t *time_ns);

#endif
