/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host_file.c - CAPTURE.host.json: of bounded size, and every member of the type that it must have.
 */
#include "traces/host/host_file.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "traces/host/host_json.h"

#define SUFFIX ".host.json"
#define SCHEMA 1

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

static int device_get(const struct host_place *at, const json_t *from, bool begins,
		      struct host_pool *pool)
{
	char name[sizeof(pool->device)] = "";
	int err = host_text(at, from, "device", name, sizeof(name));

	if (err || !json_object_get(from, "device"))
		return err;
	/* one that was renamed meanwhile is no longer the one that the events name */
	if (!begins && pool->in_begin && strcmp(pool->device, name))
		pool->detached = true;
	strcpy(pool->device, name);
	return 0;
}

static int pool_read(const struct host_place *at, const json_t *from, bool begins,
		     struct host_file *host)
{
	uint64_t id = 0, held = 0;
	struct host_pool *pool;
	int err;

	err = host_number_required(at, from, "id", &id);
	if (!err)
		err = host_number_required(at, from, "inflight", &held);
	if (err)
		return err;
	if (held > INT32_MAX)
		return host_complain(at, "inflight",
				     "a number of pages: a pool counts up to 2147483647");
	pool = pool_get(host, id);
	if (!pool)
		return host_complain(at, "id", "one of 4096 pools, the most that are read");
	if (begins ? pool->in_begin : pool->in_end)
		return host_complain(at, "id", "another one than before");
	err = device_get(at, from, begins, pool);
	if (!err)
		err = host_number(at, from, "napi_id", &pool->napi_id);
	pool->detached |= json_object_get(from, "detach_time") != NULL;
	*(begins ? &pool->begin : &pool->end) = held;
	*(begins ? &pool->in_begin : &pool->in_end) = true;
	return err;
}

static int pools_read(struct host_place *at, const json_t *from, bool begins,
		      struct host_file *host)
{
	const json_t *list = json_object_get(from, begins ? "begin" : "end");
	int err = 0;

	at->list = begins ? "pools.begin" : "pools.end";
	if (list && !json_is_array(list)) {
		snprintf(at->why, at->why_size, "%s is not a list", at->list);
		return -EINVAL;
	}
	for (at->nr = 0; !err && at->nr < json_array_size(list); at->nr++)
		err = pool_read(at, json_array_get(list, at->nr), begins, host);
	return err;
}

static int document_read(struct host_place *at, const json_t *doc, struct host_file *host)
{
	const json_t *capture = json_object_get(doc, "capture");
	const json_t *pools = json_object_get(doc, "pools");
	uint64_t schema = 0;
	int err = host_number_required(at, doc, "schema", &schema);

	if (!err && schema != SCHEMA)
		err = host_complain(at, "schema", "1, the one that is known");
	if (!err && !json_is_object(capture))
		err = host_complain(at, "capture", "an object");
	if (!err)
		err = host_number_required(at, capture, "bytes", &host->bytes);
	if (!err)
		err = host_number_required(at, capture, "first_event_ns", &host->first_ns);
	if (!err)
		err = host_machine_read(at, json_object_get(doc, "machine"), &host->machine);
	if (!err && pools && !json_is_object(pools))
		err = host_complain(at, "pools", "an object");
	if (!err)
		err = pools_read(at, pools, true, host);
	if (!err)
		err = pools_read(at, pools, false, host);
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
	struct host_place at = {.why = why, .why_size = why_size};
	char name[sizeof(((struct capture_info *)0)->path) + sizeof(SUFFIX)], *text;
	json_error_t error;
	json_t *doc = NULL;
	size_t size;
	int err;

	memset(host, 0, sizeof(*host));
	snprintf(name, sizeof(name), "%s" SUFFIX, path);
	err = text_read(name, &text, &size, why, why_size);
	if (!err) {
		doc = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
		if (!doc)
			snprintf(why, why_size, "line %d is no JSON: %.100s", error.line,
				 error.text);
		else if (!json_is_object(doc))
			host_complain(&at, "the whole", "an object");
		err = json_is_object(doc) ? document_read(&at, doc, host) : -EINVAL;
	}
	json_decref(doc);
	free(text);
	return err;
}
