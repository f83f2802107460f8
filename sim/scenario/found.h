/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * found.h - what the recorded kernel ran, where the user does not say: from the file of the machine
 * beside the capture, from the capture, or from what its events show.
 */
#ifndef SIM_FOUND_H
#define SIM_FOUND_H

#include <stddef.h>
#include "sim/scenario/scenario_input.h"

struct capture_info;

/**
 * scenario_find_out() - set the keys that the user did not give
 * @in: after all of the user's keys, before scenario_finish()
 * @capture: whose device is replayed
 * @datadir: folder with nics/
 *
 * nic.preset and what the machine says of its settings, kernel, page_size and iommu; in->found
 * says which, and why. What is not found keeps its default. A machine profile that the user chose
 * decides the page size itself.
 * Return: 0, or -errno with one line in @err.
 */
int scenario_find_out(struct scenario_input *in, const struct capture_info *capture,
		      const char *datadir, char *err, size_t err_size);

#endif
