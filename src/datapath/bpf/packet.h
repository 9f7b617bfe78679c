/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must hold for a packet that is covered: docs/protocol.md 6.3 and 6.6. */
#ifndef SHROUD_PACKET_H
#define SHROUD_PACKET_H

#include "world.h"

enum {
	IPV4_MIN = 20,
	IPV6_HEADER = 40,
	NCP_MIN = 6, /* protocol field and NCP header */
	NCP_CODE_MAX = 7, /* Code-Reject */
};

/*
 * A sum of 16-bit words is a multiple of 0xffff if its one's complement sum is
 * all ones. 0xffff has an inverse modulo 2^64, and times that exactly the
 * multiples become small: each its quotient. sum: 1 to 15 * 0xffffffff.
 */
SHROUD_INLINE int checksum_is_right(u64 sum)
{
	return sum * 0xfffefffefffeffffULL <= 15 * 0x10001;
}

/* Of the five words without options, whatever the order of their octets. */
SHROUD_INLINE u64 ipv4_sum(const u8 *packet)
{
	u64 sum = 0;
	u32 i;

#ifdef __bpf__
#pragma clang loop unroll(full)
#endif
	for (i = 0; i < 5; i++)
		sum += load32(packet + 4 * i);
	return sum;
}

/* Length told by the packet fits one of length octets, padding allowed for. */
SHROUD_INLINE int packet_fits(u32 own, u32 minimum, u32 length)
{
	return own == length || (length == SHROUD_BLOCK_LEN && own >= minimum && own < length);
}

SHROUD_INLINE int ipv4_checksum_is_right(const u8 *packet, u32 words)
{
	u64 sum = ipv4_sum(packet);
	u32 i;

	if (words > 5) {
#ifdef __bpf__
#pragma clang loop unroll(full)
#endif
		for (i = 5; i < 15; i++)
			sum += i < words ? load32(packet + 4 * i) : 0;
	}
	return checksum_is_right(sum);
}

SHROUD_INLINE u32 ipv4_own_length(const u8 *packet, u32 length)
{
	u32 own = shroud_be16(load16(packet + 2)), words = packet[0] & 15;

	if (words < 5 || words * 4 > own || !packet_fits(own, IPV4_MIN, length) ||
	    !ipv4_checksum_is_right(packet, words))
		return 0;
	return own;
}

SHROUD_INLINE u32 ipv6_own_length(const u8 *packet, u32 length)
{
	u32 own = shroud_be16(load16(packet + 4)) + (u32)IPV6_HEADER;

	return packet_fits(own, IPV6_HEADER, length) ? own : 0;
}

SHROUD_INLINE u32 ncp_own_length(const u8 *packet, u32 length)
{
	u32 own = shroud_be16(load16(packet + 4)) + 2U, protocol = shroud_be16(load16(packet));

	if ((protocol != SHROUD_PPP_IPCP && protocol != SHROUD_PPP_IPV6CP) || !packet[2] ||
	    packet[2] > NCP_CODE_MAX || own < NCP_MIN || !packet_fits(own, NCP_MIN, length))
		return 0;
	return own;
}

/*
 * Checks 2 of section 6.6 on the first 64 octets of a packet of length octets.
 * Returns the packet's own length, or 0 if a check fails.
 */
SHROUD_INLINE u32 packet_own_length(const u8 *packet, u32 length)
{
	u32 kind = packet[0] >> 4;

	if (kind == 4)
		return ipv4_own_length(packet, length);
	if (kind == 6)
		return ipv6_own_length(packet, length);
	if (kind == 8)
		return ncp_own_length(packet, length);
	return 0;
}

/* Check 3: the octets from own to the end of the block are zero. */
SHROUD_INLINE int packet_padding_is_zero(const u8 *packet, u32 own)
{
	u64 stray = 0;
	u32 i;

#ifdef __bpf__
#pragma clang loop unroll(full)
#endif
	for (i = 0; i < 8; i++) {
		u64 word = shroud_le64(load64(packet + 8 * i));

		if (own <= 8 * i)
			stray |= word;
		else if (own < 8 * i + 8)
			stray |= word >> 8 * (own - 8 * i);
	}
	return !stray;
}

#endif
