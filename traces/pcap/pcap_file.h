/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_file.h - records of pcap and pcapng files, whatever their byte order and time resolution.
 *
 * Not by libpcap, which gives no interface numbers or names and no directions, and refuses files
 * whose interfaces differ in link type. A test compares counts and lengths with it, and it
 * compiles the filters.
 */
#ifndef TRACES_PCAP_FILE_H
#define TRACES_PCAP_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCAP_NAME_MAX	32
#define PCAP_MAX_IFACES 4096

/** PCAP_SNAPLEN_MAX - most bytes of a record; larger ones are damage (libpcap's limit, too) */
#define PCAP_SNAPLEN_MAX 262144

/** PCAP_BYTES_MAX - most bytes of a packet on the wire; no link has more */
#define PCAP_BYTES_MAX (1u << 23)

/**
 * struct pcap_iface - where packets were captured; a pcap has one, a pcapng any number
 * @name: if_name, "" when not given
 * @link: LINKTYPE_* number
 * @fcs_bytes: of each packet, at its end
 * @mul, @div, @shift: a timestamp t is (t * mul / div) >> shift ns after @offset_ns
 * @offset_ns: if_tsoffset
 * @snaplen: bytes kept of a packet, 0 = all
 * @lost: packets dropped, by its statistics
 */
struct pcap_iface {
	char name[PCAP_NAME_MAX];
	uint32_t link;
	uint32_t fcs_bytes;
	uint64_t mul, div;
	unsigned int shift;
	uint64_t offset_ns;
	uint32_t snaplen;
	uint64_t lost;
};

enum pcap_direction { PCAP_DIRECTION_UNKNOWN, PCAP_INBOUND, PCAP_OUTBOUND };

/**
 * struct pcap_record - one packet
 * @time_ns: since 1970 or any other origin; not necessarily in order
 * @data: its first @captured bytes, valid until the next call
 * @bytes: its length on the wire as the capture tells it, link header included
 * @iface: number of its interface in pcap_file.iface
 * @direction: as the container tells it
 */
struct pcap_record {
	uint64_t time_ns;
	const unsigned char *data;
	uint32_t captured, bytes;
	uint32_t iface;
	enum pcap_direction direction;
};

/**
 * struct pcap_file - an open file and a window of it
 * @path: for messages
 * @buf, @head, @fill: bytes head ... fill of the window are not used up yet
 * @offset: in the file, of buf[0]
 * @records: packets read
 * @swapped: (of the section) the other byte order
 * @ng: pcapng
 * @nsec: (pcap) nanoseconds
 * @truncated: the file ends within a record
 * @drops: packets that per-packet counters say were dropped
 * @section: (pcapng) number of the section's interface 0 in @iface
 * @last_ns: time of the last packet; that of packets which have none
 * @error: one line about the last failure
 */
struct pcap_file {
	char path[512];
	int fd;
	unsigned char *buf;
	size_t head, fill;
	uint64_t offset;
	uint64_t records;
	bool swapped, ng, nsec, truncated;
	uint64_t drops;
	struct pcap_iface *iface;
	uint32_t nr_ifaces, section;
	uint64_t last_ns;
	char error[512];
};

/** pcap_file_probe() - do these first bytes start a pcap or pcapng? */
bool pcap_file_probe(const unsigned char *head, size_t size);

/** pcap_file_open() - Return: 0 with @out set, -ENOMEM, -EINVAL or -errno with one line in @err */
int pcap_file_open(const char *path, struct pcap_file **out, char *err, size_t err_size);

/** pcap_file_next() - Return: 1, 0 at the end or cut, -errno with one line in file->error */
int pcap_file_next(struct pcap_file *file, struct pcap_record *rec);

/** pcap_file_lost() - packets dropped while capturing, complete at the end */
uint64_t pcap_file_lost(const struct pcap_file *file);

/** pcap_file_close() - accepts NULL */
void pcap_file_close(struct pcap_file *file);

#endif
