/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the rows that vectors.py writes. */
#ifndef SHROUD_ROWS_H
#define SHROUD_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROW_FIELDS 32
#define ROW_MAX 16384

struct row {
	char text[ROW_MAX];
	char *section;
	char *name[ROW_FIELDS];
	char *value[ROW_FIELDS];
	size_t count;
};

__attribute__((unused)) static bool row_read(FILE *file, struct row *row)
{
	row->count = 0;
	if (!fgets(row->text, sizeof(row->text), file))
		return false;
	row->text[strcspn(row->text, "\n")] = '\0';
	row->section = strtok(row->text, "\t");
	for (char *field; row->count < ROW_FIELDS && (field = strtok(NULL, "\t"));) {
		char *equals = strchr(field, '=');

		*equals = '\0';
		row->name[row->count] = field;
		row->value[row->count++] = equals + 1;
	}
	return true;
}

/* The value of a field; NULL if there is none. */
__attribute__((unused)) static const char *row_text(const struct row *row, const char *name)
{
	for (size_t i = 0; i < row->count; i++) {
		if (strcmp(row->name[i], name) == 0)
			return row->value[i];
	}
	return NULL;
}

/* A field in hexadecimal as octets: how many. Exits if it is not there. */
__attribute__((unused)) static size_t row_octets(const struct row *row, const char *name,
						 uint8_t *out, size_t size)
{
	const char *text = row_text(row, name);
	size_t len = text ? strlen(text) / 2 : size + 1;

	if (len > size) {
		fprintf(stderr, "%s: no field %s of at most %zu octets\n", row->section, name,
			size);
		exit(1);
	}
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)strtoul((char[]){ text[2 * i], text[2 * i + 1], 0 }, NULL, 16);
	return len;
}

#endif
