/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * profile.h - a file of sourced values found by name: what machine profiles and NIC presets share.
 */
#ifndef MODELS_PROFILE_H
#define MODELS_PROFILE_H

#include "models/options/option.h"

/** profile_is_path() - is @name a path (it contains '/' or ends in .yaml), or the name of one? */
bool profile_is_path(const char *name);

/**
 * profile_load() - fill a set from DIR/NAME.yaml, or from a path
 * @set: with notes and given
 * @kind: what messages call it ("machine profile")
 * @name: a path (profile_is_path()), else a name
 * @dir: folder of the installed ones
 *
 * Every row must be given, each with a source: a profile has no defaults, because a cost nobody
 * stated is a cost nobody can check.
 * Return: 0, -ENOENT (@err names what there is), -EINVAL, -errno.
 */
int profile_load(const struct option_set *set, const char *kind, const char *name, const char *dir,
		 char *err, size_t err_size);

#endif
