/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_plugin_fails.c - allocators that crash, never come back or break an invariant: the others'
 * results stay, and what is said names strategy, hook and reason.
 */
#include <fnmatch.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>
#include <cmocka.h>

#include "tests/tools/plugin_example.h"
#include "tests/tools/scratch.h"
#include "tests/tools/spawn.h"

/* The one entry of "errors"; @says is a pattern of fnmatch(). */
static void error_is(const char *out, const char *hook, const char *says)
{
	json_t *doc = json_loads(out, JSON_REJECT_DUPLICATES, NULL);
	json_t *errors = json_object_get(doc, "errors"), *e = json_array_get(errors, 0);
	const char *message = json_string_value(json_object_get(e, "message"));

	assert_int_equal(json_array_size(errors), 1);
	assert_int_equal(json_object_size(e), 3);
	assert_string_equal(json_string_value(json_object_get(e, "strategy")), "my_pool");
	if (!message || fnmatch(says, message, 0) || strchr(message, '\n'))
		fail_msg("expected '%s': %s", says, out);
	if (strcmp(json_string_value(json_object_get(e, "hook")), hook))
		fail_msg("expected hook %s: %s", hook, message);
	json_decref(doc);
}

/*
 * Exit code 1, the other strategy's result on stdout, and on stderr what the document says.
 * @how, @set: one more option, and setting
 */
static void fails_more(const char *file, const char *how, const char *set, const char *hook,
		       const char *says)
{
	struct spawned s = spawn_run(scratch, NULL,
				     (const char *const[]){"run", "slow-reader", SHORT, how,
							   "--json", "--set", set, "--strategy",
							   "page_pool", "--allocator", file, NULL});
	char line[512];
	json_t *r;

	snprintf(line, sizeof(line), "*fragsim: my_pool: %s\n", says);
	if (s.code != 1 || fnmatch(line, s.err, 0))
		fail_msg("%s: exit code %d, expected '%s': %s", file, s.code, line, s.err);
	r = results_of(s.out, 1);
	strategy_is(r, 0, "page_pool");
	assert_true(count_of(r, 0, "packets", "delivered") > 0);
	json_decref(r);
	error_is(s.out, hook, says);
	spawn_free(&s);
}

static void fails_so(const char *file, const char *how, const char *hook, const char *says)
{
	fails_more(file, how, "iommu=off", hook, says);
}

static void fails(const char *file, const char *hook, const char *says)
{
	fails_so(file, "--no-plot", hook, says);
}

static void test_crashes(void **state)
{
	(void)state;
	CHANGE("null.c", "struct my_pool *p = (struct my_pool *)page->private_;",
	       "struct my_pool *p = NULL;");
	fails("null.c", "put", "crashed in its hook put(): Segmentation fault (NULL pointer)");
	CHANGE("deep.c", "/* NAPI: a buffer for",
	       "static noinline int my_deep(int n)\n"
	       "{ volatile int here[64]; here[0] = n; return my_deep(n + 1) + here[0]; }\n"
	       "/* NAPI: a buffer for",
	       "(void)bytes;", "my_deep((int)bytes);");
	fails("deep.c", "alloc", "crashed in its hook alloc(): Segmentation fault*");
	CHANGE("abort.c", "p->slot[slot].page = NULL;", "abort();", "#include \"mm.h\"",
	       "#include \"mm.h\"\n#include <stdlib.h>");
	fails("abort.c", "receive", "crashed in its hook receive(): Aborted");
	CHANGE("bug.c", "(void)bytes;", "BUG_ON(slot == 7);");
	fails("bug.c", "alloc",
	      "the allocator found its own state impossible in its hook alloc() for slot 7 of "
	      "queue 0 at 0.00???? ms: bug.c:144: slot == 7");
	CHANGE("bug.c", "*stats =", "BUG_ON(p->buffers != 7);\n*stats =");
	fails("bug.c", "stats",
	      "the allocator found its own state impossible in its hook stats(): bug.c:209: "
	      "p->buffers != 7");
	CHANGE("exit.c", "(void)bytes;", "_exit(0);", "#include \"mm.h\"",
	       "#include \"mm.h\"\n#include <unistd.h>");
	fails("exit.c", "alloc", "its process ended with status 0");
	CHANGE("refuse.c", "if (!rx_params_fit(params, PAGE_SIZE))", "if (params->ring_size)");
	fails("refuse.c", "create", "cannot serve this NIC*");
	CHANGE("wild.c", "*buf = (struct rx_buf){\n\t\t.page = page,",
	       "*buf = (struct rx_buf){\n\t\t.page = NULL,");
	fails("wild.c", "run", "crashed outside its hooks: Segmentation fault*");
}

