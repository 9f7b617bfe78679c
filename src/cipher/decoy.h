/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys of mode decoy, and payloads in memory: docs/decoy.md sections 3 and 7.
 * No libc.
 */
#ifndef SHROUD_DECOY_H
#define SHROUD_DECOY_H

#include "address.h"
#include "port.h"
#include "shroud_cipher.h"

enum {
	SHROUD_SHORT_MAX = SHROUD_BLOCK_LEN - 1, /* octets of a short payload */
	SHROUD_SHORT_LONG = 32, /* from so many on it takes few rounds */
	SHROUD_SHORT_LONG_ROUNDS = 4,
	SHROUD_TWEAK_LEN = 16,
};

/* What one direction needs under the keys of one handshake, but for noise: ready for use. */
struct shroud_decoy {
	struct shroud_keys payload;
	struct shroud_threefish brief, name; /* of short payloads, of DNS names */
	struct shroud_siphash_key address4, address6, port;
	shroud_u64 phase; /* 0 or 1 */
	/* Tells the keys of addresses and ports from others, and does not tell them: no other
	 * message under the key of ports is empty. */
	shroud_u64 id;
};

/* side: SHROUD_SIDE_LEN octets, of which the first, noise, is not used; common:
 * SHROUD_COMMON_LEN octets. */
SHROUD_INLINE void shroud_decoy_expand(struct shroud_decoy *decoy, const shroud_u8 *side,
				       const shroud_u8 *common, shroud_u32 phase)
{
	shroud_keys_expand(&decoy->payload, side + SHROUD_KEYSET_LEN);
	shroud_threefish_expand(&decoy->brief, side + (shroud_u32)2 * SHROUD_KEYSET_LEN);
	shroud_siphash_expand(&decoy->address4, common);
	shroud_siphash_expand(&decoy->address6, common + SHROUD_SIPHASH_KEY_LEN);
	shroud_siphash_expand(&decoy->port, common + (shroud_u32)2 * SHROUD_SIPHASH_KEY_LEN);
	shroud_threefish_expand(&decoy->name, common + (shroud_u32)3 * SHROUD_SIPHASH_KEY_LEN);
	decoy->phase = phase;
	decoy->id = shroud_siphash(&decoy->port, 0, 0, 0);
}

/* T of section 7: two little-endian words. */
struct shroud_tweak {
	shroud_u64 low, high;
};

/* A short payload in two halves, each with zeros behind it, and all ones where it has octets. */
struct shroud_brief {
	shroud_u64 half[2][4], mask[2][4]; /* words in host order */
};

/* All ones in the first n octets of four words: with nothing to decide. */
SHROUD_INLINE void shroud_brief_mask(shroud_u64 *mask, shroud_u32 n)
{
	shroud_u64 left = n;
	shroud_u32 i;

	for (i = 0; i < 4; i++, left -= 8)
		mask[i] = (shroud_is_negative(left - 8) - 1) |
			  (((1ULL << 8 * (left & 7)) - 1) & (shroud_is_negative(left) - 1));
}

SHROUD_INLINE shroud_u32 shroud_brief_rounds(shroud_u32 n)
{
	return n < SHROUD_SHORT_LONG ? (shroud_u32)SHROUD_FEISTEL_ROUNDS :
				       (shroud_u32)SHROUD_SHORT_LONG_ROUNDS;
}

/* The message of round r of a payload of n octets: eight words in host order. */
SHROUD_INLINE void shroud_brief_message(shroud_u64 *block, const shroud_u64 *half,
					const struct shroud_tweak *tweak, shroud_u32 r,
					shroud_u32 n)
{
	shroud_u32 i;

	for (i = 0; i < 4; i++)
		block[i] = half[i];
	block[4] = tweak->low;
	block[5] = tweak->high;
	block[6] = r | n << 8;
	block[7] = 0;
}

/* half ^= f, as many octets as it has. */
SHROUD_INLINE void shroud_brief_combine(shroud_u64 *half, const shroud_u64 *mask,
					const shroud_u64 *f)
{
	shroud_u32 i;

	for (i = 0; i < 4; i++)
		half[i] ^= f[i] & mask[i];
}

/* payload: n octets, 1 to SHROUD_SHORT_MAX. */
SHROUD_INLINE void shroud_turn_short(shroud_u8 *payload, shroud_u32 n,
				     const struct shroud_decoy *decoy,
				     const struct shroud_tweak *tweak, int inverse)
{
	shroud_u32 first = n / 2, rounds = shroud_brief_rounds(n), i, r;
	struct shroud_brief brief;
	shroud_u64 block[8];

	shroud_pull_chunk(block, payload, first);
	__builtin_memcpy(brief.half[0], block, sizeof(brief.half[0]));
	shroud_pull_chunk(block, payload + first, n - first);
	__builtin_memcpy(brief.half[1], block, sizeof(brief.half[1]));
	shroud_brief_mask(brief.mask[0], first);
	shroud_brief_mask(brief.mask[1], n - first);
	for (i = 0; i < rounds; i++) {
		r = inverse ? rounds - 1 - i : i;
		shroud_brief_message(block, brief.half[1 - (r & 1)], tweak, r, n);
		shroud_threefish_encrypt(block, &decoy->brief);
		shroud_brief_combine(brief.half[r & 1], brief.mask[r & 1], block);
	}
	shroud_push_chunk(payload, brief.half[0], first);
	shroud_push_chunk(payload + first, brief.half[1], n - first);
}

/* The accumulator with the tweak in it: what H(T || ...) starts from. */
SHROUD_INLINE void shroud_tweak_hash(struct shroud_poly *poly, const struct shroud_decoy *decoy,
				     const struct shroud_tweak *tweak)
{
	shroud_u32 i;

	for (i = 0; i < 5; i++)
		poly->h[i] = 0;
	shroud_poly_block(poly, &decoy->payload.hash, tweak->low, tweak->high, 1);
}

/* payload: SHROUD_BLOCK_LEN octets or more, of which the first so many change. */
SHROUD_INLINE void shroud_turn_block(shroud_u8 *payload, const struct shroud_decoy *decoy,
				     const struct shroud_tweak *tweak, int inverse)
{
	struct shroud_poly poly;
	shroud_u64 x[8], low, high;

	shroud_tweak_hash(&poly, decoy, tweak);
	shroud_poly_finish(&poly, &low, &high);
	shroud_pull_chunk(x, payload, SHROUD_BLOCK_LEN);
	shroud_add_128(x, low, high);
	if (inverse)
		shroud_threefish_decrypt(x, &decoy->payload.block);
	else
		shroud_threefish_encrypt(x, &decoy->payload.block);
	shroud_subtract_128(x, low, high);
	shroud_push_chunk(payload, x, SHROUD_BLOCK_LEN);
}

/* The same as a whole of SHROUD_BLOCK_LEN + 1 to SHROUD_WHOLE_MAX octets. */
SHROUD_INLINE void shroud_turn_payload(shroud_u8 *payload, shroud_u32 n,
				       const struct shroud_decoy *decoy,
				       const struct shroud_tweak *tweak, int whole, int inverse)
{
	struct shroud_poly start;

	if (!n)
		return;
	if (n < SHROUD_BLOCK_LEN) {
		shroud_turn_short(payload, n, decoy, tweak, inverse);
	} else if (!whole) {
		shroud_turn_block(payload, decoy, tweak, inverse);
	} else {
		shroud_tweak_hash(&start, decoy, tweak);
		shroud_turn_whole_from(payload, n, &decoy->payload, &start, inverse);
	}
}

#endif
