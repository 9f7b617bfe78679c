/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small files, read whole and replaced whole. */
#ifndef SHROUD_FILE_H
#define SHROUD_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* A sentence for the operator, without newline and without secrets. */
struct shroud_error {
	char text[320];
};

__attribute__((format(printf, 2, 3))) void shroud_error_set(struct shroud_error *error,
							    const char *format, ...);

/*
 * Reads a regular file of less than @size octets into @buffer and terminates
 * it. Returns the octets read; -1 with *error set. A file that is not there is
 * an error only if @must_exist; otherwise it is empty.
 * @secret: refuses a file that others than root and we may read or write.
 */
long shroud_file_read(const char *path, char *buffer, size_t size, bool must_exist, bool secret,
		      struct shroud_error *error);

/*
 * Replaces @path: readers see the old contents or the new ones, never a part.
 * Mode 0600. @durable: on stable storage when it returns.
 */
bool shroud_file_replace(const char *path, const char *data, size_t len, bool durable,
			 struct shroud_error *error);

/*
 * Takes the lock file @path with ".lock" appended, waiting for at most a
 * second. Returns a descriptor to close, or -1 with *error set.
 */
int shroud_file_lock(const char *path, struct shroud_error *error);

#endif
