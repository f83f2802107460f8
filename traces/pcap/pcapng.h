/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcapng.h - the packets of a pcapng.
 */
#ifndef TRACES_PCAPNG_H
#define TRACES_PCAPNG_H

#include "traces/pcap/pcap_file.h"

/**
 * pcapng_next() - read blocks up to and including the next packet
 * @rec: written on success
 * Return: 1, 0 at the end or cut, -errno with one line in file->error.
 */
int pcapng_next(struct pcap_file *file, struct pcap_record *rec);

#endif
