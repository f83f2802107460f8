/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tx_table.c - the built-in TX strategies of one world. A new strategy is a file tx_<id>.c and a
 * line here.
 */
#include "tx/tx_table.h"

#include "tx_strategy.h"

#define TABLE_ROWS(X)                                                                              \
	X(tx_page_frag)                                                                            \
	X(tx_page_pool)                                                                            \
	X(tx_premapped_ring)                                                                       \
	X(tx_shared_map)

#define TABLE_TYPE     struct tx_strategy
#define TABLE_FUNCTION tx_strategy_table
#include "world_table.h"
