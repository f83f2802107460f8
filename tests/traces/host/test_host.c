/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_host.c - CAPTURE.host.json: what is read and what is refused, and what its pools tell.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tests/traces/cmocka_all.h"
#include "traces/host/host.h"
#include "traces/host/host_file.h"

#define HEAD	    "{\"schema\": 1, \"capture\": {\"bytes\": 1000, \"first_event_ns\": 77}, "
#define BOTH(pools) HEAD "\"pools\": {\"begin\": [" pools "], \"end\": [" pools "]}}"
#define SPAN_NS	    1000000u
#define NAPI	    8193u

static char capture[64], host_path[96], why[256];
static struct host_file host;
static struct capture_info info;
static struct host_napi napi[CAPTURE_MAX_DEVS];

static int begin(void **state)
{
	int fd;

	(void)state;
	strcpy(capture, "/tmp/fragsim-host-XXXXXX");
	fd = mkstemp(capture);
	assert_true(fd >= 0 && !ftruncate(fd, 1000));
	close(fd);
	snprintf(host_path, sizeof(host_path), "%s.host.json", capture);
	memset(&info, 0, sizeof(info));
	memset(napi, 0, sizeof(napi));
	strcpy(info.path, capture);
	info.first_ns = 77;
	info.span_ns = SPAN_NS;
	info.nr_devices = 1;
	strcpy(info.devices[0].name, "eth0");
	info.devices[0].packets = 10;
	info.devices[0].queues = 1;
	info.truth.interval_ns = 300000;
	return 0;
}

static int end(void **state)
{
	(void)state;
	unlink(capture);
	return unlink(host_path) && rmdir(host_path) && errno != ENOENT ? -1 : 0;
}

static void write_bytes(const char *text, size_t size)
{
	FILE *f = fopen(host_path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, size, f), size);
	fclose(f);
}

static int read_text(const char *text)
{
	write_bytes(text, strlen(text));
	why[0] = '\0';
	return host_file_read(capture, &host, why, sizeof(why));
}

static void refuses(const char *reason, const char *text)
{
	assert_int_equal(read_text(text), -EINVAL);
	if (!strstr(why, reason))
		fail_msg("expected '%s', found '%s'", reason, why);
}

/* Pool 7 is in both lists, 8 went and 9 came; members that nobody knows are passed over. */
static void good(void **state)
{
	(void)state;
	assert_int_equal(
		read_text(
			"{\"schema\": 1, \"driver\": [1, {}], \"capture\": {\"bytes\": 1000, "
			"\"first_event_ns\": 77, \"mtu\": 1500}, \"pools\": {\"begin\": ["
			"{\"id\": 7, \"device\": \"eth0\", \"napi_id\": 8193, \"inflight\": 96, "
			"\"stats\": {\"alloc_fast\": 1}}, {\"id\": 8, \"inflight\": 1}], \"end\": "
			"[{\"id\": 9, \"inflight\": 2, \"detach_time\": 5}, {\"id\": 7, "
			"\"device\": \"eth0\", \"napi_id\": 8193, \"inflight\": 97}]}}"),
		0);
	assert_int_equal(host.bytes, 1000);
	assert_int_equal(host.first_ns, 77);
	assert_int_equal(host.nr, 3);
	assert_int_equal(host.pool[0].id, 7);
	assert_int_equal(host.pool[0].begin, 96);
	assert_int_equal(host.pool[0].end, 97);
	assert_int_equal(host.pool[0].napi_id, 8193);
	assert_string_equal(host.pool[0].device, "eth0");
	assert_true(host.pool[0].in_begin && host.pool[0].in_end && !host.pool[0].detached);
	assert_true(host.pool[1].in_begin && !host.pool[1].in_end);
	assert_true(!host.pool[2].in_begin && host.pool[2].in_end && host.pool[2].detached);
	/* no pools is a file as well, and so is none */
	assert_int_equal(
		read_text("{\"schema\": 1, \"capture\": {\"bytes\": 5, \"first_event_ns\": 1}}"),
		0);
	assert_int_equal(host.nr, 0);
	unlink(host_path);
	assert_int_equal(host_file_read(capture, &host, why, sizeof(why)), -ENOENT);
}