/* A ring of 1024 slots, one of them empty: what is posted at the end is lost. */
static void test_leak(void **state)
{
	(void)state;
	CHANGE("leak.c", "my_page_release(p, p->slot[i].page);", ";");
	fails("leak.c", "destroy",
	      "1023 pages are still held; --check names the calls it came from");
	fails_so("leak.c", "--check", "destroy",
		 "1023 pages are still held; the first, page *, was taken in alloc() for slot * of "
		 "queue 0 at *.?????? ms*");
	CHANGE("lost.c", "if (my_push(p, page))", "if (my_push(p, page) || page_to_pfn(page) == 9)",
	       ".deflt = 1024", ".deflt = 1");
	fails_so("lost.c", "--check", "destroy",
		 "1 pages are still held; the first, page 9, was taken in alloc() for slot 9 of "
		 "queue 0 at 0.00???? ms; given back last in put() at *.?????? ms (packet 10)");
}

/* One page is freed with its mapping, the others never are before destroy(). */
static void test_mapping_left(void **state)
{
	(void)state;
	CHANGE("maps.c", "\tmy_page_release(p, page);\n}\n\n/* After",
	       "\tput_page(page);\n}\n\n/* After", "if (my_push(p, page))",
	       "if (page_to_pfn(page) != 9 && my_push(p, page))", ".deflt = 1024",
	       ".deflt = 65536");
	fails_so("maps.c", "--check", "destroy",
		 "1 DMA mappings are still there; with --set iommu=strict the call that made the "
		 "last is named");
	fails_more("maps.c", "--check", "iommu=strict", "destroy",
		   "1 DMA mappings are still there; the last, of page 9, was made in alloc() for "
		   "slot 9 of queue 0 at 0.00???? ms");
}

/* A page that is put twice comes back as two buffers: both calls are named, and the put before. */
static void test_double_put(void **state)
{
	(void)state;
	CHANGE("twice.c", "if (my_push(p, page))", "my_push(p, page);\n\t\tif (my_push(p, page))");
	fails_so(
		"twice.c", "--check", "alloc",
		"page *: buffer ?0,2048) handed out by alloc() for slot * of queue 0 at *.?????? "
		"ms "
		"(after packet *) while ?0,2048) is in use since alloc() for slot * of queue 0 at "
		"*.?????? ms (after packet *); given back last in put() at *.?????? ms (packet *)");
	CHANGE("early.c", "p->slot[slot].page = NULL;",
	       "p->slot[slot].page = NULL; put_page(page);");
	fails_so(
		"early.c", "--check", "receive",
		"page 0: freed by receive() for slot 0 of queue 0 at *.?????? ms (packet 1) while "
		"its buffer ?0,2048) is in use since alloc() for slot 0 of queue 0 at 0.000000 ms");
	CHANGE("other.c", "p->slot[slot].page = NULL;",
	       "p->slot[slot].page = NULL; if (slot == 5) buf->page++;");
	fails_so("other.c", "--check", "receive",
		 "page 6: buffer at 0 was handed out by alloc() for slot 6 of queue 0 at 0.00???? "
		 "ms, but "
		 "given by receive() for slot 5 of queue 0 at *.?????? ms (packet 6)");
	CHANGE("none.c", "p->slot[slot].page = NULL;",
	       "p->slot[slot].page = NULL; if (slot == 5) buf->offset += 64;");
	fails_so("none.c", "--check", "receive",
		 "page 5: buffer at 64 was not handed out, but given by receive() for slot 5 of "
		 "queue 0 at *.?????? ms (packet 6)");
}

