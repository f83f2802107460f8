/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * balance.h - conservation checks at the end of a simulation.
 */
#ifndef SIM_BALANCE_H
#define SIM_BALANCE_H

#include <stddef.h>

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

#endif
