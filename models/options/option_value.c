/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * option_value.c - one value: text to field, field to text, and the words for what is wrong.
 *
 * Numbers are decimal and exact: digits, an optional fraction, an optional unit, and the product
 * must be a whole number of the field's unit ("1.5ms" is 1500000 ns, "0.3ns" is refused). No
 * floating point: a value means the same on every machine, and overflow is seen.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "models/options/choices.h"
#include "models/options/option_value.h"

struct unit {
	const char *name;
	uint64_t scale;
};

/* Largest first: formatting takes the first that divides. The last is the field's own unit. */
static const struct unit byte_units[] = {
	{"T", 1ull << 40}, {"G", 1ull << 30}, {"M", 1ull << 20},
	{"K", 1ull << 10}, {"", 1},	      {NULL, 0},
};
static const struct unit rate_units[] = {
	{"T", 1000000000000ull}, {"G", 1000000000}, {"M", 1000000}, {"K", 1000}, {"", 1}, {NULL, 0},
};
static const struct unit time_units[] = {
	{"s", 1000000000}, {"ms", 1000000}, {"us", 1000}, {"ns", 1}, {NULL, 0},
};
static const struct unit plain_units[] = {{"", 1}, {NULL, 0}};
static const struct unit milli_units[] = {{"", 1000}, {NULL, 0}};

static const struct unit *units_of(enum option_type type)
{
	switch (type) {
	case OPTION_BYTES:
		return byte_units;
	case OPTION_RATE:
		return rate_units;
	case OPTION_DURATION:
		return time_units;
	case OPTION_MILLI:
		return milli_units;
	default:
		return plain_units;
	}
}

const char *value_shown(char buf[VALUE_SHOWN_MAX + 8], const char *text)
{
	size_t len = strlen(text), shown = len < VALUE_SHOWN_MAX ? len : VALUE_SHOWN_MAX;

	/* never cut a UTF-8 sequence in two */
	while (shown < len && shown && ((unsigned char)text[shown] & 0xc0) == 0x80)
		shown--;
	buf[0] = '"';
	for (size_t i = 0; i < shown; i++)
		buf[i + 1] = (unsigned char)text[i] < ' ' || text[i] == 0x7f ? '?' : text[i];
	strcpy(buf + shown + 1, shown < len ? "...\"" : "\"");
	return buf;
}

/* The scale of the unit spelled @name, 0 when there is none. */
static uint64_t unit_scale(const struct option *row, const char *name)
{
	const struct unit *unit;

	if (row->type == OPTION_DURATION && !*name && row->unit)
		name = row->unit;
	/* ms and Ms differ; 4k and 4K do not */
	for (unit = units_of(row->type); unit->name; unit++)
		if (!strcmp(unit->name, name) ||
		    (row->type != OPTION_DURATION && !strcasecmp(unit->name, name)))
			return unit->scale;
	return 0;
}

/* Digits from @s on, as a number. Return: NULL when it does not fit 64 bits. */
static const char *digits_parse(const char *s, uint64_t *val)
{
	for (*val = 0; *s >= '0' && *s <= '9'; s++)
		if (__builtin_mul_overflow(*val, 10, val) ||
		    __builtin_add_overflow(*val, (uint64_t)(*s - '0'), val))
			return NULL;
	return s;
}

/*
 * The digits from @s to @end after the point, times @scale: a fraction of a power of 1024 is seldom
 * exact digit by digit (1.25K is 1280), so the whole is multiplied first.
 * Return: false when that is no whole number.
 */
static bool fraction_parse(const char *s, const char *end, uint64_t scale, uint64_t *val)
{
	uint64_t digits = 0, power = 1;

	while (end > s && end[-1] == '0')
		end--;
	if (end - s > 9)
		return false;
	for (; s < end; s++, power *= 10)
		digits = digits * 10 + (uint64_t)(*s - '0');
	if (__builtin_mul_overflow(digits, scale, val) || *val % power)
		return false;
	*val /= power;
	return true;
}

