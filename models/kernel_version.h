/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_version.h - which Linux a run stands for, and constants of Linux that differ.
 *
 * Versions are numbers as the kernel's own KERNEL_VERSION() makes them (alloc/mm_types.h), without
 * the third part. Only a few of them differ in what is modelled; another one behaves as the next
 * listed one below it.
 */
#ifndef MODELS_KERNEL_VERSION_H
#define MODELS_KERNEL_VERSION_H

#include <stdbool.h>
#include <stddef.h>

/** KERNEL_VERSION_LISTED - the versions whose differences are modelled, as words */
#define KERNEL_VERSION_LISTED "6.12, 6.18, 6.19 or 7.1"

/** KERNEL_VERSION_DEFAULT - what a run stands for when nobody says */
#define KERNEL_VERSION_DEFAULT "6.12"

/** KERNEL_VERSION_TEXT - enough room for any version as text */
#define KERNEL_VERSION_TEXT 16

/**
 * kernel_version_parse() - of "6.12", or of what `uname -r` prints: "6.12.107+deb13-amd64"
 * @version: set to KERNEL_VERSION(6, 12, 0); what follows the second number is passed over
 * Return: 0, -EINVAL: does not begin with two numbers below 256 and a dot between them.
 */
int kernel_version_parse(const char *text, unsigned int *version);

/**
 * kernel_version_listed() - the version that @version behaves as
 * Return: the largest listed one that is not above it; below all of them the smallest.
 */
unsigned int kernel_version_listed(unsigned int version);

/** kernel_version_format() - @version as text, "6.12" */
void kernel_version_format(unsigned int version, char buf[KERNEL_VERSION_TEXT]);

/**
 * kernel_pool_refill() - pages that a page_pool takes at a time
 * @version: a listed one
 * @page_bytes: PAGE_SIZE
 * Source: linux-page-pool-cache
 */
unsigned int kernel_pool_refill(unsigned int version, unsigned long page_bytes);

/** kernel_pool_cache() - most pages in a page_pool's alloc cache: two refills */
unsigned int kernel_pool_cache(unsigned int version, unsigned long page_bytes);

/**
 * kernel_frag_counts_up() - does page_frag_cache cut its pages from the start?
 * @version: not only a listed one
 * Source: linux-page-frag
 */
bool kernel_frag_counts_up(unsigned int version);

/** KERNEL_DEFER_MAX - the largest net.core.skb_defer_max that is taken */
#define KERNEL_DEFER_MAX 65536

/** kernel_defer_max() - net.core.skb_defer_max as @version, a listed one, starts with it */
unsigned int kernel_defer_max(unsigned int version);

/**
 * struct kernel_defer - how skbs are left to the CPU that allocated them
 * @capacity: most that wait in a list; 0: none is left, each CPU frees what it has read
 * @kick: so many waiting raise that CPU's softirq, once
 * @by_node: a CPU has a list for each NUMA node of those that leave it skbs, without lock; else one
 *	list behind a lock
 * @datagrams: UDP's are left too; else TCP's alone
 * @off: nothing is looked at or counted
 * Source: skb-defer
 */
struct kernel_defer {
	unsigned int capacity, kick;
	bool by_node, datagrams, off;
};

/** kernel_defer() - of a listed @version with skb_defer_max @max */
struct kernel_defer kernel_defer(unsigned int version, unsigned int max);

#endif
