/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_list.c - `fragsim list WHAT`: the names that other verbs accept.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc/rx/strategy_table.h"
#include "alloc/strategy.h"
#include "alloc/tx/tx_table.h"
#include "alloc/tx_strategy.h"
#include "models/nic/nic.h"
#include "sim/results/compare.h"
#include "sim/scenario/scenario_rows.h"
#include "tools/cli.h"
#include "tools/datadir.h"
#include "tools/source_kinds.h"

#define LIST_PAGE_SHIFT 12
#define KEY_MARKDOWN	256
#define YAML_ENDING	".yaml"

/* struct list_input - of the command line */
struct list_input {
	const char *what;
	bool markdown;
};

static void strategy_lines(const char *name, const char *summary,
			   const struct strategy_option *options)
{
	printf("%-18s %s\n", name, summary);
	for (const struct strategy_option *o = options; o && o->name; o++) {
		printf("%-18s   %s=", "", o->name);
		if (o->choices)
			printf("%s", o->choices);
		else
			printf("%u..%u (default %u)", o->min, o->max, o->deflt);
		printf("  %s\n", o->help);
	}
}

static int list_strategies(void)
{
	const struct rx_strategy *const *rx = strategy_table_sim(LIST_PAGE_SHIFT);
	const struct tx_strategy *const *tx = tx_strategy_table_sim(LIST_PAGE_SHIFT);

	for (; *rx; rx++)
		strategy_lines((*rx)->name, (*rx)->summary, (*rx)->options);
	printf("\nTransmit (built and tested; no workload runs them yet):\n");
	for (; *tx; tx++)
		strategy_lines((*tx)->name, (*tx)->summary, (*tx)->options);
	return CLI_OK;
}

/* Return: the name a metric has in the table, "": it is not there by itself */
static const char *table_name(unsigned int metric)
{
	const char *row = compare_row_name(metric);

	return row ? row + strspn(row, " ") : "";
}

/* As docs/results.md has them. */
static int list_metrics_markdown(void)
{
	static const char *const better[] = {
		[BETTER_NONE] = "", [BETTER_LOWER] = "lower", [BETTER_HIGHER] = "higher"};

	puts("| metric | unit | better | in the table | meaning |\n|---|---|---|---|---|");
	for (unsigned int m = 0; m < METRIC_MAX; m++)
		printf("| `%s` | %s | %s | %s | %s |\n", metric_rows[m].key, metric_rows[m].unit,
		       better[metric_rows[m].better], table_name(m), metric_rows[m].help);
	return CLI_OK;
}

static int list_metrics(bool markdown)
{
	if (markdown)
		return list_metrics_markdown();
	for (unsigned int m = 0; m < METRIC_MAX; m++) {
		const char *row = table_name(m);

		printf("%-36s %-12s %s%s%s\n", metric_rows[m].key, metric_rows[m].unit,
		       metric_rows[m].help, *row ? "; in the table: " : "", row);
	}
	return CLI_OK;
}

static int list_keys(bool markdown)
{
	if (markdown)
		return options_markdown(scenario_options(), stdout) ? CLI_FAILED : CLI_OK;
	for (const struct option *row = scenario_options(); row->key; row++)
		printf("%-26s %-14s %s%s%s\n", row->key, row->deflt ? row->deflt : "-", row->help,
		       row->choices ? ": " : "", row->choices ? row->choices : "");
	return CLI_OK;
}

static int is_yaml(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name), ending = strlen(YAML_ENDING);

	return len > ending && !strcmp(entry->d_name + len - ending, YAML_ENDING);
}

/* By name without the ending, so that "gve" stands before "gve-6.18". */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	const size_t ending = strlen(YAML_ENDING);
	char first[sizeof((*a)->d_name)], second[sizeof((*b)->d_name)];

	snprintf(first, sizeof(first), "%.*s", (int)(strlen((*a)->d_name) - ending), (*a)->d_name);
	snprintf(second, sizeof(second), "%.*s", (int)(strlen((*b)->d_name) - ending),
		 (*b)->d_name);
	return strcmp(first, second);
}

static void machine_line(const char *dir, const char *name, const struct sources *sources)
{
	struct machine_profile *profile = malloc(sizeof(*profile));
	char err[CLI_ERR_MAX], kinds[160];

	if (profile && !machine_load(profile, name, dir, err, sizeof(err))) {
		source_kinds_format(profile, sources, kinds, sizeof(kinds));
		printf("%-18s %s\n%-18s   %s\n", name, profile->m.description, "", kinds);
	} else if (profile) {
		cli_warn("%s", err);
	}
	free(profile);
}

#define NIC_LINE "%-13s %-18s %-6s %-15s %-10s %6s %7s  %s\n"

static void nic_line(const char *dir, const char *name, const struct sources *sources)
{
	char err[CLI_ERR_MAX], strategy[OPTION_TEXT_MAX], ring[24], bytes[24];
	struct nic nic;

	(void)sources;
	if (nic_load(&nic, name, dir, err, sizeof(err))) {
		cli_warn("%s", err);
		return;
	}
	nic_strategy(&nic, strategy, sizeof(strategy));
	snprintf(ring, sizeof(ring), "%llu", (unsigned long long)nic.ring);
	snprintf(bytes, sizeof(bytes), "%llu", (unsigned long long)nic.buffer_bytes);
	printf(NIC_LINE, name, *nic.drivers ? nic.drivers : "-", nic.since,
	       *strategy ? strategy : "-", nic.buffers == NIC_POSTED ? "posted" : "on demand", ring,
	       nic.buffers == NIC_POSTED ? bytes : "-",
	       !*nic.drivers  ? "-"
	       : nic.compared ? "yes"
			      : "no");
}

