/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin_build.c - find sources and compiler, run the commands.
 *
 * The output of a command goes to a file. When it fails, the first line that names an error becomes
 * the message; all of it goes to the log.
 */
#define _GNU_SOURCE /* dprintf(), setenv() */
#include "sim/plugin/plugin_build.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/child.h"

#define MAX_SOURCES 32
#define MAX_WORDS   128
#define TEXT_MAX    4096
#define DEPENDS	    "depends" /* headers a source included, as a make rule */
#define SAID_MAX    512

/*
 * Flags for both worlds. Hidden visibility lets calls within a file be inlined as in a program, and
 * keeps a name that the program has too the plug-in's own. Without the -Werror, an undeclared
 * function would fail only when called.
 */
#define COMMON_FLAGS                                                                               \
	FRAGSIM_PLUGIN_CFLAGS " -g -fPIC -fvisibility=hidden -Wall -Wextra "                       \
			      "-Werror=implicit-function-declaration"

static const char *const world_name[PLUGIN_WORLDS] = {"sim", "native"};

/**
 * struct work - a build in progress
 * @folder: the sources' own, for their headers
 * @cc_text: the compiler's command, words separated by spaces
 */
struct work {
	const struct plugin_params *params;
	struct plugin_build *build;
	unsigned int page_shift;
	char folder[PLUGIN_DIR_MAX];
	char source[MAX_SOURCES][2 * PLUGIN_DIR_MAX];
	unsigned int nr_sources;
	char cc_text[TEXT_MAX];
	char *err;
	size_t err_size;
};

/** struct words - a command line under construction; its text is in @text */
struct words {
	char *word[MAX_WORDS + 1];
	unsigned int nr;
	size_t used;
	char text[4 * TEXT_MAX];
};

__attribute__((format(printf, 2, 3))) static int fail(struct work *w, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(w->err, w->err_size, format, args);
	va_end(args);
	return -EINVAL;
}

__attribute__((format(printf, 2, 3))) static void word_add(struct words *c, const char *format, ...)
{
	size_t room = sizeof(c->text) - c->used;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(c->text + c->used, room, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= room || c->nr >= MAX_WORDS) {
		c->nr = MAX_WORDS + 1; /* command_run() refuses it */
		return;
	}
	c->word[c->nr++] = c->text + c->used;
	c->used += (size_t)n + 1;
}

static void words_add(struct words *c, const char *text)
{
	while (*(text += strspn(text, " "))) {
		size_t len = strcspn(text, " ");

		word_add(c, "%.*s", (int)len, text);
		text += len;
	}
}

static void command_log(struct work *w, const struct words *c, const char *said)
{
	char line[SAID_MAX];
	FILE *f;

	if (!w->params->log)
		return;
	for (unsigned int i = 0; i < c->nr; i++)
		fprintf(w->params->log, "%s%s", i ? " " : "", c->word[i]);
	fputc('\n', w->params->log);
	f = fopen(said, "r");
	while (f && fgets(line, sizeof(line), f))
		fputs(line, w->params->log);
	if (f)
		fclose(f);
}