/* Of a number with more decimals than its field has. */
static const char *too_fine(enum option_type type)
{
	switch (type) {
	case OPTION_BYTES:
		return "is no whole number of bytes";
	case OPTION_RATE:
		return "is no whole number of bits per second";
	case OPTION_DURATION:
		return "is no whole number of ns";
	case OPTION_MILLI:
		return "has more than three decimals";
	default:
		return "is no whole number";
	}
}

/* Number, fraction, unit. Return: what is wrong, or NULL. */
static const char *number_parse(const struct option *row, const char *text, uint64_t *val)
{
	const char *point, *end;
	uint64_t scale, fraction;

	if (*text == '-')
		return "is negative";
	if (*text < '0' || *text > '9')
		return *text ? "is not a number" : "is empty";
	point = end = digits_parse(text, val);
	if (!end)
		return "is too large";
	if (*point == '.')
		end += 1 + strspn(point + 1, "0123456789");
	if (end == point + 1)
		return "is not a number";
	scale = unit_scale(row, end + strspn(end, " "));
	if (!scale && !strcmp(text, "0"))
		return NULL; /* nothing is nothing in any unit */
	if (!scale)
		return *end ? "has an unknown unit" : "needs a unit";
	if (__builtin_mul_overflow(*val, scale, val))
		return "is too large";
	if (end == point)
		return NULL;
	if (!fraction_parse(point + 1, end, scale, &fraction))
		return too_fine(row->type);
	return __builtin_add_overflow(*val, fraction, val) ? "is too large" : NULL;
}

static int wrong_value(const struct option *row, const char *text, const char *what, char *err,
		       size_t err_size)
{
	char expected[OPTION_TEXT_MAX], shown[VALUE_SHOWN_MAX + 8];

	value_expected(row, expected, sizeof(expected));
	snprintf(err, err_size, "%s %s; expected %s", value_shown(shown, text), what, expected);
	return -EINVAL;
}

static int wrong_choice(const struct option *row, const char *text, char *err, size_t err_size)
{
	char near[OPTION_TEXT_MAX], what[OPTION_TEXT_MAX + 64];

	if (choice_nearest(row->choices, text, near, sizeof(near)))
		snprintf(what, sizeof(what), "is not a choice (did you mean \"%s\"?)", near);
	else
		snprintf(what, sizeof(what), "is not a choice");
	return wrong_value(row, text, what, err, err_size);
}

static int bool_parse(const char *text, bool *val)
{
	static const char *const words[] = {"false", "no", "off", "true", "yes", "on"};

	for (unsigned int i = 0; i < 6; i++) {
		if (strcasecmp(text, words[i]))
			continue;
		*val = i >= 3;
		return 0;
	}
	return -EINVAL;
}

static int list_parse(const struct option *row, const char *text, struct option_list *list,
		      char *err, size_t err_size)
{
	unsigned int index;

	for (list->n = 0;; text++) {
		size_t len = strcspn(text, ",");
		char *word = list->word[list->n];

		if (list->n == OPTION_LIST_MAX)
			return wrong_value(row, text, "is one word too many", err, err_size);
		if (len >= OPTION_TEXT_MAX)
			return wrong_value(row, text, "is too long", err, err_size);
		memcpy(word, text, len);
		word[len] = '\0';
		if (!len)
			return wrong_value(row, word, "is an empty word", err, err_size);
		if (row->choices && choice_index(row->choices, word, &index))
			return wrong_choice(row, word, err, err_size);
		list->n++;
		text += len;
		if (!*text)
			return 0;
	}
}

static void *field_of(const struct option *row, void *obj)
{
	return (char *)obj + row->offset;
}

