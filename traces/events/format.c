/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * format.c - libtraceevent behind a guard.
 *
 * tep_parse_event() trusts its text: an open bracket or quote swallows the fields behind it, a byte
 * that is not ASCII or a leading "__attribute__" crashes it, numbers wrap, and a text that it
 * understood in part is a success. So it only gets field lines that were checked here, between a
 * head and an empty print format of ours, and its result is compared with them.
 */
#define _GNU_SOURCE /* memmem() */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <event-parse.h>
#include "traces/events/format.h"

#define LINES_BYTES_MAX 65536 /* of all field lines; the kernel's longest have about 6 KB */
#define LINE_BYTES_MAX	1024
#define BRACKETS_MAX	8 /* nested */
#define NUMBER_MAX	8 /* characters of a number: it fits an int, in base 16 too */

/* Around the field lines. Two empty lines end the common fields and the event's own. */
#define HEAD  "name: event\nID: 1\nformat:\n"
#define PRINT "\n\n\nprint fmt: \"\"\n"

#define ATTRIBUTE "__attribute__"

/* libtraceevent leaks tokens of texts that it gives up on; they are few, their number bounded. */
#if defined(__has_feature)
#define HAS_ASAN __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#else
#define HAS_ASAN 0
#endif
#if HAS_ASAN
#include <sanitizer/lsan_interface.h>
#else
static inline void __lsan_disable(void)
{
}
static inline void __lsan_enable(void)
{
}
#endif

static const char *line_end(const char *at, const char *end)
{
	const char *nl = memchr(at, '\n', (size_t)(end - at));

	return nl ? nl : end;
}

static bool starts_with(const char *at, const char *end, const char *word)
{
	size_t len = strlen(word);

	return (size_t)(end - at) >= len && !memcmp(at, word, len);
}

/* --- head --- */

/* Decimal digits at @at; false when there are none, or more than an ID has. */
static bool id_parse(const char *at, const char *end, uint16_t *id)
{
	uint32_t sum = 0;

	if (at == end || *at < '0' || *at > '9')
		return false;
	for (; at < end && *at >= '0' && *at <= '9'; at++) {
		sum = sum * 10 + (uint32_t)(*at - '0');
		if (sum > UINT16_MAX)
			return false;
	}
	*id = (uint16_t)sum;
	return true;
}

bool format_head(const char *text, size_t size, struct format_head *head)
{
	const char *end = text + size, *stop;

	if (!starts_with(text, end, "name: "))
		return false;
	stop = line_end(text, end);
	if (!starts_with(stop, end, "\nID: ") || !id_parse(stop + 5, end, &head->id))
		return false;
	head->name = text + 6;
	head->name_len = (size_t)(stop - head->name);
	return true;
}

/* --- guard --- */

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static const char *word_end(const char *at, const char *end)
{
	while (at < end && is_word(*at))
		at++;
	return at;
}

/* A word that begins with a digit is a number: short enough that it cannot wrap. */
static bool numbers_fit(const char *at, const char *end)
{
	while (at < end) {
		const char *stop = word_end(at, end);

		if (stop > at && *at >= '0' && *at <= '9' && stop - at > NUMBER_MAX)
			return false;
		at = stop > at ? stop : at + 1;
	}
	return true;
}

/* Brackets in pairs, well nested; quotes in pairs; nothing but printable ASCII. */
static bool brackets_match(const char *at, const char *end)
{
	static const char pairs[] = "()[]{}";
	char open[BRACKETS_MAX];
	unsigned int depth = 0;
	bool quoted = false;

	for (; at < end; at++) {
		const char *pair;

		if ((*at < ' ' && *at != '\t') || *at > '~' || *at == '\\' || *at == '\'')
			return false;
		quoted ^= *at == '"';
		pair = quoted ? NULL : strchr(pairs, *at);
		if (!pair)
			continue;
		if ((pair - pairs) % 2) {
			if (!depth || open[--depth] != pair[-1])
				return false;
		} else if (depth == BRACKETS_MAX) {
			return false;
		} else {
			open[depth++] = *at;
		}
	}
	return !depth && !quoted;
}

static bool line_is_sane(const char *at, const char *end)
{
	const char *type = at + strlen("\tfield:");

	if (!starts_with(at, end, "\tfield:") || end[-1] != ';' || end - at > LINE_BYTES_MAX)
		return false;
	while (*type == ' ')
		type++;
	return !starts_with(type, end, ATTRIBUTE) && brackets_match(at, end) &&
	       numbers_fit(at, end);
}

