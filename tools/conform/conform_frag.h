/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conform_frag.h - a log of the kernel's page_frag_cache against alloc/page_frag_cache.c.
 */
#ifndef SIM_CONFORM_FRAG_H
#define SIM_CONFORM_FRAG_H

#include "tools/conform/conform_pass.h"

/**
 * conform_frag_pass() - one pass over a log of conform_frag_kind
 * Context: uses the native environment, of which a process has one.
 * Return: 0, or -ENOMEM, -EBUSY (all rows were equal, but not everything could be given back).
 */
int conform_frag_pass(const struct conform_log *log, struct conform_pass *pass);

#endif
