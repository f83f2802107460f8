/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_page_pools.c - answers of the kernel's netlink family "netdev", made up byte by byte.
 *
 * Attribute numbers are those of its specification. Source: linux-netdev-genl
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

#include "tools/host/page_pools.h"

static _Alignas(8) char buf[4096];
static struct nlmsghdr *answer;
static struct page_pool_seen pool;

static int begin(void **state)
{
	(void)state;
	memset(buf, 0, sizeof(buf));
	memset(&pool, 0xff, sizeof(pool));
	answer = mnl_nlmsg_put_header(buf);
	mnl_nlmsg_put_extra_header(answer, sizeof(struct genlmsghdr));
	return 0;
}

/* A number of up to 32 bits comes in 4 bytes, a larger one in 8. */
static void all_attributes(void **state)
{
	(void)state;
	mnl_attr_put_u32(answer, 1, 21);
	mnl_attr_put_u32(answer, 2, 3);
	mnl_attr_put_u32(answer, 3, 8193);
	mnl_attr_put_u32(answer, 4, 2097152);
	mnl_attr_put_u64(answer, 5, UINT64_C(8589934592));
	mnl_attr_put_u32(answer, 6, 77);
	mnl_attr_put_u32(answer, 7, 5); /* dmabuf: not asked for */
	assert_int_equal(page_pool_parse(answer, &pool), 0);
	assert_int_equal(pool.id, 21);
	assert_int_equal(pool.ifindex, 3);
	assert_int_equal(pool.napi_id, 8193);
	assert_int_equal(pool.inflight, 2097152);
	assert_int_equal(pool.inflight_mem, UINT64_C(8589934592));
	assert_true(pool.detached);
	assert_int_equal(pool.detach_time, 77);
	assert_false(pool.has_counters);
}

/* In use: no detach time. No NAPI, and a device that is gone: none said. */
static void only_what_is_required(void **state)
{
	(void)state;
	mnl_attr_put_u64(answer, 4, 0);
	mnl_attr_put_u64(answer, 1, UINT32_MAX);
	assert_int_equal(page_pool_parse(answer, &pool), 0);
	assert_int_equal(pool.id, UINT32_MAX);
	assert_int_equal(pool.inflight, 0);
	assert_int_equal(pool.ifindex, 0);
	assert_int_equal(pool.napi_id, 0);
	assert_false(pool.detached);
}

static void no_id(void **state)
{
	(void)state;
	mnl_attr_put_u32(answer, 4, 64);
	assert_int_equal(page_pool_parse(answer, &pool), -EBADMSG);
}

static void no_inflight(void **state)
{
	(void)state;
	mnl_attr_put_u32(answer, 1, 1);
	assert_int_equal(page_pool_parse(answer, &pool), -EBADMSG);
}

static void number_of_2_bytes(void **state)
{
	(void)state;
	mnl_attr_put_u32(answer, 1, 1);
	mnl_attr_put_u16(answer, 4, 64);
	assert_int_equal(page_pool_parse(answer, &pool), -EBADMSG);
}

static void info_put(uint32_t id)
{
	struct nlattr *info = mnl_attr_nest_start(answer, 1);

	mnl_attr_put_u32(answer, 1, id);
	mnl_attr_put_u32(answer, 2, 3);
	mnl_attr_nest_end(answer, info);
}

/* Counters begin at attribute 8, in the order of the enum. */
static void counters(void **state)
{
	(void)state;
	info_put(21);
	for (unsigned int i = 0; i < PP_COUNTERS; i++)
		mnl_attr_put_u64(answer, (uint16_t)(8 + i), 100 + i);
	mnl_attr_put_u64(answer, 8 + PP_COUNTERS, 1); /* of a later kernel */
	assert_int_equal(page_pool_parse_stats(answer, &pool), 0);
	assert_int_equal(pool.id, 21);
	assert_true(pool.has_counters);
	assert_int_equal(pool.counters[PP_ALLOC_FAST], 100);
	assert_int_equal(pool.counters[PP_ALLOC_WAIVE], 105);
	assert_int_equal(pool.counters[PP_RECYCLE_CACHED], 106);
	assert_int_equal(pool.counters[PP_RECYCLE_RELEASED_REFCNT], 110);
	assert_string_equal(page_pool_counter_name(PP_RECYCLE_RING), "recycle_ring");
}

static void counters_of_no_pool(void **state)
{
	(void)state;
	mnl_attr_put_u64(answer, 8, 1);
	assert_int_equal(page_pool_parse_stats(answer, &pool), -EBADMSG);
}

#define T(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(all_attributes),	T(only_what_is_required), T(no_id),
		T(no_inflight),		T(number_of_2_bytes),	  T(counters),
		T(counters_of_no_pool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
