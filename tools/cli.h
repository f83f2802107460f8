/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cli.h - shared by all verbs of the command line: messages, exit codes, options by argp.
 *
 * A verb gets its own argv (argv[0] is the verb), parses it with cli_parse() and returns an exit
 * code. Every message is one line on stderr that begins with "fragsim: ".
 */
#ifndef TOOLS_CLI_H
#define TOOLS_CLI_H

/* argp.h defines getopt's struct option; models/options/options.h has one of its own. */
#define option getopt_option
#include <argp.h>
#undef option
#include <stdbool.h>

/** enum cli_exit - exit codes; CLI_GO is none: carry on */
enum cli_exit {
	CLI_GO = -1,
	CLI_OK = 0,
	CLI_FAILED = 1,	       /* the run failed */
	CLI_USAGE = 2,	       /* bad input or usage */
	CLI_INTERRUPTED = 130, /* Ctrl-C: what was finished is kept */
};

/** CLI_ERR_MAX - room for an error line of a library */
#define CLI_ERR_MAX 1024

/**
 * struct cli_verb - one word after "fragsim"; each cmd_*.c defines one, and fragsim.c lists them
 * @args: what it takes, as usage shows it
 * @main: Return: an exit code
 */
struct cli_verb {
	const char *name;
	const char *args;
	const char *summary;
	int (*main)(int argc, char **argv);
};

/** cli_error() - "fragsim: ..." on stderr, one line */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** cli_warn() - "fragsim: warning: ..." on stderr, one line */
void cli_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** cli_note() - "fragsim: note: ..." on stderr, one line */
void cli_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** cli_unknown() - "unknown WHAT 'WORD'; did you mean NEAREST?", or a list of all valid words */
void cli_unknown(const char *what, const char *word, const char *const *valid);

/**
 * cli_parse() - parse the options of a verb; adds --help
 * @argp: options and parser of the verb. The parser reports what it refuses by cli_error() and
 *	returns EBADMSG.
 * @input: for the parser
 * Return: CLI_GO, CLI_OK after --help, CLI_USAGE after an error.
 */
int cli_parse(const struct argp *argp, int argc, char **argv, void *input);

/**
 * cli_one_argument() - for parsers of verbs with exactly one argument
 * @what: its name in messages
 * Handles ARGP_KEY_ARG and ARGP_KEY_END. Return: 0, EBADMSG, ARGP_ERR_UNKNOWN (another key).
 */
error_t cli_one_argument(int key, char *arg, struct argp_state *state, const char *what,
			 const char **value);

/** CLI_KEY_JSON - key of --json in the options of a verb that is parsed by cli_json_only() */
#define CLI_KEY_JSON 256

/**
 * cli_json_only() - parser of verbs with no argument and --json as their only option
 * The input is a bool, set by --json. Return: 0, EBADMSG, ARGP_ERR_UNKNOWN (another key).
 */
error_t cli_json_only(int key, char *arg, struct argp_state *state);

/**
 * cli_printed() - how a verb ends that has printed its answer
 * @ret: of json_write(), or 0
 * Return: CLI_OK; CLI_FAILED after cli_error().
 */
int cli_printed(int ret);

#endif
