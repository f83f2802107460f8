/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * strategy_table.c - the built-in strategies of one world. A new strategy is a file rx_<id>.c and a
 * line here.
 */
#include "rx/strategy_table.h"

#include "strategy.h"

#define TABLE_ROWS(X)                                                                              \
	X(null)                                                                                    \
	X(page_alloc)                                                                              \
	X(refcount_reuse)                                                                          \
	X(recycle_cache)                                                                           \
	X(pingpong)                                                                                \
	X(page_pool)                                                                               \
	X(page_pool_frag)                                                                          \
	X(frag_countdown)                                                                          \
	X(frag_countup)

#define TABLE_TYPE     struct rx_strategy
#define TABLE_FUNCTION strategy_table
#include "world_table.h"
