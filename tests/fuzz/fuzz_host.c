/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_host.c - CAPTURE.host.json beside a capture of ten bytes whose events name two devices.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz_input.h"
#include "traces/host/host.h"

static struct capture_info info;
static struct host_napi napi[CAPTURE_MAX_DEVS];

static void write_file(const char *path, const void *data, size_t size)
{
	FILE *f = fopen(path, "w");

	if (!f || fwrite(data, 1, size, f) != size || fclose(f))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char path[64], beside[96];

	if (!path[0]) {
		snprintf(path, sizeof(path), "/tmp/fragsim-fuzz-host-%d", (int)getpid());
		snprintf(beside, sizeof(beside), "%s.host.json", path);
		write_file(path, "0123456789", 10);
	}
	write_file(beside, data, size);
	memset(&info, 0, sizeof(info));
	strcpy(info.path, path);
	info.first_ns = 77;
	info.span_ns = 1000000;
	info.truth.interval_ns = 100000;
	info.nr_devices = 2;
	strcpy(info.devices[0].name, "eth0");
	strcpy(info.devices[1].name, "eth1");
	info.devices[0].packets = info.devices[1].packets = 5;
	info.devices[0].queues = info.devices[1].queues = 1;
	if (host_apply(napi, &info))
		abort();
	/* one line, and used or ignored but for its pools, which need events that are whole */
	if (strchr(info.host_ignored, '\n') || info.host_used == (info.host_ignored[0] != '\0'))
		abort();
	/* never believed half */
	if (!info.host_used &&
	    (info.kernel[0] || info.page_bytes || info.devices[0].nic.driver[0] ||
	     info.devices[0].nic.mtu || info.truth.has_pool))
		abort();
	unlink(beside);
	return 0;
}
