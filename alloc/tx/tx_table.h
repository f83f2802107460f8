/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tx_table.h - the built-in TX strategies of each world.
 */
#ifndef ALLOC_TX_STRATEGY_TABLE_H
#define ALLOC_TX_STRATEGY_TABLE_H

struct tx_strategy;

/**
 * tx_strategy_table_sim() - the TX strategies for one page size, charged to the simulated core
 * @page_shift: 12, 14 or 16
 * Return: NULL-terminated table, or NULL for another page size.
 */
const struct tx_strategy *const *tx_strategy_table_sim(unsigned int page_shift);

/**
 * tx_strategy_table_native() - the TX strategies for one page size, on real pages and threads
 * @page_shift: 12, 14 or 16
 * Return: NULL-terminated table, or NULL for another page size.
 */
const struct tx_strategy *const *tx_strategy_table_native(unsigned int page_shift);

#endif
