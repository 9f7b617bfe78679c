// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The parts of mode decoy for scripts. One command a line on standard input,
 * octets in hex, the answer in hex on one line. Keys are the 1104 octets of
 * docs/decoy.md section 3, of which the direction up is used.
 *
 *	siphash KEY MESSAGE			up to 15 octets
 *	address OKM OCTETS, unaddress ...	4 or 16 of them
 *	port OKM TAG PORT, unport ...		tag and port as on the wire
 *	payload OKM T W P, unpayload ...	W: 00 or 01
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../decoy.h"

/* Room for a line: keys and a payload in hex. */
#define LINE 8192

enum {
	WORDS = 4,
};

struct octets {
	shroud_u8 *at;
	size_t count;
};

static const struct shroud_ports ports = SHROUD_PORTS_FILLED;

/* The octets in memory of exactly their size; freed by the caller. */
static struct octets pull_hex(const char *hex)
{
	struct octets octets = { NULL, hex ? strlen(hex) / 2 : 0 };
	unsigned int octet;
	size_t i;

	octets.at = malloc(octets.count ? octets.count : 1);
	for (i = 0; octets.at && i < octets.count; i++) {
		if (sscanf(hex + 2 * i, "%2x", &octet) != 1)
			octet = 0;
		octets.at[i] = (shroud_u8)octet;
	}
	return octets;
}

static void say(const shroud_u8 *octets, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		printf("%02x", octets[i]);
	puts("");
}

static int siphash(struct octets raw, struct octets message)
{
	struct shroud_siphash_key key;
	shroud_u64 word[8], tag;

	if (raw.count != SHROUD_SIPHASH_KEY_LEN || message.count > 15)
		return -1;
	shroud_siphash_expand(&key, raw.at);
	shroud_pull_chunk(word, message.at, (shroud_u32)message.count);
	tag = shroud_siphash(&key, message.count > 7, word[0],
			     word[message.count > 7] | (shroud_u64)message.count
							       << SHROUD_SIPHASH_LENGTH);
	tag = shroud_le64(tag);
	say((const shroud_u8 *)&tag, sizeof(tag));
	return 0;
}

static shroud_u64 pull_big(const shroud_u8 *at, unsigned int octets)
{
	shroud_u64 value = 0;

	while (octets--)
		value = value << 8 | *at++;
	return value;
}

static void push_big(shroud_u8 *at, unsigned int octets, shroud_u64 value)
{
	while (octets--)
		*at++ = (shroud_u8)(value >> 8 * octets);
}

static int address(const struct shroud_decoy *decoy, struct octets octets, int inverse)
{
	shroud_u64 half[2];
	shroud_u32 value;

	if (octets.count == 4) {
		value = (shroud_u32)pull_big(octets.at, 4);
		if (shroud_turn_address4(&value, &decoy->address4, inverse))
			return -1;
		push_big(octets.at, 4, value);
	} else if (octets.count == 16) {
		half[0] = pull_big(octets.at, 8);
		half[1] = pull_big(octets.at + 8, 8);
		if (shroud_turn_address6(half, &decoy->address6, inverse))
			return -1;
		push_big(octets.at, 8, half[0]);
		push_big(octets.at + 8, 8, half[1]);
	} else {
		return -1;
	}
	say(octets.at, octets.count);
	return 0;
}

static int port(const struct shroud_decoy *decoy, struct octets tag, struct octets octets,
		int inverse)
{
	shroud_u64 word[8];
	shroud_u32 value;

	if (tag.count != 4 || octets.count != 2)
		return -1;
	shroud_pull_chunk(word, tag.at, 4);
	value = (shroud_u32)pull_big(octets.at, 2);
	if (shroud_turn_port(&value, &decoy->port, (shroud_u32)word[0], &ports, inverse))
		return -1;
	push_big(octets.at, 2, value);
	say(octets.at, octets.count);
	return 0;
}

static int payload(const struct shroud_decoy *decoy, struct octets raw, struct octets whole,
		   struct octets octets, int inverse)
{
	struct shroud_tweak tweak;

	if (raw.count != SHROUD_TWEAK_LEN || whole.count != 1)
		return -1;
	tweak.low = shroud_pull_le64(raw.at);
	tweak.high = shroud_pull_le64(raw.at + 8);
	shroud_turn_payload(octets.at, (shroud_u32)octets.count, decoy, &tweak, whole.at[0],
			    inverse);
	say(octets.at, octets.count);
	return 0;
}

static int obey(const char *command, const struct octets *word)
{
	int inverse = !strncmp(command, "un", 2);
	struct shroud_decoy decoy;

	if (!strcmp(command, "siphash"))
		return siphash(word[0], word[1]);
	if (word[0].count != SHROUD_DECOY_OKM_LEN)
		return -1;
	shroud_decoy_expand(&decoy, word[0].at, word[0].at + (size_t)2 * SHROUD_SIDE_LEN, 0);
	command += inverse ? 2 : 0;
	if (!strcmp(command, "address"))
		return address(&decoy, word[1], inverse);
	if (!strcmp(command, "port"))
		return port(&decoy, word[1], word[2], inverse);
	if (!strcmp(command, "payload"))
		return payload(&decoy, word[1], word[2], word[3], inverse);
	return -1;
}

int main(void)
{
	static char line[LINE];
	struct octets word[WORDS];
	int result = 0, i;

	while (fgets(line, sizeof(line), stdin)) {
		char *command = strtok(line, " \n");

		for (i = 0; i < WORDS; i++)
			word[i] = pull_hex(command ? strtok(NULL, " \n") : NULL);
		if (!command || obey(command, word)) {
			puts("error");
			result = 1;
		}
		for (i = 0; i < WORDS; i++)
			free(word[i].at);
		fflush(stdout);
	}
	return result;
}
