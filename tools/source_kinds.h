/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kinds.h - how many constants of a profile are cited, derived, measured, assumed.
 */
#ifndef TOOLS_KINDS_H
#define TOOLS_KINDS_H

#include <stddef.h>

#include "models/machine.h"
#include "models/options/sources.h"

/** kinds_format() - "40 constants: 25 cited, 15 assumed"; an id without entry counts as unknown */
void kinds_format(const struct machine_profile *profile, const struct sources *sources, char *buf,
		  size_t size);

#endif
