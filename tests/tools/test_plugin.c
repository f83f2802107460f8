/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_plugin.c - `--allocator` as a user meets it: the example, a changed page_pool, every
 * refusal. Most are the example with one thing changed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/tools/plugin_example.h"
#include "tests/tools/scratch.h"
#include "tests/tools/spawn.h"

#define LONG "--set", "duration=25ms", "--no-plot" /* its reader has woken twice */

/* Beside what the scenario has (5 strategies), and where --strategy puts it, with its option: a
 * stack of 16 pages holds less than one of 1024, so more pages are taken. */
static void test_run(void **state)
{
	struct spawned all = RUN("run", "slow-reader", LONG, "--json", "--check", "-o",
				 path_in(scratch, "all"), "--allocator", EXAMPLE);
	struct spawned two =
		RUN("run", "slow-reader", LONG, "--json", "--check", "-o", path_in(scratch, "two"),
		    "--allocator", EXAMPLE, "--strategy", "my_pool:depth=16,page_pool");
	json_t *a, *b;

	(void)state;
	if (all.code || two.code)
		fail_msg("%s%s", all.err, two.err);
	assert_null(strstr(all.err, "identical-to"));
	a = results_of(all.out, 6);
	b = results_of(two.out, 2);
	strategy_is(a, 5, "my_pool");
	strategy_is(b, 0, "my_pool:depth=16");
	assert_int_equal(count_of(a, 5, "packets", "delivered"),
			 count_of(a, 0, "packets", "delivered"));
	assert_true(count_of(a, 5, "refcount", "atomics") > 0);
	assert_true(count_of(b, 0, "pages", "allocated") > count_of(a, 5, "pages", "allocated"));
	json_decref(a);
	json_decref(b);
	spawn_free(&all);
	spawn_free(&two);
}

static void test_replay(void **state)
{
	struct spawned s =
		RUN("replay", SAMPLE, "--json", "--check", "--no-plot", "-o",
		    path_in(scratch, "out"), "--allocator", EXAMPLE, "--strategy", "page_pool");
	json_t *r;

	(void)state;
	if (s.code)
		fail_msg("%s", s.err);
	r = results_of(s.out, 2);
	strategy_is(r, 1, "my_pool");
	assert_int_equal(count_of(r, 1, "packets", "delivered"), 11789);
	json_decref(r);
	spawn_free(&s);
}

/* The way of docs/allocators.md. */
static void pool_copy(const char *name, const char *const *driver_change)
{
	static const char *const files[] = {"page_pool.c", "page_pool.h", "pool_queue.h"};
	char quoted[80], from[512], to[512];

	mkdir(path_in(scratch, name), 0700);
	for (size_t i = 0; i < 3; i++) {
		snprintf(from, sizeof(from), ALLOC "/%s", files[i]);
		snprintf(to, sizeof(to), "%s/%s/%s", scratch, name, files[i]);
		file_change(from, to, NULL);
	}
	snprintf(to, sizeof(to), "%s/%s/pool_queue.c", scratch, name);
	file_change(ALLOC "/pool_queue.c", to, driver_change);
	snprintf(to, sizeof(to), "%s/%s/rx_page_pool.c", scratch, name);
	snprintf(quoted, sizeof(quoted), "\"%s\"", name);
	file_change(ALLOC "/rx/rx_page_pool.c", to,
		    (const char *const[]){"MM_NAME(strategy_page_pool)", "fragsim_strategy",
					  "\"page_pool\"", quoted, NULL});
}

/*
 * A copy of page_pool is page_pool: every number the same, cycles too. One with a refill of 16
 * differs by that: each slow allocation takes 16 pages where page_pool's takes 64, so pages
 * allocated = 16 x slow against 64 x slow. The packets are the same packets.
 */
