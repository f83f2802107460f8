/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nic_find.h - which preset stands for what a capture or a machine tells of a NIC.
 */
#ifndef MODELS_NIC_NIC_FIND_H
#define MODELS_NIC_NIC_FIND_H

#include <stddef.h>
#include <stdint.h>

/**
 * nic_find() - the preset of a kernel driver
 * @dir: folder of the presets
 * @driver: as /sys/class/net/DEV/device/driver and `ethtool -i` have it, "igb"
 * @kernel: KERNEL_VERSION()
 * @mtu: of the device
 * @name: set to the name of the preset
 * @size: bytes of @name
 *
 * Of the presets that name the driver and stand for that MTU, the one with the largest since that
 * is not above @kernel; if all are above, the one with the smallest. Of two with the same since,
 * the one with the smaller max_mtu, then the first by name. A file that nic_load() refuses names
 * no driver.
 * Return: 0, -ENOENT (none names it), -ENAMETOOLONG (@name is too small), -errno of @dir.
 */
int nic_find(const char *dir, const char *driver, unsigned int kernel, unsigned int mtu, char *name,
	     size_t size);

/**
 * nic_find_ring() - the preset whose rings are as full as that
 * @blocks: of pages that its driver took to fill them, of @order; one for each descriptor but one
 *	of each queue, which stays empty
 * @name: set to the name of the preset, of @size bytes
 * Only drivers that take their pages themselves, one for a descriptor: not from a page_pool.
 * Return: 0, -ENOENT (none has such rings), -EEXIST (several have), -ENAMETOOLONG, -errno of @dir.
 */
int nic_find_ring(const char *dir, unsigned int kernel, uint64_t blocks, unsigned int order,
		  char *name, size_t size);

#endif
