/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin.c - load what plugin_build.c made, and refuse what cannot run.
 */
#include "sim/plugin/plugin.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "alloc/rx/strategy_table.h"
#include "sim/plugin/plugin_build.h"

#define NAME_BYTES_MAX 64
#define ENTRY	       "fragsim_strategy"

/* One table for each page size, in the order of loading. */
static struct plugin table[3][PLUGIN_MAX];

static struct plugin *table_of(unsigned int page_shift)
{
	switch (page_shift) {
	case 12:
		return table[0];
	case 14:
		return table[1];
	case 16:
		return table[2];
	default:
		return NULL;
	}
}

const struct plugin *plugin_at(unsigned int page_shift, unsigned int i)
{
	const struct plugin *t = table_of(page_shift);

	return t && i < PLUGIN_MAX && t[i].page_shift ? &t[i] : NULL;
}

const struct rx_strategy *plugin_find(enum plugin_world world, unsigned int page_shift,
				      const char *name)
{
	const struct plugin *p;

	for (unsigned int i = 0; (p = plugin_at(page_shift, i)); i++)
		if (!strcmp(p->strategy[world]->name, name))
			return p->strategy[world];
	return NULL;
}

const struct plugin *plugin_of(const char *sim_path)
{
	for (unsigned int t = 0; t < sizeof(table) / sizeof(table[0]); t++)
		for (unsigned int i = 0; i < PLUGIN_MAX && table[t][i].page_shift; i++)
			if (!strcmp(table[t][i].sim_path, sim_path))
				return &table[t][i];
	return NULL;
}

static int hooks_check(const struct rx_strategy *s, const char *path, char *err, size_t err_size)
{
	const struct {
		const char *name;
		bool there;
	} hooks[] = {
		{"create", s->create},	 {"destroy", s->destroy}, {"alloc", s->alloc},
		{"receive", s->receive}, {"put", s->put},	  {"stats", s->stats},
	};

	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
		if (!hooks[i].there) {
			snprintf(err, err_size,
				 "%s: strategy %s has no hook %s: all of create, destroy, alloc, "
				 "receive, put and stats are required (strategy.h)",
				 path, s->name, hooks[i].name);
			return -EINVAL;
		}
	return 0;
}

