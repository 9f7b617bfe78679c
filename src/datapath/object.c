// SPDX-License-Identifier: GPL-2.0-or-later
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

void *object_read(const char *path, size_t *octets, struct shroud_datapath_error *error)
{
	const unsigned char native =
		__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? ELFDATA2MSB : ELFDATA2LSB;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char *data = NULL;
	struct stat status;

	if (fd < 0 || fstat(fd, &status)) {
		fail(error, errno, "BPF object %s: %s", path, strerror(errno));
		goto out;
	}
	*octets = (size_t)status.st_size;
	data = malloc(*octets + 1);
	if (!data || read(fd, data, *octets) != status.st_size || *octets < EI_NIDENT ||
	    memcmp(data, ELFMAG, SELFMAG)) {
		fail(error, EINVAL, "%s is not a BPF object", path);
		goto drop;
	}
	if (data[EI_DATA] == native)
		goto out;
	fail(error, EINVAL, "BPF object %s is for %s-endian machines, this is a %s-endian one",
	     path, native == ELFDATA2LSB ? "big" : "little",
	     native == ELFDATA2LSB ? "little" : "big");
drop:
	free(data);
	data = NULL;
out:
	if (fd >= 0)
		close(fd);
	return data;
}
