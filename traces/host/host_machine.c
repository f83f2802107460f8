/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host_machine.c - two lists of devices become one: what changed in between is not known.
 */
#include "traces/host/host_machine.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const modes[] = {
	[CAPTURE_IOMMU_UNKNOWN] = "",
	[CAPTURE_IOMMU_OFF] = "off",
	[CAPTURE_IOMMU_PASSTHROUGH] = "passthrough",
	[CAPTURE_IOMMU_LAZY] = "lazy",
	[CAPTURE_IOMMU_STRICT] = "strict",
};

static int mode_read(const struct host_place *at, const json_t *from, uint32_t *mode)
{
	char word[16] = "";
	int err = host_text(at, from, "iommu", word, sizeof(word));

	for (uint32_t i = 0; !err && i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(word, modes[i]))
			continue;
		*mode = i;
		return 0;
	}
	return err ? err : host_complain(at, "iommu", "off, passthrough, lazy or strict");
}

static int nic_read(const struct host_place *at, const json_t *from, struct capture_nic *nic)
{
	const json_t *adaptive = json_object_get(from, "adaptive_rx");
	int err = host_text(at, from, "driver", nic->driver, sizeof(nic->driver));

	if (!err)
		err = host_number32(at, from, "mtu", &nic->mtu);
	if (!err)
		err = host_number32(at, from, "rx_ring", &nic->rx_ring);
	if (!err)
		err = host_number32(at, from, "rx_jumbo_ring", &nic->rx_jumbo_ring);
	if (!err)
		err = host_number32(at, from, "tx_ring", &nic->tx_ring);
	if (!err)
		err = host_number32(at, from, "rx_channels", &nic->rx_channels);
	if (!err)
		err = host_number32(at, from, "rx_usecs", &nic->rx_usecs);
	if (!err)
		err = host_number32(at, from, "rx_frames", &nic->rx_frames);
	if (!err && adaptive && !json_is_boolean(adaptive))
		err = host_complain(at, "adaptive_rx", "true or false");
	if (!err)
		err = mode_read(at, from, &nic->iommu);
	/* what a driver changes as it runs is no setting */
	nic->has_moderation = json_object_get(from, "rx_usecs") && !json_is_true(adaptive);
	return err;
}

static struct host_device *device_get(struct host_machine *machine, const char *name,
				      uint64_t netns)
{
	struct host_device *dev;

	for (unsigned int i = 0; i < machine->nr; i++)
		if (machine->device[i].netns == netns && !strcmp(machine->device[i].name, name))
			return &machine->device[i];
	if (machine->nr == HOST_MAX_DEVICES)
		return NULL;
	dev = &machine->device[machine->nr++];
	strcpy(dev->name, name);
	dev->netns = netns;
	return dev;
}

static void keep_equal(uint32_t *number, uint32_t other, bool *changed)
{
	if (*number == other)
		return;
	*number = 0;
	*changed = true;
}

/* What two of them say alike stays. */
static void nic_merge(struct capture_nic *nic, const struct capture_nic *other)
{
	if (strcmp(nic->driver, other->driver)) {
		memset(nic, 0, sizeof(*nic));
		nic->changed = true;
		return;
	}
	keep_equal(&nic->mtu, other->mtu, &nic->changed);
	keep_equal(&nic->rx_ring, other->rx_ring, &nic->changed);
	keep_equal(&nic->rx_jumbo_ring, other->rx_jumbo_ring, &nic->changed);
	keep_equal(&nic->tx_ring, other->tx_ring, &nic->changed);
	keep_equal(&nic->rx_channels, other->rx_channels, &nic->changed);
	keep_equal(&nic->iommu, other->iommu, &nic->changed);
	if (nic->has_moderation != other->has_moderation || nic->rx_usecs != other->rx_usecs ||
	    nic->rx_frames != other->rx_frames) {
		nic->has_moderation = false;
		nic->changed = true;
	}
	nic->changed |= other->changed;
}

static int device_read(const struct host_place *at, const json_t *from, bool begin,
		       struct host_machine *machine)
{
	char name[CAPTURE_NAME_MAX] = "";
	struct capture_nic nic = {0};
	struct host_device *dev;
	uint64_t netns = 0;
	int err = host_text(at, from, "name", name, sizeof(name));

	if (!err && !name[0])
		err = host_complain(at, "name", "there");
	if (!err)
		err = host_number(at, from, "netns", &netns);
	if (!err)
		err = nic_read(at, from, &nic);
	if (err)
		return err;
	dev = device_get(machine, name, netns);
	if (!dev)
		return host_complain(at, "name", "one of 4096 devices, the most that are read");
	if (begin ? dev->in_begin : dev->in_end)
		return host_complain(at, "name", "another one than before");
	*(begin ? &dev->in_begin : &dev->in_end) = true;
	if (dev->in_begin && dev->in_end)
		nic_merge(&dev->nic, &nic);
	else
		dev->nic = nic;
	return 0;
}