static void test_patched_page_pool(void **state)
{
	struct spawned s;
	json_t *r, *same, *pool;

	(void)state;
	pool_copy("same", NULL);
	pool_copy("pool_16", (const char *const[]){".alloc_refill = params->pool_refill",
						   ".alloc_refill = 16", NULL});
	s = RUN("run", "host-100g", SHORT, "--json", "--check", "-o", path_in(scratch, "out"),
		"--strategy", "page_pool", "--allocator", path_in(scratch, "same"), "--allocator",
		path_in(scratch, "pool_16"));
	if (s.code)
		fail_msg("%s", s.err);
	assert_non_null(
		strstr(s.err, "fragsim: note: same is identical to page_pool in every metric;"));
	assert_null(strstr(s.err, "pool_16 is"));
	assert_non_null(strstr(s.out, "reach the change? [identical-to]\""));
	r = results_of(s.out, 3);
	strategy_is(r, 2, "pool_16");
	assert_int_equal(count_of(r, 0, "pages", "allocated"),
			 64 * count_of(r, 0, "pages", "slow"));
	assert_int_equal(count_of(r, 2, "pages", "allocated"),
			 16 * count_of(r, 2, "pages", "slow"));
	assert_true(count_of(r, 2, "pages", "slow") > count_of(r, 0, "pages", "slow"));
	pool = json_array_get(r, 0);
	same = json_array_get(r, 1);
	assert_true(json_equal(json_object_get(json_array_get(r, 2), "packets"),
			       json_object_get(pool, "packets")));
	json_object_del(pool, "strategy");
	json_object_del(same, "strategy");
	json_object_del(pool, "wall_ns");
	json_object_del(same, "wall_ns");
	assert_true(json_equal(pool, same));
	json_decref(r);
	spawn_free(&s);
}

static void test_bad_paths(void **state)
{
	(void)state;
	REFUSED("/nowhere.c: No such file", "/nowhere.c");
	REFUSED("ends in .c", ALLOC "/mm.h");
	mkdir(path_in(scratch, "empty"), 0700);
	REFUSED("empty: no .c file", "empty");
	REFUSED_ENV("TMPDIR=/nowhere", "set TMPDIR", "--allocator", EXAMPLE);
	refused_env("FRAGSIM_DATADIR=" FRAGSIM_SOURCE_DIR "/models",
		    "models/alloc/instrument-cc: No such file",
		    (const char *const[]){"run", FRAGSIM_SOURCE_DIR "/scenarios/host-100g.yaml",
					  "--allocator", EXAMPLE, NULL});
}

/* The message has the place in the user's file, as the compiler was given it. */
static void test_compile_errors(void **state)
{
	struct spawned s;

	(void)state;
	CHANGE("wrong.c", "room = p->count", "room = p->cuont");
	REFUSED("wrong.c:", "wrong.c");
	REFUSED("'cuont'", "wrong.c");
	REFUSED("--verbose shows", "wrong.c");
	CHANGE("undeclared.c", "spin_lock_init(&p->lock)", "mutex_init(&p->lock)");
	REFUSED("mutex_init", "undeclared.c");
	CHANGE("undefined.c", "spin_lock_init(&p->lock)", "extern void printk(void); printk()");
	REFUSED("undefined.c: undefined symbol: printk", "undefined.c");
	CHANGE("barrier.c", "(void)direct;", "__asm__ volatile(\"mfence\" ::: \"memory\");");
	REFUSED("barrier.c: inline assembler (mfence)", "barrier.c");
	s = spawn_run(scratch, NULL,
		      (const char *const[]){"run", "host-100g", "--allocator", "wrong.c",
					    "--verbose", NULL});
	assert_int_equal(s.code, 2);
	assert_non_null(strstr(s.err, "-DMM_WORLD=sim"));
	assert_non_null(strstr(s.err, "-DPAGE_SHIFT=12"));
	spawn_free(&s);
}

static void test_no_compiler(void **state)
{
	(void)state;
	REFUSED_ENV("CC=/nowhere/cc -O3", "no C compiler: '/nowhere/cc -O3' cannot be started",
		    "--allocator", EXAMPLE);
	REFUSED_ENV("CC=/bin/true", "/bin/true: expected gcc or clang", "--allocator", EXAMPLE);
}

