/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a packet's fields are: docs/decoy.md sections 5, 6 and 9. The same for
 * a packet and its decoy. Functions return -1 for what has no decoy.
 */
#ifndef SHROUD_LAYOUT_H
#define SHROUD_LAYOUT_H

#include "../frame.h"
#include "../packet.h"

enum {
	PROTOCOL_ICMP = 1,
	PROTOCOL_ICMPV6 = 58,
	TCP_MIN = 20,
	SMALL_HEADER = 8, /* of UDP and ICMP */
	CHECKSUM_NEVER = 0xffff, /* as which the residue 0 is not written */
};

SHROUD_INLINE int layout_ipv4(shroud_skb *skb, struct disguise *disguise, struct part *part,
			      struct end *end)
{
	u32 word[5];

	if (bpf_skb_load_bytes(skb, part->at, word, sizeof(word)))
		return -1;
	word[0] = shroud_be32(word[0]);
	word[1] = shroud_be32(word[1]);
	if (word[0] >> 24 != 0x45 || (word[0] & 0xffff) != disguise->finish - part->at ||
	    word[1] & IPV4_FRAGMENT)
		return -1;
	part->header_was = shroud_le32(word[2]) >> 16;
	word[2] = shroud_be32(word[2]);
	if (part->header_was == CHECKSUM_NEVER)
		return -1;
	part->protocol = word[2] >> 16 & 0xff;
	part->segment = part->at + IPV4_MIN;
	part->last = (u32)__builtin_bswap16((u16)(word[1] >> 16)) << 16;
	disguise->traffic = word[0] >> 16 & 0xff;
	disguise->hops = word[2] >> 24;
	end[0].was[1] = shroud_be32(word[3]);
	end[1].was[1] = shroud_be32(word[4]);
	return 0;
}

SHROUD_INLINE u64 be64(u64 image)
{
	return SHROUD_BIG_ENDIAN ? image : __builtin_bswap64(image);
}

SHROUD_INLINE int layout_ipv6(shroud_skb *skb, struct disguise *disguise, struct part *part,
			      struct end *end)
{
	u64 word[5];

	if (bpf_skb_load_bytes(skb, part->at, word, sizeof(word)))
		return -1;
	word[0] = be64(word[0]);
	if (word[0] >> 60 != 6 ||
	    (word[0] >> 16 & 0xffff) + IPV6_HEADER != disguise->finish - part->at)
		return -1;
	part->protocol = word[0] >> 8 & 0xff;
	part->segment = part->at + IPV6_HEADER;
	part->last = 0;
	disguise->traffic = word[0] >> 52 & 0xff;
	disguise->hops = word[0] & 0xff;
	end[0].was[0] = be64(word[1]);
	end[0].was[1] = be64(word[2]);
	end[1].was[0] = be64(word[3]);
	end[1].was[1] = be64(word[4]);
	return 0;
}

SHROUD_INLINE int layout_tcp(shroud_skb *skb, struct part *part, u32 length, const u32 *head)
{
	u32 header;
	u8 offset;

	if (length < TCP_MIN || bpf_skb_load_bytes(skb, part->segment + 12, &offset, 1))
		return -1;
	header = (offset >> 4) * 4U;
	if (header < TCP_MIN || header > length)
		return -1;
	part->payload = part->segment + header;
	part->checksum = part->segment + 16;
	part->last = shroud_le32(head[1]);
	part->kind = KIND_PORTS;
	return 0;
}

SHROUD_INLINE int layout_udp(struct part *part, struct end *end, u32 length, const u32 *head)
{
	if (shroud_be32(head[1]) >> 16 != length)
		return -1;
	part->checksum = part->segment + 6;
	part->kind = KIND_PORTS;
	if (end[0].port_was != SHROUD_PORT_DNS && end[1].port_was != SHROUD_PORT_DNS)
		return 0;
	end[0].has_port = end[0].port_was != SHROUD_PORT_DNS;
	end[1].has_port = end[1].port_was != SHROUD_PORT_DNS;
	if (length != SMALL_HEADER)
		part->kind = KIND_NAMES;
	return 0;
}

