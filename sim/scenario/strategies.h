/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * strategies.h - resolve the labels of strategies.
 *
 * A label is an id, optionally followed by options: "frag_countup:form=size_field". Ids are those
 * of the built-in strategies and of plug-ins loaded for the page size (plugin.h).
 */
#ifndef SIM_STRATEGIES_H
#define SIM_STRATEGIES_H

#include <stdbool.h>
#include <stddef.h>
#include "alloc/strategy.h"

/**
 * strategy_find() - find a strategy and its options by label
 * @label: ID or ID:option=value:...
 * @page_shift: 12, 14 or 16
 * @strategy: set on success
 * @option: values of its options, set on success
 * Return: 0, or -EINVAL with one line in @err: what is unknown, and the nearest valid word.
 */
int strategy_find(const char *label, unsigned int page_shift, const struct rx_strategy **strategy,
		  unsigned int option[STRATEGY_MAX_OPTIONS], char *err, size_t err_size);

/** strategy_is_own() - is @label, with options or without, a plug-in's? */
bool strategy_is_own(const char *label, unsigned int page_shift);

/**
 * strategy_counts_to_zero() - does only the last put recycle the page?
 * True for page_pool with refcnt_model=zero: other puts drop a reference.
 * @option: as strategy_find() filled it
 */
bool strategy_counts_to_zero(const struct rx_strategy *s, const unsigned int *option);

#endif
