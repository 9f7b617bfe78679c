// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libFuzzer target: the data path, compiled for a process, on any frame in any
 * state of the session. Besides what the sanitizers see it holds that
 *
 *	- nothing of a protocol that is to be covered leaves in clear;
 *	- what leaves covered comes in again as it was;
 *	- nothing that fails a check of section 6.6 comes in.
 *
 * Input: five octets that choose, then the frame.
 */
#include "../bpf/shroud.bpf.c" // NOLINT(bugprone-suspicious-include)

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t octets);

static void set_sessions(u8 choice, u8 keys)
{
	struct shroud_session *session;
	u32 i;

	memset(world_sessions, 0, sizeof(world_sessions));
	set_tags();
	for (i = 0; i < 2; i++) {
		session = &world_sessions[i];
		set_state(session, choice, keys);
		set_keys(&session->tx, 7);
		set_keys(&session->rx[(keys & 8) && session->rx_keys == 2], 7);
	}
}

/* What left covered by PPPoE comes in as the packet that went out. */
static void check_return(const shroud_skb *sent, const u8 *frame)
{
	shroud_skb skb;
	u32 told;

	if (sent->protocol != shroud_be16(ETHER_PPPOE))
		return;
	world_sessions[0].rx[0] = world_sessions[0].tx;
	world_sessions[0].rx_keys = 1;
	make_skb(&skb, sent->octets, sent->len, 0);
	memcpy(skb.octets, own, sizeof(own));
	memcpy(skb.octets + 6, peer, sizeof(peer));
	MUST(shroud_ingress(&skb) == SHROUD_NEXT);
	told = shroud_be16(load16(skb.octets + 18)) - 2U;
	MUST(!memcmp(skb.octets + 20, frame + 20, told + 2));
	free(skb.octets);
}

/* pass: what becomes of a frame that has been dealt with. */
static void check_out(const shroud_skb *skb, const u8 *frame, int action, u32 counter, int pass)
{
	if (!has_left(action, counter, pass))
		return;
	if (counter == SHROUD_COUNT_TX_BLOCK || counter == SHROUD_COUNT_TX_WHOLE)
		check_return(skb, frame);
	else
		MUST(counter == SHROUD_COUNT_TX_LINK || world_sessions[0].mode == SHROUD_PLAIN);
}

/* A packet that has come in out of a covered frame is a good one. */
static void check_in(const shroud_skb *skb, int action, u32 counter)
{
	u32 told;

	if (counter == SHROUD_COUNT_MAX && is_overtagged(skb))
		return;
	MUST((action == SHROUD_DROP) ==
	     (counter >= SHROUD_COUNT_FIRST_DROP && counter < SHROUD_COUNT_MAX));
	if (counter != SHROUD_COUNT_RX_BLOCK && counter != SHROUD_COUNT_RX_WHOLE &&
	    counter != SHROUD_COUNT_RX_SECOND)
		return;
	if (skb->protocol != shroud_be16(ETHER_PPPOE))
		return;
	told = shroud_be16(load16(skb->octets + 18)) - 2U;
	MUST(told <= skb->len - FAST_AT);
	if (skb->octets[20] || skb->octets[21] == SHROUD_PPP_IPV4)
		MUST(told == shroud_be16(load16(skb->octets + 24)));
	else
		MUST(told == shroud_be16(load16(skb->octets + 26)) + (u32)IPV6_HEADER);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t octets)
{
	struct shroud_counters before = world_counters;
	shroud_skb skb;
	int action, pass;

	if (octets < (size_t)CHOICES + ETHER_HEADER)
		return 0;
	set_sessions(data[0], data[1]);
	choose_skb(&skb, data, octets);
	if (data[0] & CHOOSE_IN) {
		if (data[0] & CHOOSE_ENCIPHER)
			encipher(&skb, data[0] & CHOOSE_WHOLE);
		action = shroud_ingress(&skb);
		check_in(&skb, action, counted(&before));
	} else {
		pass = skb.mark ? REDIRECTED : SHROUD_NEXT;
		action = shroud_egress(&skb);
		check_out(&skb, data + CHOICES, action, counted(&before), pass);
	}
	free(skb.octets);
	return 0;
}
