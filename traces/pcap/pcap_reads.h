/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_reads.h - when the packets of a pcap were read, from the ACKs and windows of their readers.
 *
 * The reader of a half (pcap_flows.h) has read up to a position that some of its ACKs tell
 * exactly (pcap_room.h). Between two such ACKs it took the same share of what came: all of it
 * when nothing was left unread at both, nothing when the window shows that it slept. It reads
 * when it acknowledges: the stack keeps an ACK back until the reader has made room, or sends it as
 * data come that the reader then takes. After the last ACK it reads evenly until it closes.
 * Source: tcp-share
 */
#ifndef TRACES_PCAP_READS_H
#define TRACES_PCAP_READS_H

#include "traces/pcap/pcap_flows.h"
#include "traces/pcap/pcap_waiting.h"

struct pcap_reads;

/** pcap_reads_create() - @flows: learned, rewound; must outlive it. Return: NULL: no memory */
struct pcap_reads *pcap_reads_create(struct pcap_flows *flows);

/** pcap_reads_destroy() - accepts NULL */
void pcap_reads_destroy(struct pcap_reads *reads);

/**
 * pcap_reads_record() - the next record of the capture
 * @link: its headers
 * @pkt: as a packet of device @dev, release unknown; NULL: it is none that came in. A packet longer
 *	than what its connection allows becomes several
 * @now_ns: its time
 * Return: 0, -ENOMEM.
 */
int pcap_reads_record(struct pcap_reads *reads, const struct link_packet *link,
		      const struct packet *pkt, uint16_t dev, uint64_t now_ns);

/** pcap_reads_end() - there is no more: what is unread then is held. @end_ns: of the capture */
void pcap_reads_end(struct pcap_reads *reads, uint64_t end_ns);

/** pcap_reads_next() - the oldest packet. Return: false: there is none whose release is known */
bool pcap_reads_next(struct pcap_reads *reads, struct read_packet *out);

#endif
