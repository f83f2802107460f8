/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conform_pool.h - a log of the kernel's page_pool against alloc/page_pool.c.
 */
#ifndef SIM_CONFORM_POOL_H
#define SIM_CONFORM_POOL_H

#include "tools/conform/conform_pass.h"

/**
 * conform_pool_pass() - one pass over a log of conform_pool_kind
 * @pool_size: slots of the pool's pointer ring
 * @order: of the pool's pages
 * Context: uses the native environment, of which a process has one.
 * Return: 0, or -ENOMEM, -EINVAL (@pool_size or @order out of range), -EBUSY (all rows were equal,
 * but not everything could be given back).
 */
int conform_pool_pass(const struct conform_log *log, unsigned int pool_size, unsigned int order,
		      struct conform_pass *pass);

#endif
