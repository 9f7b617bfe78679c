/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * False addresses: docs/decoy.md sections 4.1 and 4.2. Addresses are numbers
 * in host order. Functions return 0, or -1 for what has no false, or no real,
 * one.
 */
#ifndef SHROUD_ADDRESS_H
#define SHROUD_ADDRESS_H

#include "siphash.h"

enum {
	SHROUD_WALK4 = 8,
};

/* clang-format off */
/* Swapped: mask, the two networks. */
#define SHROUD_SWAPS4(pair) \
	pair(0xff000000, 0x0a000000, 0x35000000) \
	pair(0xffc00000, 0x64400000, 0x13400000) \
	pair(0xfff00000, 0xac100000, 0x13100000) \
	pair(0xffff0000, 0xc0a80000, 0x13a80000) \
	pair(0xffffff00, 0xc0000200, 0x13000200) \
	pair(0xffffff00, 0xc6336400, 0x13336400) \
	pair(0xffffff00, 0xcb007100, 0x13007100)

/* Not in S4: mask, network. First octets stand in shroud_first_is_out. */
#define SHROUD_EXCLUDED4(network) \
	network(0xffc00000, 0x64400000) \
	network(0xffff0000, 0xa9fe0000) \
	network(0xfff00000, 0xac100000) \
	network(0xffffff00, 0xc0000000) \
	network(0xffffff00, 0xc0000200) \
	network(0xffffff00, 0xc01fc400) \
	network(0xffffff00, 0xc034c100) \
	network(0xffffff00, 0xc0586300) \
	network(0xffff0000, 0xc0a80000) \
	network(0xffffff00, 0xc0af3000) \
	network(0xfffe0000, 0xc6120000) \
	network(0xffffff00, 0xc6336400) \
	network(0xffffff00, 0xcb007100)

/* First 16 bits of IPv6 addresses, swapped. */
#define SHROUD_SWAPS6(pair) \
	pair(0x2001, 0x263f) \
	pair(0x2003, 0x263e) \
	pair(0x2610, 0x263d) \
	pair(0x2620, 0x263c) \
	pair(0x0064, 0x263b) \
	pair(0x2002, 0x263a) \
	pair(0x3fff, 0x2639)
/* clang-format on */

/* The special, military and multicast first octets: 1 or 0. */
SHROUD_INLINE shroud_u64 shroud_first_is_out(shroud_u64 first)
{
	/* 0 6 7 10 11 21 22 25 26 28 29 30 33 55 */
	shroud_u64 out = 0x0080000276600cc1ULL >> (first & 63) & shroud_is_negative(first - 64);

	return out | shroud_is_zero(first ^ 127) | shroud_is_zero((first | 1) ^ 215) |
	       shroud_is_negative(223 - first);
}

SHROUD_INLINE int shroud_in_s4(shroud_u64 address)
{
	shroud_u64 out = shroud_first_is_out(address >> 24);

#define SHROUD_OUT4(mask, network) out |= shroud_is_zero((address & (mask)) ^ (network));
	SHROUD_EXCLUDED4(SHROUD_OUT4)
#undef SHROUD_OUT4
	return !out;
}

SHROUD_INLINE shroud_u64 shroud_swap4(shroud_u64 address)
{
	shroud_u64 change = 0;

#define SHROUD_SWAP4(mask, here, there) \
	change += (shroud_is_zero((address & (mask)) ^ (here)) | \
		   shroud_is_zero((address & (mask)) ^ (there))) * \
		  ((here) ^ (there));
	SHROUD_SWAPS4(SHROUD_SWAP4)
#undef SHROUD_SWAP4
	return address ^ change;
}

SHROUD_INLINE int shroud_turn_address4(shroud_u32 *address, const struct shroud_siphash_key *key,
				       int inverse)
{
	const struct shroud_feistel kind = { 0xffff, 0xffff, 3ULL << SHROUD_SIPHASH_LENGTH, 0 };
	shroud_u64 value = inverse ? *address : shroud_swap4(*address), i;
	struct shroud_halves halves = { value >> 16, value & 0xffff };

	if (!shroud_in_s4(value))
		return -1;
	SHROUD_ROLLED
	for (i = 0; i < SHROUD_WALK4; i++) {
		shroud_feistel_turn(&halves, &kind, key, inverse);
		value = halves.a << 16 | halves.b;
		if (shroud_in_s4(value)) {
			*address = (shroud_u32)(inverse ? shroud_swap4(value) : value);
			return 0;
		}
	}
	return -1;
}

/* word: the first half of an address. */
SHROUD_INLINE shroud_u64 shroud_swap6(shroud_u64 word)
{
	shroud_u64 first = word >> 48, change = 0;

#define SHROUD_SWAP6(here, there) \
	change += (shroud_is_zero(first ^ (here)) | shroud_is_zero(first ^ (there))) * \
		  ((here) ^ (there));
	SHROUD_SWAPS6(SHROUD_SWAP6)
#undef SHROUD_SWAP6
	return word ^ change << 48;
}

/* The bases of section 4.2 by number: 2400 2410 2600 2630 2800 2a00 2a10 2c00. */
SHROUD_INLINE shroud_u64 shroud_base6(shroud_u64 i)
{
	return (0x2c2a2a2826262424ULL >> 8 * i & 0xff) << 8 |
	       (0x0010000030001000ULL >> 8 * i & 0xff);
}

/* The number of an address's base, or 8. */
SHROUD_INLINE shroud_u64 shroud_base6_number(shroud_u64 word)
{
	shroud_u64 number = 8, i;

	for (i = 0; i < 8; i++)
		number -= shroud_is_zero(word >> 52 ^ shroud_base6(i) >> 4) * (8 - i);
	return number;
}

#define SHROUD_HIGH6 0x7fffffffffffffULL /* 55 bits */

/* address: its halves, the first one first. */
SHROUD_INLINE int shroud_turn_address6(shroud_u64 *address, const struct shroud_siphash_key *key,
				       int inverse)
{
	const struct shroud_feistel kind = { SHROUD_HIGH6, ~0ULL, 0, 1 };
	shroud_u64 word = inverse ? address[0] : shroud_swap6(address[0]);
	shroud_u64 number = shroud_base6_number(word);
	struct shroud_halves halves = { number << 52 | (word & 0xfffffffffffffULL), address[1] };

	if (number > 7)
		return -1;
	shroud_feistel_turn(&halves, &kind, key, inverse);
	word = shroud_base6(halves.a >> 52) << 48 | (halves.a & 0xfffffffffffffULL);
	address[0] = inverse ? shroud_swap6(word) : word;
	address[1] = halves.b;
	return 0;
}

#endif
