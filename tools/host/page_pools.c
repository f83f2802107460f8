/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_pools.c - page-pool-get and page-pool-stats-get of the generic netlink family "netdev".
 *
 * Headers older than the commands lack their numbers. Source: linux-netdev-genl
 */
#include "tools/host/page_pools.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/host/namespaces.h"

#define FAMILY	     "netdev"
#define ANSWER_BYTES 32768
#define TRIES	     8 /* of a list that changes while it is read */

enum { CMD_PAGE_POOL_GET = 5, CMD_PAGE_POOL_STATS_GET = 9 };
enum {
	POOL_ID = 1,
	POOL_IFINDEX,
	POOL_NAPI_ID,
	POOL_INFLIGHT,
	POOL_INFLIGHT_MEM,
	POOL_DETACH_TIME
};
enum { STATS_INFO = 1, STATS_FIRST = 8 };

/**
 * struct lister - a list being made
 * @netns: inode of the namespace that is asked now
 * @first: of @pools: the first of that namespace
 * @room: of pools->pool
 */
struct lister {
	struct page_pools *pools;
	size_t room, first;
	uint64_t netns;
};

const char *page_pool_counter_name(enum page_pool_counter counter)
{
	static const char *const names[PP_COUNTERS] = {
		[PP_ALLOC_FAST] = "alloc_fast",
		[PP_ALLOC_SLOW] = "alloc_slow",
		[PP_ALLOC_SLOW_HIGH_ORDER] = "alloc_slow_high_order",
		[PP_ALLOC_EMPTY] = "alloc_empty",
		[PP_ALLOC_REFILL] = "alloc_refill",
		[PP_ALLOC_WAIVE] = "alloc_waive",
		[PP_RECYCLE_CACHED] = "recycle_cached",
		[PP_RECYCLE_CACHE_FULL] = "recycle_cache_full",
		[PP_RECYCLE_RING] = "recycle_ring",
		[PP_RECYCLE_RING_FULL] = "recycle_ring_full",
		[PP_RECYCLE_RELEASED_REFCNT] = "recycle_released_refcnt",
	};

	return names[counter];
}

/* The kernel sends a number in 4 bytes where it fits. */
static int number_get(const struct nlattr *attr, uint64_t *value)
{
	switch (mnl_attr_get_payload_len(attr)) {
	case 4:
		*value = mnl_attr_get_u32(attr);
		return 0;
	case 8:
		*value = mnl_attr_get_u64(attr);
		return 0;
	default:
		return -EBADMSG;
	}
}

int page_pool_parse(const struct nlmsghdr *answer, struct page_pool_seen *pool)
{
	uint64_t ifindex = 0, *const to[] = {
				      [POOL_ID] = &pool->id,
				      [POOL_IFINDEX] = &ifindex,
				      [POOL_NAPI_ID] = &pool->napi_id,
				      [POOL_INFLIGHT] = &pool->inflight,
				      [POOL_INFLIGHT_MEM] = &pool->inflight_mem,
				      [POOL_DETACH_TIME] = &pool->detach_time,
			      };
	struct nlattr *attr;
	unsigned int seen = 0;

	memset(pool, 0, sizeof(*pool));
	mnl_attr_for_each(attr, answer, sizeof(struct genlmsghdr)) {
		unsigned int type = mnl_attr_get_type(attr);

		if (type < POOL_ID || type > POOL_DETACH_TIME)
			continue;
		if (number_get(attr, to[type]))
			return -EBADMSG;
		seen |= 1u << type;
	}
	pool->ifindex = (uint32_t)ifindex;
	pool->detached = seen & 1u << POOL_DETACH_TIME;
	return seen & 1u << POOL_ID && seen & 1u << POOL_INFLIGHT ? 0 : -EBADMSG;
}

int page_pool_parse_stats(const struct nlmsghdr *answer, struct page_pool_seen *pool)
{
	struct nlattr *attr, *in;
	bool has_id = false;

	memset(pool, 0, sizeof(*pool));
	mnl_attr_for_each(attr, answer, sizeof(struct genlmsghdr)) {
		unsigned int type = mnl_attr_get_type(attr);

		if (type == STATS_INFO) {
			mnl_attr_for_each_nested(in, attr)
				has_id |= mnl_attr_get_type(in) == POOL_ID &&
					  !number_get(in, &pool->id);
		} else if (type >= STATS_FIRST && type < STATS_FIRST + PP_COUNTERS) {
			if (number_get(attr, &pool->counters[type - STATS_FIRST]))
				return -EBADMSG;
			pool->has_counters = true;
		}
	}
	return has_id ? 0 : -EBADMSG;
}

