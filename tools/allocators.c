/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * allocators.c - build and load a user's allocators, and append them to the strategies.
 */
#include "tools/allocators.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/plugin/plugin.h"
#include "tools/cli.h"

int allocators_add(struct allocators *list, const char *path)
{
	if (list->nr == ALLOCATORS_MAX) {
		cli_error("--allocator: more than %d of them", ALLOCATORS_MAX);
		return EBADMSG;
	}
	list->path[list->nr++] = path;
	return 0;
}

static bool label_names(const char *label, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(label, name, len) && (label[len] == '\0' || label[len] == ':');
}

/* --strategy page_pool,mine:option=4 names it already, with its options. */
static int strategy_join(struct scenario *s, const char *name)
{
	struct option_list *list = &s->strategies;

	for (unsigned int i = 0; i < list->n; i++)
		if (label_names(list->word[i], name))
			return CLI_GO;
	if (list->n == OPTION_LIST_MAX) {
		cli_error("--allocator: %s would be strategy %d, at most %d can be compared; "
			  "choose some by --strategy",
			  name, OPTION_LIST_MAX + 1, OPTION_LIST_MAX);
		return CLI_USAGE;
	}
	snprintf(list->word[list->n++], sizeof(list->word[0]), "%s", name);
	return CLI_GO;
}

static int allocator_load(const struct plugin_params *params, const char *path, struct scenario *s)
{
	const struct plugin *plugin;
	char err[CLI_ERR_MAX] = "";

	if (plugin_load(params, path, __builtin_ctzl(s->page_size), &plugin, err, sizeof(err))) {
		cli_error("--allocator: %s", err);
		return CLI_USAGE;
	}
	if (plugin->note[0])
		cli_warn("%s: %s", path, plugin->note);
	return strategy_join(s, plugin->strategy[PLUGIN_SIM]->name);
}

int allocators_load(const struct allocators *list, const struct datadir *dirs, struct scenario *s)
{
	char launcher[DATADIR_PATH_MAX + 16];
	struct plugin_params params = {
		.include_dir = dirs->alloc,
		.launcher = launcher,
		.log = list->verbose ? stderr : NULL,
	};
	int code = CLI_GO;

	if (!list->nr)
		return CLI_GO;
	snprintf(launcher, sizeof(launcher), "%s/instrument-cc", dirs->alloc);
	if (access(launcher, X_OK)) {
		cli_error("--allocator: %s: %s; it compiles allocators: set FRAGSIM_DATADIR to "
			  "a source tree or PREFIX/share/fragsim",
			  launcher, strerror(errno));
		return CLI_USAGE;
	}
	for (unsigned int i = 0; code == CLI_GO && i < list->nr; i++)
		code = allocator_load(&params, list->path[i], s);
	return code;
}
