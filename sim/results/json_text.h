/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json_text.h - text of any bytes as a JSON string, and a whole document on a stream.
 *
 * JSON is UTF-8; paths, names and what a capture holds need not be. jansson refuses such text, and
 * the document around it with it, so whatever is not the program's own words goes through here.
 */
#ifndef SIM_JSON_TEXT_H
#define SIM_JSON_TEXT_H

#include <stdio.h>

struct json_t;

/**
 * json_text() - @text as a JSON string; each byte that is no part of UTF-8 becomes U+FFFD
 * Return: new reference, or NULL: no memory.
 */
struct json_t *json_text(const char *text);

/**
 * json_write() - a document as every verb prints it, with a line end
 * @doc: dropped; NULL: it could not be made
 * Return: 0, -ENOMEM (@doc is NULL; nothing is written), -EIO.
 */
int json_write(struct json_t *doc, FILE *out);

#endif