/* A kernel does not change while it records. */
static int kernel_read(const struct host_place *at, const json_t *from,
		       struct host_machine *machine)
{
	char kernel[sizeof(machine->kernel)] = "";
	uint32_t page_bytes = 0;
	int err = host_text(at, from, "kernel", kernel, sizeof(kernel));

	if (!err)
		err = host_number32(at, from, "page_size", &page_bytes);
	if (err)
		return err;
	if (machine->kernel[0] && kernel[0] && strcmp(kernel, machine->kernel))
		return host_complain(at, "kernel", "the same as in machine.begin");
	if (machine->page_bytes && page_bytes && page_bytes != machine->page_bytes)
		return host_complain(at, "page_size", "the same as in machine.begin");
	if (kernel[0])
		strcpy(machine->kernel, kernel);
	if (page_bytes)
		machine->page_bytes = page_bytes;
	return 0;
}

/* A setting that changed while it was recorded is not known. */
static int sysctls_read(struct host_place *at, const json_t *from, bool begin,
			struct host_machine *machine)
{
	const json_t *list = json_object_get(from, "sysctls");
	char value[sizeof(machine->skb_defer_max)] = "";
	int err;

	if (!list)
		return 0;
	if (!json_is_object(list))
		return host_complain(at, "sysctls", "an object");
	at->list = begin ? "machine.begin.sysctls" : "machine.end.sysctls";
	err = host_text(at, list, "net.core.skb_defer_max", value, sizeof(value));
	if (err)
		return err;
	if (value[strspn(value, "0123456789")])
		return host_complain(at, "net.core.skb_defer_max", "a number");
	if (begin || !machine->skb_defer_max[0])
		strcpy(machine->skb_defer_max, value);
	else if (strcmp(machine->skb_defer_max, value))
		machine->skb_defer_max[0] = '\0';
	return 0;
}

static int moment_read(struct host_place *at, const json_t *from, bool begin,
		       struct host_machine *machine)
{
	const json_t *list = json_object_get(from, "devices");
	int err;

	if (!from)
		return 0;
	at->list = begin ? "machine.begin" : "machine.end";
	at->nr = HOST_NO_NUMBER;
	if (!json_is_object(from))
		return host_complain(at, "devices", "in an object");
	err = kernel_read(at, from, machine);
	if (!err)
		err = sysctls_read(at, from, begin, machine);
	at->list = begin ? "machine.begin" : "machine.end";
	if (!err && list && !json_is_array(list))
		err = host_complain(at, "devices", "a list");
	at->list = begin ? "machine.begin.devices" : "machine.end.devices";
	for (at->nr = 0; !err && at->nr < json_array_size(list); at->nr++)
		err = device_read(at, json_array_get(list, at->nr), begin, machine);
	return err;
}

int host_machine_read(struct host_place *at, const json_t *from, struct host_machine *machine)
{
	int err;

	if (!from)
		return 0;
	at->list = NULL;
	if (!json_is_object(from))
		return host_complain(at, "machine", "an object");
	err = moment_read(at, json_object_get(from, "begin"), true, machine);
	if (!err)
		err = moment_read(at, json_object_get(from, "end"), false, machine);
	at->list = NULL;
	return err;
}

static void device_apply(const struct host_machine *machine, struct capture_device *dev)
{
	bool found = false;

	for (unsigned int i = 0; i < machine->nr; i++) {
		if (strcmp(machine->device[i].name, dev->name))
			continue;
		if (!found)
			dev->nic = machine->device[i].nic;
		else
			nic_merge(&dev->nic, &machine->device[i].nic);
		dev->nic.several |= found;
		found = true;
	}
}

void host_machine_apply(const struct host_machine *machine, struct capture_info *info)
{
	if (!info->kernel[0] && machine->kernel[0]) {
		memcpy(info->kernel, machine->kernel, sizeof(info->kernel));
		info->kernel_of_host = true;
	}
	if (!info->page_bytes && machine->page_bytes) {
		info->page_bytes = machine->page_bytes;
		info->page_of_host = true;
	}
	memcpy(info->skb_defer_max, machine->skb_defer_max, sizeof(info->skb_defer_max));
	for (unsigned int i = 0; i < info->nr_devices; i++)
		device_apply(machine, &info->devices[i]);
}
