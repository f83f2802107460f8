/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_plugin_worlds.c - the example, loaded for every page size, in the native world: a program
 * that calls its hooks gets them from plugin_find() as `fragsim native` does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "alloc/native/native.h"
#include "sim/plugin/plugin.h"
#include "sim/scenario/strategies.h"

#define EXAMPLE FRAGSIM_SOURCE_DIR "/alloc/examples/my_pool.c"
#define RING	8

static const struct plugin_params build = {
	.include_dir = FRAGSIM_SOURCE_DIR "/alloc",
	.launcher = FRAGSIM_SOURCE_DIR "/alloc/instrument-cc",
};

/*
 * One slot, 3 rounds: the page of the first round comes back each time, so 1 page is taken and 2 of
 * 3 buffers are reused; mapped when the page was taken, unmapped when the pool is destroyed.
 */
static void native_rounds(const struct rx_strategy *s, unsigned int page_shift)
{
	struct rx_params params = {.ring_size = RING,
				   .buffer_bytes = 2048,
				   .nid = NUMA_NO_NODE,
				   .posted = true,
				   .option = {1024}};
	struct rx_stats stats;
	struct rx_buf buf;
	char err[256] = "";
	void *queue;

	assert_int_equal(mm_native_init(page_shift, 64ul << page_shift), 0);
	assert_int_equal(s->create(&params, &queue), 0);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(s->alloc(queue, i, 2048, &buf), 0);
		s->receive(queue, i, &buf);
		s->put(&buf, false);
	}
	s->stats(queue, &stats);
	assert_int_equal(stats.pages_new, 1);
	assert_int_equal(stats.reused, 2);
	s->destroy(queue);
	assert_int_equal(mm_native_get_stats().maps, 1);
	assert_int_equal(mm_native_get_stats().unmaps, 1);
	if (mm_native_fini(err, sizeof(err)))
		fail_msg("%s", err);
}

static void test_both_worlds(void **state)
{
	static const unsigned int shifts[] = {12, 14, 16};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct rx_strategy *native, *sim, *found;
		unsigned int option[STRATEGY_MAX_OPTIONS];
		const struct plugin *plugin;
		char err[1024] = "";

		assert_null(plugin_find(PLUGIN_NATIVE, shifts[i], "my_pool"));
		if (plugin_load(&build, EXAMPLE, shifts[i], &plugin, err, sizeof(err)))
			fail_msg("%s", err);
		native = plugin_find(PLUGIN_NATIVE, shifts[i], "my_pool");
		sim = plugin_find(PLUGIN_SIM, shifts[i], "my_pool");
		assert_ptr_equal(native, plugin->strategy[PLUGIN_NATIVE]);
		assert_ptr_not_equal(native, sim);
		assert_int_equal(native->page_shift, shifts[i]);
		native_rounds(native, shifts[i]);
		assert_int_equal(strategy_find("my_pool:depth=7", shifts[i], &found, option, err,
					       sizeof(err)),
				 0);
		assert_ptr_equal(found, sim);
		assert_int_equal(option[0], 7);
	}
}

static void test_bad_page_size(void **state)
{
	const struct plugin *plugin = NULL;
	char err[1024] = "";

	(void)state;
	assert_int_equal(plugin_load(&build, EXAMPLE, 13, &plugin, err, sizeof(err)), -22);
	assert_non_null(strstr(err, "8192"));
	assert_null(plugin);
	assert_null(plugin_at(13, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_worlds),
		cmocka_unit_test(test_bad_page_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
