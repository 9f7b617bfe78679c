// SPDX-License-Identifier: GPL-2.0-or-later
/* The object's file, plain or, to spare a router's flash, gzip-compressed. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "internal.h"

enum {
	OBJECT_MAX =
		1 << 19, /* octets, unpacked or not: half as much again as the larger one has */
};

struct content {
	unsigned char object[OBJECT_MAX], file[OBJECT_MAX];
};

#define PACKED ".gz"

static int open_either(const char *path)
{
	char packed[PATH_MAX + sizeof(PACKED)];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0 || errno != ENOENT)
		return fd;
	snprintf(packed, sizeof(packed), "%s" PACKED, path);
	return open(packed, O_RDONLY | O_CLOEXEC);
}

int object_open(const char *path, struct object_version *version,
		struct shroud_datapath_error *error)
{
	int fd = open_either(path);
	struct stat file;

	if (fd < 0 || fstat(fd, &file)) {
		fail(error, errno, "BPF object %s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*version = (struct object_version){
		.device = file.st_dev,
		.inode = file.st_ino,
		.octets = (uint64_t)file.st_size,
		.changed = (uint64_t)file.st_ctim.tv_sec,
		.changed_ns = (uint64_t)file.st_ctim.tv_nsec,
	};
	return fd;
}

/* Up to room octets of the file; -1 with errno set if it has more. */
static ssize_t file_read(int fd, unsigned char *to, size_t room)
{
	size_t have = 0;
	ssize_t more;

	while ((more = read(fd, to + have, room - have)) > 0)
		have += (size_t)more;
	if (more < 0)
		return -1;
	if (have < room)
		return (ssize_t)have;
	errno = EFBIG;
	return -1;
}

static bool is_packed(const unsigned char *data, size_t octets)
{
	return octets > 2 && data[0] == 0x1f && data[1] == 0x8b;
}

/* Octets written to out; 0 if from is not one whole gzip member, or more than room. */
static size_t unpack(unsigned char *out, size_t room, unsigned char *from, size_t octets)
{
	z_stream stream = {
		.next_in = from,
		.avail_in = (uInt)octets,
		.next_out = out,
		.avail_out = (uInt)room,
	};
	int end;

	if (inflateInit2(&stream, MAX_WBITS + 16) != Z_OK)
		return 0;
	end = inflate(&stream, Z_FINISH);
	inflateEnd(&stream);
	return end == Z_STREAM_END && !stream.avail_in ? stream.total_out : 0;
}

static int check(const unsigned char *data, size_t octets, const char *path,
		 struct shroud_datapath_error *error)
{
	const unsigned char native =
		__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? ELFDATA2MSB : ELFDATA2LSB;

	if (octets < EI_NIDENT || memcmp(data, ELFMAG, SELFMAG))
		return fail(error, EINVAL, "%s is not a BPF object", path);
	if (data[EI_DATA] != native)
		return fail(error, EINVAL,
			    "BPF object %s is for %s-endian machines, this is a %s-endian one",
			    path, native == ELFDATA2LSB ? "big" : "little",
			    native == ELFDATA2LSB ? "little" : "big");
	return 0;
}

/* Sets content->object; its octets, or -1. */
static ssize_t load(struct content *content, int fd, const char *path,
		    struct shroud_datapath_error *error)
{
	ssize_t octets = file_read(fd, content->file, OBJECT_MAX);

	if (octets < 0)
		return fail(error, errno, "BPF object %s: %s", path, strerror(errno));
	if (!is_packed(content->file, (size_t)octets)) {
		memcpy(content->object, content->file, (size_t)octets);
		return octets;
	}
	octets = (ssize_t)unpack(content->object, OBJECT_MAX, content->file, (size_t)octets);
	if (octets)
		return octets;
	return fail(error, EINVAL, "BPF object %s is damaged, or of more than %d KiB", path,
		    OBJECT_MAX / 1024);
}

void *object_read(int fd, const char *path, size_t *octets, struct shroud_datapath_error *error)
{
	struct content *content = malloc(sizeof(*content));
	ssize_t have;

	if (!content) {
		fail(error, ENOMEM, "no memory");
		return NULL;
	}
	have = load(content, fd, path, error);
	if (have >= 0 && !check(content->object, (size_t)have, path, error)) {
		*octets = (size_t)have;
		return content;
	}
	free(content);
	return NULL;
}
