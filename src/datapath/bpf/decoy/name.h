/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A DNS message to one for other names and addresses, and back: docs/decoy.md section 8. */
#ifndef SHROUD_NAME_H
#define SHROUD_NAME_H

#include "ends.h"
#include "read.h"

enum {
	HOST_END = 2, /* which struct end an address is put in: that of a quote */
	NAME_ROUND = 62, /* offsets in the message of f */
	NAME_COUNT = 63,
	NAME_RAISED = 260, /* a multiple of 26 and 10, above every octet */
};

SHROUD_INLINE void host_load(struct disguise *disguise, const struct names *names)
{
	u32 host = names->host[names->turn & (NAMES_RECORDS - 1)], i;
	struct end *end = &disguise->end[HOST_END];
	u64 first = 0, second = 0;

	disguise->six = host / NAMES_ROOM;
	for (i = 0; i < 8; i++) {
		first = first << 8 | read_octet(names, host + i);
		second = second << 8 | read_octet(names, host + 8 + i);
	}
	end->was[0] = first;
	end->was[1] = disguise->six ? second : first >> 32;
}

SHROUD_INLINE void host_store(const struct disguise *disguise, struct names *names)
{
	u32 host = names->host[names->turn & (NAMES_RECORDS - 1)], i;
	u64 first = disguise->end[HOST_END].now[0], second = disguise->end[HOST_END].now[1];
	u8 *octets = (u8 *)names->word;

	if (!disguise->six)
		first = second << 32;
	for (i = 0; i < 4; i++)
		octets[(host + i) & (NAMES_ROOM - 1)] = (u8)(first >> (56 - 8 * i));
	if (!disguise->six)
		return;
	for (i = 0; i < 4; i++)
		octets[(host + 4 + i) & (NAMES_ROOM - 1)] = (u8)(first >> (24 - 8 * i));
	for (i = 0; i < 8; i++)
		octets[(host + 8 + i) & (NAMES_ROOM - 1)] = (u8)(second >> (56 - 8 * i));
}

/* One permutation of one address. */
SHROUD_INLINE int host_step(struct scratch *scratch, const struct shroud_decoy *keys, int inverse)
{
	struct disguise *disguise = &scratch->disguise;
	struct end *end = &disguise->end[HOST_END];

	if (!disguise->walked) {
		host_load(disguise, &scratch->names);
		if (turn_begin(disguise, end, 0, inverse))
			return -1;
	}
	forget();
	turn_choose(disguise, end, keys, 0, inverse);
	turn_permute(disguise, inverse);
	forget();
	disguise->walked++;
	if (!turn_end(disguise, end, 0, inverse))
		return disguise->walked < SHROUD_WALK4 ? 0 : -1;
	disguise->walked = 0;
	host_store(disguise, &scratch->names);
	scratch->names.turn++;
	return 0;
}

SHROUD_INLINE int hosts_turn_some(struct scratch *scratch, const struct shroud_decoy *keys,
				  int inverse)
{
	struct disguise *disguise = &scratch->disguise;
	struct names *names = &scratch->names;
	u32 i;

	ROLLED
	for (i = 0; i < NAMES_PART_HOSTS * (u32)SHROUD_WALK4; i++) {
		forget();
		if (names->turn >= names->hosts)
			break;
		if (host_step(scratch, keys, inverse))
			return -1;
	}
	forget();
	if (names->turn < names->hosts)
		return 0;
	disguise->six = scratch->held.protocol == SHROUD_PPP_IPV6;
	names->turn = 0;
	return 1;
}

/* Addresses in the message, some at least; 1 if these were the last. */
SHROUD_INLINE int hosts_turn(struct scratch *scratch, const struct shroud_decoy *keys, int inverse)
{
	int result = hosts_turn_some(scratch, keys, inverse);

	turn_erase(&scratch->disguise);
	return result;
}

