/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario_file.h - from what a user calls a scenario to a loaded one.
 */
#ifndef TOOLS_SCENARIO_FILE_H
#define TOOLS_SCENARIO_FILE_H

#include "sim/scenario/scenario_input.h"
#include "tools/datadir.h"

/**
 * scenario_file_load() - find the program's files, load a scenario over the defaults
 * @name: a file, or the name of an installed scenario ("quickstart")
 * @dirs: filled
 * @in: filled, not finished yet
 * Return: CLI_GO, CLI_USAGE (told).
 */
int scenario_file_load(const char *name, struct datadir *dirs, struct scenario_input *in);

#endif
