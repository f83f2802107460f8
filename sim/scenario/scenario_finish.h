/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario_finish.h - complete a scenario: load its profiles, check its keys against each other.
 */
#ifndef SIM_SCENARIO_FINISH_H
#define SIM_SCENARIO_FINISH_H

#include <stddef.h>

#include "sim/scenario/scenario_input.h"

/**
 * scenario_machine() - load the machine profile; its page size is the default of page_size
 * scenario_finish() does so too: for callers that need the page size earlier.
 * @datadir: folder with machines/
 * Return: 0, or -ENOENT, -ENOMEM, -EINVAL with one line in @err.
 */
int scenario_machine(struct scenario_input *in, const char *datadir, char *err, size_t err_size);

/**
 * scenario_finish() - load machine and NIC preset under the user's keys, check what spans keys:
 * strategies and their options, cores, page size, buffers that fit a page.
 * @datadir: folder with machines/ and nics/
 * Return: 0, or -EINVAL with one line in @err.
 */
int scenario_finish(struct scenario_input *in, const char *datadir, char *err, size_t err_size);

#endif
