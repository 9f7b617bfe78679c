/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The programs that turn DNS messages, one after the other: what they do and return. */
#ifndef SHROUD_RENAME_H
#define SHROUD_RENAME_H

#include "../detour.h"
#include "name.h"
#include "reveal.h"

/* What becomes of a frame on whose way a program is missing, or that is no decoy. */
SHROUD_INLINE int names_drop(struct scratch *scratch, u32 verdict)
{
	struct shroud_session *session;
	struct frame frame;

	session = stage_take(scratch, &frame, (enum shroud_side)(scratch->held.side & 1));
	return session ? session_count(session, verdict) : SHROUD_DROP;
}

SHROUD_INLINE int names_lose(struct scratch *scratch)
{
	return names_drop(scratch, scratch->held.side == SHROUD_OUT ? SHROUD_COUNT_TX_MEMORY :
								      SHROUD_COUNT_RX_MEMORY);
}

/* A message that has no decoy, or is none. */
SHROUD_INLINE int names_refuse(shroud_skb *skb, struct scratch *scratch)
{
	if (scratch->held.side == SHROUD_IN)
		return names_drop(scratch, SHROUD_COUNT_RX_FALSE);
	stage_go_noise(skb, scratch);
	return names_lose(scratch);
}

SHROUD_INLINE int names_read(shroud_skb *skb)
{
	struct scratch *scratch = scratch_get();
	int result;

	if (!scratch)
		return SHROUD_DROP;
	result = read_part(&scratch->names);
	if (result < 0)
		return names_refuse(skb, scratch);
	if (!result)
		stage_go(skb, STAGE_READ);
	else if (scratch->held.side == SHROUD_OUT)
		stage_go(skb, STAGE_HIDE_HOSTS);
	else
		stage_go(skb, STAGE_SHOW_HOSTS);
	return names_lose(scratch);
}

/* As stage_take, and what the message is turned under; NULL if the frame is to be dropped. */
SHROUD_INLINE const struct shroud_decoy *names_take(struct scratch *scratch, struct frame *frame,
						    enum shroud_side side,
						    struct shroud_session **session)
{
	const struct shroud_decoy *keys;

	*session = stage_take(scratch, frame, side);
	if (!*session)
		return 0;
	if (side == SHROUD_OUT)
		return &(*session)->decoy_tx;
	keys = reveal_keys(*session, scratch->held.phase, scratch);
	if (!keys)
		session_count(*session, SHROUD_COUNT_RX_FALSE);
	return keys;
}

SHROUD_INLINE int names_turn_hosts(shroud_skb *skb, enum shroud_side side)
{
	struct scratch *scratch = scratch_get();
	const struct shroud_decoy *keys;
	struct shroud_session *session;
	struct frame frame;
	int result;

	keys = names_take(scratch, &frame, side, &session);
	if (!keys)
		return SHROUD_DROP;
	result = hosts_turn(scratch, keys, side == SHROUD_IN);
	if (result < 0)
		return names_refuse(skb, scratch);
	if (result)
		stage_go(skb, side == SHROUD_IN ? STAGE_SHOW_NAME : STAGE_HIDE_NAME);
	else
		stage_go(skb, side == SHROUD_IN ? STAGE_SHOW_HOSTS : STAGE_HIDE_HOSTS);
	return names_lose(scratch);
}

/* The message into the packet; what is left of that. */
SHROUD_INLINE u32 names_finish(shroud_skb *skb, struct frame *frame, struct scratch *scratch,
			       const struct shroud_session *session, enum shroud_side side)
{
	struct disguise *disguise = &scratch->disguise;
	struct cover cover = { .scratch = scratch, .own = scratch->held.own };
	struct names *names = &scratch->names;
	u32 n = names_length(names->octets);

	disguise->new[DISGUISE_CONTENT] += names_sum(names);
	if (bpf_skb_store_bytes(skb, disguise->part[0].payload, names->word, n, 0) ||
	    decoy_finish(skb, disguise))
		return SHROUD_COUNT_RX_MEMORY;
	if (side == SHROUD_IN)
		return reveal_finish(skb, frame, scratch, session);
	if (decoy_trim(skb, frame, &cover))
		return SHROUD_COUNT_TX_MEMORY;
	return decoy_frame(skb, frame, session);
}

SHROUD_INLINE int names_turn_name(shroud_skb *skb, enum shroud_side side)
{
	struct scratch *scratch = scratch_get();
	const struct shroud_decoy *keys;
	struct shroud_session *session;
	struct frame frame;
	u32 verdict;

	keys = names_take(scratch, &frame, side, &session);
	if (!keys)
		return SHROUD_DROP;
	if (scratch->names.turn < scratch->names.runs) {
		name_turn(scratch, keys, side == SHROUD_IN);
		scratch->names.turn++;
		stage_go(skb, side == SHROUD_IN ? STAGE_SHOW_NAME : STAGE_HIDE_NAME);
		return names_lose(scratch);
	}
	verdict = names_finish(skb, &frame, scratch, session, side);
	if (side == SHROUD_IN)
		return session_count(session, verdict);
	return send_end(skb, session, verdict, is_marked(skb));
}

#endif