static int pool_add(struct lister *list, const struct page_pool_seen *pool)
{
	struct page_pools *pools = list->pools;
	struct page_pool_seen *grown;

	if (pools->nr == list->room) {
		list->room = list->room ? 2 * list->room : 64;
		grown = reallocarray(pools->pool, list->room, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		pools->pool = grown;
	}
	pools->pool[pools->nr++] = *pool;
	return 0;
}

static int result_of(int err)
{
	errno = -err;
	return err ? MNL_CB_ERROR : MNL_CB_OK;
}

static int on_pool(const struct nlmsghdr *answer, void *arg)
{
	struct lister *list = arg;
	struct page_pool_seen pool;
	int err = page_pool_parse(answer, &pool);

	if (err)
		return result_of(err);
	pool.netns = list->netns;
	if (!pool.ifindex || !if_indextoname(pool.ifindex, pool.device))
		pool.device[0] = '\0';
	return result_of(pool_add(list, &pool));
}

static int on_stats(const struct nlmsghdr *answer, void *arg)
{
	struct page_pools *pools = ((struct lister *)arg)->pools;
	struct page_pool_seen pool;
	int err = page_pool_parse_stats(answer, &pool);

	for (size_t i = 0; !err && i < pools->nr; i++) {
		if (pools->pool[i].id != pool.id)
			continue;
		memcpy(pools->pool[i].counters, pool.counters, sizeof(pool.counters));
		pools->pool[i].has_counters = pool.has_counters;
	}
	return result_of(err);
}

static int on_family(const struct nlmsghdr *answer, void *arg)
{
	struct nlattr *attr;

	mnl_attr_for_each(attr, answer, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_get_payload_len(attr) == 2)
			*(uint16_t *)arg = mnl_attr_get_u16(attr);
	}
	return MNL_CB_OK;
}

static struct nlmsghdr *request(char *buf, uint16_t type, uint16_t flags, uint8_t cmd)
{
	struct nlmsghdr *head = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(head, sizeof(*genl));

	head->nlmsg_type = type;
	head->nlmsg_flags = NLM_F_REQUEST | flags;
	head->nlmsg_seq = 1;
	genl->cmd = cmd;
	genl->version = 1;
	return head;
}

/* Sends what is in @buf, and reads the answers into the same. */
static int ask(struct mnl_socket *sock, char *buf, mnl_cb_t on_answer, void *arg)
{
	const struct nlmsghdr *head = (const struct nlmsghdr *)buf;
	ssize_t size = mnl_socket_sendto(sock, head, head->nlmsg_len);
	int rc = size < 0 ? MNL_CB_ERROR : MNL_CB_OK;

	while (rc > MNL_CB_STOP) {
		size = mnl_socket_recvfrom(sock, buf, ANSWER_BYTES);
		rc = size < 0 ? MNL_CB_ERROR
			      : mnl_cb_run(buf, (size_t)size, 1, mnl_socket_get_portid(sock),
					   on_answer, arg);
	}
	return rc < 0 ? -errno : 0;
}

static int family_find(struct mnl_socket *sock, char *buf, uint16_t *family)
{
	struct nlmsghdr *head = request(buf, GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY);

	mnl_attr_put_strz(head, CTRL_ATTR_FAMILY_NAME, FAMILY);
	*family = 0;
	return ask(sock, buf, on_family, family);
}

/* A list that changed on the way is read again. A kernel need not keep counters. */
static int namespace_ask(struct lister *list, struct mnl_socket *sock, char *buf)
{
	uint16_t family;
	int err = family_find(sock, buf, &family);

	if (err || !family)
		return err == -ENOENT || !err ? -EOPNOTSUPP : err;
	for (unsigned int i = 0; i < TRIES; i++) {
		list->pools->nr = list->first;
		request(buf, family, NLM_F_DUMP, CMD_PAGE_POOL_GET);
		err = ask(sock, buf, on_pool, list);
		if (err != -EINTR)
			break;
	}
	if (err)
		return err;
	request(buf, family, NLM_F_DUMP, CMD_PAGE_POOL_STATS_GET);
	err = ask(sock, buf, on_stats, list);
	return err == -EOPNOTSUPP || err == -ENOENT || err == -EINTR ? 0 : err;
}

static int namespace_list(uint64_t netns, void *arg)
{
	struct lister *list = arg;
	struct mnl_socket *sock = mnl_socket_open(NETLINK_GENERIC);
	char *buf = malloc(ANSWER_BYTES);
	int err = 0;

	list->first = list->pools->nr;
	list->netns = netns;
	if (!sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID) < 0)
		err = -errno;
	if (!buf)
		err = -ENOMEM;
	if (!err)
		err = namespace_ask(list, sock, buf);
	free(buf);
	if (sock)
		mnl_socket_close(sock);
	return err;
}

static int by_id(const void *a, const void *b)
{
	const struct page_pool_seen *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static void explain(int err, char *text, size_t size)
{
	if (err == -EPERM)
		snprintf(text, size, "listing the page_pools of all namespaces needs root");
	else if (err == -EOPNOTSUPP)
		snprintf(text, size,
			 "this kernel does not list its page_pools: netlink's page-pool-get "
			 "needs Linux 6.8 with CONFIG_PAGE_POOL");
	else if (err == -EBADMSG)
		snprintf(text, size, "an answer to netlink's page-pool-get is not understood");
	else
		snprintf(text, size, "listing page_pools by netlink: %s", strerror(-err));
}

int page_pools_list(struct page_pools *pools, char *err, size_t err_size)
{
	struct lister list = {.pools = pools};
	int rc;

	memset(pools, 0, sizeof(*pools));
	rc = geteuid() ? -EPERM : namespaces_visit(namespace_list, &list);
	if (rc) {
		page_pools_free(pools);
		explain(rc, err, err_size);
		return rc;
	}
	if (pools->nr)
		qsort(pools->pool, pools->nr, sizeof(*pools->pool), by_id);
	return 0;
}

void page_pools_free(struct page_pools *pools)
{
	free(pools->pool);
	memset(pools, 0, sizeof(*pools));
}
