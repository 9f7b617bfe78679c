/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which packets are covered whole: docs/protocol.md 6.7. */
#ifndef SHROUD_RULE_H
#define SHROUD_RULE_H

#include "frame.h"
#include "packet.h"
#include "session.h"

enum {
	PORT_QUIC = 443,
	TLS_HANDSHAKE = 0x16,
	TLS_MAJOR = 3,
	RULE_AT_MAX = 256, /* no header that we know puts the packet further behind */
	RULE_HEADER = 20, /* of TCP without options, the longest that is looked at */
	RULE_TEXT = 12, /* octets of payload that tell text from ciphertext */
};

/* The part of a packet's headers that the rule works on. */
struct rule {
	u64 addresses; /* hashed */
	u32 protocol;
	u32 header; /* length of the IP header */
	u32 later_fragment;
};

#define RULE_MIX 0x9e3779b97f4a7c15ULL

SHROUD_INLINE u64 rule_addresses_ipv4(const u8 *packet)
{
	return load32(packet + 12) | (u64)load32(packet + 16) << 32;
}

SHROUD_INLINE void rule_read_ipv4(const u8 *packet, struct rule *rule)
{
	rule->addresses = rule_addresses_ipv4(packet);
	rule->protocol = packet[9];
	rule->header = (packet[0] & 15U) * 4;
	rule->later_fragment = load16(packet + 6) & shroud_be16(IPV4_OFFSET);
}

SHROUD_INLINE void rule_read_ipv6(const u8 *packet, struct rule *rule)
{
	rule->addresses = load64(packet + 8);
	rule->addresses = rule->addresses * RULE_MIX + load64(packet + 16);
	rule->addresses = rule->addresses * RULE_MIX + load64(packet + 24);
	rule->addresses = rule->addresses * RULE_MIX + load64(packet + 32);
	rule->protocol = packet[6];
	rule->header = IPV6_HEADER;
	rule->later_fragment = 0;
}

/* The higher a bit the better. */
SHROUD_INLINE u64 rule_hash(u64 addresses, u64 protocol, u64 ports, u64 secret)
{
	u64 hash = (addresses ^ secret) * RULE_MIX;

	return (hash ^ hash >> 32 ^ ports ^ protocol << 32) * RULE_MIX;
}

SHROUD_INLINE int octet_is_text(u8 octet)
{
	return octet >= 0x09 && octet <= 0x7e;
}

/* tcp: RULE_HEADER octets or more; rest: octets from there to the packet's end. */
SHROUD_INLINE int tcp_is_bulk(const u8 *tcp, const u8 *end, u32 rest)
{
	u32 header = (tcp[12] >> 4) * 4U;
	const u8 *payload = tcp + header;
	u32 i;

	if (header == rest)
		return 1;
	if (header + RULE_TEXT > rest || payload + RULE_TEXT > end)
		return 0;
	if (payload[0] == TLS_HANDSHAKE && payload[1] == TLS_MAJOR)
		return 0;
#ifdef __bpf__
#pragma clang loop unroll(full)
#endif
	for (i = 0; i < RULE_TEXT; i++)
		if (!octet_is_text(payload[i]))
			return 1;
	return 0;
}

SHROUD_INLINE int udp_is_bulk(const u8 *udp, u32 ports, u32 rest)
{
	u32 quic = shroud_be16(PORT_QUIC);

	if ((ports & 0xffff) != quic && ports >> 16 != quic)
		return 0;
	return rest > 8 && (udp[8] & 0xc0) == 0x40;
}

/* Whether this is one of the first packets of its flow, counting it. */
SHROUD_INLINE int flow_is_new(u64 hash)
{
	struct shroud_flows *flows = flows_at((u32)(hash >> shroud_config.flow_shift));
	u32 low = (1 << SHROUD_FLOW_COUNT_BITS) - 1, i;
	u64 tag = hash >> (16 + SHROUD_FLOW_COUNT_BITS) & 0xffffffff >> SHROUD_FLOW_COUNT_BITS;

	if (!flows)
		return 1;
#ifdef __bpf__
#pragma clang loop unroll(full)
#endif
	for (i = 0; i < SHROUD_FLOW_WAYS; i++) {
		u64 way = flows->way[i];

		if (way >> SHROUD_FLOW_COUNT_BITS != tag)
			continue;
		if ((way & low) >= SHROUD_FLOW_WHOLE_PACKETS)
			return 0;
		flows->way[i] = (u32)way + 1;
		return 1;
	}
	flows->way[3] = flows->way[2];
	flows->way[2] = flows->way[1];
	flows->way[1] = flows->way[0];
	flows->way[0] = (u32)tag << SHROUD_FLOW_COUNT_BITS | 1;
	return 1;
}

/* For queueing, which could not tell the flow afterwards. */
SHROUD_INLINE void rule_note_flow(shroud_skb *skb, u64 hash)
{
	bpf_set_hash(skb, (u32)(hash >> 32));
}

/* Whole cover is possible, and something else than block cover. */
SHROUD_INLINE int rule_fits_whole(u64 own)
{
	return own - SHROUD_BLOCK_LEN - 1 < SHROUD_WHOLE_MAX - SHROUD_BLOCK_LEN;
}

/*
 * packet: the first 64 octets, checked, and own, its length; at: where it is in
 * the frame, aligned or not. Returns whether it is to be covered whole.
 */
SHROUD_INLINE int rule_wants_whole(shroud_skb *skb, u32 at, int aligned, const u8 *packet, u32 own,
				   u64 secret)
{
	const u8 *head, *end = frame_end(skb);
	struct rule rule;
	u32 ports = 0;
	int bulk = 0;
	u64 hash;

	if (packet[0] >> 4 == 4)
		rule_read_ipv4(packet, &rule);
	else if (packet[0] >> 4 == 6)
		rule_read_ipv6(packet, &rule);
	else
		return own > SHROUD_BLOCK_LEN;
	if (at > RULE_AT_MAX)
		return own > SHROUD_BLOCK_LEN;
	head = frame_start(skb) + at + rule.header;
	if (!rule.later_fragment && head + RULE_HEADER <= end) {
		if (rule.protocol == PROTOCOL_TCP)
			bulk = tcp_is_bulk(head, end, own - rule.header);
		if (rule.protocol == PROTOCOL_TCP || rule.protocol == PROTOCOL_UDP)
			ports = aligned ? load32(head) : load32_unaligned(head);
		if (rule.protocol == PROTOCOL_UDP)
			bulk = udp_is_bulk(head, ports, own - rule.header);
	}
	hash = rule_hash(rule.addresses, rule.protocol, ports, secret);
	rule_note_flow(skb, hash);
	return rule_fits_whole(own) && (!bulk || flow_is_new(hash));
}

/* The same for TCP over IPv4 without options, not fragmented; packet: aligned. */
SHROUD_INLINE int rule_wants_whole_tcp(shroud_skb *skb, const u8 *packet, u64 own, u64 secret)
{
	const u8 *tcp = packet + IPV4_MIN;
	u64 hash = rule_hash(rule_addresses_ipv4(packet), PROTOCOL_TCP, load32(tcp), secret);

	rule_note_flow(skb, hash);
	if (RARE(!rule_fits_whole(own)))
		return 0;
	return !tcp_is_bulk(tcp, frame_end(skb), (u32)own - IPV4_MIN) || flow_is_new(hash);
}

#endif
