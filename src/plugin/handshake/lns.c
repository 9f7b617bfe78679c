/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The LNS's side of the machine: docs/protocol.md sections 5.3 and 5.6. */
#include "machine_role.h"

#include <string.h>

/* Parameters of a CONFIRM; a longer message is not understood. */
#define PAYLOAD_MAX 2048

static bool covered(const struct shroud_machine *machine)
{
	return machine->state == SHROUD_STATE_COVERED;
}

void shroud_lns_begin(struct shroud_step *step)
{
	step->machine->timer[SHROUD_TIMER_SETTLE] = step->event->now + SHROUD_LNS_WAIT * 1000;
}

static bool has_digest(const struct shroud_message *message,
		       const uint8_t expected[SHROUD_HASH_LEN])
{
	uint8_t digest[SHROUD_HASH_LEN];

	return shroud_message_digest(message, digest) &&
	       memcmp(digest, expected, sizeof(digest)) == 0;
}

/* At most SHROUD_INIT_RATE_COUNT handshakes in any SHROUD_INIT_RATE_SECONDS. */
static bool within_rate(struct shroud_machine *machine, uint64_t now)
{
	uint64_t oldest = machine->init_times[0];

	if (oldest != SHROUD_NEVER && now - oldest < SHROUD_INIT_RATE_SECONDS * 1000)
		return false;
	memmove(machine->init_times, machine->init_times + 1,
		sizeof(machine->init_times) - sizeof(machine->init_times[0]));
	machine->init_times[SHROUD_INIT_RATE_COUNT - 1] = now;
	return true;
}

/* In a rekey nothing is installed before CONFIRM. */
static void await_confirm(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;

	machine->handshake.phase = SHROUD_PHASE_WAIT_CONFIRM;
	machine->handshake.resp_at = step->event->now;
	machine->timer[SHROUD_TIMER_SETTLE] = SHROUD_NEVER;
	machine->timer[SHROUD_TIMER_PENDING] = step->event->now + SHROUD_PENDING * 1000;
	if (!covered(machine)) {
		machine->state = SHROUD_STATE_WAIT_CONFIRM;
		machine->reason = SHROUD_REASON_NONE;
		machine->handshake.installed = machine->handshake.choice.mode != SHROUD_MODE_PLAIN;
		shroud_step_cover(step);
	}
	shroud_step_send(step, &machine->handshake.out);
}

/*
 * Beside the handshake under way: an INIT of low order, or one for which there
 * is no memory, is as if it had not come, but for the rate (section 4.1).
 */
static void answer_offer(struct shroud_step *step, const struct shroud_message *message,
			 const struct shroud_offer *offer)
{
	struct shroud_machine *machine = step->machine;
	struct shroud_handshake next = { 0 };
	uint8_t code = shroud_responder_choose(machine, offer, &next.choice);

	if (code) {
		shroud_step_abort(step, message->suite, message->handshake_id, code);
		return;
	}
	if (!within_rate(machine, step->event->now))
		return;
	if (shroud_responder_write_resp(machine, message, &next) &&
	    shroud_message_digest(message, next.digest)) {
		shroud_handshake_forget(machine);
		machine->handshake = next;
		await_confirm(step);
	}
	shroud_wipe(&next, sizeof(next));
}

static void answer_init(struct shroud_step *step, const struct shroud_message *message)
{
	struct shroud_machine *machine = step->machine;
	struct shroud_offer offer;
	bool valid = message->body_len >= SHROUD_INIT_MIN_LEN &&
		     shroud_offer_pull(message->body + SHROUD_KEY_LEN,
				       message->body_len - SHROUD_KEY_LEN, &offer);

	if (covered(machine)) {
		if (!valid || !shroud_responder_proves(machine, message, &offer))
			return;
	} else if (!valid || offer.has_proof) {
		shroud_step_abort(step, message->suite, message->handshake_id,
				  SHROUD_ABORT_MALFORMED);
		return;
	}
	if (machine->handshake.phase == SHROUD_PHASE_WAIT_CONFIRM &&
	    has_digest(message, machine->handshake.digest))
		shroud_step_send(step, &machine->handshake.out);
	else
		answer_offer(step, message, &offer);
}

/* Not offered: by policy, for want of a data path, or because the line is in use in plain. */
static bool not_offered(const struct shroud_machine *machine)
{
	bool settled = machine->ncp_opened || shroud_machine_agreed_plain(machine);

	return machine->config.policy == SHROUD_POLICY_OFF || machine->config.no_datapath ||
	       (machine->state == SHROUD_STATE_PLAIN && settled);
}