/* A scenario is described by its first comment after the licence. */
static void scenario_line(const char *dir, const char *name, const struct sources *sources)
{
	char path[2 * DATADIR_PATH_MAX], line[512];
	const char *text = "";
	FILE *f;

	(void)sources;
	snprintf(path, sizeof(path), "%s/%s" YAML_ENDING, dir, name);
	f = fopen(path, "r");
	while (f && !*text && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' && !strstr(line, "SPDX-"))
			text = line + 1 + strspn(line + 1, " ");
	}
	if (f)
		fclose(f);
	printf("%-18s %s\n", name, text);
}

typedef void file_line(const char *dir, const char *name, const struct sources *sources);

static int list_files(const char *dir, file_line *show, const struct sources *sources)
{
	struct dirent **entries;
	int nr = scandir(dir, &entries, is_yaml, by_name);

	if (nr < 0) {
		cli_error("%s: %s", dir, strerror(errno));
		return CLI_FAILED;
	}
	for (int i = 0; i < nr; i++) {
		entries[i]->d_name[strlen(entries[i]->d_name) - strlen(YAML_ENDING)] = '\0';
		show(dir, entries[i]->d_name, sources);
		free(entries[i]);
	}
	free(entries);
	return CLI_OK;
}

static int list_machines(const struct datadir *dirs)
{
	struct sources *sources = malloc(sizeof(*sources));
	char err[CLI_ERR_MAX], dir[DATADIR_PATH_MAX + 16];
	int code = CLI_FAILED;

	snprintf(dir, sizeof(dir), "%s/machines", dirs->models);
	if (!sources)
		cli_error("not enough memory");
	else if (sources_load(sources, dirs->sources, err, sizeof(err)))
		cli_error("%s", err);
	else
		code = list_files(dir, machine_line, sources);
	free(sources);
	return code;
}

static int list_nics(const struct datadir *dirs)
{
	char dir[DATADIR_PATH_MAX + 16];
	int code;

	snprintf(dir, sizeof(dir), "%s/nics", dirs->models);
	printf(NIC_LINE, "preset", "drivers", "since", "strategy", "buffers", "ring", "bytes",
	       "compared");
	code = list_files(dir, nic_line, NULL);
	printf("\nsince:    the Linux from which the driver is as the preset says\n"
	       "strategy: the one that the driver is, or is nearest to\n"
	       "compared: with a capture of a kernel that had this NIC; the others rest on the\n"
	       "          driver's source alone (docs/sources.md has file and line)\n");
	return code;
}

static int list_data(const char *what)
{
	char err[CLI_ERR_MAX];
	struct datadir dirs;

	if (datadir_find(&dirs, err, sizeof(err))) {
		cli_error("%s", err);
		return CLI_USAGE;
	}
	switch (*what) {
	case 'm':
		return list_machines(&dirs);
	case 'n':
		return list_nics(&dirs);
	default:
		return list_files(dirs.scenarios, scenario_line, NULL);
	}
}

static error_t list_parse(int key, char *arg, struct argp_state *state)
{
	struct list_input *in = state->input;

	if (key == KEY_MARKDOWN) {
		in->markdown = true;
		return 0;
	}
	return cli_one_argument(key, arg, state, "WHAT", &in->what);
}

static const struct argp_option list_options[] = {
	{"markdown", KEY_MARKDOWN, NULL, 0,
	 "keys, metrics: as the table of docs/scenario.md, docs/results.md", 0},
	{0},
};

static const struct argp list_argp = {
	.options = list_options,
	.parser = list_parse,
	.args_doc = "strategies|machines|nics|scenarios|metrics|keys",
	.doc = "Lists the names that other verbs accept.",
};

static int cmd_list(int argc, char **argv)
{
	static const char *const words[] = {"strategies", "machines", "nics", "scenarios",
					    "metrics",	  "keys",     NULL};
	struct list_input in = {NULL, false};
	int code = cli_parse(&list_argp, argc, argv, &in);

	if (code != CLI_GO)
		return code;
	if (in.markdown && strcmp(in.what, "keys") && strcmp(in.what, "metrics")) {
		cli_error("list: --markdown is for keys and metrics only");
		return CLI_USAGE;
	}
	if (!strcmp(in.what, "strategies"))
		return list_strategies();
	if (!strcmp(in.what, "metrics"))
		return list_metrics(in.markdown);
	if (!strcmp(in.what, "keys"))
		return list_keys(in.markdown);
	if (!strcmp(in.what, "machines") || !strcmp(in.what, "nics") ||
	    !strcmp(in.what, "scenarios"))
		return list_data(in.what);
	cli_unknown("list", in.what, words);
	return CLI_USAGE;
}

const struct cli_verb verb_list = {
	"list", "WHAT", "list strategies, machines, nics, scenarios, metrics or keys", cmd_list};
