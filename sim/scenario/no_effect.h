/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * no_effect.h - keys that the user gave and that change nothing in this run.
 *
 * A row for each key and condition. A condition is one under which two values of the key give the
 * same result (a test runs each row with two), so that nobody concludes "this costs nothing" from
 * an option that was never looked at.
 */
#ifndef SIM_NO_EFFECT_H
#define SIM_NO_EFFECT_H

#include <stdbool.h>

#include "sim/scenario/scenario_input.h"

struct capture_info;

/**
 * struct no_effect_row - a key and when it has no effect
 * @key: as in scenario_options()
 * @applies: true: no value of @key matters. @capture is NULL for synthetic traffic
 * @why: what follows "has no effect: "
 * @instead: what to do instead, or NULL
 * @placed: its value moves the model's own data in memory, so that cycles may differ by what
 *	placement makes of cache misses (well below a percent); counts do not
 * @harmless: the key says what is the case, so that it misleads nobody
 */
struct no_effect_row {
	const char *key;
	bool (*applies)(const struct scenario *s, const struct capture_info *capture);
	const char *why;
	const char *instead;
	bool placed, harmless;
};

/** no_effect_rows - ended by a NULL key */
extern const struct no_effect_row no_effect_rows[];

/**
 * no_effect_next() - the rows that apply to keys the user gave, one key once
 * @in: finished (scenario_finish.h)
 * @capture: of its traffic, or NULL
 * @after: the row before, NULL for the first
 * Return: NULL when there is none left
 */
const struct no_effect_row *no_effect_next(const struct scenario_input *in,
					   const struct capture_info *capture,
					   const struct no_effect_row *after);

#endif
