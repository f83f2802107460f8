// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * format.c - reads what is needed of a tracepoint's format text: name, id, some fields, some flags.
 */
#define _GNU_SOURCE /* memmem() */
#include <string.h>
#include "traces/events/format.h"

#define EXPR_DEPTH 64	/* nested parentheses; the kernel's macros give about 15 */
#define EXPR_BYTES 4096 /* before a flag's name */

static const char *text_find(const char *at, const char *end, const char *word)
{
	return at < end ? memmem(at, (size_t)(end - at), word, strlen(word)) : NULL;
}

static const char *line_end(const char *at, const char *end)
{
	const char *nl = memchr(at, '\n', (size_t)(end - at));

	return nl ? nl : end;
}

/* Decimal digits at @at; false when there are none, or more than fit. */
static bool text_number(const char *at, const char *end, uint32_t *value)
{
	uint64_t sum = 0;

	if (at == end || *at < '0' || *at > '9')
		return false;
	for (; at < end && *at >= '0' && *at <= '9'; at++) {
		sum = sum * 10 + (uint64_t)(*at - '0');
		if (sum > UINT32_MAX)
			return false;
	}
	*value = (uint32_t)sum;
	return true;
}

bool format_parse(const char *text, size_t size, struct format *format)
{
	const char *end = text + size, *id, *stop;
	uint32_t number;

	if (size < 6 || memcmp(text, "name: ", 6))
		return false;
	stop = line_end(text, end);
	id = text_find(stop, end, "\nID: ");
	if (!id || id != stop || !text_number(id + 5, end, &number) || number > UINT16_MAX)
		return false;
	format->name = text + 6;
	format->name_len = (size_t)(stop - format->name);
	format->id = (uint16_t)number;
	return true;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* "unsigned long args[6]" declares args: the last word outside brackets. */
static bool declares(const char *at, const char *end, const char *name)
{
	size_t len = strlen(name);

	if (end > at && end[-1] == ']') {
		while (end > at && *--end != '[')
			continue;
	}
	while (end > at && end[-1] == ' ')
		end--;
	return (size_t)(end - at) > len && !memcmp(end - len, name, len) &&
	       !is_word(*(end - len - 1));
}

/* Value of "key:" within a line. */
static bool line_value(const char *at, const char *end, const char *key, uint32_t *value)
{
	const char *found = text_find(at, end, key);

	return found && text_number(found + strlen(key), end, value);
}

static bool field_find(const char *at, const char *end, const char *name,
		       struct format_field *field)
{
	while ((at = text_find(at, end, "\tfield:"))) {
		const char *stop = line_end(at, end), *semicolon;
		uint32_t offset, bytes;

		at += 7;
		semicolon = memchr(at, ';', (size_t)(stop - at));
		if (semicolon && declares(at, semicolon, name) &&
		    line_value(semicolon, stop, "\toffset:", &offset) &&
		    line_value(semicolon, stop, "\tsize:", &bytes) && offset <= UINT16_MAX &&
		    bytes <= UINT16_MAX) {
			*field = (struct format_field){(uint16_t)offset, (uint16_t)bytes};
			return true;
		}
		at = stop;
	}
	return false;
}

bool format_field(const char *text, size_t size, const char *name, struct format_field *field)
{
	const char *end = text + size, *print = text_find(text, end, "\nprint fmt:");

	return field_find(text, print ? print : end, name, field);
}

/* --- constant expressions --- */

/**
 * struct expr - an expression being evaluated
 * @at, @end: text left
 * @depth: parentheses that are open
 * @bad: it is something else than an expression of constants
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

/* A parenthesis of words only is a cast, which changes nothing here. */
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
uint64_t format_flag(const char *text, size_t size, const char *flag)
{
	const char *end = text + size, *at = text_find(text, end, "\nprint fmt:");
	size_t len = strlen(flag);

	while (at && (at = text_find(at, end, flag))) {
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
