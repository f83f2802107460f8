/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * traffic_rows.h - the traffic.* keys of a scenario file; scenario_rows.h has them all.
 */
#ifndef SIM_TRAFFIC_ROWS_H
#define SIM_TRAFFIC_ROWS_H

#include "models/options/options.h"

/** traffic_rows - rows of struct scenario, ended by a NULL key */
extern const struct option traffic_rows[];

#endif
