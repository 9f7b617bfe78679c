/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "known.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "key.h"

/* Whether the row, of @len octets, ends in a blank and @line; the key is what precedes. */
static bool row_is_of(const char *row, size_t len, const char *line)
{
	const char *blank = memchr(row, ' ', len);
	size_t name_len = strlen(line);

	return row[0] != '#' && blank && (size_t)(row + len - blank) == name_len + 1 &&
	       memcmp(blank + 1, line, name_len) == 0;
}

static bool pull_key(const char *row, uint8_t key[SHROUD_KEY_LEN])
{
	char text[SHROUD_KEY_TEXT_LEN + 1];

	snprintf(text, sizeof(text), "%.*s", SHROUD_KEY_TEXT_LEN, row);
	return row[strcspn(row, " ")] == ' ' && strcspn(row, " ") == SHROUD_KEY_TEXT_LEN &&
	       shroud_key_parse(text, key);
}

/* What @text holds of the line. False: a row of it is damaged, or there are too many. */
static bool parse(const char *text, const char *line, struct shroud_trust *trust)
{
	for (const char *row = text, *end; *row; row = *end ? end + 1 : end) {
		end = row + strcspn(row, "\n");
		if (!row_is_of(row, (size_t)(end - row), line))
			continue;
		if (trust->known_count == SHROUD_TRUST_KEYS ||
		    !pull_key(row, trust->known[trust->known_count]))
			return false;
		trust->known_count++;
	}
	return true;
}

/* The file's text, to be freed; NULL if it, or what it says of the line, is damaged. */
static char *load(const char *path, const char *line, struct shroud_trust *trust,
		  struct shroud_error *error)
{
	char *text = shroud_record_read(path, error);

	trust->known_count = 0;
	trust->unreadable = false;
	if (text && parse(text, line, trust))
		return text;
	trust->known_count = 0;
	trust->unreadable = true;
	if (text)
		shroud_error_set(error,
				 "%s: a row of %s does not hold a key, or it has more than %d: put "
				 "that right",
				 path, line, SHROUD_TRUST_KEYS);
	free(text);
	return NULL;
}

bool shroud_known_load(const char *path, const char *line, struct shroud_trust *trust,
		       struct shroud_error *error)
{
	char *text = load(path, line, trust, error);

	free(text);
	return text != NULL;
}

static bool append(const char *path, const char *text, const char *line, const uint8_t *key,
		   struct shroud_error *error)
{
	char key_text[SHROUD_KEY_TEXT_LEN + 1];
	size_t len = strlen(text);
	const char *end = len > 0 && text[len - 1] != '\n' ? "\n" : "";
	char *out = NULL;
	int out_len;
	bool ok;

	shroud_key_format(key, key_text);
	out_len = asprintf(&out, "%s%s%s %s\n", text, end, key_text, line);
	if (out_len < 0) {
		shroud_error_set(error, "no memory to write %s", path);
		return false;
	}
	ok = shroud_file_replace(path, out, (size_t)out_len, true, error);
	free(out);
	return ok;
}

bool shroud_known_add(const char *path, const char *line, const uint8_t key[SHROUD_KEY_LEN],
		      struct shroud_error *error)
{
	struct shroud_trust trust = { 0 };
	int lock = shroud_file_lock(path, error);
	char *text = lock >= 0 ? load(path, line, &trust, error) : NULL;
	bool ok = text != NULL;

	if (ok && trust.known_count == 0) {
		ok = append(path, text, line, key, error);
	} else if (ok && shroud_trust_judge(&trust, key) != SHROUD_TRUST_KNOWN) {
		shroud_error_set(error, "%s: another process has met another key on %s", path,
				 line);
		ok = false;
	}
	free(text);
	if (lock >= 0)
		close(lock);
	return ok;
}