static void wrong(void **state)
{
	(void)state;
	refuses("line 1 is no JSON", "");
	refuses("line 2 is no JSON", "{\"schema\": 1,\n");
	refuses("no JSON", "{\"schema\": 1, \"schema\": 1}");
	refuses("the whole is not an object", "[]");
	refuses("schema is not there", "{}");
	refuses("schema is not 1", "{\"schema\": 2, \"capture\": {\"bytes\": 1}}");
	refuses("schema is not a whole number", "{\"schema\": \"1\"}");
	refuses("capture is not an object", "{\"schema\": 1, \"capture\": 5}");
	refuses("bytes is not there", "{\"schema\": 1, \"capture\": {}}");
	refuses("bytes is not a whole", "{\"schema\": 1, \"capture\": {\"bytes\": 1e3}}");
	refuses("bytes is not a whole", "{\"schema\": 1, \"capture\": {\"bytes\": -1}}");
	refuses("first_event_ns is not there", "{\"schema\": 1, \"capture\": {\"bytes\": 1}}");
	refuses("first_event_ns is not",
		"{\"schema\": 1, \"capture\": {\"bytes\": 1, \"first_event_ns\": null}}");
	refuses("pools is not an object", HEAD "\"pools\": []}");
	refuses("pools.begin is not a list", HEAD "\"pools\": {\"begin\": {}}}");
	refuses("pools.begin[0].id is not there", BOTH("5"));
	refuses("pools.begin[0].id is not there", BOTH("{\"inflight\": 5}"));
	refuses("pools.begin[0].inflight is not there", BOTH("{\"id\": 5}"));
	refuses("pools.begin[0].inflight is not a whole", BOTH("{\"id\": 1, \"inflight\": \"5\"}"));
	refuses("pools.begin[0].inflight is not a number of pages",
		BOTH("{\"id\": 1, \"inflight\": 2147483648}"));
	refuses("pools.begin[1].id is not another",
		BOTH("{\"id\": 1, \"inflight\": 5}, {\"id\": 1, \"inflight\": 5}"));
	refuses("pools.begin[0].device is not a short text",
		BOTH("{\"id\": 1, \"inflight\": 5, \"device\": 3}"));
	refuses("pools.begin[0].device is not a short text",
		BOTH("{\"id\": 1, \"inflight\": 5, \"device\": "
		     "\"01234567890123456789012345678901\"}"));
	refuses("pools.begin[0].napi_id is not a whole",
		BOTH("{\"id\": 1, \"inflight\": 5, \"napi_id\": [1]}"));
}

/* Larger than 4 MB, of more pools than are read, nested without end, no file, no text. */
static void huge_and_hostile(void **state)
{
	size_t size = HOST_FILE_BYTES_MAX + 1, at = 0;
	char *text = malloc(size);

	(void)state;
	assert_non_null(text);
	memset(text, ' ', size);
	write_bytes(text, size);
	assert_int_equal(host_file_read(capture, &host, why, sizeof(why)), -EFBIG);
	assert_non_null(strstr(why, "more than 4194304 bytes"));
	memset(text, '[', size - 1);
	write_bytes(text, size - 1);
	assert_int_equal(host_file_read(capture, &host, why, sizeof(why)), -EINVAL);
	at = (size_t)sprintf(text, HEAD "\"pools\": {\"begin\": [{\"id\": 0, \"inflight\": 1}");
	for (unsigned int i = 1; i <= HOST_MAX_POOLS; i++)
		at += (size_t)sprintf(text + at, ",{\"id\": %u, \"inflight\": 1}", i);
	sprintf(text + at, "]}}");
	refuses("pools.begin[4096].id is not one of 4096 pools", text);
	write_bytes("{\"a\": \"\xff\xfe\0\"}", 12);
	assert_int_equal(host_file_read(capture, &host, why, sizeof(why)), -EINVAL);
	unlink(host_path);
	assert_int_equal(mkdir(host_path, 0700), 0);
	assert_int_equal(host_file_read(capture, &host, why, sizeof(why)), -EINVAL);
	assert_string_equal(why, "it is no regular file");
	free(text);
}

static struct host_pool *listed(uint64_t id, const char *device, uint64_t napi_id, uint64_t first,
				uint64_t last)
{
	struct host_pool *pool = &host.pool[host.nr++];

	*pool = (struct host_pool){.id = id,
				   .napi_id = napi_id,
				   .begin = first,
				   .end = last,
				   .in_begin = true,
				   .in_end = true};
	strcpy(pool->device, device);
	return pool;
}

