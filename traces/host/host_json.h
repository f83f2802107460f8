/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host_json.h - members of CAPTURE.host.json, and complaints that say which one is wrong.
 */
#ifndef TRACES_HOST_JSON_H
#define TRACES_HOST_JSON_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct host_place - where a complaint points
 * @list: path of a list of objects, or of one object: "pools.begin"; NULL: the document
 * @nr: number in the list, from 0; HOST_NO_NUMBER: @list is an object
 * @why, @why_size: gets the complaint, a part of a sentence
 */
struct host_place {
	const char *list;
	size_t nr;
	char *why;
	size_t why_size;
};

#define HOST_NO_NUMBER SIZE_MAX

/** host_complain() - "PLACE.MEMBER is not EXPECTED". Return: -EINVAL */
int host_complain(const struct host_place *at, const char *member, const char *expected);

/** host_number() - a number that may be missing, then *value stays. Return: 0, -EINVAL */
int host_number(const struct host_place *at, const json_t *from, const char *member,
		uint64_t *value);

/** host_number32() - host_number() of one below 2^32 */
int host_number32(const struct host_place *at, const json_t *from, const char *member,
		  uint32_t *value);

/** host_number_required() - host_number() of one that must be there */
int host_number_required(const struct host_place *at, const json_t *from, const char *member,
			 uint64_t *value);

/**
 * host_text() - a text of printable ASCII that may be missing, then @text stays
 * @size: of @text, with its NUL: a longer one is refused
 * Return: 0, -EINVAL.
 */
int host_text(const struct host_place *at, const json_t *from, const char *member, char *text,
	      size_t size);

#endif
