/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_pcap.c - pcap and pcapng; every second length through a filter, whose program then sees the
 * packets too.
 */
#include "fuzz_input.h"
#include "traces/pcap/pcap_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!pcap_file_probe(data, size))
		return 0;
	fuzz_capture(data, size, size & 1 ? "udp or vlan or ip6" : "");
	return 0;
}