static void apply(void)
{
	host_pools_apply(&host, napi, &info);
}

/* Nothing in the events, 96 pages in the lists: 96 at each point of 1 ms in steps of 0.3 ms. */
static void silent_pool(void **state)
{
	const struct truth *t = &info.truth;

	(void)state;
	host.nr = 0;
	listed(1, "eth0", NAPI, 96, 96);
	listed(2, "eth1", NAPI + 1, 500, 500);
	apply();
	assert_true(t->has_pool);
	assert_int_equal(t->nr_pools, 1);
	assert_int_equal(t->pools_seen, 1);
	assert_string_equal(t->pools[0].device, "eth0");
	assert_true(t->pools[0].queue_known && t->pools[0].start_known);
	assert_int_equal(t->pools[0].held_start, 96);
	assert_int_equal(t->pools[0].held_peak, 96);
	assert_int_equal(t->pool_held_start, 96);
	assert_int_equal(t->pool_held_peak, 96);
	assert_int_equal(t->nr_points, 4);
	assert_int_equal(t->points[0].time_ns, 300000);
	assert_int_equal(t->points[3].time_ns, SPAN_NS);
	assert_int_equal(t->points[3].pool_hold + t->points[3].pool_release, 0);
	assert_int_equal(t->last.time_ns, SPAN_NS);
}

/* What cannot be believed: each leaves the truth as it was. */
static void silent_pool_doubted(void **state)
{
	(void)state;
	for (unsigned int doubt = 0; doubt < 7; doubt++) {
		struct host_pool *pool;

		host.nr = 0;
		pool = listed(1, "eth0", NAPI, 96, 96);
		napi[0].id[0] = NAPI;
		switch (doubt) {
		case 0:
			pool->end = 97; /* it took a page, and no event tells */
			break;
		case 1:
			pool->in_begin = false;
			break;
		case 2:
			pool->in_end = false;
			break;
		case 3:
			pool->detached = true;
			break;
		case 4:
			napi[0].id[0] = NAPI + 1; /* its packets name another one */
			break;
		case 5:
			listed(2, "eth0", NAPI, 64, 64); /* of the headers? */
			break;
		default:
			pool->begin = pool->end = 0;
		}
		apply();
		assert_false(info.truth.has_pool);
		assert_int_equal(info.truth.nr_pools, 0);
		assert_int_equal(info.truth.nr_points, 0);
	}
	/* Two pools, and no NAPI context to tell which: of different namespaces, or queues. */
	host.nr = 0;
	napi[0].id[0] = HOST_NAPI_SEVERAL;
	listed(1, "eth0", 0, 96, 96);
	listed(2, "eth0", 0, 96, 96);
	apply();
	assert_int_equal(info.truth.nr_pools, 0);
}

/* Queue 0 showed events, 1 and 3 did not, 2 changed without: those of 1 and 3 join. */
static void queues_by_napi(void **state)
{
	struct truth *t = &info.truth;

	(void)state;
	host.nr = 0;
	info.devices[0].queues = 4;
	for (unsigned int q = 0; q < 4; q++) {
		napi[0].id[q] = NAPI + q;
		listed(10 - q, "eth0", NAPI + q, 100 + q, q == 2 ? 200 : 100 + q);
	}
	t->has_pool = true;
	t->nr_pools = t->pools_seen = 1;
	t->pools[0] = (struct truth_pool){.queue_known = true, .start_known = true};
	strcpy(t->pools[0].device, "eth0");
	t->pools[0].held_start = t->pool_held_start = t->pool_held_peak = 50;
	t->nr_points = 1;
	apply();
	assert_int_equal(t->nr_points, 1);
	assert_int_equal(t->nr_pools, 3);
	assert_int_equal(t->pools[0].held_start, 50);
	assert_int_equal(t->pools[1].queue, 1);
	assert_int_equal(t->pools[1].held_start, 101);
	assert_int_equal(t->pools[2].queue, 3);
	assert_int_equal(t->pools[2].held_start, 103);
	assert_int_equal(t->pool_held_start, 50 + 101 + 103);
	assert_int_equal(t->pool_held_peak, 50 + 101 + 103);
}

