/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record of known keys as a program, for tests against another implementation.
 *   known FILE LINE          prints the keys of the line, one a row
 *   known FILE LINE KEY      adds one
 */
#include <stdio.h>

#include "../files/key.h"
#include "../files/known.h"

static int print(const char *path, const char *line, struct shroud_error *error)
{
	char text[SHROUD_KEY_TEXT_LEN + 1];
	struct shroud_trust trust;

	if (!shroud_known_load(path, line, &trust, error))
		return 1;
	for (size_t i = 0; i < trust.known_count; i++) {
		shroud_key_format(trust.known[i], text);
		puts(text);
	}
	return 0;
}

static int add(const char *path, const char *line, const char *text, struct shroud_error *error)
{
	uint8_t key[SHROUD_KEY_LEN];

	if (!shroud_key_parse(text, key)) {
		shroud_error_set(error, "not a key");
		return 1;
	}
	return !shroud_known_add(path, line, key, error);
}

int main(int argc, char **argv)
{
	struct shroud_error error = { "" };
	int failed;

	if (argc != 3 && argc != 4)
		return 2;
	failed = argc == 3 ? print(argv[1], argv[2], &error) :
			     add(argv[1], argv[2], argv[3], &error);
	if (failed)
		fprintf(stderr, "%s\n", error.text);
	return failed;
}
