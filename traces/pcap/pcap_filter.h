/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_filter.h - pcap-filter expressions, compiled once for each link type of a capture.
 */
#ifndef TRACES_PCAP_FILTER_H
#define TRACES_PCAP_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pcap_filter;

/** pcap_filter_create() - @expression: pcap-filter(7). Return: the filter, or NULL (no memory) */
struct pcap_filter *pcap_filter_create(const char *expression);

/**
 * pcap_filter_link() - compile for a link type, unless done already
 * Return: number for pcap_filter_match(), -EINVAL (text in @why: libpcap's), -ENOMEM.
 */
int pcap_filter_link(struct pcap_filter *filter, uint32_t link, char *why, size_t size);

/** pcap_filter_match() - does a packet pass? @data: its first @captured of @bytes bytes */
bool pcap_filter_match(const struct pcap_filter *filter, int nr, const unsigned char *data,
		       uint32_t captured, uint32_t bytes);

/** pcap_filter_destroy() - accepts NULL */
void pcap_filter_destroy(struct pcap_filter *filter);

#endif