/* Pages entered and none left: begin is the start while end - begin and the events are 64 apart. */
static void start_by_list(void **state)
{
	struct truth *t = &info.truth;

	(void)state;
	for (unsigned int apart = 64; apart <= 65; apart++) {
		host.nr = 0;
		listed(1, "eth0", 0, 1000, 1128 + apart);
		memset(t, 0, sizeof(*t));
		t->has_pool = true;
		t->nr_pools = t->pools_seen = 1;
		t->starts_unknown = 1;
		t->pools[0] = (struct truth_pool){.holds = 128, .held_peak = 128};
		t->pools[0].queue_known = true;
		t->pool_held_peak = 128;
		strcpy(t->pools[0].device, "eth0");
		apply();
		assert_int_equal(t->nr_pools, 1);
		assert_int_equal(t->pools[0].start_known, apart == 64);
		assert_int_equal(t->starts_unknown, apart == 65);
		assert_int_equal(t->pools[0].held_start, apart == 64 ? 1000 : 0);
		assert_int_equal(t->pool_held_before_hold[0], apart == 64 ? 1000 : 0);
		assert_int_equal(t->pools[0].held_peak, apart == 64 ? 1128 : 128);
		assert_int_equal(t->pool_held_start, apart == 64 ? 1000 : 0);
		assert_int_equal(t->pool_held_peak, apart == 64 ? 1128 : 128);
	}
}

/* A pool whose queue is not known may be the one that is listed. */
static void unknown_queue(void **state)
{
	(void)state;
	host.nr = 0;
	listed(1, "eth0", 0, 96, 96);
	info.truth.nr_pools = info.truth.pools_seen = 1;
	apply();
	assert_int_equal(info.truth.nr_pools, 1);
	info.truth.nr_pools = 0; /* and so may one that is in the sums only */
	apply();
	assert_int_equal(info.truth.nr_pools, 0);
}

static void expect_ignored(const char *reason, const char *text)
{
	info.host_used = false;
	info.host_ignored[0] = '\0';
	write_bytes(text, strlen(text));
	assert_int_equal(host_apply(napi, &info), 0);
	assert_int_equal(info.host_used, !reason[0]);
	assert_false(reason[0] && info.truth.has_pool);
	if (!strstr(info.host_ignored, reason) || (!reason[0] && info.host_ignored[0]))
		fail_msg("expected '%s', found '%s'", reason, info.host_ignored);
}

static void of_this_capture(void **state)
{
	static const char pools[] =
		"\"pools\": {\"begin\": [{\"id\": 1, \"device\": \"eth0\", \"inflight\": 96}],"
		"\"end\": [{\"id\": 1, \"device\": \"eth0\", \"inflight\": 96}]}}";
	char text[512];

	(void)state;
	assert_int_equal(host_apply(napi, &info), 0);
	assert_false(info.host_used || info.host_ignored[0]);
	snprintf(text, sizeof(text),
		 "{\"schema\": 1, \"capture\": {\"bytes\": 999, \"first_event_ns\": 77}, %s",
		 pools);
	expect_ignored("it is of a capture of 999 bytes, and this one has 1000", text);
	snprintf(text, sizeof(text),
		 "{\"schema\": 1, \"capture\": {\"bytes\": 1000, \"first_event_ns\": 78}, %s",
		 pools);
	expect_ignored("it is of a capture that begins at 78 ns, and this one at 77", text);
	expect_ignored("line 1 is no JSON", "x");
	snprintf(text, sizeof(text), HEAD "%s", pools);
	/* the machine is believed, its pools are not */
	info.lost_events = 1;
	info.host_ignored[0] = '\0';
	write_bytes(text, strlen(text));
	assert_int_equal(host_apply(napi, &info), 0);
	assert_true(info.host_used && !info.truth.has_pool);
	assert_non_null(strstr(info.host_ignored, "lost events"));
	info.lost_events = 0;
	expect_ignored("", text);
	assert_int_equal(info.truth.pool_held_start, 96);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(good),
		T(wrong),
		T(huge_and_hostile),
		T(silent_pool),
		T(silent_pool_doubted),
		T(queues_by_napi),
		T(start_by_list),
		T(unknown_queue),
		T(of_this_capture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
