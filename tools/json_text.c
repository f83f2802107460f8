/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json_text.c - texts that jansson refuses, byte by byte.
 */
#include "tools/json_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of the character that @text begins with, 0: it is none. */
static size_t character(const char *text)
{
	unsigned char first = (unsigned char)*text;
	size_t len = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	json_t *one = strnlen(text, len) == len ? json_stringn(text, len) : NULL;

	json_decref(one);
	return one ? len : 0;
}

json_t *json_text(const char *text)
{
	json_t *plain = json_string(text), *obj;
	char *escaped, *end;

	if (plain)
		return plain;
	end = escaped = malloc(4 * strlen(text) + 1);
	if (!escaped)
		return NULL;
	while (*text) {
		size_t len = character(text);

		if (len) {
			memcpy(end, text, len);
			end += len;
		} else {
			end += sprintf(end, "\\x%02x", (unsigned char)*text);
		}
		text += len ? len : 1;
	}
	*end = '\0';
	obj = json_string(escaped);
	free(escaped);
	return obj;
}
