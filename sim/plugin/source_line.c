/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_line.c - ask addr2line, fall back to the offset in the object.
 */
#define _GNU_SOURCE /* dladdr() */
#include "sim/plugin/source_line.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/plugin/plugin.h"

#define LINE_BYTES 1024

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "FILE:LINE" or "FILE:LINE (discriminator N)"; "??:0" is no answer. */
static bool is_place(char *line)
{
	const char *colon;

	line[strcspn(line, " \n")] = '\0';
	colon = strrchr(line, ':');
	return colon && line[0] != '?' && colon[1] >= '1' && colon[1] <= '9' &&
	       strncmp(base_name(line), "mm.h:", 5);
}

/* As the user would write it: from the current folder on. */
static const char *shortened(const char *path)
{
	char here[LINE_BYTES];
	size_t len;

	if (!getcwd(here, sizeof(here)))
		return path;
	len = strlen(here);
	return !strncmp(path, here, len) && path[len] == '/' ? path + len + 1 : path;
}

static bool ask(const char *object, uintptr_t offset, char *buf, size_t size)
{
	char command[LINE_BYTES], line[LINE_BYTES];
	bool found = false;
	FILE *f;

	/* @object is a path below /proc, without what a shell would read otherwise */
	snprintf(command, sizeof(command), "exec addr2line -i -e %s 0x%lx 2>/dev/null", object,
		 (unsigned long)offset);
	f = popen(command, "r");
	while (f && fgets(line, sizeof(line), f))
		if (!found && is_place(line)) {
			snprintf(buf, size, "%s", shortened(line));
			found = true;
		}
	if (f)
		pclose(f);
	return found;
}

void source_line(const void *pc, char *buf, size_t size)
{
	const struct plugin *plugin;
	char object[64];
	uintptr_t offset;
	Dl_info info;

	if (!dladdr(pc, &info) || !info.dli_fname) {
		snprintf(buf, size, "unknown code");
		return;
	}
	/* a call returns to the instruction after it */
	offset = (uintptr_t)pc - (uintptr_t)info.dli_fbase - 1;
	plugin = plugin_of(info.dli_fname);
	if (plugin)
		snprintf(object, sizeof(object), "/proc/%d/fd/%d", (int)getpid(), plugin->sim_fd);
	else
		snprintf(object, sizeof(object), "/proc/%d/exe", (int)getpid());
	if (ask(object, offset, buf, size))
		return;
	snprintf(buf, size, "%s+0x%lx",
		 plugin ? base_name(plugin->path) : base_name(info.dli_fname),
		 (unsigned long)offset);
}
