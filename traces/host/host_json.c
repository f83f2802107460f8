/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host_json.c - every member is of the type that it must have, or the file is refused.
 */
#include "traces/host/host_json.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int host_complain(const struct host_place *at, const char *member, const char *expected)
{
	if (at->list && at->nr != HOST_NO_NUMBER)
		snprintf(at->why, at->why_size, "%s[%zu].%s is not %s", at->list, at->nr, member,
			 expected);
	else
		snprintf(at->why, at->why_size, "%s%s%s is not %s", at->list ? at->list : "",
			 at->list ? "." : "", member, expected);
	return -EINVAL;
}

int host_number(const struct host_place *at, const json_t *from, const char *member,
		uint64_t *value)
{
	const json_t *number = json_object_get(from, member);

	if (!number)
		return 0;
	if (!json_is_integer(number) || json_integer_value(number) < 0)
		return host_complain(at, member, "a whole number");
	*value = (uint64_t)json_integer_value(number);
	return 0;
}

int host_number32(const struct host_place *at, const json_t *from, const char *member,
		  uint32_t *value)
{
	uint64_t wide = *value;
	int err = host_number(at, from, member, &wide);

	if (!err && wide > UINT32_MAX)
		err = host_complain(at, member, "a number below 4294967296");
	if (!err)
		*value = (uint32_t)wide;
	return err;
}

int host_number_required(const struct host_place *at, const json_t *from, const char *member,
			 uint64_t *value)
{
	if (!json_object_get(from, member))
		return host_complain(at, member, "there");
	return host_number(at, from, member, value);
}

int host_text(const struct host_place *at, const json_t *from, const char *member, char *text,
	      size_t size)
{
	const json_t *found = json_object_get(from, member);
	const char *value = json_string_value(found);

	if (!found)
		return 0;
	/* it ends up on terminals */
	for (size_t i = 0; value && i < json_string_length(found); i++)
		if (value[i] < ' ' || value[i] > '~')
			value = NULL;
	if (!value || json_string_length(found) >= size)
		return host_complain(at, member, "a short text of printable characters");
	memcpy(text, value, json_string_length(found) + 1);
	return 0;
}
