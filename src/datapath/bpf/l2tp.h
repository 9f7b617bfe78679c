/* SPDX-License-Identifier: GPL-2.0-or-later */
/* L2TPv2 data messages over UDP and IPv4: RFC 2661 section 3.1. Included by
 * frame.h. */
#ifndef SHROUD_L2TP_H
#define SHROUD_L2TP_H

enum {
	L2TP_CONTROL = 0x8000,
	L2TP_HAS_LENGTH = 0x4000,
	L2TP_HAS_SEQUENCE = 0x0800,
	L2TP_HAS_OFFSET = 0x0200,
	L2TP_VERSION_MASK = 0x000f,
	L2TP_VERSION = 2,
	IPV4_FRAGMENT = 0x3fff, /* more fragments, or an offset */
	IPV4_OFFSET = 0x1fff,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
};

/* Sets tag.peer and where the UDP header is. */
SHROUD_INLINE int l2tp_parse_ipv4(shroud_skb *skb, struct frame *frame, struct scratch *scratch)
{
	u32 header[5];
	u8 first;

	if (bpf_skb_load_bytes(skb, scratch->ip, header, sizeof(header)))
		return -1;
	first = (u8)(shroud_be32(header[0]) >> 24);
	if (first >> 4 != 4 || (first & 15) < 5)
		return -1;
	if ((shroud_be32(header[2]) >> 16 & 0xff) != PROTOCOL_UDP)
		return -1;
#if SHROUD_BIG_ENDIAN
	frame->tag.peer = (u64)header[3] << 32 | header[4];
#else
	frame->tag.peer = header[3] | (u64)header[4] << 32;
#endif
	frame->fragment = shroud_be32(header[1]) & IPV4_FRAGMENT;
	scratch->udp = scratch->ip + (first & 15U) * 4;
	return 0;
}

/* Sets where the PPP frame starts, and the ids in the tag. */
SHROUD_INLINE int l2tp_parse_message(shroud_skb *skb, struct frame *frame, struct scratch *scratch)
{
	u32 at = scratch->udp + 8, flags, skip, ports, ids;

	if (frame_load16(skb, at, &flags) || flags & L2TP_CONTROL ||
	    (flags & L2TP_VERSION_MASK) != L2TP_VERSION)
		return -1;
	at += 2;
	scratch->l2tp_length = 0;
	if (flags & L2TP_HAS_LENGTH) {
		scratch->l2tp_length = at;
		at += 2;
	}
	if (bpf_skb_load_bytes(skb, scratch->udp, &ports, sizeof(ports)) ||
	    bpf_skb_load_bytes(skb, at, &ids, sizeof(ids)))
		return -1;
	frame->tag.line = ports | (u64)ids << 32;
	at += 4;
	if (flags & L2TP_HAS_SEQUENCE)
		at += 4;
	if (flags & L2TP_HAS_OFFSET) {
		if (frame_load16(skb, at, &skip))
			return -1;
		at += 2 + skip;
	}
	frame->at = at;
	return 0;
}

/* Sets protocol and length of the PPP frame at frame->at. */
SHROUD_INLINE int l2tp_parse_ppp(shroud_skb *skb, struct frame *frame, struct scratch *scratch)
{
	u32 end, length, field;

	if (frame_load16(skb, frame->at, &field))
		return -1;
	if (field == 0xff03) {
		frame->at += 2;
		if (frame_load16(skb, frame->at, &field))
			return -1;
	}
	frame->at += 2;
	frame->protocol = frame_protocol(shroud_be16(field));
	if (frame_load16(skb, scratch->udp + 4, &length))
		return -1;
	end = scratch->udp + length;
	if (scratch->l2tp_length) {
		if (frame_load16(skb, scratch->l2tp_length, &length))
			return -1;
		end = scratch->udp + 8 + length;
	}
	frame->length = end - frame->at;
	return 0;
}

/* at: the IPv4 header. A fragment behind the first is told by its addresses. */
SHROUD_INLINE int frame_parse_l2tp(shroud_skb *skb, struct frame *frame, u32 at)
{
	struct scratch *scratch = scratch_get();

	if (!scratch)
		return -1;
	scratch->ip = at;
	if (l2tp_parse_ipv4(skb, frame, scratch))
		return -1;
	frame->tag.encap = SHROUD_L2TP;
	if (frame->fragment & IPV4_OFFSET) {
		frame->tag.encap = SHROUD_L2TP_PEERS;
		frame->tag.line = 0;
		frame->protocol = 0;
		frame->length = 0;
		frame->at = at;
		return 0;
	}
	return l2tp_parse_message(skb, frame, scratch) || l2tp_parse_ppp(skb, frame, scratch) ? -1 :
												0;
}

SHROUD_INLINE int l2tp_add_at(shroud_skb *skb, u32 at, u32 more)
{
	u32 value;

	return frame_load16(skb, at, &value) || frame_store16(skb, at, value + more) ? -1 : 0;
}

/* The outer lengths grow by more (modulo 2^32); the IPv4 checksum follows. */
SHROUD_INLINE int l2tp_add_length(shroud_skb *skb, const struct scratch *scratch, u32 more)
{
	u32 length;

	if (frame_load16(skb, scratch->ip + 2, &length) ||
	    bpf_l3_csum_replace(skb, scratch->ip + 10, shroud_be16(length),
				shroud_be16(length + more), 2) ||
	    frame_store16(skb, scratch->ip + 2, length + more) ||
	    l2tp_add_at(skb, scratch->udp + 4, more))
		return -1;
	return scratch->l2tp_length ? l2tp_add_at(skb, scratch->l2tp_length, more) : 0;
}

/* Nobody has computed the checksum yet that is at this offset: then, and only
 * then, the helper leaves the field alone. *value: the field before. */
SHROUD_INLINE int l2tp_checksum_is_pending(shroud_skb *skb, u32 at, u32 *value)
{
	u32 now;

	if (frame_load16(skb, at, value) || bpf_l4_csum_replace(skb, at, 0, 1, 0) ||
	    frame_load16(skb, at, &now))
		return -1;
	return now == *value;
}

/*
 * The payload changes and grows by more: a UDP checksum that the device or the
 * kernel computes after us needs the new length in its pseudo header, a
 * finished one is taken away.
 */
SHROUD_INLINE int l2tp_fix_checksum(shroud_skb *skb, const struct scratch *scratch, u32 more)
{
	u32 at = scratch->udp + 6, length, value;
	int pending;

	if (frame_load16(skb, at, &value))
		return -1;
	if (!value)
		return 0;
	pending = l2tp_checksum_is_pending(skb, at, &value);
	if (pending < 0)
		return -1;
	if (!pending)
		return frame_store16(skb, at, 0);
	if (!more)
		return 0;
	/* The lengths have been changed already. */
	if (frame_load16(skb, scratch->udp + 4, &length))
		return -1;
	return (int)bpf_l4_csum_replace(skb, at, shroud_be16(length - more), shroud_be16(length),
					BPF_F_PSEUDO_HDR | 2);
}

#endif
