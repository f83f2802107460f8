/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options_yaml.c - reads a YAML file into an option set.
 *
 * The file is read whole (it is small or refused) and libyaml's events are walked by hand: that way
 * every value keeps its line and column, and what a settings file has no use for (anchors, tags,
 * several documents, odd keys, deep nesting) is refused where it begins instead of being expanded.
 * Nothing here knows what a key means; that is options_set().
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "models/options/option_value.h"
#include "models/options/options.h"
#include "models/options/options_yaml.h"

#define FILE_BYTES_MAX (1u << 20) /* far above any settings file, far below any trouble */
#define KEYS_MAX       512
#define KEY_BYTES_MAX  256
#define DEPTH_MAX      8
#define LOCATION_MAX   (4096 + 48) /* a path, line and column */
#define LIST_BYTES_MAX (OPTION_LIST_MAX * OPTION_TEXT_MAX)

/* Escapes in a quoted key could otherwise break the one line of a message. */
static const char control_characters[] = "\1\2\3\4\5\6\7\b\t\n\v\f\r\16\17\20\21\22\23\24"
					 "\25\26\27\30\31\32\33\34\35\36\37\177";

struct seen {
	char key[KEY_BYTES_MAX];
	size_t line;
};

/**
 * struct reader - one file being read
 * @path: as messages name it
 * @text: the file
 * @size: its bytes
 * @event: the event under the cursor, owned by the reader
 * @seen: full paths of all keys so far, groups too
 * @err: where the one message goes
 */
struct reader {
	const struct option_set *set;
	const char *path;
	char *text;
	size_t size;
	yaml_parser_t parser;
	yaml_event_t event;
	struct seen *seen;
	size_t nr_seen;
	char *err;
	size_t err_size;
};

static void location_format(const struct reader *rd, yaml_mark_t mark, char *buf, size_t size)
{
	snprintf(buf, size, "%s:%zu:%zu", rd->path, mark.line + 1, mark.column + 1);
}

/* The message for what stands at @mark. */
static int refuse(const struct reader *rd, yaml_mark_t mark, const char *what)
{
	char location[LOCATION_MAX];

	location_format(rd, mark, location, sizeof(location));
	snprintf(rd->err, rd->err_size, "%s: %s", location, what);
	return -EINVAL;
}

static int refuse_key(const struct reader *rd, yaml_mark_t mark, const char *key, const char *what)
{
	char text[KEY_BYTES_MAX + OPTION_TEXT_MAX];

	snprintf(text, sizeof(text), "%s: %s", key, what);
	return refuse(rd, mark, text);
}

/* libyaml gives a bad byte's offset but not its line. */
static yaml_mark_t mark_of_offset(const struct reader *rd, size_t offset)
{
	yaml_mark_t mark = {0};

	for (size_t i = 0; i < offset && i < rd->size; i++) {
		mark.column++;
		if (rd->text[i] == '\n') {
			mark.line++;
			mark.column = 0;
		}
	}
	return mark;
}

/* Marks count characters, the file is bytes: continuation bytes of UTF-8 are not counted. */
static bool tab_stands_at(const struct reader *rd, yaml_mark_t mark)
{
	size_t i = 0;

	for (size_t line = 0; i < rd->size && line < mark.line; i++)
		line += rd->text[i] == '\n';
	for (size_t column = 0; i < rd->size && column < mark.column; i++)
		column += (rd->text[i] & 0xc0) != 0x80;
	return i < rd->size && rd->text[i] == '\t';
}

