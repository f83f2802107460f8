/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host.c - is the file beside a capture of that capture? Then it is believed.
 */
#include "traces/host/host.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "traces/host/host_file.h"
#include "traces/host/host_machine.h"

#define IGNORED(info, ...) snprintf((info)->host_ignored, sizeof((info)->host_ignored), __VA_ARGS__)

static bool belongs(const struct host_file *host, struct capture_info *info)
{
	const struct host_machine *machine = &host->machine;
	struct stat st;

	if (stat(info->path, &st))
		return true; /* it was read a moment ago */
	if ((uint64_t)st.st_size != host->bytes)
		IGNORED(info, "it is of a capture of %" PRIu64 " bytes, and this one has %" PRIu64,
			host->bytes, (uint64_t)st.st_size);
	else if (host->first_ns != info->first_ns)
		IGNORED(info,
			"it is of a capture that begins at %" PRIu64
			" ns, and this one at %" PRIu64,
			host->first_ns, info->first_ns);
	else if (machine->kernel[0] && info->kernel[0] && strcmp(machine->kernel, info->kernel))
		IGNORED(info, "it is of Linux %.71s, and the capture of %.71s", machine->kernel,
			info->kernel);
	else if (machine->page_bytes && info->page_bytes && machine->page_bytes != info->page_bytes)
		IGNORED(info, "it is of a machine of %" PRIu32 "-byte pages, and the capture of %u",
			machine->page_bytes, info->page_bytes);
	return !info->host_ignored[0];
}

int host_apply(const struct host_napi *napi, struct capture_info *info)
{
	struct host_file *host = malloc(sizeof(*host));
	int err;

	if (!host)
		return -ENOMEM;
	err = host_file_read(info->path, host, info->host_ignored, sizeof(info->host_ignored));
	if (err == -ENOENT) {
		info->host_ignored[0] = '\0';
	} else if (!err && belongs(host, info)) {
		host_machine_apply(&host->machine, info);
		info->host_used = true;
		if (!info->lost_events)
			host_pools_apply(host, napi, info);
		else if (host->nr)
			IGNORED(info, "the capture lost events, so they cannot be matched");
	}
	free(host);
	return err == -ENOMEM ? err : 0;
}
