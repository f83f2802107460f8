/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * native_print.h - native figures as a table for people, and as JSON for programs.
 */
#ifndef SIM_NATIVE_PRINT_H
#define SIM_NATIVE_PRINT_H

#include <stdio.h>
#include "tools/native/native_run.h"

/** native_print() - machine and stream, then the table */
void native_print(const struct native_outcome *out, const struct scenario *s, FILE *file);

/** native_print_json() - one JSON document. Return: 0, or -ENOMEM */
int native_print_json(const struct native_outcome *out, const struct scenario *s, FILE *file);

#endif
