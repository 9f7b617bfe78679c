/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames whose lengths and checksums are set right, so that what a fuzzer or a
 * generator made up is not refused at the first look. Included behind the
 * programs of mode decoy.
 */
#ifndef SHROUD_TEST_MEND_H
#define SHROUD_TEST_MEND_H

enum {
	CHOOSE_MEND = 32, /* of the second octet: set lengths and checksums right first */
};

static void store_checksum(u8 *header)
{
	u64 sum;

	store16(header + 10, 0);
	sum = ipv4_sum(header);
	store16(header + 10, (u16)~residue(sum));
}

/* Make a packet of n octets one that is of the length that it tells, and what it quotes. */
static void mend_packet(u8 *packet, size_t n, int quoted)
{
	size_t header = n && packet[0] >> 4 == 6 ? IPV6_HEADER : IPV4_MIN;
	u8 *segment = packet + header, protocol;

	if (n < header + SMALL_HEADER)
		return;
	if (header == IPV6_HEADER) {
		store16(packet + 4, shroud_be16((u16)(n - header)));
		protocol = packet[6];
	} else {
		packet[0] = 0x45;
		store16(packet + 2, shroud_be16((u16)n));
		store16(packet + 6, 0);
		store_checksum(packet);
		protocol = packet[9];
	}
	if (protocol == PROTOCOL_UDP)
		store16(segment + 4, shroud_be16((u16)(n - header)));
	if (!quoted && (protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMPV6))
		mend_packet(segment + SMALL_HEADER, n - header - SMALL_HEADER, 1);
}

/* An untagged PPPoE frame. */
static void mend(shroud_skb *skb)
{
	u8 *octets = skb->octets;

	if (skb->len <= FAST_AT || skb->protocol != shroud_be16(ETHER_PPPOE))
		return;
	store16(octets + 14, shroud_be16(0x1100));
	store16(octets + 16, shroud_be16(1));
	store16(octets + 18, shroud_be16((u16)(skb->len - 20)));
	octets[20] = 0;
	octets[21] = octets[FAST_AT] >> 4 == 6 ? SHROUD_PPP_IPV6 : SHROUD_PPP_IPV4;
	mend_packet(octets + FAST_AT, skb->len - FAST_AT, 0);
}

/* As data says, the choices and then the frame. */
static void make_frame(shroud_skb *skb, const u8 *data, size_t octets)
{
	choose_skb(skb, data, octets);
	if (data[1] & CHOOSE_MEND)
		mend(skb);
	if (data[0] & CHOOSE_IN && data[0] & CHOOSE_ENCIPHER)
		encipher(skb, data[0] & CHOOSE_WHOLE);
}

/* Have the programs see the frame so often that its flow is known, and what its false ends are. */
static inline void repeat(const shroud_skb *given, world_program program, u32 times)
{
	shroud_skb skb;

	while (times--) {
		make_skb(&skb, given->octets, given->len, 0);
		skb.vlan_tci = given->vlan_tci;
		skb.ifindex = shroud_config.device;
		world_run(program, &skb, WORLD_CALLS);
		free(skb.octets);
	}
}

#endif