static _Noreturn void command_exec(char *const argv[], const char *said)
{
	int fd = open(said, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setenv("LC_ALL", "C", 1); /* messages are searched for "error:" */
	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
		_exit(126);
	execvp(argv[0], argv);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* Return: 0, -EIO (it failed), -ENOENT (cannot be started), -EINTR (ended by a signal). */
static int command_run(struct work *w, struct words *c, const char *said)
{
	int status = 0;
	pid_t pid;

	unlink(said); /* output of an earlier command */
	if (c->nr > MAX_WORDS)
		return -E2BIG;
	c->word[c->nr] = NULL;
	pid = child_fork();
	if (pid < 0)
		return -errno;
	if (!pid)
		command_exec(c->word, said);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	command_log(w, c, said);
	if (WIFSIGNALED(status))
		return -EINTR;
	if (WEXITSTATUS(status) == 127 || WEXITSTATUS(status) == 126)
		return -ENOENT;
	return WEXITSTATUS(status) ? -EIO : 0;
}

/* The first line that names an error, else the first that is not empty. */
static void complaint_find(const char *said, char line[SAID_MAX])
{
	FILE *f = fopen(said, "r");
	char text[SAID_MAX];

	line[0] = '\0';
	while (f && fgets(text, sizeof(text), f)) {
		bool error = strstr(text, "error: ") || strstr(text, "inline assembler (");

		text[strcspn(text, "\n")] = '\0';
		if (error || (!line[0] && text[0]))
			memcpy(line, text, SAID_MAX);
		if (error)
			break;
	}
	if (f)
		fclose(f);
}

static int command_failed(struct work *w, int err, const char *said, const char *what)
{
	char line[SAID_MAX];

	complaint_find(said, line);
	if (err == -EINTR)
		return fail(w, "%s: interrupted while it was %s", w->folder, what);
	return fail(w, "%s (%s, pages of %uK%s)", line[0] ? line : strerror(-err), what,
		    1u << (w->page_shift - 10),
		    w->params->log ? "" : "; --verbose shows the command and all it said");
}

static int is_source(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 2 && entry->d_name[0] != '.' && !strcmp(entry->d_name + len - 2, ".c");
}

static int folder_scan(struct work *w, const char *path)
{
	struct dirent **entries;
	int nr = scandir(path, &entries, is_source, alphasort);

	if (nr < 0)
		return fail(w, "%s: %s", path, strerror(errno));
	for (int i = 0; i < nr; i++) {
		if (i < MAX_SOURCES)
			snprintf(w->source[w->nr_sources++], sizeof(w->source[0]), "%s/%s",
				 w->folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	if (nr > MAX_SOURCES)
		return fail(w, "%s: found %d .c files, expected at most %d", path, nr, MAX_SOURCES);
	return nr ? 0 : fail(w, "%s: no .c file in this folder", path);
}

static int sources_find(struct work *w, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct stat st;

	if (strlen(path) >= sizeof(w->folder))
		return fail(w, "%.80s...: this path is too long", path);
	if (stat(path, &st))
		return fail(w, "%s: %s; expected an allocator's .c file, or a folder of them", path,
			    strerror(errno));
	if (S_ISDIR(st.st_mode)) {
		snprintf(w->folder, sizeof(w->folder), "%s", path);
		return folder_scan(w, path);
	}
	if (strlen(path) < 3 || strcmp(path + strlen(path) - 2, ".c"))
		return fail(w, "%s: expected a file that ends in .c, or a folder", path);
	snprintf(w->folder, sizeof(w->folder), "%.*s", slash ? (int)(slash - path) + 1 : 1,
		 slash ? path : ".");
	snprintf(w->source[w->nr_sources++], sizeof(w->source[0]), "%s", path);
	return 0;
}

static const char *temporary(const struct work *w, const char *name)
{
	static char path[PLUGIN_DIR_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", w->build->dir, name);
	return path;
}

static int folder_make(struct work *w)
{
	const char *tmp = getenv("TMPDIR");
	char path[PLUGIN_DIR_MAX];
	int n = snprintf(path, sizeof(path), "%s/fragsim-plugin-XXXXXX",
			 tmp && *tmp ? tmp : "/tmp");

	if (n >= (int)sizeof(path) || !mkdtemp(path))
		return fail(w,
			    "%s: cannot make a temporary folder: %s; set TMPDIR to one that "
			    "can be written",
			    tmp && *tmp ? tmp : "/tmp", strerror(errno));
	memcpy(w->build->dir, path, sizeof(path));
	return 0;
}

/* gcc or clang, and is it the compiler of the built-in strategies? */
static int compiler_read(struct work *w, const char *said)
{
	unsigned int major = 0, minor = 0, patch = 0;
	char kind[16] = "", version[48];
	FILE *f = fopen(said, "r");
	int n = f ? fscanf(f, " %15s %u , %u , %u", kind, &major, &minor, &patch) : 0;

	if (f)
		fclose(f);
	if (n != 4 || (strcmp(kind, "gcc") && strcmp(kind, "clang")))
		return fail(w, "%s: expected gcc or clang; set CC to one of them", w->cc_text);
	snprintf(version, sizeof(version), "%s %u.%u.%u", kind, major, minor, patch);
	if (strcmp(version, FRAGSIM_PLUGIN_COMPILER))
		snprintf(w->build->note, sizeof(w->build->note),
			 "compiled by %s, the built-in strategies by %s: their cycles differ for "
			 "that alone",
			 version, FRAGSIM_PLUGIN_COMPILER);
	return 0;
}

static int compiler_find(struct work *w)
{
	static const char question[] =
		"#ifdef __clang__\n"
		"clang __clang_major__,__clang_minor__,__clang_patchlevel__\n"
		"#elif defined(__GNUC__)\n"
		"gcc __GNUC__,__GNUC_MINOR__,__GNUC_PATCHLEVEL__\n"
		"#endif\n";
	char said[PLUGIN_DIR_MAX + 64];
	const char *cc = getenv("CC");
	struct words c = {.nr = 0};
	FILE *f = fopen(temporary(w, "question.h"), "w");
	int err;

	if (!f || fputs(question, f) < 0 || fclose(f))
		return fail(w, "%s: cannot write: %s", w->build->dir, strerror(errno));
	cc = cc && cc[strspn(cc, " ")] ? cc : FRAGSIM_PLUGIN_CC;
	if (snprintf(w->cc_text, sizeof(w->cc_text), "%s", cc) >= (int)sizeof(w->cc_text))
		return fail(w, "CC: this command is too long");
	words_add(&c, w->cc_text);
	words_add(&c, "-E -P -x c");
	word_add(&c, "%s", temporary(w, "question.h"));
	snprintf(said, sizeof(said), "%s", temporary(w, "said"));
	err = command_run(w, &c, said);
	if (err == -ENOENT)
		return fail(w,
			    "no C compiler: '%s' cannot be started; install gcc or clang, or "
			    "set CC to one",
			    w->cc_text);
	return err ? command_failed(w, err, said, "asking the compiler's version")
		   : compiler_read(w, said);
}

/*
 * A header of ours includes its neighbours, not a changed copy beside the user's source: two files
 * of one allocator would then disagree about a struct. @word: one header that a source included.
 */
static int header_check(struct work *w, const char *source, const char *word)
{
	size_t len = strlen(w->params->include_dir);
	char own[2 * PLUGIN_DIR_MAX];
	struct stat mine, used;

	if (strncmp(word, w->params->include_dir, len) || word[len] != '/' ||
	    strchr(word + len + 1, '/'))
		return 0;
	snprintf(own, sizeof(own), "%s%s", w->folder, word + len);
	if (stat(own, &mine) || (!stat(word, &used) && mine.st_ino == used.st_ino))
		return 0;
	return fail(w,
		    "%s: includes fragsim's %s through another header of fragsim, though there "
		    "is %s: copy that other header there too",
		    source, word + len + 1, own);
}

static int headers_check(struct work *w, const char *source)
{
	FILE *f = fopen(temporary(w, DEPENDS), "r");
	char word[TEXT_MAX];
	int ret = 0;

	while (f && !ret && fscanf(f, "%4095s", word) == 1)
		ret = header_check(w, source, word);
	if (f)
		fclose(f);
	return ret;
}

static int source_compile(struct work *w, enum plugin_world world, unsigned int i)
{
	char said[PLUGIN_DIR_MAX + 64], what[64];
	struct words c = {.nr = 0};
	int err;

	if (world == PLUGIN_SIM)
		word_add(&c, "%s", w->params->launcher);
	words_add(&c, w->cc_text);
	words_add(&c, COMMON_FLAGS);
	if (world == PLUGIN_NATIVE)
		words_add(&c, FRAGSIM_PLUGIN_NATIVE_FLAGS);
	word_add(&c, "-DMM_WORLD=%s", world_name[world]);
	word_add(&c, "-DPAGE_SHIFT=%u", w->page_shift);
	word_add(&c, "-I%s", w->folder);
	word_add(&c, "-I%s", w->params->include_dir);
	words_add(&c, "-MMD -MF");
	word_add(&c, "%s", temporary(w, DEPENDS));
	word_add(&c, "-c");
	word_add(&c, "%s", w->source[i]);
	word_add(&c, "-o");
	word_add(&c, "%s/%s%u.o", w->build->dir, world_name[world], i);
	snprintf(said, sizeof(said), "%s", temporary(w, "said"));
	err = command_run(w, &c, said);
	snprintf(what, sizeof(what), "compiling for the %s world", world_name[world]);
	return err ? command_failed(w, err, said, what) : headers_check(w, w->source[i]);
}

static int object_link(struct work *w, enum plugin_world world)
{
	char said[PLUGIN_DIR_MAX + 64], what[64];
	struct words c = {.nr = 0};
	int err;

	snprintf(what, sizeof(what), "%s.so", world_name[world]);
	snprintf(w->build->object[world], sizeof(w->build->object[0]), "%s", temporary(w, what));
	words_add(&c, w->cc_text);
	words_add(&c, "-shared -o");
	word_add(&c, "%s", w->build->object[world]);
	for (unsigned int i = 0; i < w->nr_sources; i++)
		word_add(&c, "%s/%s%u.o", w->build->dir, world_name[world], i);
	snprintf(said, sizeof(said), "%s", temporary(w, "said"));
	err = command_run(w, &c, said);
	snprintf(what, sizeof(what), "linking for the %s world", world_name[world]);
	return err ? command_failed(w, err, said, what) : 0;
}

int plugin_build(const struct plugin_params *params, const char *path, unsigned int page_shift,
		 struct plugin_build *build, char *err, size_t err_size)
{
	struct work *w = calloc(1, sizeof(*w));
	int ret;

	memset(build, 0, sizeof(*build));
	if (!w) {
		snprintf(err, err_size, "%s: not enough memory", path);
		return -ENOMEM;
	}
	*w = (struct work){.params = params,
			   .build = build,
			   .page_shift = page_shift,
			   .err = err,
			   .err_size = err_size};
	ret = sources_find(w, path);
	if (!ret)
		ret = folder_make(w);
	if (!ret)
		ret = compiler_find(w);
	for (enum plugin_world world = 0; !ret && world < PLUGIN_WORLDS; world++) {
		for (unsigned int i = 0; !ret && i < w->nr_sources; i++)
			ret = source_compile(w, world, i);
		if (!ret)
			ret = object_link(w, world);
	}
	free(w);
	return ret;
}

void plugin_build_clean(struct plugin_build *build)
{
	DIR *dir = build->dir[0] ? opendir(build->dir) : NULL;
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir) {
		closedir(dir);
		rmdir(build->dir);
	}
}
