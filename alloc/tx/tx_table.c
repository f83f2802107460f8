/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tx_table.c - the built-in TX strategies of one world. A new strategy is a file tx_<id>.c and a
 * line here.
 */
#include "tx/tx_table.h"

#include "tx_strategy.h"

#define TX_STRATEGIES(X)                                                                           \
	X(tx_page_frag)                                                                            \
	X(tx_page_pool)                                                                            \
	X(tx_premapped_ring)                                                                       \
	X(tx_shared_map)

#define TABLE_PASTE_(a, b, c) a##b##c
#define TABLE_PASTE(a, b, c)  TABLE_PASTE_(a, b, c)
#define TABLE_NAME(id, shift) TABLE_PASTE(strategy_##id##_, MM_WORLD, _##shift)

#define DECLARE(id)                                                                                \
	extern const struct tx_strategy TABLE_NAME(id, 12), TABLE_NAME(id, 14), TABLE_NAME(id, 16);
TX_STRATEGIES(DECLARE)

#define ENTRY_12(id) &TABLE_NAME(id, 12),
#define ENTRY_14(id) &TABLE_NAME(id, 14),
#define ENTRY_16(id) &TABLE_NAME(id, 16),

static const struct tx_strategy *const table_12[] = {TX_STRATEGIES(ENTRY_12) NULL};
static const struct tx_strategy *const table_14[] = {TX_STRATEGIES(ENTRY_14) NULL};
static const struct tx_strategy *const table_16[] = {TX_STRATEGIES(ENTRY_16) NULL};

const struct tx_strategy *const *TABLE_PASTE(tx_strategy_table_,
					     MM_WORLD, )(unsigned int page_shift)
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