static void test_refused_strategies(void **state)
{
	(void)state;
	CHANGE("put.c", ".put = my_put,", "", "static void my_put(", "void my_put(");
	REFUSED("put.c: strategy my_pool has no hook put", "put.c");
	CHANGE("abi.c", ".abi = FRAGSIM_ABI", ".abi = FRAGSIM_ABI + 1");
	REFUSED("abi.c: found version 3 of strategy.h in .abi, expected 2", "abi.c");
	CHANGE("old.c", ".abi = FRAGSIM_ABI", ".abi = 1");
	REFUSED("old.c: found version 1 of strategy.h in .abi, expected 2: build it against",
		"old.c");
	CHANGE("shift.c", ".page_shift = PAGE_SHIFT", ".page_shift = 16");
	REFUSED("shift.c: its .page_shift is 16, expected 12", "shift.c");
	CHANGE("clash.c", ".name = \"my_pool\"", ".name = \"page_pool\"");
	REFUSED("clash.c: a built-in strategy is called page_pool too", "clash.c");
	CHANGE("name.c", ".name = \"my_pool\"", ".name = \"my:pool\"");
	REFUSED("name.c: its .name is 'my:pool', expected letters", "name.c");
	CHANGE("none.c", "fragsim_strategy", "my_strategy");
	REFUSED("none.c: defines no strategy", "none.c");
	CHANGE("many.c", "{0},",
	       "{.name = \"b\"}, {.name = \"c\"}, {.name = \"d\"}, "
	       "{.name = \"e\"}, {0},");
	REFUSED("many.c: more than 4 options", "many.c");
	CHANGE("range.c", ".deflt = 1024", ".deflt = 0");
	REFUSED("range.c: option depth: its default is 0, expected 1 to 65536", "range.c");
	CHANGE("one.c", "{0},", "{0},");
	CHANGE("two.c", "{0},", "{0},");
	REFUSED_ENV(NULL, "two.c: the strategy of one.c is called my_pool too", "--allocator",
		    "one.c", "--allocator", "two.c");
	REFUSED_ENV(NULL, "option depth of my_pool: found \"0\"", "--allocator", EXAMPLE,
		    "--strategy", "my_pool:depth=0");
	REFUSED_ENV(NULL, "did you mean \"my_pool\"?", "--allocator", EXAMPLE, "--strategy",
		    "my_pol");
}

/* page_pool.h beside the source, but pool_queue.h from fragsim, which includes fragsim's. */
static void test_mixed_headers(void **state)
{
	(void)state;
	pool_copy("mixed", NULL);
	assert_int_equal(remove(path_in(scratch, "mixed/pool_queue.h")), 0);
	REFUSED("includes fragsim's page_pool.h", "mixed");
}

/*
 * my_pool as a driver that posts a dropped packet's buffer again (@drop: what it does beside): the
 * page stays in its slot, alloc() finds it there, and stats() shows the calls as pages.cached.
 */
static void drop_copy(const char *name, const char *drop)
{
	char hook[512];

	snprintf(hook, sizeof(hook),
		 "static void my_drop(void *queue, unsigned int slot)\n"
		 "{ struct my_pool *p = queue; p->drops++; %s }\n"
		 "/* After the last put()",
		 drop);
	file_change(EXAMPLE, path_in(scratch, name),
		    (const char *const[]){
			    "u64 buffers, pages_new;", "u64 buffers, pages_new, drops;",
			    "struct page *page = my_pop(p);\n\n\t(void)bytes;",
			    "struct page *page = p->slot[slot].page;\n\n"
			    "\tif (!page)\n\t\tpage = my_pop(p);\n\t(void)bytes;",
			    "/* After the last put()", hook,
			    ".reused =", ".cached = p->drops, .reused =", ".stats = my_stats,",
			    ".stats = my_stats, .has_pool_stats = true, .drop = my_drop,", NULL});
}

