/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOCK_TRIES 100
#define LOCK_PAUSE_NS 10000000L

void shroud_error_set(struct shroud_error *error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
}

static bool write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		}
	}
	return true;
}

/* Octets read, at most @size; -1 with errno set. */
static long read_all(int fd, char *buffer, size_t size)
{
	size_t have = 0;

	while (have < size) {
		ssize_t n = read(fd, buffer + have, size - have);

		if (n == 0)
			break;
		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0)
			have += (size_t)n;
	}
	return (long)have;
}

static bool check(int fd, const char *path, bool secret, struct shroud_error *error)
{
	struct stat st;

	if (fstat(fd, &st) != 0) {
		shroud_error_set(error, "%s: %s", path, strerror(errno));
		return false;
	}
	if (!S_ISREG(st.st_mode)) {
		shroud_error_set(error, "%s is not a regular file", path);
		return false;
	}
	if (secret && st.st_uid != 0 && st.st_uid != geteuid()) {
		shroud_error_set(error,
				 "%s holds a private key but belongs to user %u, who can read it: "
				 "run chown root on it",
				 path, (unsigned int)st.st_uid);
		return false;
	}
	if (secret && st.st_mode & 077) {
		shroud_error_set(error,
				 "%s holds a private key but has mode %04o: others may read or "
				 "change it; run chmod 600 on it",
				 path, (unsigned int)(st.st_mode & 07777));
		return false;
	}
	return true;
}

long shroud_file_read(const char *path, char *buffer, size_t size, bool must_exist, bool secret,
		      struct shroud_error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	long len = -1;

	buffer[0] = '\0';
	if (fd < 0) {
		if (errno == ENOENT && !must_exist)
			return 0;
		shroud_error_set(error, "can not open %s: %s", path, strerror(errno));
		return -1;
	}
	if (check(fd, path, secret, error)) {
		len = read_all(fd, buffer, size);
		if (len < 0)
			shroud_error_set(error, "can not read %s: %s", path, strerror(errno));
	}
	close(fd);
	if (len == (long)size) {
		shroud_error_set(error, "%s is longer than %zu octets", path, size - 1);
		len = -1;
	}
	buffer[len < 0 ? 0 : len] = '\0';
	return len;
}

/* A rename is on stable storage only when its directory is. */
static bool sync_directory_of(const char *path)
{
	char directory[PATH_MAX];
	char *slash;
	bool ok;
	int fd;

	snprintf(directory, sizeof(directory), "%s", path);
	slash = strrchr(directory, '/');
	if (!slash)
		strcpy(directory, ".");
	else
		slash[slash == directory] = '\0';
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ok = fsync(fd) == 0;
	close(fd);
	return ok;
}

static bool fill(int fd, const char *data, size_t len, bool durable)
{
	bool ok = write_all(fd, data, len) && (!durable || fsync(fd) == 0);
	int saved = errno;

	if (close(fd) != 0)
		return false;
	errno = saved;
	return ok;
}

bool shroud_file_replace(const char *path, const char *data, size_t len, bool durable,
			 struct shroud_error *error)
{
	char temporary[PATH_MAX];
	int fd;

	if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >= (int)sizeof(temporary)) {
		shroud_error_set(error, "a file name is longer than %zu octets",
				 sizeof(temporary) - sizeof(".XXXXXX"));
		return false;
	}
	fd = mkostemp(temporary, O_CLOEXEC); /* mode 0600 */
	if (fd < 0) {
		shroud_error_set(error, "can not create a file beside %s: %s", path,
				 strerror(errno));
		return false;
	}
	if (fill(fd, data, len, durable) && rename(temporary, path) == 0 &&
	    (!durable || sync_directory_of(path)))
		return true;
	shroud_error_set(error, "can not write %s: %s", path, strerror(errno));
	unlink(temporary);
	return false;
}

int shroud_file_lock(const char *path, struct shroud_error *error)
{
	const struct timespec pause = { .tv_nsec = LOCK_PAUSE_NS };
	char name[PATH_MAX];
	int fd;

	snprintf(name, sizeof(name), "%.*s.lock", (int)(sizeof(name) - sizeof(".lock")), path);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		shroud_error_set(error, "can not create %s: %s", name, strerror(errno));
		return -1;
	}
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return fd;
		nanosleep(&pause, NULL);
	}
	shroud_error_set(error, "%s has been locked by another process for a second", name);
	close(fd);
	return -1;
}