/* In covered what is not right in every way is discarded: section 5.6. */
static void on_init(struct shroud_step *step, const struct shroud_message *message)
{
	bool usual = message->version == SHROUD_VERSION && message->suite == SHROUD_SUITE_NOISE_NX;
	uint8_t code = 0;

	if (covered(step->machine)) {
		if (usual && !not_offered(step->machine))
			answer_init(step, message);
		return;
	}
	if (message->version != SHROUD_VERSION)
		code = SHROUD_ABORT_VERSION;
	else if (message->suite != SHROUD_SUITE_NOISE_NX)
		code = SHROUD_ABORT_SUITE;
	else if (not_offered(step->machine))
		code = SHROUD_ABORT_NOT_OFFERED;
	if (code)
		shroud_step_abort(step, message->suite, message->handshake_id, code);
	else
		answer_init(step, message);
}

/* DONE outlives the handshake: it is not secret, and may have to be repeated. */
static void confirmed_plain(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;
	const struct shroud_done done = machine->done;

	shroud_step_send(step, &machine->done.out);
	shroud_step_agree(step);
	machine->done = done;
	machine->timer[SHROUD_TIMER_DONE] = step->event->now + SHROUD_PENDING * 1000;
}

static void confirmed(struct shroud_step *step, const struct shroud_message *message)
{
	struct shroud_machine *machine = step->machine;
	bool rekey = covered(machine);

	if (!shroud_responder_write_done(step->machine, message))
		return;
	if (machine->handshake.choice.mode == SHROUD_MODE_PLAIN) {
		confirmed_plain(step);
		return;
	}
	machine->state = SHROUD_STATE_COVERED;
	shroud_step_promote(step);
	shroud_handshake_forget(machine);
	machine->timer[SHROUD_TIMER_DONE] = step->event->now + SHROUD_PENDING * 1000;
	shroud_step_send(step, &machine->done.out);
	machine->rekeys += rekey;
	shroud_step_report(step, rekey ? SHROUD_REPORT_REKEYED : SHROUD_REPORT_COVERED);
	if (!rekey)
		shroud_step_add(step, SHROUD_ACTION_RELEASE);
}

static void on_confirm(struct shroud_step *step, const struct shroud_message *message)
{
	struct shroud_machine *machine = step->machine;
	struct shroud_handshake *handshake = &machine->handshake;
	uint8_t payload[PAYLOAD_MAX];

	if (machine->done.out.len > 0 && has_digest(message, machine->done.digest))
		shroud_step_send(step, &machine->done.out);
	else if (handshake->phase == SHROUD_PHASE_WAIT_CONFIRM &&
		 message->handshake_id == handshake->id &&
		 message->body_len <= PAYLOAD_MAX + SHROUD_TAG_LEN &&
		 shroud_noise_open(handshake->noise.k_confirm, message->body, message->body_len,
				   payload) &&
		 shroud_params_valid(payload, message->body_len - SHROUD_TAG_LEN))
		confirmed(step, message);
}

static void peer_gave_up(struct shroud_step *step)
{
	if (step->machine->state == SHROUD_STATE_WAIT_CONFIRM)
		shroud_step_plain(step, SHROUD_REASON_GAVE_UP);
}

void shroud_lns_message(struct shroud_step *step, const struct shroud_message *message)
{
	if (message->kind == SHROUD_KIND_INIT) {
		on_init(step, message);
		return;
	}
	if (message->version != SHROUD_VERSION || message->suite != SHROUD_SUITE_NOISE_NX)
		return;
	if (message->kind == SHROUD_KIND_CONFIRM)
		on_confirm(step, message);
	else if (message->kind == SHROUD_KIND_ABORT && message->body_len > 0 &&
		 message->handshake_id == step->machine->handshake.id)
		peer_gave_up(step);
}

void shroud_lns_plain_ncp(struct shroud_step *step)
{
	if (step->machine->state == SHROUD_STATE_IDLE)
		shroud_step_plain(step, SHROUD_REASON_NOT_SHROUDING);
	else
		peer_gave_up(step);
}

/* A half-done rekey is forgotten, a half-done first handshake ends the link. */
static void pending_over(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;

	if (!covered(machine)) {
		shroud_step_close(step, SHROUD_REASON_NO_CONFIRMATION);
		return;
	}
	shroud_handshake_forget(machine);
	machine->reason = SHROUD_REASON_NO_CONFIRMATION;
	shroud_step_report(step, SHROUD_REPORT_REKEY_FAILED);
}

void shroud_lns_timer(struct shroud_step *step, enum shroud_timer timer)
{
	if (timer == SHROUD_TIMER_SETTLE)
		shroud_step_plain(step, SHROUD_REASON_NOT_SHROUDING);
	else if (timer == SHROUD_TIMER_PENDING)
		pending_over(step);
}
