/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text files that remember something of each line: one row a line, the name of
 * the line, a space, the value. Rows that begin with # are comments.
 */
#ifndef SHROUD_RECORD_H
#define SHROUD_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "file.h"

#define SHROUD_RECORD_VALUE_MAX 128
#define SHROUD_RECORD_NAME_MAX 256

typedef char shroud_record_value[SHROUD_RECORD_VALUE_MAX];

/*
 * Writes a name to @out in which all but printable ASCII, and white space, is
 * replaced by underscores. Never empty.
 */
void shroud_record_name(const char *text, char out[SHROUD_RECORD_NAME_MAX]);

/*
 * The text of such a file, to be freed; empty if there is none yet. NULL with
 * *error set if it can not be read or is no text.
 */
char *shroud_record_read(const char *path, struct shroud_error *error);

/* Values of the rows named @name: how many, at most @max; -1 with *error set. */
int shroud_record_load(const char *path, const char *name, shroud_record_value *values, int max,
		       struct shroud_error *error);

/*
 * Replaces all rows named @name by one with @value, or by none if it is NULL.
 * Other rows stay as they are. On stable storage when it returns true.
 */
bool shroud_record_store(const char *path, const char *name, const char *value,
			 struct shroud_error *error);

#endif
