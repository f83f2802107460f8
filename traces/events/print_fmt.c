/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print_fmt.c - evaluates constant expressions as the preprocessor leaves them in print formats:
 *
 *	{( unsigned long)((( gfp_t)((((1UL))) << (17)))), "__GFP_MEMALLOC"}
 *
 * Numbers, casts, parentheses, ~ and, in order of precedence, + - << >> & |. All values have 64
 * bits, and a cast changes nothing. Anything else is not a constant.
 */
#define _GNU_SOURCE /* memmem() */
#include <stdbool.h>
#include <string.h>
#include "traces/events/print_fmt.h"

#define EXPR_DEPTH 64	/* nested parentheses; the kernel's macros give about 15 */
#define EXPR_BYTES 4096 /* before a flag's name */

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/**
 * struct expr - an expression being evaluated
 * @at, @end: the rest of its text
 * @depth: nested terms
 * @bad: it is not a constant expression
 */
struct expr {
	const char *at, *end;
	unsigned int depth;
	bool bad;
};

static uint64_t expr_or(struct expr *ex);

static void expr_space(struct expr *ex)
{
	while (ex->at < ex->end && *ex->at == ' ')
		ex->at++;
}

static bool expr_eat(struct expr *ex, const char *op)
{
	size_t len = strlen(op);

	expr_space(ex);
	if ((size_t)(ex->end - ex->at) < len || memcmp(ex->at, op, len))
		return false;
	ex->at += len;
	return true;
}

/* "0x20U", "17", "1UL" */
static uint64_t expr_number(struct expr *ex)
{
	unsigned int base = 10;
	uint64_t value = 0;

	if (expr_eat(ex, "0x"))
		base = 16;
	for (; ex->at < ex->end; ex->at++) {
		unsigned int c = (unsigned char)*ex->at, digit;

		digit = c - '0';
		if (digit > 9)
			digit = (c | 32) - 'a' < 6 ? (c | 32) - 'a' + 10 : base;
		if (digit >= base)
			break;
		value = value * base + digit;
	}
	while (ex->at < ex->end && memchr("uUlL", *ex->at, 4))
		ex->at++;
	return value;
}

/* Words in parentheses are a cast. */
static bool expr_cast(struct expr *ex)
{
	const char *at = ex->at;

	while (at < ex->end && (is_word(*at) || *at == ' ' || *at == '*'))
		at++;
	for (const char *c = ex->at; c < at; c++) {
		if (*c == ' ')
			continue;
		if ((*c >= '0' && *c <= '9') || at == ex->end || *at != ')')
			return false;
		ex->at = at + 1;
		return true;
	}
	return false;
}

static uint64_t expr_unary(struct expr *ex)
{
	uint64_t value;

	if (ex->bad || ++ex->depth > EXPR_DEPTH) {
		ex->bad = true;
		return 0;
	}
	if (expr_eat(ex, "~")) {
		value = ~expr_unary(ex);
	} else if (expr_eat(ex, "(")) {
		if (expr_cast(ex)) {
			value = expr_unary(ex);
		} else {
			value = expr_or(ex);
			if (!expr_eat(ex, ")"))
				ex->bad = true;
		}
	} else if (ex->at < ex->end && *ex->at >= '0' && *ex->at <= '9') {
		value = expr_number(ex);
	} else {
		ex->bad = true;
		value = 0;
	}
	ex->depth--;
	return value;
}

static uint64_t expr_sum(struct expr *ex)
{
	uint64_t value = expr_unary(ex);

	for (;;) {
		if (expr_eat(ex, "+"))
			value += expr_unary(ex);
		else if (expr_eat(ex, "-"))
			value -= expr_unary(ex);
		else
			return value;
	}
}

static uint64_t expr_shift(struct expr *ex)
{
	uint64_t value = expr_sum(ex);

	for (;;) {
		if (expr_eat(ex, "<<"))
			value <<= expr_sum(ex) & 63;
		else if (expr_eat(ex, ">>"))
			value >>= expr_sum(ex) & 63;
		else
			return value;
	}
}

static uint64_t expr_and(struct expr *ex)
{
	uint64_t value = expr_shift(ex);

	while (expr_eat(ex, "&"))
		value &= expr_shift(ex);
	return value;
}

static uint64_t expr_or(struct expr *ex)
{
	uint64_t value = expr_and(ex);

	while (expr_eat(ex, "|"))
		value |= expr_and(ex);
	return value;
}

/* {EXPRESSION, "FLAG"}: back from the name to the brace. */
uint64_t print_fmt_flag(const char *text, size_t size, const char *flag)
{
	const char *end = text + size, *at = memmem(text, size, "\nprint fmt:", 11);
	size_t len = strlen(flag);

	while (at && (at = memmem(at, (size_t)(end - at), flag, len))) {
		const char *brace = at;
		struct expr ex;
		uint64_t value;

		at += len;
		if (at == end || *at != '"' || at[-(ptrdiff_t)len - 1] != '"')
			continue;
		while (brace > text && *brace != '{' && at - brace < EXPR_BYTES)
			brace--;
		ex = (struct expr){.at = brace + 1, .end = at};
		value = expr_or(&ex);
		if (!ex.bad && expr_eat(&ex, ","))
			return value;
	}
	return 0;
}
