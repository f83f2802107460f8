/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * world_table.h - the tables of one world's strategies, and the function that finds the one for
 * a page size. Included once, by a file that has defined
 *	TABLE_ROWS(X)	X(id) for each strategy, in order
 *	TABLE_TYPE	struct rx_strategy or struct tx_strategy
 *	TABLE_FUNCTION	name of the function, less the world: TABLE_FUNCTION_sim(), _native()
 */
#define TABLE_PASTE_(a, b, c) a##b##c
#define TABLE_PASTE(a, b, c)  TABLE_PASTE_(a, b, c)
#define TABLE_NAME(id, shift) TABLE_PASTE(strategy_##id##_, MM_WORLD, _##shift)

#define DECLARE(id)                                                                                \
	extern const TABLE_TYPE TABLE_NAME(id, 12), TABLE_NAME(id, 14), TABLE_NAME(id, 16);
TABLE_ROWS(DECLARE)

#define ENTRY_12(id) &TABLE_NAME(id, 12),
#define ENTRY_14(id) &TABLE_NAME(id, 14),
#define ENTRY_16(id) &TABLE_NAME(id, 16),

static const TABLE_TYPE *const table_12[] = {TABLE_ROWS(ENTRY_12) NULL};
static const TABLE_TYPE *const table_14[] = {TABLE_ROWS(ENTRY_14) NULL};
static const TABLE_TYPE *const table_16[] = {TABLE_ROWS(ENTRY_16) NULL};

const TABLE_TYPE *const *TABLE_PASTE(TABLE_FUNCTION, _, MM_WORLD)(unsigned int page_shift)
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
