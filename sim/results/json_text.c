/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json_text.c - finds the sequences of UTF-8 in text, and replaces what lies between them.
 */
#include "sim/results/json_text.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "sim/results/results.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Bytes of the sequence that begins at @s, which ends with a NUL. Return: 0 when there is none */
static size_t sequence_length(const unsigned char *s)
{
	/* the second byte is limited where a longer form, a surrogate or too much would begin */
	static const struct {
		unsigned char first, last, low, high;
		size_t len;
	} forms[] = {
		{0x01, 0x7f, 0x00, 0xff, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2},
		{0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
		{0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
		{0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4},
		{0xf4, 0xf4, 0x80, 0x8f, 4},
	};
	size_t i = 0, n = 1;

	while (i < sizeof(forms) / sizeof(forms[0]) && (*s < forms[i].first || *s > forms[i].last))
		i++;
	if (i == sizeof(forms) / sizeof(forms[0]))
		return 0;
	if (forms[i].len > 1 && (s[1] < forms[i].low || s[1] > forms[i].high))
		return 0;
	while (n < forms[i].len && (n == 1 || (s[n] & 0xc0) == 0x80))
		n++;
	return n == forms[i].len ? n : 0;
}

json_t *json_text(const char *text)
{
	char *clean = malloc(strlen(text) * strlen(REPLACEMENT) + 1), *to = clean;
	json_t *string;

	if (!clean)
		return NULL;
	while (*text) {
		size_t len = sequence_length((const unsigned char *)text);

		memcpy(to, len ? text : REPLACEMENT, len ? len : strlen(REPLACEMENT));
		to += len ? len : strlen(REPLACEMENT);
		text += len ? len : 1;
	}
	*to = '\0';
	string = json_string(clean);
	free(clean);
	return string;
}

int json_write(json_t *doc, FILE *out)
{
	int err;

	if (!doc)
		return -ENOMEM;
	err = json_dumpf(doc, out, RESULT_JSON_FLAGS) ? -EIO : 0;
	fputc('\n', out);
	json_decref(doc);
	return err;
}
