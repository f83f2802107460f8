/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fragsim.c - the program: find the verb and call it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tools/build_info.h"
#include "tools/cli.h"

extern const struct cli_verb verb_run, verb_replay, verb_inspect, verb_convert, verb_native,
	verb_calibrate, verb_figures, verb_conform, verb_plot, verb_list, verb_check, verb_pools,
	verb_host;

static const struct cli_verb *const verbs[] = {
	&verb_run,	 &verb_replay,	&verb_inspect, &verb_convert, &verb_native,
	&verb_calibrate, &verb_figures, &verb_conform, &verb_plot,    &verb_list,
	&verb_check,	 &verb_pools,	&verb_host,
};

#define NR_VERBS (sizeof(verbs) / sizeof(verbs[0]))

static void usage(FILE *out)
{
	fputs("usage: fragsim VERB [OPTION...] ARGUMENT\n"
	      "Compares memory and cycles of receive-buffer allocation strategies, running their\n"
	      "real code, for recorded or synthetic traffic.\n\n",
	      out);
	for (size_t i = 0; i < NR_VERBS; i++)
		fprintf(out, "  %-9s %-9s %s\n", verbs[i]->name, verbs[i]->args, verbs[i]->summary);
	fputs("\n`fragsim VERB --help` shows the options of a verb; `fragsim --version` the "
	      "version and commit.\n"
	      "Exit codes: 0 done, 1 a run failed, 2 bad input or usage, 130 ended by Ctrl-C "
	      "(what\nwas finished is kept).\n",
	      out);
}

static const struct cli_verb *verb_find(const char *word)
{
	const char *names[NR_VERBS + 1] = {NULL};

	for (size_t i = 0; i < NR_VERBS; i++) {
		names[i] = verbs[i]->name;
		if (!strcmp(verbs[i]->name, word))
			return verbs[i];
	}
	cli_unknown(word[0] == '-' ? "option" : "verb", word, names);
	return NULL;
}

/* A write error on stdout, such as a full disk, is a failure. */
static int output_check(int code)
{
	if (!fflush(stdout) && !ferror(stdout))
		return code;
	cli_error("cannot write to standard output: %s", strerror(errno));
	return code == CLI_OK ? CLI_FAILED : code;
}

/* A stream that is closed would be the next file that is opened: output would go there. */
static void streams_open(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;
	const struct cli_verb *verb;

	streams_open();
	if (!word) {
		cli_error("no verb given (fragsim --help)");
		return CLI_USAGE;
	}
	if (!strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help")) {
		usage(stdout);
		return output_check(CLI_OK);
	}
	if (!strcmp(word, "--version")) {
		printf("fragsim %s, commit %s\n", build_info.version, build_info.commit);
		return output_check(CLI_OK);
	}
	verb = verb_find(word);
	return verb ? output_check(verb->main(argc - 1, argv + 1)) : CLI_USAGE;
}
