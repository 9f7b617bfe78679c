/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covering and uncovering one packet in memory: docs/protocol.md 6.4 and 6.5.
 * No libc. Which cover a packet gets, padding and the checks of section 6.6
 * are the data path's business.
 */
#ifndef SHROUD_CIPHER_H
#define SHROUD_CIPHER_H

#include "../wire/shroud_wire.h"
#include "poly1305.h"
#include "threefish.h"

/* A key set ready for use: 1136 octets. */
struct shroud_keys {
	struct shroud_threefish block, whole, rest;
	struct shroud_poly_key hash;
};

/* raw: SHROUD_KEYSET_LEN octets, in the order of section 4.3. */
SHROUD_INLINE void shroud_keys_expand(struct shroud_keys *keys, const shroud_u8 *raw)
{
	const shroud_u8 *hash = raw + SHROUD_KEYSET_LEN - SHROUD_HASH_KEY_LEN;

	shroud_threefish_expand(&keys->block, raw);
	shroud_threefish_expand(&keys->whole, raw + SHROUD_BLOCK_KEY_LEN);
	shroud_threefish_expand(&keys->rest, raw + SHROUD_BLOCK_KEY_LEN + SHROUD_WHOLE_KEY_LEN);
	shroud_poly_expand(&keys->hash, shroud_pull_le64(hash), shroud_pull_le64(hash + 8));
}

/* n octets, 0 to 64, to eight words with zeros behind. */
SHROUD_INLINE void shroud_pull_chunk(shroud_u64 *word, const shroud_u8 *from, shroud_u32 n)
{
	shroud_u32 i;

	for (i = 0; i < 8; i++)
		word[i] = 0;
	for (i = 0; i < n; i++)
		word[i / 8] |= (shroud_u64)from[i] << 8 * (i % 8);
}

SHROUD_INLINE void shroud_push_chunk(shroud_u8 *to, const shroud_u64 *word, shroud_u32 n)
{
	shroud_u32 i;

	for (i = 0; i < n; i++)
		to[i] = (shroud_u8)(word[i / 8] >> 8 * (i % 8));
}

SHROUD_INLINE shroud_u32 shroud_chunk_length(shroud_u32 octets)
{
	return octets < SHROUD_BLOCK_LEN ? octets : SHROUD_BLOCK_LEN;
}

/* x[0..1] += or -= a 128-bit number. */
SHROUD_INLINE void shroud_add_128(shroud_u64 *x, shroud_u64 low, shroud_u64 high)
{
	x[0] += low;
	x[1] += high + (x[0] < low);
}

SHROUD_INLINE void shroud_subtract_128(shroud_u64 *x, shroud_u64 low, shroud_u64 high)
{
	x[1] -= high + (x[0] < low);
	x[0] -= low;
}

/* packet: SHROUD_BLOCK_LEN octets or more. */
SHROUD_INLINE void shroud_cover_block(shroud_u8 *packet, const struct shroud_keys *keys)
{
	shroud_u64 x[8];

	shroud_pull_chunk(x, packet, SHROUD_BLOCK_LEN);
	shroud_threefish_encrypt(x, &keys->block);
	shroud_push_chunk(packet, x, SHROUD_BLOCK_LEN);
}

SHROUD_INLINE void shroud_uncover_block(shroud_u8 *packet, const struct shroud_keys *keys)
{
	shroud_u64 x[8];

	shroud_pull_chunk(x, packet, SHROUD_BLOCK_LEN);
	shroud_threefish_decrypt(x, &keys->block);
	shroud_push_chunk(packet, x, SHROUD_BLOCK_LEN);
}

/* H of 6.5 over n octets, from an accumulator that may have hashed something before. */
SHROUD_INLINE void shroud_hash_tail(const shroud_u8 *tail, shroud_u32 n,
				    const struct shroud_keys *keys, const struct shroud_poly *start,
				    shroud_u64 *low, shroud_u64 *high)
{
	struct shroud_poly poly = *start;
	shroud_u64 word[8];
	shroud_u32 at;

	for (at = 0; at < n; at += SHROUD_BLOCK_LEN) {
		shroud_u32 octets = shroud_chunk_length(n - at);

		shroud_pull_chunk(word, tail + at, octets);
		shroud_poly_chunk(&poly, &keys->hash, word, octets);
	}
	shroud_poly_finish(&poly, low, high);
}

/* tail ^= S(nonce), nonce: eight words in host order. */
SHROUD_INLINE void shroud_stream_tail(shroud_u8 *tail, shroud_u32 n, const struct shroud_keys *keys,
				      const shroud_u64 *nonce)
{
	shroud_u64 stream[8], word[8];
	shroud_u32 at, i;

	for (at = 0; at < n; at += SHROUD_BLOCK_LEN) {
		shroud_u32 octets = shroud_chunk_length(n - at);

		for (i = 0; i < 8; i++)
			stream[i] = nonce[i];
		stream[0] ^= at / SHROUD_BLOCK_LEN + 1;
		shroud_threefish_encrypt(stream, &keys->rest);
		shroud_pull_chunk(word, tail + at, octets);
		for (i = 0; i < 8; i++)
			word[i] ^= stream[i];
		shroud_push_chunk(tail + at, word, octets);
	}
}

/* Both ways are the same but for what is done to the first block: hash, cipher, hash. */
SHROUD_INLINE void shroud_turn_whole_from(shroud_u8 *packet, shroud_u32 n,
					  const struct shroud_keys *keys,
					  const struct shroud_poly *start, int uncover)
{
	shroud_u8 *tail = packet + SHROUD_BLOCK_LEN;
	shroud_u64 x[8], nonce[8], low, high;
	shroud_u32 i;

	n -= SHROUD_BLOCK_LEN;
	shroud_hash_tail(tail, n, keys, start, &low, &high);
	shroud_pull_chunk(x, packet, SHROUD_BLOCK_LEN);
	shroud_add_128(x, low, high);
	for (i = 0; i < 8; i++)
		nonce[i] = x[i];
	if (uncover)
		shroud_threefish_decrypt(x, &keys->whole);
	else
		shroud_threefish_encrypt(x, &keys->whole);
	for (i = 0; i < 8; i++)
		nonce[i] ^= x[i];
	shroud_stream_tail(tail, n, keys, nonce);
	shroud_hash_tail(tail, n, keys, start, &low, &high);
	shroud_subtract_128(x, low, high);
	shroud_push_chunk(packet, x, SHROUD_BLOCK_LEN);
}

SHROUD_INLINE void shroud_turn_whole(shroud_u8 *packet, shroud_u32 n,
				     const struct shroud_keys *keys, int uncover)
{
	const struct shroud_poly start = { { 0 } };

	shroud_turn_whole_from(packet, n, keys, &start, uncover);
}

/* n: more than SHROUD_BLOCK_LEN, at most SHROUD_WHOLE_MAX. */
SHROUD_INLINE void shroud_cover_whole(shroud_u8 *packet, shroud_u32 n,
				      const struct shroud_keys *keys)
{
	shroud_turn_whole(packet, n, keys, 0);
}

SHROUD_INLINE void shroud_uncover_whole(shroud_u8 *packet, shroud_u32 n,
					const struct shroud_keys *keys)
{
	shroud_turn_whole(packet, n, keys, 1);
}

#endif
