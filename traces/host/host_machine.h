/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host_machine.h - what the machine said of its kernel and its devices, when a recording began and
 * when it ended.
 */
#ifndef TRACES_HOST_MACHINE_H
#define TRACES_HOST_MACHINE_H

#include "traces/capture.h"
#include "traces/host/host_json.h"

#define HOST_MAX_DEVICES 4096

/**
 * struct host_device - a network device of one or both lists
 * @name, @netns: which
 * @nic: what both lists say of it
 */
struct host_device {
	char name[CAPTURE_NAME_MAX];
	uint64_t netns;
	struct capture_nic nic;
	bool in_begin, in_end;
};

/**
 * struct host_machine - the member "machine"
 * @kernel, @page_bytes, @skb_defer_max: as in struct capture_info
 * @nr: of @device
 */
struct host_machine {
	char kernel[72];
	char skb_defer_max[16];
	uint32_t page_bytes;
	unsigned int nr;
	struct host_device device[HOST_MAX_DEVICES];
};

/**
 * host_machine_read() - the member "machine" of the document
 * @from: of it; NULL: the file says nothing of the machine
 * @machine: all zero
 * Return: 0, -EINVAL.
 */
int host_machine_read(struct host_place *at, const json_t *from, struct host_machine *machine);

/**
 * host_machine_apply() - what it tells of the devices and the kernel of @info
 * A device whose name is in several namespaces is taken only where all of them are alike.
 */
void host_machine_apply(const struct host_machine *machine, struct capture_info *info);

#endif
