/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth_kernel.h - which of the simulated strategies is the one that the recorded kernel ran.
 *
 * Only that one, on pages of the kernel's size, can be held against what was recorded. What another
 * strategy or page size gives is what it would have changed.
 */
#ifndef SIM_TRUTH_KERNEL_H
#define SIM_TRUTH_KERNEL_H

#include <stdbool.h>

struct scenario;

/**
 * truth_is_kernels() - did the recorded kernel run this strategy, on pages of this size?
 * @s: finished (scenario_finish.h); its nic.strategy says what the driver is
 * @label: of the strategy; an option that is not at its default makes it another one
 */
bool truth_is_kernels(const struct scenario *s, const char *label);

#endif
