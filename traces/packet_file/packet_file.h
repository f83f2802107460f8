/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * packet_file.h - packet files as captures.
 */
#ifndef TRACES_PACKET_FILE_H
#define TRACES_PACKET_FILE_H

#include "traces/packet_format.h"

/** packet_file_format - our own format; packet_file_layout.h describes its bytes */
extern const struct packet_format packet_file_format;

#endif
