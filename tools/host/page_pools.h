/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_pools.h - the page_pools of this machine as the kernel lists them by netlink.
 *
 * Listed are those whose driver says which device they belong to (page_pool_params.netdev). veth
 * does not (Linux 6.18): its pools are in no answer.
 */
#ifndef TOOLS_PAGE_POOLS_H
#define TOOLS_PAGE_POOLS_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nlmsghdr;

/** enum page_pool_counter - counters of a kernel with CONFIG_PAGE_POOL_STATS, in its order */
enum page_pool_counter {
	PP_ALLOC_FAST,
	PP_ALLOC_SLOW,
	PP_ALLOC_SLOW_HIGH_ORDER,
	PP_ALLOC_EMPTY,
	PP_ALLOC_REFILL,
	PP_ALLOC_WAIVE,
	PP_RECYCLE_CACHED,
	PP_RECYCLE_CACHE_FULL,
	PP_RECYCLE_RING,
	PP_RECYCLE_RING_FULL,
	PP_RECYCLE_RELEASED_REFCNT,
	PP_COUNTERS
};

/**
 * struct page_pool_seen - one page_pool
 * @id: of the pool, the same in all namespaces
 * @netns: inode of its device's network namespace
 * @inflight: pages that it holds, those in its cache and ring included
 * @inflight_mem: their bytes
 * @napi_id: of the NAPI context that it serves, 0: none said
 * @detach_time: when its driver let go of it, seconds of CLOCK_BOOTTIME; with @detached
 * @counters: with @has_counters
 * @ifindex: of its device; 0: the device is gone
 * @device: its name, "" when gone
 */
struct page_pool_seen {
	uint64_t id, netns;
	uint64_t inflight, inflight_mem;
	uint64_t napi_id;
	uint64_t detach_time;
	uint64_t counters[PP_COUNTERS];
	uint32_t ifindex;
	char device[IF_NAMESIZE];
	bool detached, has_counters;
};

/** struct page_pools - by id; free with page_pools_free() */
struct page_pools {
	struct page_pool_seen *pool;
	size_t nr;
};

/** page_pool_counter_name() - as the kernel's netlink specification calls it */
const char *page_pool_counter_name(enum page_pool_counter counter);

/**
 * page_pool_parse() - an answer to page-pool-get
 * @pool: filled, but for netns and device
 * Return: 0, -EBADMSG (an attribute of a wrong size, or no id or inflight in it).
 */
int page_pool_parse(const struct nlmsghdr *answer, struct page_pool_seen *pool);

/**
 * page_pool_parse_stats() - an answer to page-pool-stats-get
 * @pool: its id and counters are filled
 * Return: 0, -EBADMSG.
 */
int page_pool_parse_stats(const struct nlmsghdr *answer, struct page_pool_seen *pool);

/**
 * page_pools_list() - ask in each network namespace that a process or a name in /run/netns keeps
 * @pools: filled on success
 * @err: on failure one line
 * Context: this thread leaves its namespace for the while; needs root.
 * Return: 0, -EPERM, -EOPNOTSUPP (the kernel cannot tell), -ENOMEM, -errno.
 */
int page_pools_list(struct page_pools *pools, char *err, size_t err_size);

/** page_pools_free() - free what page_pools_list() filled */
void page_pools_free(struct page_pools *pools);

#endif
