/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of a packet that becomes a decoy, or of a decoy: docs/decoy.md
 * sections 4 to 9. It lies in the scratch area.
 */
#ifndef SHROUD_DISGUISE_H
#define SHROUD_DISGUISE_H

#include "../world.h"

enum {
	/* Index of the packet that is quoted by an ICMP error. */
	DISGUISE_QUOTE = 1,
	/* Sums of the payload that is covered, apart from those of the packets' headers. */
	DISGUISE_CONTENT = 2,
	DISGUISE_SUMS = 3,
	OPTIONS_MAX = 40, /* octets of TCP options */
	/* Permutations by one run of a program, which calls itself for what is left: of the
	 * addresses and ports of a packet, all walks at their longest. An ICMP error has twice
	 * as many. */
	TURNS_PART = 24, /* 2 x (SHROUD_WALK4 + SHROUD_WALK_PORT) */
	JOBS_PACKET = 4, /* see job in struct disguise; behind them those of a packet quoted */
	JOBS_ERROR = 8,
};

enum kind {
	KIND_PORTS,
	KIND_ECHO,
	KIND_ERROR,
	KIND_NAMES, /* a DNS message */
};

/* A packet, or the one that an ICMP error quotes. Offsets in octets from the frame's start. */
struct part {
	u32 at, segment, payload; /* IP header, transport header, what follows it */
	u32 protocol;
	u32 kind;
	u32 checksum; /* offset of the transport checksum */
	u32 was, header_was; /* both checksums, little-endian */
	u32 front, last; /* octets 8 to 11 (not of ports), 12 to 15 of T, little-endian */
};

/* Addresses as numbers, IPv4 in the second word; ports as numbers. */
struct end {
	u64 was[2], now[2];
	u32 port_was, port_now;
	u32 has_port; /* to be changed */
	u32 reserved;
};

struct disguise {
	u64 old[DISGUISE_SUMS], new[DISGUISE_SUMS]; /* of words that change, little-endian */
	struct part part[2];
	struct end end[4]; /* source, destination; of the quote */
	struct shroud_tweak tweak;
	struct shroud_brief brief;
	u32 six; /* of IP version 6 */
	u32 quotes; /* there is a second part */
	u32 finish; /* offset of the packet's end */
	u32 traffic, hops; /* octets of the header: DSCP with ECN, TTL or hop limit */
	u32 next, ended; /* of TCP options */
	struct shroud_halves halves; /* of what is being permuted */
	struct shroud_feistel kind;
	struct shroud_siphash_key key;
	struct shroud_alias alias, kept; /* of the packet's ends; what was found for it */
	u64 alias_hash;
	u32 recalled; /* it was known */
	u32 reserved;
	u32 job; /* which: 2 i of the address, 2 i + 1 of the port of end[i] */
	u32 walked; /* steps taken; 0: it has yet to begin */
	u8 options[OPTIONS_MAX + 8];
};

/* A frame and, when sending, the packet in it, between one program and the next. */
struct held {
	struct shroud_tag tag;
	u32 at, length, protocol; /* as in struct frame */
	u32 side; /* enum shroud_side */
	u32 own, begin; /* of the packet: length, and where it is, as in struct cover */
	u32 whole; /* it is to be covered whole */
	u32 phase; /* of the keys that a packet is turned under */
	u32 turning; /* the packet has been looked at, its ends are being turned */
	u32 reserved;
};

/* Sum of 16-bit words, modulo 65535. */
SHROUD_INLINE u64 word_sum(u64 word)
{
	return (word & 0xffffffff) + (word >> 32);
}

SHROUD_INLINE u64 words_sum(const u64 *word)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < 8; i++)
		sum += word_sum(word[i]);
	return sum;
}

/* 0 to 0xfffe. */
SHROUD_INLINE u32 residue(u64 sum)
{
	u32 i;

#ifdef __bpf__
#pragma clang loop unroll(full)
#endif
	for (i = 0; i < 2; i++)
		sum = (sum & 0xffffffff) + (sum >> 32);
#ifdef __bpf__
#pragma clang loop unroll(full)
#endif
	for (i = 0; i < 3; i++)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff ? 0 : (u32)sum;
}

/* A checksum, brought in line with words that have changed: section 5.4. */
SHROUD_INLINE u32 checksum_after(u32 was, u64 old, u64 new)
{
	return residue((u64)was + residue(old) + 0xffff - residue(new));
}

#if SHROUD_BIG_ENDIAN
#define shroud_le16(x) ((u16)__builtin_bswap16((u16)(x)))
#define shroud_le32(x) ((u32)__builtin_bswap32((u32)(x)))
#else
#define shroud_le16(x) ((u16)(x))
#define shroud_le32(x) ((u32)(x))
#endif

/* A number in network order, taken for a little-endian one: as it is summed up, and as a tag. */
SHROUD_INLINE u32 turned32(u64 number)
{
	return __builtin_bswap32((u32)number);
}

SHROUD_INLINE u64 end_sum(const u64 *address, u32 six)
{
	u64 sum = turned32(address[1]);

	if (six)
		sum += (u64)turned32(address[1] >> 32) + turned32(address[0]) +
		       turned32(address[0] >> 32);
	return sum;
}

#endif
