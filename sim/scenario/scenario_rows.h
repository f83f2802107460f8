/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario_rows.h - every key of a scenario file: name, range, default, help.
 */
#ifndef SIM_SCENARIO_ROWS_H
#define SIM_SCENARIO_ROWS_H

#include "models/options/options.h"

/** SCENARIO_MAX_ROWS - rows of scenario_options(), the NIC's included */
#define SCENARIO_MAX_ROWS 192

/**
 * scenario_options() - the rows of struct scenario, NIC keys prefixed by "nic."
 * Return: a table of static storage, ended by a NULL key.
 */
const struct option *scenario_options(void);

struct scenario;

/** scenario_value() - the value of @key, a row of scenario_options(), in the syntax of --set */
void scenario_value(const struct scenario *s, const char *key, char *buf, size_t size);

#endif
