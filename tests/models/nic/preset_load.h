/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * preset_load.h - the presets in the tree, for tests. After cmocka.h.
 */
#ifndef TESTS_MODELS_NIC_PRESET_LOAD_H
#define TESTS_MODELS_NIC_PRESET_LOAD_H

#include "models/nic/nic.h"

#define DIR_NICS FRAGSIM_SOURCE_DIR "/models/nics"

/** preset_load() - the preset of that name, or a failed test */
static inline struct nic preset_load(const char *name)
{
	char err[1024];
	struct nic nic;

	if (nic_load(&nic, name, DIR_NICS, err, sizeof(err)))
		fail_msg("%s", err);
	return nic;
}

#endif
