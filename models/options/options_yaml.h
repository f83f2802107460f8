/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options_yaml.h - an option set filled from a YAML file.
 */
#ifndef MODELS_OPTIONS_YAML_H
#define MODELS_OPTIONS_YAML_H

#include <stddef.h>
#include "models/options/option.h"

/**
 * options_load() - values from a YAML file
 * Nested mappings make dotted keys; lists only where the row is an OPTION_LIST. Duplicate keys,
 * aliases, tags, several documents and anything nested deeper than 8 are refused. A key of @extra
 * may have a list: it is handed over with commas between the words.
 * Return: 0, -ENOENT, -EINVAL (message with file:line:column), -errno.
 */
int options_load(const struct option_set *set, const char *path, char *err, size_t err_size);

#endif
