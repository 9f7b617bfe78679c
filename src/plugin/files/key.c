/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "key.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool shroud_key_parse(const char *text, uint8_t key[SHROUD_KEY_LEN])
{
	uint32_t bits = 0;
	size_t n = 0;

	if (strlen(text) != SHROUD_KEY_TEXT_LEN || text[SHROUD_KEY_TEXT_LEN - 1] != '=')
		return false;
	for (size_t i = 0; i < SHROUD_KEY_TEXT_LEN - 1; i++) {
		const char *digit = strchr(alphabet, text[i]);

		if (!digit)
			return false;
		bits = bits << 6 | (uint32_t)(digit - alphabet);
		if (i % 4 == 3) {
			key[n++] = (uint8_t)(bits >> 16);
			key[n++] = (uint8_t)(bits >> 8);
			key[n++] = (uint8_t)bits;
		}
	}
	key[n++] = (uint8_t)(bits >> 10);
	key[n++] = (uint8_t)(bits >> 2);
	return (bits & 3) == 0; /* one spelling for each key */
}

void shroud_key_format(const uint8_t key[SHROUD_KEY_LEN], char text[SHROUD_KEY_TEXT_LEN + 1])
{
	for (size_t i = 0, n = 0; i < SHROUD_KEY_LEN; i += 3) {
		uint32_t bits = (uint32_t)key[i] << 16 | (uint32_t)key[i + 1] << 8;

		if (i + 2 < SHROUD_KEY_LEN)
			bits |= key[i + 2];
		for (int shift = 18; shift >= 0; shift -= 6)
			text[n++] = alphabet[bits >> shift & 63];
	}
	text[SHROUD_KEY_TEXT_LEN - 1] = '=';
	text[SHROUD_KEY_TEXT_LEN] = '\0';
}

bool shroud_key_load(const char *path, struct shroud_keypair *pair, struct shroud_error *error)
{
	char text[SHROUD_KEY_TEXT_LEN + 8];
	bool ok = false;

	if (shroud_file_read(path, text, sizeof(text), true, true, error) >= 0) {
		text[strcspn(text, "\r\n")] = '\0';
		ok = shroud_key_parse(text, pair->private_key) &&
		     shroud_keypair_derive(pair, &shroud_random_system);
		if (!ok)
			shroud_error_set(error,
					 "%s does not hold a private key: 44 base64 characters as "
					 "'pppshroud keygen' writes them",
					 path);
	}
	shroud_wipe(text, sizeof(text));
	return ok;
}
