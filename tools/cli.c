/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cli.c - argp with messages of one line that name the nearest valid word.
 *
 * argp's own messages take two lines and suggest nothing, so it is kept silent, and the option it
 * rejected is examined here.
 */
#include "tools/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/options/nearest.h"

#define MAX_OPTIONS  32
#define NAME_MAX_LEN 64

static void message(const char *kind, const char *format, va_list args)
{
	char text[2 * CLI_ERR_MAX];

	vsnprintf(text, sizeof(text), format, args);
	text[strcspn(text, "\n")] = '\0';
	fprintf(stderr, "fragsim: %s%s\n", kind, text);
}

void cli_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	message("", format, args);
	va_end(args);
}

void cli_warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	message("warning: ", format, args);
	va_end(args);
}

void cli_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	message("note: ", format, args);
	va_end(args);
}

void cli_unknown(const char *what, const char *word, const char *const *valid)
{
	const char *near = word_nearest(valid, word);
	char list[CLI_ERR_MAX] = "";
	size_t n = 0;

	if (near) {
		cli_error("unknown %s '%s'; did you mean '%s'?", what, word, near);
		return;
	}
	for (; *valid && n < sizeof(list); valid++)
		n += (size_t)snprintf(list + n, sizeof(list) - n, " %s", *valid);
	cli_error("unknown %s '%s'; there are:%s", what, word, list);
}

/*
 * struct parse - a verb's parser as a child of one that knows --help; @next: state->next at an
 * error
 */
struct parse {
	struct argp root;
	struct argp_child child[2];
	const char *verb;
	char name[NAME_MAX_LEN];
	void *input;
	int next;
};

static const struct argp_option common_options[] = {
	{"help", 'h', NULL, 0, "show this help", -1},
	{0},
};

static error_t common_parse(int key, char *arg, struct argp_state *state)
{
	struct parse *p = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = p->input;
		return 0;
	case ARGP_KEY_ERROR:
		p->next = state->next;
		return 0;
	case 'h':
		argp_help(&p->root, stdout, ARGP_HELP_SHORT_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC,
			  p->name);
		return ECANCELED;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Long names of a parser and its children, "--" included. */
static unsigned int names_collect(const struct argp *argp, char name[][NAME_MAX_LEN],
				  unsigned int nr)
{
	for (const struct argp_option *o = argp->options; o && (o->name || o->key); o++)
		if (o->name && nr < MAX_OPTIONS)
			snprintf(name[nr++], NAME_MAX_LEN, "--%s", o->name);
	for (const struct argp_child *c = argp->children; c && c->argp; c++)
		nr = names_collect(c->argp, name, nr);
	return nr;
}

/* The long option that @word abbreviates, or NULL when there is none or several. */
static const char *name_match(char name[][NAME_MAX_LEN], unsigned int nr, const char *word)
{
	size_t len = strlen(word);
	const char *match = NULL;

	for (unsigned int i = 0; i < nr; i++) {
		if (strncmp(name[i], word, len))
			continue;
		if (!name[i][len])
			return name[i];
		if (match)
			return NULL;
		match = name[i];
	}
	return match;
}

static void long_option_error(const struct parse *p, const char *arg)
{
	char name[MAX_OPTIONS][NAME_MAX_LEN], word[NAME_MAX_LEN];
	const char *list[MAX_OPTIONS + 1] = {NULL}, *match;
	unsigned int nr = names_collect(&p->root, name, 0);

	for (unsigned int i = 0; i < nr; i++)
		list[i] = name[i];
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(arg, "="), arg);
	match = name_match(name, nr, word);
	if (match && strchr(arg, '='))
		cli_error("%s: option %s takes no value", p->verb, match);
	else if (match)
		cli_error("%s: option %s needs a value", p->verb, match);
	else
		cli_unknown("option", word, list);
}

static bool key_known(const struct argp *argp, int key)
{
	for (const struct argp_option *o = argp->options; o && (o->name || o->key); o++)
		if (o->key == key)
			return true;
	for (const struct argp_child *c = argp->children; c && c->argp; c++)
		if (key_known(c->argp, key))
			return true;
	return false;
}

/* Within a cluster such as "-ab", getopt has not moved on yet. */
static void option_error(const struct parse *p, char **argv)
{
	const char *before = p->next > 1 ? argv[p->next - 1] : "";
	const char *arg = before[0] == '-' ? before : argv[p->next] ? argv[p->next] : before;

	if (!strncmp(arg, "--", 2))
		long_option_error(p, arg);
	else if (arg[0] == '-' && !arg[2] && key_known(&p->root, arg[1]))
		cli_error("%s: option %s needs a value", p->verb, arg);
	else
		cli_error("%s: unknown option '%s' (fragsim %s --help)", p->verb, arg, p->verb);
}

int cli_parse(const struct argp *argp, int argc, char **argv, void *input)
{
	struct parse p = {.verb = argv[0], .input = input, .child = {{argp, 0, NULL, 0}}};
	error_t err;

	snprintf(p.name, sizeof(p.name), "fragsim %s", argv[0]);
	p.root = (struct argp){
		.options = common_options, .parser = common_parse, .children = p.child};
	err = argp_parse(&p.root, argc, argv, ARGP_NO_ERRS | ARGP_NO_HELP | ARGP_NO_EXIT, NULL, &p);
	if (!err)
		return CLI_GO;
	if (err == ECANCELED)
		return CLI_OK;
	/* EINVAL is argp's own; a verb's parser has printed its reason and returned EBADMSG. */
	if (err == EINVAL)
		option_error(&p, argv);
	else if (err != EBADMSG)
		cli_error("%s: %s", argv[0], strerror(err));
	return CLI_USAGE;
}

error_t cli_one_argument(int key, char *arg, struct argp_state *state, const char *what,
			 const char **value)
{
	const char *verb = state->argv[0];

	switch (key) {
	case ARGP_KEY_ARG:
		if (*value) {
			cli_error("%s: unexpected argument '%s' after %s", verb, arg, what);
			return EBADMSG;
		}
		*value = arg;
		return 0;
	case ARGP_KEY_END:
		if (*value)
			return 0;
		cli_error("%s: %s is missing (fragsim %s --help)", verb, what, verb);
		return EBADMSG;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

error_t cli_json_only(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case CLI_KEY_JSON:
		*(bool *)state->input = true;
		return 0;
	case ARGP_KEY_ARG:
		cli_error("%s: unexpected argument '%s'", state->argv[0], arg);
		return EBADMSG;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int cli_printed(int ret)
{
	if (!ret)
		return CLI_OK;
	cli_error("cannot write the JSON document: %s", strerror(-ret));
	return CLI_FAILED;
}
