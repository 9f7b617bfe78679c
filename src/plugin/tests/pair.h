/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two machines and the wire between them, for tests. */
#ifndef SHROUD_PAIR_H
#define SHROUD_PAIR_H

#include "../handshake/machine.h"
#include "check.h"

/* What one step asked for. Packets are copied: the machine reuses its own. */
struct outcome {
	size_t sends;
	struct shroud_packet sent; /* the last one */
	bool covered, released, closed, recorded, offended, forgave;
	struct shroud_cover cover; /* valid if covered */
	int reports; /* bit per enum shroud_report */
};

struct side {
	struct shroud_machine machine;
	struct outcome last;
	bool holding; /* NCPs are held */
};

struct pair {
	struct side cpe, lns;
	uint64_t now;
};

static struct outcome collect(const struct shroud_actions *actions)
{
	struct outcome out = { 0 };

	for (size_t i = 0; i < actions->count; i++) {
		const struct shroud_action *a = &actions->list[i];

		if (a->type == SHROUD_ACTION_SEND) {
			out.sends++;
			out.sent = *a->packet;
		} else if (a->type == SHROUD_ACTION_COVER) {
			out.covered = true;
			out.cover = a->cover;
		}
		out.released |= a->type == SHROUD_ACTION_RELEASE;
		out.closed |= a->type == SHROUD_ACTION_CLOSE;
		out.recorded |= a->type == SHROUD_ACTION_RECORD;
		out.offended |= a->type == SHROUD_ACTION_OFFENCE;
		out.forgave |= a->type == SHROUD_ACTION_FORGIVE;
		if (a->type == SHROUD_ACTION_REPORT)
			out.reports |= 1 << a->report;
	}
	return out;
}

static struct outcome happen(struct pair *pair, struct side *side, struct shroud_event event)
{
	struct shroud_actions actions;

	event.now = pair->now;
	shroud_machine_step(&side->machine, &event, &actions);
	side->last = collect(&actions);
	if (side->last.released)
		side->holding = false;
	return side->last;
}

__attribute__((unused)) static struct outcome simple(struct pair *pair, struct side *side,
						     enum shroud_event_type type)
{
	return happen(pair, side, (struct shroud_event){ .type = type });
}

__attribute__((unused)) static struct outcome deliver(struct pair *pair, struct side *to,
						      const struct shroud_packet *packet)
{
	const struct shroud_packet copy = *packet;

	return happen(pair, to,
		      (struct shroud_event){
			      .type = SHROUD_EVENT_MESSAGE, .packet = copy.data, .len = copy.len });
}

/* Lets @ms pass; timers due on the way are told in their order. Returns what was sent. */
__attribute__((unused)) static size_t pass(struct pair *pair, struct side *side, uint64_t ms)
{
	uint64_t end = pair->now + ms;
	size_t sends = 0;

	while (shroud_machine_deadline(&side->machine) <= end) {
		if (shroud_machine_deadline(&side->machine) > pair->now)
			pair->now = shroud_machine_deadline(&side->machine);
		sends += simple(pair, side, SHROUD_EVENT_TIMER).sends;
	}
	pair->now = end;
	return sends;
}

static void pair_init(struct pair *pair, enum shroud_policy cpe, enum shroud_policy lns)
{
	struct shroud_config config = {
		.offer = { .modes = { 1 }, .mode_count = 1, .framings = { 1 }, .framing_count = 1 },
		.notice = "hello",
		.random = shroud_random_system,
	};

	memset(pair, 0, sizeof(*pair));
	pair->now = 1000000;
	config.role = SHROUD_ROLE_CPE;
	config.policy = cpe;
	shroud_machine_init(&pair->cpe.machine, &config);
	config.role = SHROUD_ROLE_LNS;
	config.policy = lns;
	config.rekey = SHROUD_REKEY_DEFAULT;
	shroud_keypair_generate(&config.identity, &shroud_random_system);
	shroud_machine_init(&pair->lns.machine, &config);
	pair->cpe.holding = pair->lns.holding = true;
}

__attribute__((unused)) static void pair_network(struct pair *pair)
{
	simple(pair, &pair->lns, SHROUD_EVENT_NETWORK);
	simple(pair, &pair->cpe, SHROUD_EVENT_NETWORK);
}

/* From INIT, sent by the CPE just now, to DONE. */
__attribute__((unused)) static void pair_shake(struct pair *pair)
{
	deliver(pair, &pair->lns, &pair->cpe.last.sent);
	deliver(pair, &pair->cpe, &pair->lns.last.sent);
	deliver(pair, &pair->lns, &pair->cpe.last.sent);
	deliver(pair, &pair->cpe, &pair->lns.last.sent);
}

__attribute__((unused)) static void pair_cover(struct pair *pair)
{
	pair_init(pair, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_network(pair);
	pair_shake(pair);
}

/* The CPE trusts this key, all octets alike, and no other. */
__attribute__((unused)) static void trust_only(struct side *cpe, uint8_t octet)
{
	struct shroud_trust *trust = &cpe->machine.config.trust;

	trust->pinned_count = 1;
	memset(trust->pinned[0], octet, SHROUD_KEY_LEN);
}

/* A Code-Reject of a message, which quotes so many octets of it. */
__attribute__((unused)) static struct outcome reject(struct pair *pair,
						     const struct shroud_packet *of, size_t quoted)
{
	uint8_t packet[SHROUD_MESSAGE_MAX + 4] = { SHROUD_LCP_CODE_REJECT, 1 };

	packet[2] = (uint8_t)((4 + quoted) >> 8);
	packet[3] = (uint8_t)(4 + quoted);
	memcpy(packet + 4, of->data, quoted);
	return happen(pair, &pair->cpe,
		      (struct shroud_event){
			      .type = SHROUD_EVENT_REJECT, .packet = packet, .len = 4 + quoted });
}

#endif
