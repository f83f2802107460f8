/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmocka_all.h - cmocka.h with the headers that it wants before it.
 */
#ifndef TESTS_TRACES_CMOCKA_ALL_H
#define TESTS_TRACES_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#endif
