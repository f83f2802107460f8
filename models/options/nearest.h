/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nearest.h - the valid word that a mistyped one was meant to be.
 */
#ifndef MODELS_NEAREST_H
#define MODELS_NEAREST_H

#include <stddef.h>

/** WORD_UNRELATED - rank of an entry that is no slip of the word */
#define WORD_UNRELATED (~0u)

/**
 * word_rank() - typing slips between @entry (of @len bytes) and @word
 * Return: 0 for the word itself, 1 also when @entry ends in ".@word", WORD_UNRELATED from about one
 * slip for every three letters on.
 */
unsigned int word_rank(const char *entry, size_t len, const char *word);

/**
 * word_nearest() - the entry of a NULL-terminated list nearest to @word
 * By edit distance, one typing slip for about every three letters; the last part of a dotted entry
 * ("ring" for "nic.ring") counts as near. The first of equals wins.
 * Return: an entry, or NULL if none is near.
 */
const char *word_nearest(const char *const *list, const char *word);

#endif
