/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A frame of a PPP session: where it has what. Offsets in octets from the
 * Ethernet header. */
#ifndef SHROUD_FRAME_H
#define SHROUD_FRAME_H

#include "session.h"

enum {
	ETHER_IPV4 = 0x0800,
	ETHER_VLAN = 0x8100,
	ETHER_IPV6 = 0x86dd,
	ETHER_PPPOE = 0x8864,
	ETHER_QINQ = 0x88a8,
	ETHER_HEADER = 14,
	PPPOE_HEADER = 8, /* with the PPP protocol field */
	/* Where the packet starts behind an untagged PPPoE header: the one place
	 * at which packets are read and written without copying. */
	FAST_AT = ETHER_HEADER + PPPOE_HEADER,
	FAST_LEN = FAST_AT + SHROUD_BLOCK_LEN,
	/* All headers that the sender's rule looks at lie before this. */
	PULL_LEN = 192,
	TAGS_MAX = 8, /* VLAN tags in a frame; two that count, the rest priority tags */
};

/* What a covered packet has on the wire. */
enum {
	WIRE_BLOCK = WITH_DECOY ? SHROUD_PPP_NOISE_BLOCK : SHROUD_PPP_COVER_BLOCK,
	WIRE_WHOLE = WITH_DECOY ? SHROUD_PPP_NOISE_WHOLE : SHROUD_PPP_COVER_WHOLE,
};

struct frame {
	struct shroud_tag tag;
	u32 at; /* the PPP information field */
	u32 length; /* its octets */
	u32 protocol; /* PPP protocol; 0 if it, or a header before it, is invalid */
	u32 fragment; /* of an L2TP message */
};

SHROUD_INLINE int frame_load16(shroud_skb *skb, u32 at, u32 *value)
{
	u16 octets;

	if (bpf_skb_load_bytes(skb, at, &octets, sizeof(octets)))
		return -1;
	*value = shroud_be16(octets);
	return 0;
}

SHROUD_INLINE int frame_store16(shroud_skb *skb, u32 at, u32 value)
{
	u16 octets = shroud_be16(value);

	return (int)bpf_skb_store_bytes(skb, at, &octets, sizeof(octets), 0);
}

/* The id of the tag that the device took out of the frame; the kernel clears the
 * field if there is none. */
SHROUD_INLINE u64 frame_outer_vlan(shroud_skb *skb)
{
	return SHROUD_LINE_VLAN(skb->vlan_tci & 0xfff, 0);
}

/* Six octets of address, then the EtherType, as they lie in memory. */
SHROUD_INLINE u64 frame_peer(u64 first2, u64 last4, u64 type)
{
#if SHROUD_BIG_ENDIAN
	return first2 << 48 | last4 << 16 | type;
#else
	return first2 | last4 << 16 | type << 48;
#endif
}

SHROUD_INLINE u32 frame_protocol(u16 octets)
{
	u32 protocol = shroud_be16(octets);

	/* An uncompressed protocol field is even, then odd. */
	return (protocol & 0x101) == 1 ? protocol : 0;
}

/* What section 6.1 of docs/protocol.md does with a PPP protocol. */
enum protocol_class {
	PROTOCOL_IP, /* covered */
	PROTOCOL_NCP, /* IPCP and IPV6CP: covered */
	PROTOCOL_LINK, /* left as it is: LCP and authentication */
	PROTOCOL_OTHER_NCP, /* discarded, but kept by the peer while unsettled */
	PROTOCOL_OTHER,
};

SHROUD_INLINE enum protocol_class protocol_class(u32 protocol)
{
	if (protocol == SHROUD_PPP_IPV4 || protocol == SHROUD_PPP_IPV6)
		return PROTOCOL_IP;
	if (protocol == SHROUD_PPP_IPCP || protocol == SHROUD_PPP_IPV6CP)
		return PROTOCOL_NCP;
	if (protocol == SHROUD_PPP_LCP || protocol == SHROUD_PPP_PAP ||
	    protocol == SHROUD_PPP_LQR || protocol == SHROUD_PPP_CHAP || protocol == SHROUD_PPP_EAP)
		return PROTOCOL_LINK;
	if (protocol >= SHROUD_PPP_NCP_FIRST && protocol < SHROUD_PPP_LINK_FIRST)
		return PROTOCOL_OTHER_NCP;
	return PROTOCOL_OTHER;
}

