/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * balance.h - conservation checks at the end of a simulation.
 */
#ifndef SIM_BALANCE_H
#define SIM_BALANCE_H

#include <stddef.h>

struct capture_info;
struct sim;

/**
 * balance_check() - conservation, in every run
 *	packets offered = delivered + each cause of drop + in flight
 *	pages allocated = freed + held, each page in one place
 *	cycles of a core = sum of its causes = softirq + application
 * and with --check the first violation the shadow saw.
 * Return: 0, or -EINVAL with one line in @err: the equation and both sides.
 */
int balance_check(const struct sim *sim, char *err, size_t err_size);

/**
 * balance_offered() - a replay offers as many packets as the scan of its capture counted, or as the
 * scenario takes of them
 * @capture: NULL: the traffic is none
 * Return: 0, or -EINVAL with one line in @err: both counts.
 */
int balance_offered(const struct sim *sim, const struct capture_info *capture, char *err,
		    size_t err_size);

#endif