static int refuse_syntax(const struct reader *rd)
{
	const yaml_parser_t *parser = &rd->parser;
	yaml_mark_t mark = parser->problem_mark;
	char what[OPTION_TEXT_MAX];

	if (parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	if (parser->error == YAML_READER_ERROR) {
		mark = mark_of_offset(rd, parser->problem_offset);
		snprintf(what, sizeof(what), "not text: %s; expected UTF-8", parser->problem);
	} else if (tab_stands_at(rd, mark)) {
		snprintf(what, sizeof(what), "found a tab; YAML is indented with spaces");
	} else {
		snprintf(what, sizeof(what), "not YAML: %s; expected lines of \"key: value\"",
			 parser->problem);
	}
	return refuse(rd, mark, what);
}

/* To the next event; the one before is gone. Anchors, aliases and tags end here. */
static int reader_next(struct reader *rd)
{
	const yaml_event_t *ev = &rd->event;
	bool anchored, tagged;

	yaml_event_delete(&rd->event);
	if (!yaml_parser_parse(&rd->parser, &rd->event))
		return refuse_syntax(rd);
	anchored = (ev->type == YAML_SCALAR_EVENT && ev->data.scalar.anchor) ||
		   (ev->type == YAML_SEQUENCE_START_EVENT && ev->data.sequence_start.anchor) ||
		   (ev->type == YAML_MAPPING_START_EVENT && ev->data.mapping_start.anchor);
	tagged = (ev->type == YAML_SCALAR_EVENT && ev->data.scalar.tag) ||
		 (ev->type == YAML_SEQUENCE_START_EVENT && ev->data.sequence_start.tag) ||
		 (ev->type == YAML_MAPPING_START_EVENT && ev->data.mapping_start.tag);
	if (anchored || ev->type == YAML_ALIAS_EVENT)
		return refuse(rd, ev->start_mark,
			      "found an anchor or alias (& or *); expected the value itself");
	if (tagged)
		return refuse(rd, ev->start_mark, "found a tag (!); expected the value itself");
	return 0;
}

/* The scalar under the cursor, what @key says, as a C string; owned by the event. */
static int scalar_text(const struct reader *rd, const char *key, const char **text)
{
	const yaml_event_t *ev = &rd->event;
	const char *value = (const char *)ev->data.scalar.value;

	*text = value;
	if (strlen(value) != ev->data.scalar.length)
		return refuse_key(rd, ev->start_mark, key, "found a NUL character; expected text");
	if (!*value && ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
		return refuse_key(rd, ev->start_mark, key,
				  "found nothing; expected a value after \":\"");
	return 0;
}

/* @prefix and the key under the cursor become a dotted path that was not there before. */
static int key_read(struct reader *rd, const char *prefix, char path[KEY_BYTES_MAX])
{
	const yaml_event_t *ev = &rd->event;
	const char *key;
	char what[OPTION_TEXT_MAX];

	if (ev->type != YAML_SCALAR_EVENT)
		return refuse(rd, ev->start_mark,
			      "found a list or mapping as key; expected a word");
	if (scalar_text(rd, *prefix ? prefix : "key", &key))
		return -EINVAL;
	if (!*key || strpbrk(key, control_characters))
		return refuse(rd, ev->start_mark,
			      "found an unprintable or empty key; expected a word");
	if (snprintf(path, KEY_BYTES_MAX, "%s%s%s", prefix, *prefix ? "." : "", key) >=
	    KEY_BYTES_MAX)
		return refuse(rd, ev->start_mark, "found a long key; expected at most 255 bytes");
	for (size_t i = 0; i < rd->nr_seen; i++) {
		if (strcmp(rd->seen[i].key, path))
			continue;
		snprintf(what, sizeof(what), "found twice, first in line %zu; expected once",
			 rd->seen[i].line);
		return refuse_key(rd, ev->start_mark, path, what);
	}
	if (rd->nr_seen == KEYS_MAX)
		return refuse(rd, ev->start_mark, "found more than 512 keys; expected fewer");
	rd->seen[rd->nr_seen].line = ev->start_mark.line + 1;
	memcpy(rd->seen[rd->nr_seen++].key, path, KEY_BYTES_MAX);
	return 0;
}

static const struct option *row_of(const struct reader *rd, const char *key)
{
	for (const struct option *row = rd->set->table; row->key; row++)
		if (!strcmp(row->key, key))
			return row;
	return NULL;
}

/* Can keys follow below @key? What @extra takes is only known when it is asked. */
static bool may_have_keys(const struct reader *rd, const char *key)
{
	size_t len = strlen(key);

	for (const struct option *row = rd->set->table; row->key; row++)
		if (!strncmp(row->key, key, len) && row->key[len] == '.')
			return true;
	return rd->set->extra;
}

static int value_set(const struct reader *rd, yaml_mark_t mark, const char *key, const char *value)
{
	char location[LOCATION_MAX];

	location_format(rd, mark, location, sizeof(location));
	return options_set(rd->set, key, value, location, rd->err, rd->err_size);
}

/* One part of {value, unit, source}, the cursor on its name. */
static int note_part(struct reader *rd, const char *key, char *text, size_t size)
{
	const char *value;
	int ret = reader_next(rd);

	if (ret)
		return ret;
	if (rd->event.type != YAML_SCALAR_EVENT)
		return refuse_key(rd, rd->event.start_mark, key, "expected one word or number");
	ret = scalar_text(rd, key, &value);
	if (!ret && (!*value || strlen(value) >= size))
		ret = refuse_key(rd, rd->event.start_mark, key,
				 "found an empty or long text; expected a few words");
	if (!ret)
		strcpy(text, value);
	return ret;
}

static int note_check(const struct reader *rd, yaml_mark_t mark, const struct option *row,
		      const char *value, const struct option_note *note)
{
	const char *unit = row->unit ? row->unit : "";
	char what[OPTION_TEXT_MAX], shown[VALUE_SHOWN_MAX + 8];

	if (!*value)
		return refuse_key(rd, mark, row->key, "no value; expected {value, unit, source}");
	if (!*note->source)
		return refuse_key(rd, mark, row->key,
				  "no source; expected source: ID of an entry in docs/sources.md");
	if (!strcmp(note->unit, unit))
		return 0;
	snprintf(what, sizeof(what), "found unit %s; expected %s%s", value_shown(shown, note->unit),
		 row->unit ? "unit: " : "a number without unit", unit);
	return refuse_key(rd, mark, row->key, what);
}

/* {value: X, unit: U, source: ID}, the cursor on its start. */
static int note_read(struct reader *rd, const struct option *row)
{
	static const char *const parts[] = {"value", "unit", "source", NULL};
	struct option_note note = {0};
	char value[OPTION_TEXT_MAX] = "", part[KEY_BYTES_MAX];
	const size_t skip = strlen(row->key) + 1;
	yaml_mark_t mark = rd->event.start_mark, value_mark = mark;
	int ret;

	while (!(ret = reader_next(rd)) && rd->event.type != YAML_MAPPING_END_EVENT) {
		ret = key_read(rd, row->key, part);
		if (ret)
			return ret;
		if (!strcmp(part + skip, parts[0])) {
			ret = note_part(rd, part, value, sizeof(value));
			value_mark = rd->event.start_mark;
		} else if (!strcmp(part + skip, parts[1])) {
			ret = note_part(rd, part, note.unit, sizeof(note.unit));
		} else if (!strcmp(part + skip, parts[2])) {
			ret = note_part(rd, part, note.source, sizeof(note.source));
		} else {
			ret = refuse_key(rd, rd->event.start_mark, part,
					 "unknown; expected value, unit or source");
		}
		if (ret)
			return ret;
	}
	if (!ret)
		ret = note_check(rd, mark, row, value, &note);
	if (!ret)
		ret = value_set(rd, value_mark, row->key, value);
	if (!ret)
		rd->set->notes[row - rd->set->table] = note;
	return ret;
}

/* [a, b, c] becomes "a,b,c". */
static int list_read(struct reader *rd, const char *key)
{
	const struct option *row = row_of(rd, key);
	char text[LIST_BYTES_MAX] = "";
	yaml_mark_t mark = rd->event.start_mark;
	const char *word;
	size_t used = 0;
	int ret;

	if (row && row->type != OPTION_LIST)
		return refuse_key(rd, mark, key, "found a list; expected one value");
	while (!(ret = reader_next(rd)) && rd->event.type != YAML_SEQUENCE_END_EVENT) {
		if (rd->event.type != YAML_SCALAR_EVENT)
			return refuse_key(rd, rd->event.start_mark, key,
					  "found a list or mapping in a list; expected words");
		ret = scalar_text(rd, key, &word);
		if (ret)
			return ret;
		if (strchr(word, ','))
			return refuse_key(rd, rd->event.start_mark, key,
					  "found a comma in a word; expected words without");
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", used ? "," : "",
					 word);
		if (used >= sizeof(text))
			return refuse_key(rd, rd->event.start_mark, key,
					  "found a long list; expected at most 4095 bytes");
	}
	if (!ret && !used)
		return refuse_key(rd, mark, key, "found an empty list; expected words");
	return ret ? ret : value_set(rd, mark, key, text);
}

static int scalar_read(struct reader *rd, const char *key)
{
	const struct option *row = row_of(rd, key);
	const char *text;
	int ret = scalar_text(rd, key, &text);

	if (!ret && row && rd->set->notes && row->type != OPTION_TEXT)
		ret = refuse_key(rd, rd->event.start_mark, key,
				 "found a bare value; expected {value: X, unit: U, source: ID}");
	return ret ? ret : value_set(rd, rd->event.start_mark, key, text);
}

static int mapping_read(struct reader *rd, const char *prefix, unsigned int depth);

/* What follows a key, the cursor on the key. */
static int entry_read(struct reader *rd, const char *prefix, unsigned int depth)
{
	const struct option *row;
	char key[KEY_BYTES_MAX];
	int ret = key_read(rd, prefix, key);

	if (!ret)
		ret = reader_next(rd);
	if (ret)
		return ret;
	row = row_of(rd, key);
	switch (rd->event.type) {
	case YAML_SCALAR_EVENT:
		return scalar_read(rd, key);
	case YAML_SEQUENCE_START_EVENT:
		return list_read(rd, key);
	default:
		break;
	}
	if (row && rd->set->notes && row->type != OPTION_TEXT)
		return note_read(rd, row);
	if (row)
		return refuse_key(rd, rd->event.start_mark, key,
				  "found a mapping; expected one value");
	if (!may_have_keys(rd, key))
		return value_set(rd, rd->event.start_mark, key, ""); /* says what is near */
	return mapping_read(rd, key, depth + 1);
}

static int mapping_read(struct reader *rd, const char *prefix, unsigned int depth)
{
	yaml_mark_t mark = rd->event.start_mark;
	bool empty = true;
	int ret;

	if (depth > DEPTH_MAX)
		return refuse(rd, mark, "found keys nested deeper than 8; expected fewer groups");
	while (!(ret = reader_next(rd)) && rd->event.type != YAML_MAPPING_END_EVENT) {
		ret = entry_read(rd, prefix, depth);
		if (ret)
			return ret;
		empty = false;
	}
	if (!ret && empty && *prefix)
		return refuse_key(rd, mark, prefix, "found an empty mapping; expected keys");
	return ret;
}

/* At most one document, and that a mapping. */
static int stream_read(struct reader *rd)
{
	int ret = reader_next(rd); /* stream start */

	if (!ret)
		ret = reader_next(rd);
	if (ret || rd->event.type == YAML_STREAM_END_EVENT)
		return ret;
	ret = reader_next(rd);
	if (ret)
		return ret;
	if (rd->event.type != YAML_MAPPING_START_EVENT)
		return refuse(rd, rd->event.start_mark, "expected lines of \"key: value\"");
	ret = mapping_read(rd, "", 1);
	if (!ret)
		ret = reader_next(rd); /* document end */
	if (!ret)
		ret = reader_next(rd);
	if (!ret && rd->event.type != YAML_STREAM_END_EVENT)
		return refuse(rd, rd->event.start_mark, "found a second document; expected one");
	return ret;
}

static int file_fail(const struct reader *rd, int error)
{
	snprintf(rd->err, rd->err_size, "%s: cannot read: %s", rd->path, strerror(error));
	return -error;
}

static int file_read(struct reader *rd)
{
	FILE *file = fopen(rd->path, "rbe");
	int ret = 0;

	if (!file)
		return file_fail(rd, errno);
	rd->size = fread(rd->text, 1, FILE_BYTES_MAX + 1, file);
	if (ferror(file)) {
		ret = file_fail(rd, errno);
	} else if (rd->size > FILE_BYTES_MAX) {
		snprintf(rd->err, rd->err_size,
			 "%s: larger than 1M; expected a small YAML file of settings", rd->path);
		ret = -EINVAL;
	}
	fclose(file);
	return ret;
}

static int reader_run(struct reader *rd)
{
	int ret = file_read(rd);

	if (ret)
		return ret;
	if (!yaml_parser_initialize(&rd->parser))
		return file_fail(rd, ENOMEM);
	yaml_parser_set_input_string(&rd->parser, (unsigned char *)rd->text, rd->size);
	ret = stream_read(rd);
	yaml_event_delete(&rd->event);
	yaml_parser_delete(&rd->parser);
	return ret == -ENOMEM ? file_fail(rd, ENOMEM) : ret;
}

int options_load(const struct option_set *set, const char *path, char *err, size_t err_size)
{
	struct reader rd = {.set = set, .path = path, .err = err, .err_size = err_size};
	int ret;

	rd.text = malloc(FILE_BYTES_MAX + 1);
	rd.seen = calloc(KEYS_MAX, sizeof(*rd.seen));
	ret = rd.text && rd.seen ? reader_run(&rd) : file_fail(&rd, ENOMEM);
	free(rd.text);
	free(rd.seen);
	return ret;
}
