/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_read_times.c - packets of a pcap whose ACKs tell when they were read.
 *
 * 40 segments of 1408 bytes arrive at 1 ms, and the window shows that all of them are read at T.
 * With w the bytes that wait in held pages, over time
 *	sum of w * dt = 40 * 1408 * (T - 1 ms)
 * but for what the other packets of the connection add, which are read at once. The stack is the
 * model's: GRO merges the segments, or TCP appends them in the socket's queue.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/sim/sim_run.h"
#include "tests/traces/pcap/tcp_frames.h"

#define SOURCE	 "traffic.source="
#define SEGMENTS 40
#define DATA	 1408u /* 11 quanta of 128: windows tell it exactly */
#define R	 1000u

static char setting[64];
static struct frames f;

static int setup(void **state)
{
	int fd;

	(void)state;
	strcpy(setting, SOURCE "/tmp/fragsim-test-XXXXXX");
	fd = mkstemp(setting + strlen(SOURCE));
	close(fd);
	return fd < 0;
}

static int teardown(void **state)
{
	(void)state;
	return unlink(setting + strlen(SOURCE));
}

/* What is sent at 1000 us is read at @read_us; the last packet comes at 20 ms. */
static void write_pcap(uint32_t read_us)
{
	f = (struct frames){.isn = 5, .port = 1000};
	frames_begin(&f);
	frames_handshake(&f, 0, 1460, 7);
	for (uint32_t i = 0; i < 5; i++) { /* a window of R at rest */
		for (uint32_t j = 0; j < 4; j++)
			frames_data(&f, 100 + 100 * i, (4 * i + j) * DATA, DATA, 0);
		frames_ack(&f, 110 + 100 * i, (4 * i + 4) * DATA, R, 0);
	}
	for (uint32_t i = 0; i < SEGMENTS; i++)
		frames_data(&f, 1000, (20 + i) * DATA, DATA, 0);
	frames_ack(&f, 1010, (20 + SEGMENTS) * DATA, R - SEGMENTS * 11, 0);
	frames_ack(&f, read_us, (20 + SEGMENTS) * DATA, R, 0);
	frames_data(&f, 20000, (20 + SEGMENTS) * DATA, 0, 0);
	bytes_store(&f.file, setting + strlen(SOURCE));
}

static void simulate(uint32_t read_us, const char *gro, const char *release, struct result *r)
{
	/* freed when it is read, and not when a list of deferred frees is emptied */
	const char *const settings[] = {
		setting, gro, release, "nic.preset=veth", "nic.free_path=remote", NULL};
	char err[512] = "";

	write_pcap(read_us);
	if (sim_run("page_pool_frag", settings, r, err))
		fail_msg("%s", err);
	assert_int_equal(r->u[METRIC_DROP_RCVBUF], 0);
}

/* Bytes times nanoseconds. */
static double waited(const struct result *r)
{
	return r->r[METRIC_PAYLOAD_MEAN] * (double)r->u[METRIC_SIMULATED_NS];
}

static void read_when_the_window_says(void **state)
{
	static const char *const gro[] = {"nic.gro=sw", "nic.gro=off"};

	(void)state;
	for (unsigned int g = 0; g < 2; g++) {
		struct result early, late, modelled;
		double expected = SEGMENTS * DATA * 9e6;

		simulate(2000, gro[g], "traffic.release=recorded", &early);
		simulate(11000, gro[g], "traffic.release=recorded", &late);
		assert_true(waited(&late) - waited(&early) > 0.95 * expected);
		assert_true(waited(&late) - waited(&early) < 1.05 * expected);
		assert_true(late.u[METRIC_SKB_MERGED] + late.u[METRIC_SKB_TAIL_MOVES] +
				    late.u[METRIC_SKB_TAIL_COPIES] >=
			    30);
		if (!g)
			assert_true(late.u[METRIC_SKB_MERGED] >= 30);
		simulate(11000, gro[g], "traffic.release=modelled", &modelled);
		assert_true(waited(&modelled) < 0.2 * expected);
	}
}

/* The reader's core is that of the scenario: it pays for the copies. */
static void on_the_readers_core(void **state)
{
	struct result r;

	(void)state;
	simulate(11000, "nic.gro=sw", "traffic.release=recorded", &r);
	assert_true(r.u[METRIC_CYC_COPY] > 0);
	assert_true(r.u[METRIC_CYC_APP] > r.u[METRIC_CYC_COPY] / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_when_the_window_says),
		cmocka_unit_test(on_the_readers_core),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
