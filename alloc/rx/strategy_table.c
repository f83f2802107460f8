/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * strategy_table.c - the built-in strategies of one world. A new strategy is a file rx_<id>.c and a
 * line here.
 */
#include "rx/strategy_table.h"

#include "strategy.h"

#define STRATEGIES(X)                                                                              \
	X(null)                                                                                    \
	X(page_alloc)                                                                              \
	X(refcount_reuse)                                                                          \
	X(recycle_cache)                                                                           \
	X(pingpong)                                                                                \
	X(page_pool)                                                                               \
	X(page_pool_frag)                                                                          \
	X(frag_countdown)                                                                          \
	X(frag_countup)

#define TABLE_PASTE_(a, b, c) a##b##c
#define TABLE_PASTE(a, b, c)  TABLE_PASTE_(a, b, c)
#define TABLE_NAME(id, shift) TABLE_PASTE(strategy_##id##_, MM_WORLD, _##shift)

#define DECLARE(id)                                                                                \
	extern const struct rx_strategy TABLE_NAME(id, 12), TABLE_NAME(id, 14), TABLE_NAME(id, 16);
STRATEGIES(DECLARE)

#define ENTRY_12(id) &TABLE_NAME(id, 12),
#define ENTRY_14(id) &TABLE_NAME(id, 14),
#define ENTRY_16(id) &TABLE_NAME(id, 16),

static const struct rx_strategy *const table_12[] = {STRATEGIES(ENTRY_12) NULL};
static const struct rx_strategy *const table_14[] = {STRATEGIES(ENTRY_14) NULL};
static const struct rx_strategy *const table_16[] = {STRATEGIES(ENTRY_16) NULL};

const struct rx_strategy *const *TABLE_PASTE(strategy_table_, MM_WORLD, )(unsigned int page_shift)
{
	switch (page_shift) {
	case 12:
		return table_12;
	case 14:
		return table_14;
	case 16:
		return table_16;
	default:
		return NULL;
	}
}
