/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario_file.h - find and load a scenario by path or name.
 */
#ifndef TOOLS_SCENARIO_FILE_H
#define TOOLS_SCENARIO_FILE_H

#include "sim/scenario/scenario_input.h"
#include "tools/datadir.h"

/**
 * scenario_file_load() - locate the program's files, load a scenario over the defaults
 * @name: a file, or the name of an installed scenario ("quickstart")
 * @dirs: set
 * @in: set, for session_finish()
 * Return: CLI_GO, or CLI_USAGE after a message.
 */
int scenario_file_load(const char *name, struct datadir *dirs, struct scenario_input *in);

#endif
