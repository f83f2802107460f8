/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host_file.c - CAPTURE.host.json: of bounded size, and every member of the type that it must have.
 */
#include "traces/host/host_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".host.json"
#define SCHEMA 1

/** struct place - where a complaint points; @list: of pools, NULL: none of them */
struct place {
	const char *list;
	size_t nr;
	char *why;
	size_t why_size;
};

static int complain(const struct place *at, const char *member, const char *expected)
{
	if (at->list)
		snprintf(at->why, at->why_size, "pools.%s[%zu].%s is not %s", at->list, at->nr,
			 member, expected);
	else
		snprintf(at->why, at->why_size, "%s is not %s", member, expected);
	return -EINVAL;
}

/* A number that may be missing, then it stays. */
static int number_get(const struct place *at, const json_t *from, const char *member,
		      uint64_t *value)
{
	const json_t *number = json_object_get(from, member);

	if (!number)
		return 0;
	if (!json_is_integer(number) || json_integer_value(number) < 0)
		return complain(at, member, "a whole number");
	*value = (uint64_t)json_integer_value(number);
	return 0;
}

static int number_require(const struct place *at, const json_t *from, const char *member,
			  uint64_t *value)
{
	if (!json_object_get(from, member))
		return complain(at, member, "there");
	return number_get(at, from, member, value);
}

static struct host_pool *pool_get(struct host_file *host, uint64_t id)
{
	struct host_pool *pool;

	for (unsigned int i = 0; i < host->nr; i++)
		if (host->pool[i].id == id)
			return &host->pool[i];
	if (host->nr == HOST_MAX_POOLS)
		return NULL;
	pool = &host->pool[host->nr++];
	memset(pool, 0, sizeof(*pool));
	pool->id = id;
	return pool;
}

static int device_get(const struct place *at, const json_t *from, struct host_pool *pool)
{
	const json_t *name = json_object_get(from, "device");

	if (!name)
		return 0;
	if (!json_is_string(name) || json_string_length(name) >= sizeof(pool->device))
		return complain(at, "device", "the name of one");
	/* one that was renamed meanwhile is no longer the one that the events name */
	if (at->list[0] == 'e' && pool->in_begin && strcmp(pool->device, json_string_value(name)))
		pool->detached = true;
	strcpy(pool->device, json_string_value(name));
	return 0;
}

static int pool_read(const struct place *at, const json_t *from, struct host_file *host)
{
	bool begins = at->list[0] == 'b';
	uint64_t id = 0, held = 0;
	struct host_pool *pool;
	int err;

	err = number_require(at, from, "id", &id);
	if (!err)
		err = number_require(at, from, "inflight", &held);
	if (err)
		return err;
	if (held > INT32_MAX)
		return complain(at, "inflight",
				"a number of pages: a pool counts up to 2147483647");
	pool = pool_get(host, id);
	if (!pool)
		return complain(at, "id", "one of 4096 pools, the most that are read");
	if (begins ? pool->in_begin : pool->in_end)
		return complain(at, "id", "another one than before");
	err = device_get(at, from, pool);
	if (!err)
		err = number_get(at, from, "napi_id", &pool->napi_id);
	pool->detached |= json_object_get(from, "detach_time") != NULL;
	*(begins ? &pool->begin : &pool->end) = held;
	*(begins ? &pool->in_begin : &pool->in_end) = true;
	return err;
}

static int pools_read(struct place *at, const json_t *from, struct host_file *host)
{
	const json_t *list = json_object_get(from, at->list);
	int err = 0;

	if (list && !json_is_array(list)) {
		snprintf(at->why, at->why_size, "pools.%s is not a list", at->list);
		return -EINVAL;
	}
	for (at->nr = 0; !err && at->nr < json_array_size(list); at->nr++)
		err = pool_read(at, json_array_get(list, at->nr), host);
	return err;
}

static int document_read(struct place *at, const json_t *doc, struct host_file *host)
{
	const json_t *capture = json_object_get(doc, "capture");
	const json_t *pools = json_object_get(doc, "pools");
	uint64_t schema = 0;
	int err = number_require(at, doc, "schema", &schema);

	if (!err && schema != SCHEMA)
		err = complain(at, "schema", "1, the one that is known");
	if (!err && !json_is_object(capture))
		err = complain(at, "capture", "an object");
	if (!err)
		err = number_require(at, capture, "bytes", &host->bytes);
	if (!err)
		err = number_get(at, capture, "first_event_ns", &host->first_ns);
	host->has_first = json_object_get(capture, "first_event_ns") != NULL;
	if (!err && pools && !json_is_object(pools))
		err = complain(at, "pools", "an object");
	at->list = "begin";
	if (!err)
		err = pools_read(at, pools, host);
	at->list = "end";
	if (!err)
		err = pools_read(at, pools, host);
	return err;
}

static int text_read(const char *path, char **text, size_t *size, char *why, size_t why_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), err = 0;
	struct stat st = {0};
	ssize_t nr = 0;

	*text = NULL;
	if (fd < 0 || fstat(fd, &st))
		err = -errno;
	else if (!S_ISREG(st.st_mode))
		err = -EINVAL;
	else if (st.st_size > (off_t)HOST_FILE_BYTES_MAX)
		err = -EFBIG;
	if (!err) {
		*text = malloc((size_t)st.st_size + 1);
		nr = *text ? read(fd, *text, (size_t)st.st_size) : 0;
		err = !*text ? -ENOMEM : nr < 0 ? -errno : 0;
	}
	*size = nr > 0 ? (size_t)nr : 0;
	if (fd >= 0)
		close(fd);
	if (err == -EINVAL)
		snprintf(why, why_size, "it is no regular file");
	else if (err == -EFBIG)
		snprintf(why, why_size, "it has more than %u bytes", HOST_FILE_BYTES_MAX);
	else if (err)
		snprintf(why, why_size, "%s", strerror(-err));
	return err;
}

int host_file_read(const char *path, struct host_file *host, char *why, size_t why_size)
{
	struct place at = {.why = why, .why_size = why_size};
	char name[sizeof(((struct capture_info *)0)->path) + sizeof(SUFFIX)], *text;
	json_error_t error;
	json_t *doc = NULL;
	size_t size;
	int err;

	host->nr = 0;
	host->bytes = host->first_ns = 0;
	host->has_first = false;
	snprintf(name, sizeof(name), "%s" SUFFIX, path);
	err = text_read(name, &text, &size, why, why_size);
	if (!err) {
		doc = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
		if (!doc)
			snprintf(why, why_size, "line %d is no JSON: %.100s", error.line,
				 error.text);
		else if (!json_is_object(doc))
			complain(&at, "the whole", "an object");
		err = json_is_object(doc) ? document_read(&at, doc, host) : -EINVAL;
	}
	json_decref(doc);
	free(text);
	return err;
}
