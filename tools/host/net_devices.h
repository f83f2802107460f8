/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * net_devices.h - the network devices of this machine and how their drivers are set up.
 */
#ifndef TOOLS_NET_DEVICES_H
#define TOOLS_NET_DEVICES_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct net_device_seen - one device; what its driver does not tell is not there
 * @netns: inode of its network namespace
 * @name: in that namespace
 * @driver: as `ethtool -i` names it, "" when it does not say
 * @bus: address of the device on its bus, "" for a virtual one
 * @iommu: "off", "passthrough", "lazy" or "strict"; "": not known
 * @mtu: bytes
 * @rx_ring, @tx_ring: descriptors of a ring, with @has_rings
 * @rx_jumbo_ring: of the second receive ring of drivers that have one, else 0
 * @rx_channels: receive queues, with @has_channels
 * @rx_usecs, @rx_frames: interrupt moderation, with @has_coalesce; @adaptive: the driver changes it
 * @gro: packets are merged
 */
struct net_device_seen {
	uint64_t netns;
	char name[IF_NAMESIZE];
	char driver[32], bus[32];
	const char *iommu;
	uint32_t mtu;
	bool has_rings, has_channels, has_coalesce, adaptive, gro;
	uint32_t rx_ring, rx_jumbo_ring, tx_ring, rx_channels, rx_usecs, rx_frames;
};

/** struct net_devices - by namespace as visited, then by interface; free with net_devices_free() */
struct net_devices {
	struct net_device_seen *dev;
	size_t nr;
};

/**
 * net_devices_list() - ask in each network namespace that this process may enter
 * @devices: filled on success
 * @err: on failure one line
 * Context: this thread leaves its namespace for the while.
 * Return: 0, -ENOMEM, -errno.
 * Source: linux-ethtool-ioctl
 */
int net_devices_list(struct net_devices *devices, char *err, size_t err_size);

/** net_devices_free() - free what net_devices_list() filled */
void net_devices_free(struct net_devices *devices);

/**
 * iommu_mode_of() - what the IOMMU does for a device
 * @sysfs: folder of the device, "/sys/bus/pci/devices/0000:00:04.0"
 * Return: as net_device_seen.iommu. Without a group: off. virtio_net passes an IOMMU by unless the
 *	device was given VIRTIO_F_ACCESS_PLATFORM.
 * Source: linux-iommu-type
 */
const char *iommu_mode_of(const char *sysfs);

#endif
