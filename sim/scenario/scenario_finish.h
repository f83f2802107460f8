/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario_finish.h - the last step of a scenario: load profiles, check what spans keys.
 */
#ifndef SIM_SCENARIO_FINISH_H
#define SIM_SCENARIO_FINISH_H

#include <stddef.h>

#include "sim/scenario/scenario_input.h"

/**
 * scenario_machine() - load the machine profile; without a page_size of the user's, take its own
 * scenario_finish() does it too; call it when the page size is needed earlier.
 * @datadir: folder with machines/
 * Return: 0, or -ENOENT, -ENOMEM, -EINVAL with one line in @err.
 */
int scenario_machine(struct scenario_input *in, const char *datadir, char *err, size_t err_size);

/**
 * scenario_finish() - load machine and NIC preset under the overrides, check everything that spans
 * keys: strategies and their options, cores, page size, buffers that fit a page.
 * @datadir: folder with machines/ and nics/
 * Return: 0, or -EINVAL with one line in @err.
 */
int scenario_finish(struct scenario_input *in, const char *datadir, char *err, size_t err_size);

#endif
