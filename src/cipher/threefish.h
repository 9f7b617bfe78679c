/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threefish-512 (Skein 1.3) with tweak zero, portable C. The key schedule is
 * laid out so that every subkey is eight loads at fixed distances from one
 * moving pointer; the subkey's number is already added in:
 *
 *	word  0..24  k[j % 9]			words 0..6 of subkey s start at s
 *	word 25..43  k[(s + 7) % 9] + s		word 7 of subkey s is at 25 + s
 */
#ifndef SHROUD_THREEFISH_H
#define SHROUD_THREEFISH_H

#include "shroud_types.h"
#include "threefish_rounds.h"

enum {
	SHROUD_THREEFISH_WORDS = 8,
	SHROUD_THREEFISH_SUBKEYS = 19,
	SHROUD_THREEFISH_LAST = 25, /* where word 7 of subkey 0 is */
	SHROUD_THREEFISH_SCHEDULE = SHROUD_THREEFISH_LAST + SHROUD_THREEFISH_SUBKEYS,
};

struct shroud_threefish {
	shroud_u64 word[SHROUD_THREEFISH_SCHEDULE]; /* host byte order */
};

/* Octets, little-endian, to a word; any alignment. */
SHROUD_INLINE shroud_u64 shroud_pull_le64(const shroud_u8 *from)
{
	shroud_u64 word;

	__builtin_memcpy(&word, from, sizeof(word));
	return shroud_le64(word);
}

SHROUD_INLINE void shroud_push_le64(shroud_u8 *to, shroud_u64 word)
{
	word = shroud_le64(word);
	__builtin_memcpy(to, &word, sizeof(word));
}

/* key: 64 octets. */
SHROUD_INLINE void shroud_threefish_expand(struct shroud_threefish *schedule, const shroud_u8 *key)
{
	shroud_u64 k[9];
	unsigned int i;

	k[8] = 0x1bd11bdaa9fc1a22ULL; /* C240 */
	for (i = 0; i < 8; i++) {
		k[i] = shroud_pull_le64(key + 8 * i);
		k[8] ^= k[i];
	}
	for (i = 0; i < SHROUD_THREEFISH_LAST; i++)
		schedule->word[i] = k[i % 9];
	for (i = 0; i < SHROUD_THREEFISH_SUBKEYS; i++)
		schedule->word[SHROUD_THREEFISH_LAST + i] = k[(i + 7) % 9] + i;
}

SHROUD_INLINE shroud_u64 shroud_rotate(shroud_u64 x, unsigned int by)
{
	return x << by | x >> (64 - by);
}

#define SHROUD_MIX(x, a, b, r) \
	(x)[a] += (x)[b]; \
	(x)[b] = shroud_rotate((x)[b], r) ^ (x)[a];

#define SHROUD_UNMIX(x, a, b, r) \
	(x)[b] = shroud_rotate((x)[b] ^ (x)[a], 64 - (r)); \
	(x)[a] -= (x)[b];

#define SHROUD_ROUND_C(a, b, r, c, d, s, e, f, t, g, h, u) \
	SHROUD_MIX(x, a, b, r) \
	SHROUD_MIX(x, c, d, s) \
	SHROUD_MIX(x, e, f, t) \
	SHROUD_MIX(x, g, h, u)

#define SHROUD_UNROUND_C(a, b, r, c, d, s, e, f, t, g, h, u) \
	SHROUD_UNMIX(x, a, b, r) \
	SHROUD_UNMIX(x, c, d, s) \
	SHROUD_UNMIX(x, e, f, t) \
	SHROUD_UNMIX(x, g, h, u)

SHROUD_INLINE void shroud_threefish_add(shroud_u64 *x, const struct shroud_threefish *key,
					unsigned int subkey)
{
	unsigned int i;

	for (i = 0; i < 7; i++)
		x[i] += key->word[subkey + i];
	x[7] += key->word[SHROUD_THREEFISH_LAST + subkey];
}

SHROUD_INLINE void shroud_threefish_subtract(shroud_u64 *x, const struct shroud_threefish *key,
					     unsigned int subkey)
{
	unsigned int i;

	for (i = 0; i < 7; i++)
		x[i] -= key->word[subkey + i];
	x[7] -= key->word[SHROUD_THREEFISH_LAST + subkey];
}

/* x: the block as eight words in host byte order. */
SHROUD_INLINE void shroud_threefish_encrypt(shroud_u64 *x, const struct shroud_threefish *key)
{
	unsigned int s;

	for (s = 0; s < 18; s += 2) {
		shroud_threefish_add(x, key, s);
		SHROUD_ROUNDS_0_TO_3(SHROUD_ROUND_C)
		shroud_threefish_add(x, key, s + 1);
		SHROUD_ROUNDS_4_TO_7(SHROUD_ROUND_C)
	}
	shroud_threefish_add(x, key, 18);
}

SHROUD_INLINE void shroud_threefish_decrypt(shroud_u64 *x, const struct shroud_threefish *key)
{
	unsigned int s;

	shroud_threefish_subtract(x, key, 18);
	for (s = 18; s; s -= 2) {
		SHROUD_ROUNDS_7_TO_4(SHROUD_UNROUND_C)
		shroud_threefish_subtract(x, key, s - 1);
		SHROUD_ROUNDS_3_TO_0(SHROUD_UNROUND_C)
		shroud_threefish_subtract(x, key, s - 2);
	}
}

#endif
