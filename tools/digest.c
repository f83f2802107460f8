/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * digest.c - SHA-256 by libgcrypt where there is one; FNV-1a for names.
 */
#include "tools/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef FRAGSIM_GCRYPT
#include <gcrypt.h>

#define BLOCK_BYTES (1u << 20)

static int fd_digest(int fd, char hex[DIGEST_HEX_MAX])
{
	unsigned char *block = malloc(BLOCK_BYTES);
	gcry_md_hd_t md;
	ssize_t n = -1;

	gcry_check_version(NULL);
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
	if (!block || gcry_md_open(&md, GCRY_MD_SHA256, 0)) {
		free(block);
		return -ENOMEM;
	}
	while ((n = read(fd, block, BLOCK_BYTES)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			gcry_md_write(md, block, (size_t)n);
	n = n < 0 ? -errno : 0;
	for (unsigned int i = 0; i < 32; i++)
		sprintf(hex + 2 * i, "%02x", gcry_md_read(md, GCRY_MD_SHA256)[i]);
	gcry_md_close(md);
	free(block);
	return (int)n;
}
#else
static int fd_digest(int fd, char hex[DIGEST_HEX_MAX])
{
	(void)fd;
	hex[0] = '\0';
	return -ENOSYS;
}
#endif

int digest_file(const char *path, char hex[DIGEST_HEX_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), ret = 0;
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		ret = -errno;
	else if (!S_ISREG(st.st_mode))
		ret = -EINVAL;
	else
		ret = fd_digest(fd, hex);
	close(fd);
	return ret;
}

uint64_t digest_text(uint64_t digest, const char *text)
{
	for (; *text; text++)
		digest = (digest ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return digest;
}