/* Return: number of fields declared, -EINVAL when libtraceevent must not see these lines. */
static int lines_check(const char *at, const char *end)
{
	int nr = 0;

	if (end - at > LINES_BYTES_MAX)
		return -EINVAL;
	while (at < end) {
		const char *stop = line_end(at, end);

		if (stop > at) {
			if (!line_is_sane(at, stop))
				return -EINVAL;
			nr++;
		}
		at = stop + 1;
	}
	return nr;
}

/* --- libtraceevent --- */

/* Return: a handle with one event, to be freed by tep_free(); NULL without memory. */
static struct tep_handle *lines_parse(const struct format_abi *abi, const char *system,
				      const char *lines, size_t size)
{
	size_t room = sizeof(HEAD) + size + sizeof(PRINT);
	char *text = malloc(room);
	struct tep_handle *tep = text ? tep_alloc() : NULL;

	if (tep) {
		memcpy(text, HEAD, sizeof(HEAD) - 1);
		memcpy(text + sizeof(HEAD) - 1, lines, size);
		memcpy(text + sizeof(HEAD) - 1 + size, PRINT, sizeof(PRINT));
		tep_set_loglevel(TEP_LOG_NONE);
		tep_set_file_bigendian(tep, abi->big_endian ? TEP_BIG_ENDIAN : TEP_LITTLE_ENDIAN);
		tep_set_long_size(tep, (int)abi->long_size);
		if (tep_parse_event(tep, text, sizeof(HEAD) - 1 + size + sizeof(PRINT) - 1,
				    system) == TEP_ERRNO__MEM_ALLOC_FAILED) {
			tep_free(tep);
			tep = NULL;
		}
	}
	free(text);
	return tep;
}

static int field_take(const struct tep_format_field *from, struct format_field *field)
{
	if (field->size || from->offset < 0 || from->offset > UINT16_MAX || from->size <= 0 ||
	    from->size > UINT16_MAX)
		return -EINVAL;
	field->offset = (uint16_t)from->offset;
	field->size = (uint16_t)from->size;
	if (from->flags & TEP_FIELD_IS_SIGNED)
		field->flags |= FORMAT_SIGNED;
	if (from->flags & TEP_FIELD_IS_RELATIVE)
		field->flags |= FORMAT_REL_LOC;
	else if (from->flags & TEP_FIELD_IS_DYNAMIC)
		field->flags |= FORMAT_DATA_LOC;
	return 0;
}

static int list_take(const struct tep_format_field *from, const char *const *names, unsigned int nr,
		     struct format_field *fields)
{
	for (; from; from = from->next)
		for (unsigned int i = 0; i < nr; i++)
			if (names[i] && !strcmp(names[i], from->name) &&
			    field_take(from, &fields[i]))
				return -EINVAL;
	return 0;
}

/* A failed parse leaves a flagged event; fewer fields than lines are a failure as well. */
static int event_take(struct tep_handle *tep, int declared, const char *const *names,
		      unsigned int nr, struct format_field *fields)
{
	const struct tep_event *event = tep_get_first_event(tep);

	if (!event || event->flags & TEP_EVENT_FL_FAILED ||
	    event->format.nr_common + event->format.nr_fields != declared)
		return -EINVAL;
	if (list_take(event->format.common_fields, names, nr, fields))
		return -EINVAL;
	return list_take(event->format.fields, names, nr, fields);
}

/* The field lines of a text: from "format:" on, if it has a head, up to the print format. */
static const char *lines_find(const char *text, const char **end)
{
	static const char before[] = "\nformat:\n", behind[] = "\nprint fmt:";
	const char *print = memmem(text, (size_t)(*end - text), behind, sizeof(behind) - 1), *at;

	if (print)
		*end = print;
	if (!starts_with(text, *end, "name: "))
		return text;
	at = memmem(text, (size_t)(*end - text), before, sizeof(before) - 1);
	return at ? at + sizeof(before) - 1 : NULL;
}

int format_fields(const struct format_abi *abi, const char *system, const char *text, size_t size,
		  const char *const *names, unsigned int nr, struct format_field *fields)
{
	const char *end = text + size, *lines = lines_find(text, &end);
	int declared = lines ? lines_check(lines, end) : -EINVAL, rc = -ENOMEM;
	struct tep_handle *tep;

	memset(fields, 0, nr * sizeof(*fields));
	if (declared < 0)
		return declared;
	__lsan_disable();
	tep = lines_parse(abi, system, lines, (size_t)(end - lines));
	__lsan_enable();
	if (tep)
		rc = event_take(tep, declared, names, nr, fields);
	tep_free(tep);
	if (rc)
		memset(fields, 0, nr * sizeof(*fields));
	return rc;
}
