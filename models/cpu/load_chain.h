/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load_chain.h - does a load that misses depend on an earlier one?
 *
 * Guessed from memory: when a line still on its way holds a pointer to the address, or to less than
 * 4096 bytes before it, the address came from there. Error: descriptors of neighbouring pages look
 * like a chain (overestimated by a few per cent where pointers to them miss); addresses computed
 * from a loaded index do not (underestimated).
 */
#ifndef MODELS_LOAD_CHAIN_H
#define MODELS_LOAD_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

/** LOAD_CHAIN_LINES - lines on their way that are looked at */
#define LOAD_CHAIN_LINES 4

/** struct load_chain - a core's latest load misses; @nr: how many, counted without wrapping */
struct load_chain {
	uint32_t line[LOAD_CHAIN_LINES];
	unsigned int nr;
};

/**
 * load_chain_add() - a load misses on @line of the arena
 * @outstanding: an earlier load has not got its data yet; if none, the chain begins anew
 * Return: whether its address came from a line on its way.
 */
bool load_chain_add(struct load_chain *chain, uint32_t line, bool outstanding);

#endif
