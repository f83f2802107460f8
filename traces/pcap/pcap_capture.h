/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_capture.h - pcap and pcapng as captures.
 */
#ifndef TRACES_PCAP_CAPTURE_H
#define TRACES_PCAP_CAPTURE_H

#include "traces/packet_format.h"

/** pcap_format - packets with an arrival and a length; their release is not known */
extern const struct packet_format pcap_format;

#endif
