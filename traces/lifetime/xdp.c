/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xdp.c - packets sent by XDP arrive on the CPU that sent them, in order.
 *
 * veth copies a packet into a buffer of its pool when it polls, frees the original, runs the
 * program, gives the frame to the peer, and frees what it built: two frees for each packet. The
 * peer's poll comes later, and frees of earlier packets in between: so that the buffer is taken
 * when the packet is copied matters. A device that copies nothing takes it before that; then the
 * time of sending is the best there is.
 */
#include "traces/lifetime/xdp.h"

void xdp_copied(struct xdp_cpu *cpu, uint64_t time_ns)
{
	if (cpu->nr_copied < XDP_COPIES)
		cpu->copied[cpu->nr_copied++] = time_ns;
}

static uint64_t copied_ns(const struct xdp_cpu *cpu, uint32_t i, uint32_t nr, uint64_t sent_ns)
{
	if (!cpu->nr_copied)
		return sent_ns;
	if (cpu->nr_copied == 2 * nr)
		return cpu->copied[2 * i];
	return cpu->nr_copied == nr ? cpu->copied[i] : cpu->copied[0];
}

void xdp_sent(struct xdp_cpu *cpu, uint32_t nr, uint64_t time_ns)
{
	for (uint32_t i = 0; i < nr && i < XDP_PENDING; i++)
		cpu->taken[(cpu->sent + i) % XDP_PENDING] = copied_ns(cpu, i, nr, time_ns);
	cpu->sent += nr;
	cpu->nr_copied = 0;
}

void xdp_poll_end(struct xdp_cpu *cpu)
{
	cpu->nr_copied = 0;
}

bool xdp_arrival(struct xdp_cpu *cpu, uint64_t *time_ns)
{
	if (cpu->arrived == cpu->sent)
		return false;
	if (cpu->sent - cpu->arrived <= XDP_PENDING)
		*time_ns = cpu->taken[cpu->arrived % XDP_PENDING];
	cpu->arrived++;
	return true;
}
