/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_packets.h - the packets that came in, of all devices of a capture, with what is known of
 * their readers.
 *
 * The capture is read twice for it, or three times where a window scale was found: reads cannot be
 * told before the room of the reader's buffer is known, which may show at the very end.
 */
#ifndef TRACES_PCAP_PACKETS_H
#define TRACES_PCAP_PACKETS_H

#include "traces/pcap/pcap_reads.h"
#include "traces/pcap/pcap_stream.h"

/** pcap_learn_record() - a record of the first pass, if it is TCP */
void pcap_learn_record(struct pcap_flows *flows, const struct link_packet *pkt);

/**
 * pcap_learn_end() - the first pass is over: all that can be learned
 * Reads the capture once more if that tells more.
 * Return: 0, -errno with one line in @err.
 */
int pcap_learn_end(struct pcap_flows *flows, const struct capture_info *info, char *err,
		   size_t err_size);

/** pcap_learn() - the first pass and its end. Return: as pcap_learn_end() */
int pcap_learn(struct pcap_flows *flows, const struct capture_info *info, char *err,
	       size_t err_size);

/** struct pcap_packets - see pcap_packets.c; @stream: where it is, or failed */
struct pcap_packets {
	struct stream stream;
	struct pcap_reads *reads;
	uint64_t *last_ns, end_ns;
	bool ended;
};

/**
 * pcap_packets_open() - begin
 * @flows: from pcap_learn_end(), must outlive it; NULL: all releases are left unknown
 * Return: 0, -errno with one line in @err. Close it in any case.
 */
int pcap_packets_open(struct pcap_packets *packets, struct pcap_flows *flows,
		      const struct capture_info *info, char *err, size_t err_size);

/** pcap_packets_next() - in order of arrival. Return: 1, 0 at the end, -errno (stream_error()) */
int pcap_packets_next(struct pcap_packets *packets, struct read_packet *out);

/** pcap_packets_close() - accepts one that is all zero */
void pcap_packets_close(struct pcap_packets *packets);

#endif
