/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From one program of mode decoy to the next, by tail calls: each is verified
 * alone, so that none comes near the verifier's limit. Every program finds
 * session and scratch area anew; what else it has to know lies there.
 */
#ifndef SHROUD_STAGE_H
#define SHROUD_STAGE_H

#include "../frame.h"

enum stage {
	STAGE_UNCOVER, /* receives noise */
	STAGE_REVEAL, /* receives a decoy */
	STAGE_DISGUISE, /* sends a packet as a decoy, if it can be one */
	STAGE_RESTORE, /* turns a decoy's payload back that would be noticed, which then is noise */
	STAGE_NOISE, /* sends what can not */
	STAGE_READ, /* reads a part of a DNS message */
	STAGE_SHOW_HOSTS, /* turns addresses in it, back ... */
	STAGE_HIDE_HOSTS, /* ... and forth */
	STAGE_SHOW_NAME, /* turns a name in it, or, behind the last one, finishes the packet */
	STAGE_HIDE_NAME,
	STAGES,
};

/* Refers to the programs, which have to be declared ahead. */
int shroud_uncover(shroud_skb *skb);
int shroud_reveal(shroud_skb *skb);
int shroud_disguise(shroud_skb *skb);
int shroud_restore(shroud_skb *skb);
int shroud_noise(shroud_skb *skb);
int shroud_read(shroud_skb *skb);
int shroud_show_hosts(shroud_skb *skb);
int shroud_hide_hosts(shroud_skb *skb);
int shroud_show_name(shroud_skb *skb);
int shroud_hide_name(shroud_skb *skb);

/* clang-format off */
#define STAGE_PROGRAMS(entry) \
	entry(STAGE_UNCOVER, shroud_uncover) \
	entry(STAGE_REVEAL, shroud_reveal) \
	entry(STAGE_DISGUISE, shroud_disguise) \
	entry(STAGE_RESTORE, shroud_restore) \
	entry(STAGE_NOISE, shroud_noise) \
	entry(STAGE_READ, shroud_read) \
	entry(STAGE_SHOW_HOSTS, shroud_show_hosts) \
	entry(STAGE_HIDE_HOSTS, shroud_hide_hosts) \
	entry(STAGE_SHOW_NAME, shroud_show_name) \
	entry(STAGE_HIDE_NAME, shroud_hide_name)
/* clang-format on */

#ifdef __bpf__

#define STAGE_VALUE(stage, program) [stage] = (void *)&(program),

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, STAGES);
	__uint(key_size, sizeof(u32));
	__array(values, int(void *));
} shroud_stages SEC(".maps") = { .values = { STAGE_PROGRAMS(STAGE_VALUE) } };

/* Does not come back, unless the kernel refuses: 33 in a row are allowed, 30 the most. */
SHROUD_INLINE void stage_go(shroud_skb *skb, enum stage stage)
{
	bpf_tail_call(skb, &shroud_stages, stage);
}

#else

#define STAGE_VALUE(stage, program) [stage] = (program),

SHROUD_INLINE void stage_go(shroud_skb *skb, enum stage stage)
{
	static const world_program programs[STAGES] = { STAGE_PROGRAMS(STAGE_VALUE) };

	(void)skb;
	world_go(programs[stage]);
}

#endif

/*
 * For programs that are attached: a stack of all that a program may have. The
 * interpreter keeps that of the first one for all that follow, and Linux from
 * 6.9 on makes it no larger than the first one alone needs.
 */
SHROUD_INLINE void stage_room(void)
{
#ifdef __bpf__
	__asm__ volatile("*(u64 *)(r10 - 512) = %0" : : "r"(0ULL) : "memory");
#endif
}

/* For the programs to come. */
SHROUD_INLINE void stage_hold(struct scratch *scratch, const struct frame *frame,
			      enum shroud_side side)
{
	struct held *held = &scratch->held;

	held->tag = frame->tag;
	held->at = frame->at;
	held->length = frame->length;
	held->protocol = frame->protocol;
	held->side = side;
	held->turning = 0;
}

/* To what covers the packet as noise: nothing in the frame has been changed, or not any more. */
SHROUD_INLINE void stage_go_noise(shroud_skb *skb, struct scratch *scratch)
{
	scratch->held.turning = 0;
	stage_go(skb, STAGE_NOISE);
}

/* Whether the session still has what the frame was begun with. */
SHROUD_INLINE int stage_has_keys(const struct shroud_session *session, const struct held *held,
				 enum shroud_side side)
{
	if (session->mode != SHROUD_COVER)
		return 0;
	if (side == SHROUD_IN)
		return !!session->rx_keys;
	/* Keys of a rekey have the other phase: half a frame under each would be garbage. In bits,
	 * which leave the verifier one way. */
	return session->tx_keys && !(held->turning & (session->decoy_tx.phase ^ held->phase));
}

/* The frame as it was held, its session; or NULL if there is no scratch area, or the session has
 * ended, or has other keys now: then the frame has been counted, and is to be dropped. */
SHROUD_INLINE struct shroud_session *stage_take(struct scratch *scratch, struct frame *frame,
						enum shroud_side side)
{
	const struct held *held = &scratch->held;
	struct shroud_session *session;

	if (!scratch)
		return 0;
	frame->tag = held->tag;
	frame->at = held->at;
	frame->length = held->length;
	frame->protocol = held->protocol;
	frame->fragment = 0;
	session = session_find(&frame->tag, side);
	if (!session || stage_has_keys(session, held, side))
		return session;
	session_count(session, side == SHROUD_OUT ? SHROUD_COUNT_TX_HOLD : SHROUD_COUNT_RX_HOLD);
	return 0;
}

#endif
