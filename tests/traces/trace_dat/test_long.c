/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_long.c - memory does not grow with the length of a capture.
 *
 * usage: test_long DAT_REPEAT; makes its captures with it. By hand, with 20 million events:
 *	build/tests/traces/dat_repeat traces/samples/fmt_v6_small.dat /tmp/long.dat 2871
 *	build/tools/fragsim inspect /tmp/long.dat	(RssAnon: /proc/PID/status while it runs)
 */
#include <stdio.h>
#include <string.h>
#include "tests/traces/scratch.h"
#include "traces/capture.h"

#define SAMPLE	    FRAGSIM_SOURCE_DIR "/traces/samples/fmt_v6_small.dat"
#define EVENTS	    6967
#define PACKETS	    1476
#define COPIES	    200 /* 77 MB, 1.4 million events */
#define ANON_MAX_KB (64 << 10)

static const char *dat_repeat;
static struct capture_info info;

static int make_long(void **state)
{
	char command[1024];

	if (scratch_make(state))
		return -1;
	snprintf(command, sizeof(command), "'%s' '%s' '%s' %d", dat_repeat, SAMPLE, scratch,
		 COPIES);
	return system(command);
}

static long rss_anon_kb(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	long kb = -1;

	assert_non_null(file);
	while (kb < 0 && fgets(line, sizeof(line), file))
		sscanf(line, "RssAnon: %ld", &kb);
	fclose(file);
	assert_true(kb >= 0);
	return kb;
}

/* Memory that was freed in between is the kernel's again only by chance: this is an upper bound. */
static void memory_is_bounded(void **state)
{
	struct packet_source *src;
	struct packet pkt;
	char err[512] = "";
	long before = rss_anon_kb(), after;
	uint64_t nr = 0;

	(void)state;
	assert_int_equal(capture_scan(scratch, &info, err, sizeof(err)), 0);
	assert_int_equal(info.events_total, (uint64_t)COPIES * EVENTS);
	assert_int_equal(capture_default_device(&info)->packets, (uint64_t)COPIES * PACKETS);
	assert_int_equal(capture_open(&info, "vb", &src, err, sizeof(err)), 0);
	while (packet_next(src, &pkt) > 0)
		nr++;
	after = rss_anon_kb();
	packet_source_close(src);
	assert_int_equal(nr, (uint64_t)COPIES * PACKETS);
	print_message("anonymous memory: %ld kB more after %llu events\n", after - before,
		      (unsigned long long)info.events_total);
	assert_true(after - before < ANON_MAX_KB);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(memory_is_bounded)};

	if (argc != 2)
		return 2;
	dat_repeat = argv[1];
	return cmocka_run_group_tests(tests, make_long, scratch_drop);
}
