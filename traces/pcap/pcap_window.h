/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_window.h - the bytes of a pcap or pcapng from the current place on.
 */
#ifndef TRACES_PCAP_WINDOW_H
#define TRACES_PCAP_WINDOW_H

#include "traces/pcap/pcap_file.h"

/** PCAP_WINDOW - bytes of the window, the most that can be readable at once */
#define PCAP_WINDOW (1u << 20)

/** pcap_window_load() - pcap_window_need() when bytes must be read first */
const unsigned char *pcap_window_load(struct pcap_file *file, size_t size, int *rc);

/**
 * pcap_window_need() - make @size bytes from the current place readable, @size <= PCAP_WINDOW
 * Return: where they are; NULL with *rc = 0 (the file ends before), -errno (it cannot be read)
 */
static inline const unsigned char *pcap_window_need(struct pcap_file *file, size_t size, int *rc)
{
	*rc = 0;
	if (file->fill - file->head >= size)
		return file->buf + file->head;
	return pcap_window_load(file, size, rc);
}

/** pcap_window_skip() - go on behind @size bytes; a shorter file is truncated. Return: 0, -errno */
int pcap_window_skip(struct pcap_file *file, uint64_t size);

/** pcap_window_damaged() - refuse the file at this place. Return: -EINVAL, file->error is set */
int pcap_window_damaged(struct pcap_file *file, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** pcap_iface_add() - a new interface of the file. Return: it, or NULL (too many; file->error) */
struct pcap_iface *pcap_iface_add(struct pcap_file *file);

/** pcap_u16() - the number at @at, in the byte order of the file */
static inline uint16_t pcap_u16(const struct pcap_file *file, const unsigned char *at)
{
	uint16_t value;

	__builtin_memcpy(&value, at, sizeof(value));
	return file->swapped ? __builtin_bswap16(value) : value;
}

/** pcap_u32() - the number at @at, in the byte order of the file */
static inline uint32_t pcap_u32(const struct pcap_file *file, const unsigned char *at)
{
	uint32_t value;

	__builtin_memcpy(&value, at, sizeof(value));
	return file->swapped ? __builtin_bswap32(value) : value;
}

/** pcap_u64() - the number at @at, in the byte order of the file */
static inline uint64_t pcap_u64(const struct pcap_file *file, const unsigned char *at)
{
	uint64_t value;

	__builtin_memcpy(&value, at, sizeof(value));
	return file->swapped ? __builtin_bswap64(value) : value;
}

#endif