/* Each buffer of each packet is dropped once: @buffers of them make a packet of this @bytes. */
static void drops_counted(const char *preset, const char *bytes, unsigned int buffers)
{
	char nic[64], size[64];
	struct spawned s;
	json_t *r;

	snprintf(nic, sizeof(nic), "nic.preset=%s", preset);
	snprintf(size, sizeof(size), "traffic.bytes=%s", bytes);
	s = spawn_run(scratch, NULL,
		      (const char *const[]){"run", "drop", SHORT, "--json", "--check", "--set", nic,
					    "--set", size, "--set", "traffic.sizes=fixed",
					    "--strategy", "page_pool", "--allocator", "drop.c",
					    NULL});
	if (s.code)
		fail_msg("%s", s.err);
	r = results_of(s.out, 2);
	strategy_is(r, 1, "my_pool");
	assert_true(count_of(r, 1, "packets", "delivered") > 0);
	assert_int_equal(count_of(r, 1, "packets", "delivered"),
			 count_of(r, 0, "packets", "delivered"));
	assert_int_equal(count_of(r, 1, "pages", "cached"),
			 buffers * count_of(r, 1, "packets", "delivered"));
	/* each of 1024 slots takes a page once and keeps it */
	if (!strcmp(preset, "generic-100g"))
		assert_int_equal(count_of(r, 1, "pages", "allocated"), 1024);
	json_decref(r);
	spawn_free(&s);
}

static void drop_fails(const char *file, const char *says)
{
	struct spawned s = spawn_run(scratch, NULL,
				     (const char *const[]){"run", "drop", SHORT, "--json",
							   "--check", "--strategy", "page_pool",
							   "--allocator", file, NULL});

	if (s.code != 1 || !strstr(s.err, says))
		fail_msg("%s: exit code %d, expected '%s': %s", file, s.code, says, s.err);
	json_decref(results_of(s.out, 1));
	spawn_free(&s);
}

/*
 * A buffer of 2K holds a packet of 1514 bytes and 320 of room beside it; one of 9014 takes 6 of
 * 1728. On demand (veth) it is a head of a page and 2 pages: 9014 = 3520 + 4096 + 1398.
 */
static void test_drop(void **state)
{
	(void)state;
	drop_copy("drop.c", "");
	drops_counted("generic-100g", "1514", 1);
	drops_counted("generic-100g", "9014", 6);
	drops_counted("veth", "9014", 3);
	drop_copy("lost.c", "p->slot[slot].page = NULL;");
	drop_fails("lost.c", "my_pool: ");
	drop_copy("twice.c",
		  "my_push(p, p->slot[slot].page); if (slot % 2) p->slot[slot].page = NULL;");
	drop_fails("twice.c", "is in use");
	drop_copy("crash.c", "extern void abort(void); abort();");
	drop_fails("crash.c", "my_pool: crashed in its hook drop(): Aborted");
}

/* Natively the same calls: as many drops as buffers came out of the rings, for both strategies. */
static void test_drop_native(void **state)
{
	struct spawned s;
	json_t *doc, *stream;

	(void)state;
	drop_copy("drop.c", "");
	s = spawn_run(scratch, NULL,
		      (const char *const[]){"native", "drop", "--rounds", "7", "--set",
					    "traffic.packets=500", "--json", "--strategy",
					    "page_pool,my_pool", "--allocator", "drop.c", NULL});
	if (s.code)
		fail_msg("%s", s.err);
	doc = spawned_json(&s);
	stream = json_object_get(doc, "stream");
	assert_int_equal(json_integer_value(json_object_get(stream, "drop")), 500);
	assert_int_equal(json_integer_value(json_object_get(stream, "receive")), 0);
	assert_int_equal(json_integer_value(json_object_get(stream, "put_local")), 0);
	/* each slot's own, though 1023 are posted at a time; that its hook is called shows in it */
	assert_int_equal(json_integer_value(
				 json_object_get(json_array_get(json_object_get(doc, "results"), 1),
						 "pages_allocated")),
			 1024);
	json_decref(doc);
	spawn_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_run, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_replay, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_patched_page_pool, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(test_bad_paths, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_compile_errors, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(test_no_compiler, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_refused_strategies, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(test_mixed_headers, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(test_drop, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_drop_native, scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