/* The shortest exact spelling: the largest unit that divides, or thousandths as a fraction. */
static void number_format(enum option_type type, uint64_t val, char *buf, size_t size)
{
	const struct unit *unit = units_of(type);
	unsigned int frac = (unsigned int)(val % 1000), width = 3;

	if (type == OPTION_MILLI && frac) {
		for (; frac % 10 == 0; frac /= 10)
			width--;
		snprintf(buf, size, "%llu.%0*u", (unsigned long long)(val / 1000), (int)width,
			 frac);
		return;
	}
	while (val % unit->scale)
		unit++;
	snprintf(buf, size, "%llu%s", (unsigned long long)(val / unit->scale),
		 val ? unit->name : "");
}

void bytes_format(uint64_t bytes, char *buf, size_t size)
{
	number_format(OPTION_BYTES, bytes, buf, size);
}

/* The number of three decimals that is nearest to @text, within the row's range. */
static uint64_t milli_nearest(const struct option *row, const char *text)
{
	const char *point = text + strspn(text, "0123456789"), *digit = point + 1;
	uint64_t val, frac = 0;

	digits_parse(text, &val);
	for (unsigned int i = 0; i < 3; i++)
		frac = frac * 10 + (*digit ? (uint64_t)(*digit++ - '0') : 0);
	val = val * 1000 + frac + (*digit >= '5');
	return val < row->min ? row->min : val > row->max ? row->max : val;
}

static int wrong_decimals(const struct option *row, const char *text, char *err, size_t err_size)
{
	char expected[OPTION_TEXT_MAX], shown[VALUE_SHOWN_MAX + 8], near[32];

	value_expected(row, expected, sizeof(expected));
	number_format(OPTION_MILLI, milli_nearest(row, text), near, sizeof(near));
	snprintf(err, err_size, "%s %s; expected %s, such as %s", value_shown(shown, text),
		 too_fine(OPTION_MILLI), expected, near);
	return -EINVAL;
}

static int parse_number(const struct option *row, const char *text, void *obj, char *err,
			size_t err_size)
{
	uint64_t val;
	const char *wrong = number_parse(row, text, &val);

	if (!wrong && val < row->min)
		wrong = "is too small";
	if (!wrong && val > row->max)
		wrong = "is too large";
	if (!wrong && row->takes && !row->takes(&val))
		wrong = "is not valid";
	if (wrong && row->type == OPTION_MILLI && wrong == too_fine(OPTION_MILLI))
		return wrong_decimals(row, text, err, err_size);
	if (wrong)
		return wrong_value(row, text, wrong, err, err_size);
	memcpy(field_of(row, obj), &val, sizeof(val));
	return 0;
}

int value_parse(const struct option *row, const char *text, void *obj, char *err, size_t err_size)
{
	struct option_list list = {0};
	int ret;

	switch (row->type) {
	case OPTION_BOOL:
		if (bool_parse(text, field_of(row, obj)))
			return wrong_value(row, text, "is neither", err, err_size);
		return 0;
	case OPTION_ENUM:
		if (choice_index(row->choices, text, field_of(row, obj)))
			return wrong_choice(row, text, err, err_size);
		return 0;
	case OPTION_TEXT:
		if (strlen(text) >= OPTION_TEXT_MAX)
			return wrong_value(row, text, "is too long", err, err_size);
		if (strlen(text) < row->min)
			return wrong_value(row, text, "is empty", err, err_size);
		if (row->takes && !row->takes(text))
			return wrong_value(row, text, "is not valid", err, err_size);
		strcpy(field_of(row, obj), text);
		return 0;
	case OPTION_LIST:
		ret = list_parse(row, text, &list, err, err_size);
		if (!ret)
			memcpy(field_of(row, obj), &list, sizeof(list));
		return ret;
	default:
		return parse_number(row, text, obj, err, err_size);
	}
}

