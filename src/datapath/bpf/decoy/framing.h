/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Framing lcp: IP packets under the protocol number of LCP. docs/decoy.md section 12. */
#ifndef SHROUD_FRAMING_H
#define SHROUD_FRAMING_H

#include "../frame.h"

enum {
	FRAMED_IPV4_MIN = 0x45, /* first octets of packets, no codes of LCP */
	FRAMED_IPV4_MAX = 0x4f,
	FRAMED_IPV6 = 6, /* upper half of one */
	FRAMED_LENGTH_MAX = 0xffff,
};

/* Protocol of the packet that a frame begins with, or 0 if such is not framed as LCP. */
SHROUD_INLINE u32 framing_kind(shroud_skb *skb, const struct frame *frame)
{
	u8 first;

	/* A length that the headers leave no room for is a huge one. */
	if (!frame->length || frame->length > FRAMED_LENGTH_MAX ||
	    bpf_skb_load_bytes(skb, frame->at, &first, sizeof(first)))
		return 0;
	if (first >= FRAMED_IPV4_MIN && first <= FRAMED_IPV4_MAX)
		return SHROUD_PPP_IPV4;
	return first >> 4 == FRAMED_IPV6 ? SHROUD_PPP_IPV6 : 0;
}

/* What a frame that came stands for. */
SHROUD_INLINE void framing_read(shroud_skb *skb, struct frame *frame)
{
	u32 kind = frame->protocol == SHROUD_PPP_LCP ? framing_kind(skb, frame) : 0;

	if (kind)
		frame->protocol = kind;
}

/* Frames a packet that is sent as it is. */
SHROUD_INLINE int framing_write(shroud_skb *skb, const struct frame *frame)
{
	struct scratch *scratch = scratch_get();

	if (!scratch || frame_set_protocol(skb, frame, SHROUD_PPP_LCP))
		return -1;
	return frame->tag.encap == SHROUD_L2TP ? l2tp_fix_checksum(skb, scratch, 0) : 0;
}

#endif
