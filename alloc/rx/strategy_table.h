/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * strategy_table.h - the built-in strategies of each world.
 */
#ifndef ALLOC_STRATEGY_TABLE_H
#define ALLOC_STRATEGY_TABLE_H

struct rx_strategy;

/**
 * strategy_table_sim() - the built-in strategies for one page size, billed to the simulated core
 * @page_shift: 12, 14 or 16
 * Return: NULL-terminated table, or NULL for another page size.
 */
const struct rx_strategy *const *strategy_table_sim(unsigned int page_shift);

/**
 * strategy_table_native() - the built-in strategies for one page size, on real pages and threads
 * @page_shift: 12, 14 or 16
 * Return: NULL-terminated table, or NULL for another page size.
 */
const struct rx_strategy *const *strategy_table_native(unsigned int page_shift);

#endif
