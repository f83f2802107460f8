/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gnuplot.c - gnuplot as a child process, with the script on its standard input.
 */
#include "plots/gnuplot.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/child.h"

#define EXIT_NO_GNUPLOT 127
#define EXIT_NO_FOLDER	126

void gnuplot_text(FILE *script, const char *text)
{
	/*
	 * Doubled quotes confuse the splitting of a line into commands, and `command` is run even
	 * between double quotes: all but plain characters are written as octal escapes.
	 */
	fputc('"', script);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (isalnum(c) || strchr(" _./=-", c))
			fputc(c, script);
		else
			fprintf(script, "\\%03o", c < ' ' ? ' ' : c);
	}
	fputc('"', script);
}

static void child_exec(FILE *script, FILE *complaint, const char *dir)
{
	if (chdir(dir))
		_exit(EXIT_NO_FOLDER);
	setenv("LC_ALL", "C", 1);
	if (dup2(fileno(script), STDIN_FILENO) < 0 || dup2(fileno(complaint), STDOUT_FILENO) < 0 ||
	    dup2(fileno(complaint), STDERR_FILENO) < 0)
		_exit(EXIT_NO_FOLDER);
	execlp("gnuplot", "gnuplot", "--default-settings", (char *)NULL);
	_exit(EXIT_NO_GNUPLOT);
}

/* gnuplot prints the line, a caret below it, and the reason last. */
static void complaint_read(FILE *complaint, char *err, size_t err_size)
{
	char line[256], last[256] = "no reason given";

	rewind(complaint);
	while (fgets(line, sizeof(line), complaint)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[strspn(line, " \t^")])
			memcpy(last, line, sizeof(last));
	}
	snprintf(err, err_size, "gnuplot failed: %s", last + strspn(last, " \t"));
}

static int child_result(int status, const char *dir, FILE *complaint, char *err, size_t err_size)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_GNUPLOT) {
		snprintf(err, err_size, "gnuplot not found: no pictures (install gnuplot-nox)");
		return -ENOENT;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_FOLDER) {
		snprintf(err, err_size, "%s: gnuplot cannot work in this folder", dir);
		return -EIO;
	}
	complaint_read(complaint, err, err_size);
	return -EIO;
}

int gnuplot_run(FILE *script, const char *dir, char *err, size_t err_size)
{
	FILE *complaint = tmpfile();
	int status = 0, ret;
	pid_t pid;

	if (!complaint || fflush(script) || lseek(fileno(script), 0, SEEK_SET) < 0)
		goto failed;
	pid = child_fork();
	if (pid < 0)
		goto failed;
	if (pid == 0)
		child_exec(script, complaint, dir);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			goto failed;
	ret = child_result(status, dir, complaint, err, err_size);
	fclose(complaint);
	return ret;
failed:
	ret = -errno;
	snprintf(err, err_size, "cannot run gnuplot: %s", strerror(errno));
	if (complaint)
		fclose(complaint);
	return ret;
}
