// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lsan.c - what the leak checker shall not report: libtracecmd 3.1.6 forgets a few strings of
 * every file it opens (compression name and version).
 */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libtracecmd.so\nleak:libtraceevent.so\n";
}