/* Which line of @file has @text */
static unsigned int line_of(const char *file, const char *text)
{
	char *all = file_slurp(path_in(scratch, file), NULL), *end = strstr(all, text);
	unsigned int line = 1;

	assert_non_null(end);
	for (char *c = all; c < end; c++)
		line += *c == '\n';
	free(all);
	return line;
}

/* With --check and without, in a hook that a core pays for and in one that none does. */
static void test_underflow(void **state)
{
	char says[256];

	(void)state;
	CHANGE("under.c", "\n\tput_page(page);\n}", "\n\tput_page(page);\n\tput_page(page);\n}",
	       ".deflt = 1024", ".deflt = 1");
	snprintf(says, sizeof(says),
		 "the allocator found its own state impossible in its hook put() at *.?????? ms "
		 "(packet *): under.c:%u: _refcount of page * falls to -1: a reference too many "
		 "is dropped",
		 line_of("under.c", "put_page(page);\n}"));
	fails_so("under.c", "--check", "put", says);
	CHANGE("under.c", "\n\tput_page(page);\n}", "\n\tput_page(page);\n\tput_page(page);\n}",
	       ".deflt = 1024", ".deflt = 65536");
	snprintf(says, sizeof(says),
		 "the allocator found its own state impossible in its hook destroy(): under.c:%u: "
		 "_refcount of page * falls to -1: a reference too many is dropped",
		 line_of("under.c", "put_page(page);\n}"));
	fails("under.c", "destroy", says);
	CHANGE("users.c", "(void)direct;",
	       "if (!atomic_long_sub_return(1, &page->pp_ref_count)) return;\n");
	snprintf(says, sizeof(says),
		 "*in its hook put() at *: users.c:%u: pp_ref_count of page * falls to -1: a "
		 "reference too many is dropped",
		 line_of("users.c", "if (!atomic_long"));
	fails("users.c", "put", says);
	CHANGE("lock.c", "spin_unlock(&p->lock);", "spin_lock(&p->lock);");
	/* clang joins the ends of such calls: then it is a place without a line */
	fails("lock.c", "alloc", "*: lock.c*: spin_lock() of a lock this CPU holds");
}

/* Where results are: a line below the table, one on the report, an empty column. */
static void failed_is_shown(const char *strategies, bool table)
{
	static const char line[] =
		"my_pool: failed: crashed in its hook put(): Segmentation fault (NULL pointer)\n";
	const char *out = table ? "out" : "only";
	struct spawned s = spawn_run(scratch, NULL,
				     (const char *const[]){"run", "slow-reader", SHORT, "-o", out,
							   "--strategy", strategies, "--allocator",
							   "null.c", NULL});
	char *report = file_slurp(path_in(path_in(scratch, out), "report.html"), NULL);
	char *csv = file_slurp(path_in(path_in(scratch, out), "compare.csv"), NULL);

	assert_int_equal(s.code, 1);
	assert_non_null(strstr(s.out, line));
	assert_int_equal(strstr(s.out, "cycles per packet") != NULL, table);
	assert_non_null(strstr(report, "<p class=\"note\">my_pool: failed: crashed in its hook"));
	assert_int_equal(strstr(report, "<table") != NULL, table);
	assert_int_equal(strncmp(csv,
				 table ? "metric,my_pool,page_pool\nsimulated_ns,,"
				       : "metric,my_pool\nsimulated_ns,\n",
				 table ? 38 : 29),
			 0);
	free(report);
	free(csv);
	spawn_free(&s);
}

static void test_failed_is_shown(void **state)
{
	struct spawned s;

	(void)state;
	CHANGE("null.c", "struct my_pool *p = (struct my_pool *)page->private_;",
	       "struct my_pool *p = NULL;");
	failed_is_shown("my_pool,page_pool", true);
	/* pictures are of the others */
	s = spawn_run(scratch, NULL, (const char *const[]){"plot", "out", NULL});
	if (s.code)
		fail_msg("%s", s.err);
	spawn_free(&s);
	failed_is_shown("my_pool", false);
}

