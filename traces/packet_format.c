/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * packet_format.c - the formats that hold packets, told apart by their first bytes.
 */
#include "traces/packet_format.h"

#include "traces/packet_file/packet_file.h"
#include "traces/pcap/pcap_capture.h"
#include "traces/reader.h"

static const struct packet_format *const formats[] = {
	&packet_file_format,
	&pcap_format,
};

int packet_format_find(const char *path, const struct packet_format **format, char *err,
		       size_t err_size)
{
	unsigned char head[READER_HEAD_BYTES];
	size_t size;
	int rc = reader_head(path, head, &size, err, err_size);

	*format = NULL;
	for (size_t i = 0; !rc && i < sizeof(formats) / sizeof(formats[0]); i++)
		if (formats[i]->probe(head, size))
			*format = formats[i];
	return rc;
}
