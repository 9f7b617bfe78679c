// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The cipher for scripts. One command a line on standard input, octets in hex,
 * the answer in hex on one line:
 *
 *	encrypt KEY BLOCK, decrypt KEY BLOCK	Threefish-512, 64 octets each
 *	block KEYSET PACKET, unblock ...	block cover
 *	whole KEYSET PACKET, unwhole ...	whole-packet cover
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../shroud_cipher.h"

/* Room for a line: key set and packet in hex. */
#define LINE (2 * ((size_t)SHROUD_WHOLE_MAX + (size_t)SHROUD_KEYSET_LEN) + 64)

/* The octets in memory of exactly their size, so that a sanitizer sees every
 * access beyond; freed by the caller. */
static shroud_u8 *pull_hex(const char *hex, size_t *octets)
{
	shroud_u8 *data;
	size_t i;
	unsigned int octet;

	*octets = strlen(hex) / 2;
	data = malloc(*octets ? *octets : 1);
	for (i = 0; data && i < *octets; i++) {
		if (sscanf(hex + 2 * i, "%2x", &octet) != 1)
			octet = 0;
		data[i] = (shroud_u8)octet;
	}
	return data;
}

static int threefish(const char *command, const shroud_u8 *key, shroud_u8 *block)
{
	struct shroud_threefish schedule;
	shroud_u64 word[8];

	shroud_threefish_expand(&schedule, key);
	shroud_pull_chunk(word, block, SHROUD_BLOCK_LEN);
	if (!strcmp(command, "encrypt"))
		shroud_threefish_encrypt(word, &schedule);
	else
		shroud_threefish_decrypt(word, &schedule);
	shroud_push_chunk(block, word, SHROUD_BLOCK_LEN);
	return 0;
}

static int cover(const char *command, const shroud_u8 *raw, shroud_u8 *packet, size_t octets)
{
	struct shroud_keys keys;

	shroud_keys_expand(&keys, raw);
	if (!strcmp(command, "block"))
		shroud_cover_block(packet, &keys);
	else if (!strcmp(command, "unblock"))
		shroud_uncover_block(packet, &keys);
	else if (!strcmp(command, "whole"))
		shroud_cover_whole(packet, (shroud_u32)octets, &keys);
	else if (!strcmp(command, "unwhole"))
		shroud_uncover_whole(packet, (shroud_u32)octets, &keys);
	else
		return -1;
	return 0;
}

static int obey(const char *command, const char *key_hex, const char *data_hex)
{
	size_t key_octets, octets, i;
	shroud_u8 *key = pull_hex(key_hex, &key_octets);
	shroud_u8 *data = pull_hex(data_hex, &octets);
	int result = -1;

	if (!key || !data || octets < SHROUD_BLOCK_LEN || octets > SHROUD_WHOLE_MAX)
		key_octets = 0;
	if (key_octets == SHROUD_BLOCK_KEY_LEN)
		result = threefish(command, key, data);
	if (key_octets == SHROUD_KEYSET_LEN)
		result = cover(command, key, data, octets);
	for (i = 0; !result && i < octets; i++)
		printf("%02x", data[i]);
	puts(result ? "error" : "");
	free(key);
	free(data);
	return result;
}

int main(void)
{
	static char line[LINE];
	int result = 0;

	while (fgets(line, sizeof(line), stdin)) {
		char *command = strtok(line, " \n"), *key = strtok(NULL, " \n");
		char *data = strtok(NULL, " \n");

		if (!command || !key || !data || obey(command, key, data))
			result = 1;
		fflush(stdout);
	}
	return result;
}
