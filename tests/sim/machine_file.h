/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * machine_file.h - test helper: the profile x86-100g with one value changed.
 */
#ifndef TESTS_SIM_MACHINE_FILE_H
#define TESTS_SIM_MACHINE_FILE_H

/**
 * machine_file_write() - write the profile with the first @from of its text as @to
 * Return: "machine=FILE", valid until the next call, which removes that file as
 * machine_file_remove() does.
 */
const char *machine_file_write(const char *from, const char *to);
/** machine_file_remove() - remove the file written last, if there is one */
void machine_file_remove(void);

#endif