/* D, and the count: the end of what f works on. */
SHROUD_INLINE void name_tweak(const struct disguise *disguise, struct names *names, u32 at, u32 u,
			      int inverse)
{
	u32 answer = read_octet(names, 2) / DNS_RESPONSE & 1, i;
	const struct end *client = &disguise->end[answer], *server = &disguise->end[1 - answer];
	u32 port = inverse ? client->port_was : client->port_now;
	u64 tags = end_tag(client, inverse) | (u64)end_tag(server, inverse) << 32;
	u8 *tweak = (u8 *)names->tweak + NAMES_HALF;

	for (i = 0; i < 8; i++)
		names->tweak[i] = 0;
	for (i = 0; i < 8; i++)
		tweak[i] = (u8)(tags >> 8 * i);
	tweak[8] = (u8)(port >> 8);
	tweak[9] = (u8)port;
	tweak[10] = (u8)read_octet(names, 0);
	tweak[11] = (u8)read_octet(names, 1);
	tweak[12] = (u8)(at >> 8);
	tweak[13] = (u8)at;
	((u8 *)names->tweak)[NAME_COUNT] = (u8)u;
}

/* Of a letter's or digit's alphabet. */
SHROUD_INLINE u64 octet_first(u64 octet, u64 is_digit)
{
	u64 first = (octet & 0x60) + 1;

	return first + is_digit * ('0' - first);
}

/* From or to the places of the characters. */
SHROUD_INLINE void name_move(struct names *names, const struct run *run, int back)
{
	u8 *octets = (u8 *)names->word, *half = (u8 *)names->half, *size = (u8 *)names->size;
	u64 octet, digit, first, second;
	u32 i, u, place, to;

	ROLLED
	for (i = 0; i < NAMES_UNIT; i++) {
		forget();
		u = run->count;
		if (i >= u)
			break;
		place = run->place[i] & (NAMES_ROOM - 1);
		octet = octets[place];
		digit = octet_is_digit(octet);
		first = octet_first(octet, digit);
		second = 1 - shroud_is_negative((u64)i - u / 2);
		to = (u32)(second * (SHROUD_BLOCK_LEN - (u64)(u / 2)) + i) &
		     (2 * SHROUD_BLOCK_LEN - 1);
		if (back) {
			octets[place] = (u8)(first + half[to]);
		} else {
			half[to] = (u8)(octet - first);
			size[to] = (u8)(26 - 16 * digit);
		}
	}
	forget();
}

SHROUD_INLINE void name_combine(struct names *names, const u64 *f, u32 odd, int inverse)
{
	u8 *half = (u8 *)names->half[odd & 1], *size = (u8 *)names->size[odd & 1];
	u32 i, by;

	ROLLED
	for (i = 0; i < NAMES_HALF; i++) {
		by = ((const u8 *)f)[i];
		by = inverse ? NAME_RAISED - by : by;
		half[i] = (u8)((half[i] + by) % size[i]);
	}
}

SHROUD_INLINE void name_permute(struct scratch *scratch, const struct shroud_decoy *keys,
				int inverse)
{
	struct names *names = &scratch->names;
	u32 i, j, r;

	ROLLED
	for (i = 0; i < SHROUD_FEISTEL_ROUNDS; i++) {
		r = inverse ? SHROUD_FEISTEL_ROUNDS - 1 - i : i;
		((u8 *)names->tweak)[NAME_ROUND] = (u8)r;
		for (j = 0; j < 8; j++)
			scratch->block[j] = names->half[1 - (r & 1)][j] | names->tweak[j];
		cipher_encrypt(scratch->block, &keys->name);
		name_combine(names, scratch->block, r & 1, inverse);
	}
}

/* One run of labels. */
SHROUD_INLINE void name_turn(struct scratch *scratch, const struct shroud_decoy *keys, int inverse)
{
	struct names *names = &scratch->names;
	const struct run *run = &names->run[names->turn & (NAMES_RUNS - 1)];
	u32 i;

	name_tweak(&scratch->disguise, names, run->at, run->count, inverse);
	for (i = 0; i < 8; i++) {
		names->half[0][i] = names->half[1][i] = 0;
		names->size[0][i] = names->size[1][i] = 0x0101010101010101ULL;
	}
	name_move(names, run, 0);
	name_permute(scratch, keys, inverse);
	name_move(names, run, 1);
}

#endif
