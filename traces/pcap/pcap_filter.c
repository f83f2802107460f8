/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_filter.c - compiles filter expressions by libpcap, the only file that uses it.
 *
 * Expressions see what was captured, as in tcpdump -r: a test of bytes that the snap length cut off
 * fails. Names are resolved by libpcap (services, hosts), so an expression with a host name depends
 * on the machine; use addresses.
 */
#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "traces/pcap/pcap_file.h"
#include "traces/pcap/pcap_filter.h"

#define LINKS_MAX    16
#define LINKTYPE_RAW 101 /* its number in files; libpcap's own is DLT_RAW */

/** struct compiled - the expression for one link type */
struct compiled {
	uint32_t link;
	struct bpf_program program;
};

struct pcap_filter {
	char *expression;
	struct compiled compiled[LINKS_MAX];
	int nr;
};

struct pcap_filter *pcap_filter_create(const char *expression)
{
	struct pcap_filter *filter = calloc(1, sizeof(*filter));

	if (!filter)
		return NULL;
	filter->expression = strdup(expression);
	if (filter->expression)
		return filter;
	free(filter);
	return NULL;
}

int pcap_filter_link(struct pcap_filter *filter, uint32_t link, char *why, size_t size)
{
	pcap_t *dead;
	int rc;

	for (int i = 0; i < filter->nr; i++)
		if (filter->compiled[i].link == link)
			return i;
	if (filter->nr == LINKS_MAX) {
		snprintf(why, size, "more than %d link types", LINKS_MAX);
		return -EINVAL;
	}
	dead = pcap_open_dead(link == LINKTYPE_RAW ? DLT_RAW : (int)link, PCAP_SNAPLEN_MAX);
	if (!dead) {
		snprintf(why, size, "out of memory");
		return -ENOMEM;
	}
	rc = pcap_compile(dead, &filter->compiled[filter->nr].program, filter->expression, 1,
			  PCAP_NETMASK_UNKNOWN);
	if (rc)
		snprintf(why, size, "%s", pcap_geterr(dead));
	pcap_close(dead);
	if (rc)
		return -EINVAL;
	filter->compiled[filter->nr].link = link;
	return filter->nr++;
}

bool pcap_filter_match(const struct pcap_filter *filter, int nr, const unsigned char *data,
		       uint32_t captured, uint32_t bytes)
{
	struct pcap_pkthdr header = {.caplen = captured, .len = bytes};

	return pcap_offline_filter(&filter->compiled[nr].program, &header, data) != 0;
}

void pcap_filter_destroy(struct pcap_filter *filter)
{
	if (!filter)
		return;
	for (int i = 0; i < filter->nr; i++)
		pcap_freecode(&filter->compiled[i].program);
	free(filter->expression);
	free(filter);
}
