/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json_text.h - texts of users in JSON, whatever bytes they are.
 */
#ifndef TOOLS_JSON_TEXT_H
#define TOOLS_JSON_TEXT_H

#include <jansson.h>

/** json_text() - a string; a byte that is no UTF-8 becomes four characters, \xNN. Return: new */
json_t *json_text(const char *text);

#endif