SHROUD_INLINE int layout_icmp(struct part *part, u32 six, const u32 *head)
{
	u32 type = shroud_be32(head[0]) >> 24, code = shroud_be32(head[0]) >> 16 & 0xff;

	part->checksum = part->segment + 2;
	part->front = shroud_le32(head[0]) & 0xffff;
	part->last = shroud_le32(head[1]);
	part->kind = KIND_ECHO;
	if (six ? type == 128 || type == 129 : type == 8 || type == 0)
		return code ? -1 : 0;
	part->kind = KIND_ERROR;
	return (six ? type >= 1 && type <= 3 : type == 3 || type == 11) ? 0 : -1;
}

SHROUD_INLINE int layout_transport(shroud_skb *skb, struct disguise *disguise, struct part *part,
				   struct end *end)
{
	u32 length = disguise->finish - part->segment, head[2];

	if (length < SMALL_HEADER || bpf_skb_load_bytes(skb, part->segment, head, sizeof(head)))
		return -1;
	part->payload = part->segment + SMALL_HEADER;
	end[0].port_was = shroud_be32(head[0]) >> 16;
	end[1].port_was = shroud_be32(head[0]) & 0xffff;
	end[0].has_port = end[1].has_port = 1;
	if (part->protocol == PROTOCOL_TCP)
		return layout_tcp(skb, part, length, head);
	if (part->protocol == PROTOCOL_UDP)
		return layout_udp(part, end, length, head);
	end[0].has_port = end[1].has_port = 0;
	if (part->protocol != (disguise->six ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP))
		return -1;
	return layout_icmp(part, disguise->six, head);
}

/* The transport checksum is written as it would be written again: section 5.4. */
SHROUD_INLINE int layout_checksum(shroud_skb *skb, const struct disguise *disguise,
				  struct part *part)
{
	u16 field;

	if (bpf_skb_load_bytes(skb, part->checksum, &field, sizeof(field)))
		return -1;
	part->was = shroud_le16(field);
	if (part->protocol != PROTOCOL_UDP)
		return part->was == CHECKSUM_NEVER ? -1 : 0;
	return !part->was && disguise->six ? -1 : 0;
}

/* One part: part->at is set. */
SHROUD_INLINE int layout_part(shroud_skb *skb, struct disguise *disguise, struct part *part,
			      struct end *end)
{
	int unfit = disguise->six ? layout_ipv6(skb, disguise, part, end) :
				    layout_ipv4(skb, disguise, part, end);

	return unfit || layout_transport(skb, disguise, part, end) ||
			       layout_checksum(skb, disguise, part) ?
		       -1 :
		       0;
}

/* The packet from at to finish, of IP version 6 or not. */
SHROUD_INLINE int layout_read(shroud_skb *skb, struct disguise *disguise, u32 at, u32 finish,
			      u32 six)
{
	struct part *part = disguise->part;
	u32 traffic, hops;

	disguise->six = six;
	disguise->finish = finish;
	disguise->quotes = 0;
	part[0].at = at;
	if (layout_part(skb, disguise, part, disguise->end))
		return -1;
	if (part[0].kind != KIND_ERROR)
		return 0;
	traffic = disguise->traffic;
	hops = disguise->hops;
	disguise->quotes = 1;
	part[DISGUISE_QUOTE].at = part[0].payload;
	if (layout_part(skb, disguise, part + DISGUISE_QUOTE, disguise->end + 2) ||
	    part[DISGUISE_QUOTE].kind == KIND_ERROR || part[DISGUISE_QUOTE].kind == KIND_NAMES)
		return -1;
	disguise->traffic = traffic;
	disguise->hops = hops;
	return 0;
}

#endif
