/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * namespaces.h - the network namespaces of this machine, one after the other.
 */
#ifndef TOOLS_NAMESPACES_H
#define TOOLS_NAMESPACES_H

#include <stdint.h>

/**
 * typedef namespace_fn - look around in a namespace
 * @netns: its inode
 * Context: the calling thread is in it.
 * Return: 0 to go on, -errno.
 */
typedef int namespace_fn(uint64_t netns, void *arg);

/**
 * namespaces_visit() - each network namespace that a process or a name in /run/netns keeps, once
 * The first is the caller's own. One that goes away meanwhile, or that the caller may not enter
 * (without root), is left out.
 * Context: this thread leaves its namespace for the while.
 * Return: 0, -E2BIG (more than 4096), what @visit returned, -errno.
 */
int namespaces_visit(namespace_fn *visit, void *arg);

#endif
