/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_kinds.h - how many constants of a profile are cited, derived, measured, assumed.
 */
#ifndef TOOLS_SOURCE_KINDS_H
#define TOOLS_SOURCE_KINDS_H

#include <stddef.h>

#include "models/machine.h"
#include "models/options/sources.h"

/**
 * source_kinds_format() - "40 constants: 25 cited, 15 assumed"
 * A source without an entry in @sources counts as one of other sources.
 */
void source_kinds_format(const struct machine_profile *profile, const struct sources *sources,
			 char *buf, size_t size);

#endif