static void loop_make(void)
{
	CHANGE("loop.c", "(void)bytes;", "while (READ_ONCE(p->order) == 0) ;");
}

/* Ctrl-C ends it and says where it was; the other strategy had finished, and no temporary folder
 * stays. */
static void test_endless(void **state)
{
	const struct timespec moment = {.tv_nsec = 20000000};
	char tmp[80];
	struct spawning *child;
	struct spawned s;

	(void)state;
	loop_make();
	mkdir(path_in(scratch, "tmp"), 0700);
	snprintf(tmp, sizeof(tmp), "TMPDIR=%s/tmp", scratch);
	child = spawn_start(scratch, tmp,
			    (const char *const[]){"run", "host-100g", SHORT, "-o", "out", "-j", "2",
						  "--strategy", "page_pool", "--allocator",
						  "loop.c", NULL});
	for (int i = 0; i < 1500 && access(path_in(scratch, "out/page_pool/summary.json"), F_OK);
	     i++)
		nanosleep(&moment, NULL);
	/* The parent learns that the child is done a moment after its file is there. */
	for (int i = 0; i < 100; i++)
		nanosleep(&moment, NULL);
	kill(spawn_pid(child), SIGINT);
	s = spawn_wait(child);
	assert_int_equal(s.code, 130);
	assert_non_null(strstr(s.err, "1 of 2 strategies finished"));
	assert_non_null(strstr(s.err, "my_pool: stopped in its hook alloc(), where it had been"));
	assert_int_equal(rmdir(path_in(scratch, "tmp")), 0);
	spawn_free(&s);
}

/* On a terminal, while it runs. */
static void test_status_line(void **state)
{
	char said[65536];
	size_t used = 0;
	ssize_t n;
	pid_t pid;
	int fd, status;

	(void)state;
	loop_make();
	pid = forkpty(&fd, NULL, NULL, NULL);
	if (pid == 0) {
		execl(FRAGSIM_PROGRAM, "fragsim", "run", "host-100g", SHORT, "-o",
		      path_in(scratch, "out"), "--timeout", "4s", "--strategy", "page_pool",
		      "--allocator", path_in(scratch, "loop.c"), NULL);
		_exit(99);
	}
	while (used < sizeof(said) - 1 && (n = read(fd, said + used, sizeof(said) - 1 - used)) > 0)
		used += (size_t)n;
	said[used] = '\0';
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 1);
	if (!strstr(said, "of 2 strategies, my_pool in alloc() for ") ||
	    !strstr(said, "; running: my_pool"))
		fail_msg("%s", said);
	close(fd);
}

/* --timeout ends it, also where jobs wait for it; who needs less time is not touched. */
static void test_timeout(void **state)
{
	struct spawned s;
	json_t *r;

	(void)state;
	loop_make();
	s = spawn_run(scratch, NULL,
		      (const char *const[]){"run", "host-100g", SHORT, "-j", "1", "--json",
					    "--timeout", "4s", "--strategy", "my_pool,page_pool",
					    "--allocator", "loop.c", NULL});
	assert_int_equal(s.code, 1);
	r = results_of(s.out, 1);
	strategy_is(r, 0, "page_pool");
	json_decref(r);
	error_is(s.out, "alloc",
		 "ended by --timeout after 4 s: it was in its hook alloc(), 0 packets had been "
		 "received");
	spawn_free(&s);
	REFUSED_ENV("TMPDIR=/nowhere", "--timeout: \"0s\" is too small", "--timeout", "0s");
	REFUSED_ENV("TMPDIR=/nowhere", "--timeout: \"5\"", "--timeout", "5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_crashes, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_leak, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_mapping_left, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_double_put, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_underflow, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_failed_is_shown, scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(test_endless, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_status_line, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(test_timeout, scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