/* at: the PPPoE header. vlans: for the tag. */
SHROUD_INLINE int frame_parse_pppoe(shroud_skb *skb, struct frame *frame, enum shroud_side side,
				    u32 at, u64 vlans)
{
	u16 header[4], address[3];

	if (bpf_skb_load_bytes(skb, at, header, sizeof(header)) ||
	    bpf_skb_load_bytes(skb, side == SHROUD_IN ? 6 : 0, address, sizeof(address)))
		return -1;
#if SHROUD_BIG_ENDIAN
	frame->tag.peer = frame_peer(address[0], (u32)address[1] << 16 | address[2],
				     shroud_be16(ETHER_PPPOE));
#else
	frame->tag.peer = frame_peer(address[0], address[1] | (u32)address[2] << 16,
				     shroud_be16(ETHER_PPPOE));
#endif
	frame->tag.line = header[1] | vlans;
	frame->tag.encap = SHROUD_PPPOE;
	frame->at = at + PPPOE_HEADER;
	frame->length = shroud_be16(header[2]) - 2U;
	/* The kernel's PPPoE looks neither at version and type nor at the code. */
	frame->protocol = header[0] == shroud_be16(0x1100) ? frame_protocol(header[3]) : 0;
	frame->fragment = 0;
	return 0;
}

/* Adds a tag in the frame to those found so far; priority tags count as none. */
SHROUD_INLINE u64 frame_add_vlan(u64 vlans, u32 id)
{
	return vlans ? vlans | SHROUD_LINE_VLAN(id, 1) : SHROUD_LINE_VLAN(id, 0);
}

SHROUD_INLINE int type_is_vlan(u32 type)
{
	return type == ETHER_VLAN || type == ETHER_QINQ;
}

/*
 * Passes over the tags in the frame: sets where the header behind them is, its
 * EtherType and the ids. The kernel takes off any number of priority tags, so
 * what has more than TAGS_MAX could be anybody's: returns 1.
 */
SHROUD_INLINE int frame_parse_tags(shroud_skb *skb, u32 *at, u32 *type, u64 *vlans)
{
	struct scratch *scratch = scratch_get();
	u32 id, i;

	if (!scratch)
		return 1;
	ROLLED
	for (i = 0; i < TAGS_MAX && type_is_vlan(*type); i++) {
		if (frame_load16(skb, *at, &id) || frame_load16(skb, *at + 2, type))
			return -1;
		if (*vlans >> 32 && id & 0xfff) /* a third tag: none of our sessions */
			return -1;
		*vlans = frame_add_vlan(*vlans, id & 0xfff);
		*at = unknown(scratch, *at + 4);
	}
	return type_is_vlan(*type);
}

#include "l2tp.h"

/* 0 if the frame may be one of a PPP session, 1 if it has to be dropped. */
SHROUD_INLINE int frame_parse(shroud_skb *skb, struct frame *frame, enum shroud_side side)
{
	u64 vlans = frame_outer_vlan(skb);
	u32 at = ETHER_HEADER, type;
	int result;

	if (frame_load16(skb, at - 2, &type))
		return -1;
	if (type_is_vlan(type)) {
		result = frame_parse_tags(skb, &at, &type, &vlans);
		if (result)
			return result;
	}
	if (type == ETHER_PPPOE)
		return frame_parse_pppoe(skb, frame, side, at, vlans);
	if (type == ETHER_IPV4)
		return frame_parse_l2tp(skb, frame, at);
	return -1;
}

/* Other EtherTypes are of no concern. */
SHROUD_INLINE int frame_is_candidate(shroud_skb *skb)
{
	return skb->protocol == shroud_be16(ETHER_PPPOE) ||
	       skb->protocol == shroud_be16(ETHER_VLAN) ||
	       skb->protocol == shroud_be16(ETHER_QINQ) || skb->protocol == shroud_be16(ETHER_IPV4);
}

/* Make the headers accessible, as far as there are any. */
SHROUD_INLINE void frame_pull(shroud_skb *skb)
{
	u64 linear = (u64)(frame_end(skb) - frame_start(skb));

	if (linear < PULL_LEN && linear < skb->len)
		bpf_skb_pull_data(skb, skb->len < PULL_LEN ? skb->len : PULL_LEN);
}

/* For what does not work in place: forget how the frame was parsed. */
SHROUD_INLINE void frame_generalise(struct frame *frame, struct scratch *scratch)
{
	frame->at = unknown(scratch, frame->at);
	frame->length = unknown(scratch, frame->length);
	frame->protocol = unknown(scratch, frame->protocol);
	frame->tag.encap = unknown(scratch, (u32)frame->tag.encap);
}

/* The frame holds the octets that its headers tell. at has been read up to. */
SHROUD_INLINE int frame_is_complete(shroud_skb *skb, const struct frame *frame)
{
	return frame->at <= skb->len && frame->length <= skb->len - frame->at;
}

/* Make the headers say that the information field has length octets. */
SHROUD_INLINE int frame_set_length(shroud_skb *skb, struct frame *frame,
				   const struct scratch *scratch, u32 length)
{
	u32 was = frame->length;

	frame->length = length;
	if (frame->tag.encap == SHROUD_PPPOE)
		return frame_store16(skb, frame->at - 4, length + 2);
	return l2tp_add_length(skb, scratch, length - was);
}

SHROUD_INLINE int frame_set_protocol(shroud_skb *skb, const struct frame *frame, u32 protocol)
{
	return frame_store16(skb, frame->at - 2, protocol);
}

#endif