void value_zero(const struct option *row, void *obj)
{
	static const size_t sizes[] = {
		[OPTION_UINT] = sizeof(uint64_t),
		[OPTION_BYTES] = sizeof(uint64_t),
		[OPTION_RATE] = sizeof(uint64_t),
		[OPTION_DURATION] = sizeof(uint64_t),
		[OPTION_BOOL] = sizeof(bool),
		[OPTION_ENUM] = sizeof(unsigned int),
		[OPTION_MILLI] = sizeof(uint64_t),
		[OPTION_TEXT] = OPTION_TEXT_MAX,
		[OPTION_LIST] = sizeof(struct option_list),
	};

	memset(field_of(row, obj), 0, sizes[row->type]);
}

static void list_format(const struct option_list *list, char *buf, size_t size)
{
	size_t len = 0;

	for (unsigned int i = 0; i < list->n && len < size; i++)
		len += (size_t)snprintf(buf + len, size - len, "%s%s", i ? "," : "", list->word[i]);
}

void value_format(const struct option *row, const void *obj, char *buf, size_t size)
{
	const void *field = (const char *)obj + row->offset;
	const char *word = NULL;
	unsigned int index;
	size_t len = 0;
	uint64_t val;

	*buf = '\0';
	switch (row->type) {
	case OPTION_BOOL:
		snprintf(buf, size, "%s", *(const bool *)field ? "true" : "false");
		break;
	case OPTION_ENUM:
		memcpy(&index, field, sizeof(index));
		do
			word = choice_next(row->choices, word, &len);
		while (word && index--);
		snprintf(buf, size, "%.*s", (int)(word ? len : 0), word ? word : "");
		break;
	case OPTION_TEXT:
		snprintf(buf, size, "%s", (const char *)field);
		break;
	case OPTION_LIST:
		list_format(field, buf, size);
		break;
	default:
		memcpy(&val, field, sizeof(val));
		number_format(row->type, val, buf, size);
	}
}

static void range_format(const struct option *row, const char *hint, char *buf, size_t size)
{
	char min[32], max[32];

	number_format(row->type, row->min, min, sizeof(min));
	number_format(row->type, row->max, max, sizeof(max));
	if (row->max == UINT64_MAX)
		snprintf(buf, size, "%s or more%s", min, hint);
	else if (row->unit && row->type != OPTION_DURATION)
		snprintf(buf, size, "%s to %s %s%s", min, max, row->unit, hint);
	else
		snprintf(buf, size, "%s to %s%s", min, max, hint);
}

void value_expected(const struct option *row, char *buf, size_t size)
{
	char hint[64];
	size_t len;

	if (row->form) {
		snprintf(buf, size, "%s", row->form);
		return;
	}
	switch (row->type) {
	case OPTION_BOOL:
		snprintf(buf, size, "yes or no");
		break;
	case OPTION_ENUM:
		choices_format(row->choices, buf, size);
		break;
	case OPTION_TEXT:
		snprintf(buf, size, "text of %s %d bytes", row->min ? "1 to" : "at most",
			 OPTION_TEXT_MAX - 1);
		break;
	case OPTION_LIST:
		len = (size_t)snprintf(buf, size, "at most %d words%s", OPTION_LIST_MAX,
				       row->choices ? " of " : "");
		if (row->choices && len < size)
			choices_format(row->choices, buf + len, size - len);
		break;
	case OPTION_BYTES:
		range_format(row, " (a size such as 512, 4K, 2M)", buf, size);
		break;
	case OPTION_RATE:
		range_format(row, " (bits per second such as 40G)", buf, size);
		break;
	case OPTION_DURATION:
		snprintf(hint, sizeof(hint), " (%s%stime such as 20us, 1.5ms, 2s)",
			 row->unit ? row->unit : "a ", row->unit ? ", or a " : "");
		range_format(row, hint, buf, size);
		break;
	case OPTION_MILLI:
		range_format(row, " (at most three decimals)", buf, size);
		break;
	default:
		range_format(row, "", buf, size);
	}
}
