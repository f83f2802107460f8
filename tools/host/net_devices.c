/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * net_devices.c - ethtool's ioctls, and the IOMMU group that sysfs names.
 */
#include "tools/host/net_devices.h"

#include <errno.h>
#include <glob.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tools/host/namespaces.h"

#define ACCESS_PLATFORM 33 /* VIRTIO_F_ACCESS_PLATFORM: the device goes through the IOMMU */

/** struct lister - a list being made; @room: of devices->dev */
struct lister {
	struct net_devices *devices;
	size_t room;
};

/* The first word of a file. Return: false when there is none */
static bool word_read(const char *path, char *word, size_t size)
{
	FILE *f = fopen(path, "re");
	bool got = f && fgets(word, (int)size, f);

	if (f)
		fclose(f);
	if (got)
		word[strcspn(word, " \n")] = '\0';
	return got && word[0];
}

/* Return: is it a virtio device, and may it pass the IOMMU by? */
static bool passes_by(const char *sysfs)
{
	char pattern[256], features[80];
	glob_t found;
	bool by = false;

	snprintf(pattern, sizeof(pattern), "%s/virtio*/features", sysfs);
	if (!glob(pattern, GLOB_NOSORT, NULL, &found))
		by = !word_read(found.gl_pathv[0], features, sizeof(features)) ||
		     strlen(features) <= ACCESS_PLATFORM || features[ACCESS_PLATFORM] != '1';
	globfree(&found);
	return by;
}

const char *iommu_mode_of(const char *sysfs)
{
	static const char *const types[][2] = {
		{"DMA", "strict"},
		{"DMA-FQ", "lazy"},
		{"identity", "passthrough"},
	};
	char path[256], type[32];

	snprintf(path, sizeof(path), "%s/iommu_group", sysfs);
	if (access(path, F_OK) || passes_by(sysfs))
		return access(sysfs, F_OK) ? "" : "off";
	snprintf(path, sizeof(path), "%s/iommu_group/type", sysfs);
	for (size_t i = 0;
	     word_read(path, type, sizeof(type)) && i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(type, types[i][0]))
			return types[i][1];
	return "";
}

static bool ethtool(int sock, const char name[IF_NAMESIZE], void *command)
{
	struct ifreq ifr = {0};

	memcpy(ifr.ifr_name, name, sizeof(ifr.ifr_name));
	ifr.ifr_data = command;
	return !ioctl(sock, SIOCETHTOOL, &ifr);
}

static void driver_ask(int sock, struct net_device_seen *dev)
{
	struct ethtool_drvinfo info = {.cmd = ETHTOOL_GDRVINFO};
	char sysfs[128];

	dev->iommu = "";
	if (!ethtool(sock, dev->name, &info))
		return;
	snprintf(dev->driver, sizeof(dev->driver), "%.*s", (int)sizeof(info.driver) - 1,
		 info.driver);
	snprintf(dev->bus, sizeof(dev->bus), "%.*s", (int)sizeof(info.bus_info) - 1, info.bus_info);
	if (!dev->bus[0]) {
		dev->iommu = "off"; /* no device: no DMA */
		return;
	}
	snprintf(sysfs, sizeof(sysfs), "/sys/bus/pci/devices/%s", dev->bus);
	if (access(sysfs, F_OK))
		snprintf(sysfs, sizeof(sysfs), "/sys/bus/platform/devices/%s", dev->bus);
	dev->iommu = iommu_mode_of(sysfs);
}

static void settings_ask(int sock, struct net_device_seen *dev)
{
	struct ethtool_ringparam rings = {.cmd = ETHTOOL_GRINGPARAM};
	struct ethtool_channels channels = {.cmd = ETHTOOL_GCHANNELS};
	struct ethtool_coalesce coalesce = {.cmd = ETHTOOL_GCOALESCE};
	struct ethtool_value gro = {.cmd = ETHTOOL_GGRO};
	struct ifreq ifr = {0};

	memcpy(ifr.ifr_name, dev->name, sizeof(ifr.ifr_name));
	if (!ioctl(sock, SIOCGIFMTU, &ifr) && ifr.ifr_mtu > 0)
		dev->mtu = (uint32_t)ifr.ifr_mtu;
	dev->has_rings = ethtool(sock, dev->name, &rings) && rings.rx_pending;
	dev->rx_ring = rings.rx_pending;
	dev->rx_jumbo_ring = rings.rx_jumbo_pending;
	dev->tx_ring = rings.tx_pending;
	dev->has_channels = ethtool(sock, dev->name, &channels);
	dev->rx_channels = channels.rx_count + channels.combined_count;
	dev->has_coalesce = ethtool(sock, dev->name, &coalesce);
	dev->rx_usecs = coalesce.rx_coalesce_usecs;
	dev->rx_frames = coalesce.rx_max_coalesced_frames;
	dev->adaptive = coalesce.use_adaptive_rx_coalesce;
	dev->gro = ethtool(sock, dev->name, &gro) && gro.data;
}

static int device_add(struct lister *list, const struct net_device_seen *dev)
{
	struct net_devices *devices = list->devices;
	struct net_device_seen *grown;

	if (devices->nr == list->room) {
		list->room = list->room ? 2 * list->room : 16;
		grown = reallocarray(devices->dev, list->room, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		devices->dev = grown;
	}
	devices->dev[devices->nr++] = *dev;
	return 0;
}

static int namespace_list(uint64_t netns, void *arg)
{
	int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err = 0;
	struct if_nameindex *names = sock < 0 ? NULL : if_nameindex();

	if (!names)
		err = -errno;
	for (size_t i = 0; !err && names[i].if_index; i++) {
		struct net_device_seen dev = {.netns = netns};

		snprintf(dev.name, sizeof(dev.name), "%.*s", IF_NAMESIZE - 1, names[i].if_name);
		driver_ask(sock, &dev);
		settings_ask(sock, &dev);
		err = device_add(arg, &dev);
	}
	if (names)
		if_freenameindex(names);
	if (sock >= 0)
		close(sock);
	return err;
}

int net_devices_list(struct net_devices *devices, char *err, size_t err_size)
{
	struct lister list = {.devices = devices};
	int rc;

	memset(devices, 0, sizeof(*devices));
	rc = namespaces_visit(namespace_list, &list);
	if (!rc)
		return 0;
	net_devices_free(devices);
	snprintf(err, err_size, "listing the network devices: %s", strerror(-rc));
	return rc;
}

void net_devices_free(struct net_devices *devices)
{
	free(devices->dev);
	memset(devices, 0, sizeof(*devices));
}