/* A name is used in labels ("NAME:option=value"), in lists and as a folder. */
static int name_check(const struct rx_strategy *s, const char *path, char *err, size_t err_size)
{
	static const char fit[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	size_t len = s->name ? strlen(s->name) : 0;

	if (len && len < NAME_BYTES_MAX && strspn(s->name, fit) == len)
		return 0;
	snprintf(err, err_size,
		 "%s: its .name is '%.80s', expected letters, digits, '_' and '-', at most %d",
		 path, s->name ? s->name : "", NAME_BYTES_MAX - 1);
	return -EINVAL;
}

static int options_check(const struct rx_strategy *s, const char *path, char *err, size_t err_size)
{
	unsigned int n = 0;

	for (; s->options && s->options[n].name; n++) {
		const struct strategy_option *o = &s->options[n];

		if (n == STRATEGY_MAX_OPTIONS) {
			snprintf(err, err_size,
				 "%s: more than %d options, or a table without an end (a row "
				 "without a name)",
				 path, STRATEGY_MAX_OPTIONS);
			return -EINVAL;
		}
		if (!o->choices && (o->deflt < o->min || o->deflt > o->max)) {
			snprintf(err, err_size,
				 "%s: option %s: its default is %u, expected %u to %u", path,
				 o->name, o->deflt, o->min, o->max);
			return -EINVAL;
		}
	}
	return 0;
}

static int strategy_check(const struct rx_strategy *s, const char *path, unsigned int page_shift,
			  char *err, size_t err_size)
{
	int ret;

	/* Checked first: in another version the fields after it may differ. */
	if (s->abi != FRAGSIM_ABI) {
		snprintf(err, err_size,
			 "%s: found version %u of strategy.h in .abi, expected %u: build it "
			 "against this program's header, with .abi = FRAGSIM_ABI",
			 path, s->abi, FRAGSIM_ABI);
		return -EINVAL;
	}
	if (s->page_shift != page_shift) {
		snprintf(err, err_size,
			 "%s: its .page_shift is %u, expected %u (pages of %uK): use PAGE_SHIFT",
			 path, s->page_shift, page_shift, 1u << (page_shift - 10));
		return -EINVAL;
	}
	ret = name_check(s, path, err, err_size);
	if (!ret)
		ret = hooks_check(s, path, err, err_size);
	return ret ? ret : options_check(s, path, err, err_size);
}

/* Two strategies of one name would share a folder, a column and a label. */
static int clash_check(const char *name, const char *path, unsigned int page_shift, char *err,
		       size_t err_size)
{
	const struct rx_strategy *const *built_in = strategy_table_sim(page_shift);
	const struct plugin *p;

	for (; *built_in; built_in++)
		if (!strcmp((*built_in)->name, name)) {
			snprintf(err, err_size,
				 "%s: a built-in strategy is called %s too; change its .name", path,
				 name);
			return -EEXIST;
		}
	for (unsigned int i = 0; (p = plugin_at(page_shift, i)); i++)
		if (!strcmp(p->strategy[PLUGIN_SIM]->name, name)) {
			snprintf(err, err_size,
				 "%s: the strategy of %s is called %s too; change its .name", path,
				 p->path, name);
			return -EEXIST;
		}
	return 0;
}

/* Cut the path of the temporary file off dlerror(). */
static int load_failed(const char *path, char *err, size_t err_size)
{
	const char *text = dlerror(), *cut = text ? strstr(text, ".so: ") : NULL;
	const char *symbol = text ? strstr(text, "undefined symbol: ") : NULL;

	if (symbol)
		snprintf(err, err_size,
			 "%s: %s: neither fragsim nor these sources define it; add the .c file "
			 "that does (the allocator may be a folder of them)",
			 path, symbol);
	else
		snprintf(err, err_size, "%s: cannot be loaded: %s", path,
			 cut	? cut + 5
			 : text ? text
				: "unknown reason");
	return -EINVAL;
}

static const struct rx_strategy *object_load(const char *object, const char *path, char *err,
					     size_t err_size)
{
	void *handle = dlopen(object, RTLD_NOW | RTLD_LOCAL);
	const struct rx_strategy *s;

	if (!handle) {
		load_failed(path, err, err_size);
		return NULL;
	}
	s = dlsym(handle, ENTRY);
	if (s)
		return s;
	dlclose(handle);
	snprintf(err, err_size,
		 "%s: defines no strategy: expected 'const struct rx_strategy " ENTRY " = {...};' "
		 "(strategy.h)",
		 path);
	return NULL;
}

static int objects_load(const struct plugin_build *build, struct plugin *p, char *err,
			size_t err_size)
{
	int ret = 0;

	for (enum plugin_world w = 0; !ret && w < PLUGIN_WORLDS; w++) {
		p->strategy[w] = object_load(build->object[w], p->path, err, err_size);
		ret = p->strategy[w] ? strategy_check(p->strategy[w], p->path, p->page_shift, err,
						      err_size)
				     : -EINVAL;
	}
	return ret ? ret
		   : clash_check(p->strategy[PLUGIN_SIM]->name, p->path, p->page_shift, err,
				 err_size);
}

static int build_and_load(const struct plugin_params *params, struct plugin *p, char *err,
			  size_t err_size)
{
	struct plugin_build build;
	sigset_t ends, old;
	int ret;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGHUP);
	sigprocmask(SIG_BLOCK, &ends, &old);
	ret = plugin_build(params, p->path, p->page_shift, &build, err, err_size);
	if (!ret)
		ret = objects_load(&build, p, err, err_size);
	memcpy(p->note, build.note, sizeof(p->note));
	/* for source_line(): what is removed can be read as long as it is open */
	memcpy(p->sim_path, build.object[PLUGIN_SIM], sizeof(p->sim_path));
	p->sim_fd = ret ? -1 : open(p->sim_path, O_RDONLY | O_CLOEXEC);
	plugin_build_clean(&build);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return ret;
}

int plugin_load(const struct plugin_params *params, const char *path, unsigned int page_shift,
		const struct plugin **plugin, char *err, size_t err_size)
{
	struct plugin *t = table_of(page_shift), p = {.page_shift = page_shift};
	unsigned int n = 0;
	int ret;

	if (!t) {
		snprintf(err, err_size, "%s: no allocator can have pages of %u bytes", path,
			 1u << page_shift);
		return -EINVAL;
	}
	while (plugin_at(page_shift, n))
		n++;
	if (n == PLUGIN_MAX || strlen(path) >= sizeof(p.path)) {
		snprintf(err, err_size, "%.80s: %s", path,
			 n == PLUGIN_MAX ? "too many allocators" : "this path is too long");
		return -EINVAL;
	}
	snprintf(p.path, sizeof(p.path), "%s", path);
	ret = build_and_load(params, &p, err, err_size);
	if (ret)
		return ret;
	t[n] = p;
	*plugin = &t[n];
	return 0;
}
