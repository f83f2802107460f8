/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fragsim.c - the program: finds the verb and hands over.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tools/build_info.h"
#include "tools/cli.h"

static const struct cli_verb verbs[] = {
	{"run", "SCENARIO", "run a scenario with each of its strategies, compare them", cmd_run},
	{"replay", "TRACE", "the same for a recorded capture, no scenario needed", cmd_replay},
	{"inspect", "TRACE", "what is in a capture, and how well it can be replayed", cmd_inspect},
	{"convert", "TRACE", "a capture as a packet file, to replay it often", cmd_convert},
	{"native", "SCENARIO", "the strategies on this machine's own cores, in cycles", cmd_native},
	{"calibrate", "", "measure this machine and write a profile of it", cmd_calibrate},
	{"figures", "", "published micro-benchmarks against the simulator", cmd_figures},
	{"conform", "LOG", "does alloc/ do what Linux did, operation by operation?", cmd_conform},
	{"plot", "DIR", "draw the pictures of a run's folder again", cmd_plot},
	{"list", "WHAT", "strategies, machines, scenarios, metrics or keys", cmd_list},
	{"check", "SCENARIO", "is this scenario valid? runs nothing", cmd_check},
};

#define NR_VERBS (sizeof(verbs) / sizeof(verbs[0]))

static void usage(FILE *out)
{
	fputs("usage: fragsim VERB [OPTION...] ARGUMENT\n"
	      "Compares the memory and cycles of receive-buffer allocation strategies, with their\n"
	      "real code, for recorded or synthetic traffic.\n\n",
	      out);
	for (size_t i = 0; i < NR_VERBS; i++)
		fprintf(out, "  %-9s %-9s %s\n", verbs[i].name, verbs[i].args, verbs[i].summary);
	fputs("\n`fragsim VERB --help` shows the options of a verb; `fragsim --version` the "
	      "version.\n"
	      "Exit codes: 0 done, 1 a run failed, 2 bad input or usage, 3 not enough memory for "
	      "a run,\n130 ended by Ctrl-C (what was finished is kept).\n",
	      out);
}

static const struct cli_verb *verb_find(const char *word)
{
	const char *names[NR_VERBS + 1] = {NULL};

	for (size_t i = 0; i < NR_VERBS; i++) {
		names[i] = verbs[i].name;
		if (!strcmp(verbs[i].name, word))
			return &verbs[i];
	}
	cli_unknown(word[0] == '-' ? "option" : "verb", word, names);
	return NULL;
}

/* A full disk behind stdout must not look like success. */
static int output_check(int code)
{
	if (!fflush(stdout) && !ferror(stdout))
		return code;
	cli_error("cannot write to standard output: %s", strerror(errno));
	return code == CLI_OK ? CLI_FAILED : code;
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;
	const struct cli_verb *verb;

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
