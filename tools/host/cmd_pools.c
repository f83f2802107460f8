/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_pools.c - `fragsim pools`: the page_pools that this machine has now.
 *
 * tools/capture writes them beside a recording: a pool that only recycles shows no event.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "sim/results/json_text.h"
#include "tools/cli.h"
#include "tools/host/page_pools.h"

static json_t *pool_json(const struct page_pool_seen *pool)
{
	json_t *counters,
		*json = json_pack("{s:I, s:I, s:I, s:o, s:I, s:I, s:I}", "id", (json_int_t)pool->id,
				  "netns", (json_int_t)pool->netns, "ifindex",
				  (json_int_t)pool->ifindex, "device", json_text(pool->device),
				  "napi_id", (json_int_t)pool->napi_id, "inflight",
				  (json_int_t)pool->inflight, "inflight_mem",
				  (json_int_t)pool->inflight_mem);

	if (pool->detached)
		json_object_set_new(json, "detach_time",
				    json_integer((json_int_t)pool->detach_time));
	if (!pool->has_counters)
		return json;
	counters = json_object();
	for (unsigned int i = 0; i < PP_COUNTERS; i++)
		json_object_set_new(counters, page_pool_counter_name(i),
				    json_integer((json_int_t)pool->counters[i]));
	json_object_set_new(json, "stats", counters);
	return json;
}

static int json_print(const struct page_pools *pools)
{
	json_t *list = json_array();

	for (size_t i = 0; i < pools->nr; i++)
		json_array_append_new(list, pool_json(&pools->pool[i]));
	return json_write(list, stdout);
}

static void text_print(const struct page_pools *pools)
{
	if (!pools->nr) {
		puts("no page_pool is listed (veth does not list its own)");
		return;
	}
	printf("%10s %-15s %12s %8s %10s %14s\n", "id", "device", "netns", "napi", "pages",
	       "bytes");
	for (size_t i = 0; i < pools->nr; i++) {
		const struct page_pool_seen *p = &pools->pool[i];

		printf("%10" PRIu64 " %-15s %12" PRIu64 " %8" PRIu64 " %10" PRIu64 " %14" PRIu64,
		       p->id, p->device[0] ? p->device : "-", p->netns, p->napi_id, p->inflight,
		       p->inflight_mem);
		puts(p->detached ? "  let go by its driver" : "");
		for (unsigned int c = 0; p->has_counters && c < PP_COUNTERS; c++)
			printf("%10s %s %" PRIu64 "\n", "", page_pool_counter_name(c),
			       p->counters[c]);
	}
}

static const struct argp_option pools_options[] = {
	{"json", CLI_KEY_JSON, NULL, 0, "print them as a JSON array", 0},
	{0},
};

static const struct argp pools_argp = {
	.options = pools_options,
	.parser = cli_json_only,
	.args_doc = "",
	.doc = "Lists the page_pools of this machine, of all network namespaces: device, NAPI "
	       "context, and the pages each holds. Needs root and Linux 6.8. A driver that does "
	       "not say which device its pool serves (veth) has none in the list.",
};

static int cmd_pools(int argc, char **argv)
{
	char err[CLI_ERR_MAX] = "";
	struct page_pools pools;
	bool json = false;
	int code = cli_parse(&pools_argp, argc, argv, &json), ret = 0;

	if (code != CLI_GO)
		return code;
	if (page_pools_list(&pools, err, sizeof(err))) {
		cli_error("%s", err);
		return CLI_FAILED;
	}
	if (json)
		ret = json_print(&pools);
	else
		text_print(&pools);
	page_pools_free(&pools);
	return cli_printed(ret);
}

const struct cli_verb verb_pools = {"pools", "", "list the page_pools of this machine", cmd_pools};
