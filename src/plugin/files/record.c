/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX (1 << 20)

void shroud_record_name(const char *text, char out[SHROUD_RECORD_NAME_MAX])
{
	size_t n = 0;

	for (; *text && n < SHROUD_RECORD_NAME_MAX - 1; text++, n++) {
		bool bad = *text <= ' ' || *text >= 0x7f; /* char may be signed or not */

		out[n] = *text;
		if (bad || (n == 0 && *text == '#'))
			out[n] = '_';
	}
	if (n == 0)
		out[n++] = '_';
	out[n] = '\0';
}

/* Where the value of a row begins if the row is named @name, or NULL. */
static const char *value_of(const char *row, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(row, name, len) != 0 || row[len] != ' ')
		return NULL;
	return row + len + 1;
}

static const char *next_row(const char *row)
{
	const char *end = strchr(row, '\n');

	return end ? end + 1 : row + strlen(row);
}

char *shroud_record_read(const char *path, struct shroud_error *error)
{
	char *text = malloc(FILE_MAX);
	long len;

	if (!text) {
		shroud_error_set(error, "no memory to read %s", path);
		return NULL;
	}
	len = shroud_file_read(path, text, FILE_MAX, false, false, error);
	if (len >= 0 && strlen(text) == (size_t)len)
		return text;
	if (len >= 0)
		shroud_error_set(error, "%s is no text: there is a NUL in it", path);
	free(text);
	return NULL;
}

int shroud_record_load(const char *path, const char *name, shroud_record_value *values, int max,
		       struct shroud_error *error)
{
	char *text = shroud_record_read(path, error);
	int count = 0;

	if (!text)
		return -1;
	for (const char *row = text; *row && count < max; row = next_row(row)) {
		const char *value = value_of(row, name);

		if (value)
			snprintf(values[count++], SHROUD_RECORD_VALUE_MAX, "%.*s",
				 (int)strcspn(value, "\n"), value);
	}
	free(text);
	return count;
}

/* Copies all rows but those named @name; returns the octets copied. */
static size_t copy_others(const char *text, const char *name, char *out)
{
	size_t len = 0;

	for (const char *row = text, *next; *row; row = next) {
		next = next_row(row);
		if (!value_of(row, name)) {
			memcpy(out + len, row, (size_t)(next - row));
			len += (size_t)(next - row);
		}
	}
	if (len > 0 && out[len - 1] != '\n')
		out[len++] = '\n';
	return len;
}

static bool store(const char *path, const char *name, const char *value, struct shroud_error *error)
{
	char *text = shroud_record_read(path, error);
	/* Besides name and value, which are terminated, two line feeds. */
	size_t room =
		text ? strlen(text) + SHROUD_RECORD_NAME_MAX + SHROUD_RECORD_VALUE_MAX + 2 : 0;
	char *out = text ? malloc(room) : NULL;
	size_t len;
	bool ok = false;

	if (out) {
		len = copy_others(text, name, out);
		if (value)
			len += (size_t)snprintf(out + len, room - len, "%s %s\n", name, value);
		ok = shroud_file_replace(path, out, len, true, error);
	} else if (text) {
		shroud_error_set(error, "no memory to write %s", path);
	}
	free(out);
	free(text);
	return ok;
}

bool shroud_record_store(const char *path, const char *name, const char *value,
			 struct shroud_error *error)
{
	int lock = shroud_file_lock(path, error);
	bool ok;

	if (lock < 0)
		return false;
	ok = store(path, name, value, error);
	close(lock);
	return ok;
}
