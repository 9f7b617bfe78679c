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

/* "Octet for octet from Kind on": what precedes Kind changes with every packet. */
static bool digest_of(const struct shroud_event *event, const struct shroud_message *message,
		      uint8_t digest[SHROUD_HASH_LEN])
{
	return shroud_digest(event->packet + SHROUD_OFF_KIND,
			     SHROUD_HEADER_LEN - SHROUD_OFF_KIND + message->body_len, digest);
}

/* Whether the last answer is the answer to this message too. */
static bool is_repetition(struct shroud_step *step, const struct shroud_message *message)
{
	uint8_t digest[SHROUD_HASH_LEN];

	return digest_of(step->event, message, digest) &&
	       memcmp(digest, step->machine->handshake.digest, sizeof(digest)) == 0;
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

/* First of @wanted that is in @allowed, or 0. */
static uint8_t first_common(const uint8_t *wanted, size_t wanted_count, const uint8_t *allowed,
			    size_t allowed_count)
{
	for (size_t i = 0; i < wanted_count; i++) {
		if (memchr(allowed, wanted[i], allowed_count))
			return wanted[i];
	}
	return 0;
}

/* Fills *choice; 0, or the code of the ABORT to answer with. */
static uint8_t choose(const struct shroud_config *config, const struct shroud_message *message,
		      struct shroud_choice *choice)
{
	struct shroud_offer offer;

	if (message->body_len < SHROUD_INIT_MIN_LEN ||
	    !shroud_offer_pull(message->body + SHROUD_KEY_LEN, message->body_len - SHROUD_KEY_LEN,
			       &offer))
		return SHROUD_ABORT_MALFORMED;
	*choice = (struct shroud_choice){ .rekey = config->rekey };
	choice->mode = first_common(offer.modes, offer.mode_count, config->offer.modes,
				    config->offer.mode_count);
	choice->framing = first_common(offer.framings, offer.framing_count,
				       config->offer.framings, config->offer.framing_count);
	if (choice->mode == 0 || choice->framing == 0)
		return SHROUD_ABORT_MODE;
	if (config->notice) {
		choice->notice_len = (uint8_t)strnlen(config->notice, SHROUD_NOTICE_MAX);
		memcpy(choice->notice, config->notice, choice->notice_len);
	}
	return 0;
}

static bool write_resp(struct shroud_machine *machine, const struct shroud_message *message)
{
	struct shroud_handshake *handshake = &machine->handshake;
	const struct shroud_random *random = &machine->config.random;
	uint8_t payload[SHROUD_MESSAGE_MAX - SHROUD_HEADER_LEN - SHROUD_RESP_MIN_LEN];
	uint8_t body[SHROUD_MESSAGE_MAX - SHROUD_HEADER_LEN];
	size_t len = shroud_choice_push(&handshake->choice, payload, sizeof(payload));

	if (len == 0 || !shroud_noise_begin(&handshake->noise, message->handshake_id, random))
		return false;
	shroud_noise_read_init(&handshake->noise, message->body, message->body_len);
	if (!shroud_noise_write_resp(&handshake->noise, &machine->config.identity, payload, len,
				     body, random) ||
	    !shroud_noise_data_keys(&handshake->noise, handshake->choice.mode, handshake->keys) ||
	    !shroud_noise_split(&handshake->noise))
		return false;
	handshake->id = message->handshake_id;
	handshake->has_keys = true;
	return shroud_message_push(&handshake->out, SHROUD_KIND_RESP, handshake->id, body,
				   SHROUD_RESP_MIN_LEN + len);
}

/* A handshake that could not be completed: what was before the INIT stays. */
static void give_up(struct shroud_step *step, uint32_t handshake_id)
{
	struct shroud_machine *machine = step->machine;

	shroud_handshake_forget(machine);
	if (machine->state == SHROUD_STATE_WAIT_CONFIRM) {
		machine->state = SHROUD_STATE_IDLE;
		shroud_lns_begin(step);
	}
	shroud_step_cover(step);
	shroud_step_abort(step, handshake_id, SHROUD_ABORT_MALFORMED);
}

static void answer_init(struct shroud_step *step, const struct shroud_message *message)
{
	struct shroud_machine *machine = step->machine;
	struct shroud_choice choice;
	uint8_t code = choose(&machine->config, message, &choice);

	if (code) {
		shroud_step_abort(step, message->handshake_id, code);
		return;
	}
	if (!within_rate(machine, step->event->now))
		return;
	shroud_handshake_forget(machine);
	machine->handshake.choice = choice;
	if (!write_resp(machine, message) ||
	    !digest_of(step->event, message, machine->handshake.digest)) {
		give_up(step, message->handshake_id);
		return;
	}
	machine->handshake.phase = SHROUD_PHASE_WAIT_CONFIRM;
	if (!covered(machine)) {
		machine->state = SHROUD_STATE_WAIT_CONFIRM;
		machine->reason = SHROUD_REASON_NONE;
	}
	machine->timer[SHROUD_TIMER_SETTLE] = SHROUD_NEVER;
	machine->timer[SHROUD_TIMER_PENDING] = step->event->now + SHROUD_PENDING * 1000;
	shroud_step_cover(step);
	shroud_step_send(step, &machine->handshake.out);
}

/* Not offered: by policy, for want of a data path, or because the line is in use in plain. */
static bool not_offered(const struct shroud_machine *machine)
{
	return machine->config.policy == SHROUD_POLICY_OFF || machine->config.no_datapath ||
	       (machine->state == SHROUD_STATE_PLAIN && machine->ncp_opened);
}

static void on_init(struct shroud_step *step, const struct shroud_message *message)
{
	struct shroud_machine *machine = step->machine;
	struct shroud_handshake *handshake = &machine->handshake;

	if (message->version != SHROUD_VERSION)
		shroud_step_abort(step, message->handshake_id, SHROUD_ABORT_VERSION);
	else if (message->suite != SHROUD_SUITE_NOISE_NX)
		shroud_step_abort(step, message->handshake_id, SHROUD_ABORT_SUITE);
	else if (not_offered(machine))
		shroud_step_abort(step, message->handshake_id, SHROUD_ABORT_NOT_OFFERED);
	else if (handshake->phase != SHROUD_PHASE_NONE &&
		 message->handshake_id == handshake->id) {
		if (handshake->phase == SHROUD_PHASE_WAIT_CONFIRM && is_repetition(step, message))
			shroud_step_send(step, &handshake->out);
	} else if (!machine->has_previous)
		answer_init(step, message);
}

static bool write_done(struct shroud_handshake *handshake)
{
	uint8_t body[SHROUD_PROOF_LEN];

	return shroud_noise_seal(handshake->noise.k_done, body) &&
	       shroud_message_push(&handshake->out, SHROUD_KIND_DONE, handshake->id, body,
				   sizeof(body));
}

static void confirmed(struct shroud_step *step, const struct shroud_message *message)
{
	struct shroud_machine *machine = step->machine;
	bool rekey = covered(machine);

	if (!write_done(&machine->handshake) ||
	    !digest_of(step->event, message, machine->handshake.digest))
		return;
	shroud_wipe(&machine->handshake.noise, sizeof(machine->handshake.noise));
	machine->handshake.phase = SHROUD_PHASE_DONE;
	machine->timer[SHROUD_TIMER_PENDING] = SHROUD_NEVER;
	machine->state = SHROUD_STATE_COVERED;
	shroud_step_promote(step);
	shroud_step_send(step, &machine->handshake.out);
	machine->rekeys += rekey;
	shroud_step_report(step, rekey ? SHROUD_REPORT_REKEYED : SHROUD_REPORT_COVERED);
	if (!rekey)
		shroud_step_add(step, SHROUD_ACTION_RELEASE);
}

static void on_confirm(struct shroud_step *step, const struct shroud_message *message)
{
	struct shroud_handshake *handshake = &step->machine->handshake;
	uint8_t payload[PAYLOAD_MAX];

	if (handshake->phase == SHROUD_PHASE_DONE && is_repetition(step, message))
		shroud_step_send(step, &handshake->out);
	if (handshake->phase == SHROUD_PHASE_WAIT_CONFIRM &&
	    message->body_len <= PAYLOAD_MAX + SHROUD_TAG_LEN &&
	    shroud_noise_open(handshake->noise.k_confirm, message->body, message->body_len,
			      payload) &&
	    shroud_params_valid(payload, message->body_len - SHROUD_TAG_LEN))
		confirmed(step, message);
}

/* Drops the half-done handshake. A rekey that led to nothing changes nothing. */
static void peer_gave_up(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;

	if (machine->handshake.phase != SHROUD_PHASE_WAIT_CONFIRM)
		return;
	if (!covered(machine)) {
		shroud_step_plain(step, SHROUD_REASON_GAVE_UP);
		return;
	}
	shroud_handshake_forget(machine);
	shroud_step_cover(step);
	machine->reason = SHROUD_REASON_GAVE_UP;
	shroud_step_report(step, SHROUD_REPORT_REKEY_FAILED);
}

void shroud_lns_message(struct shroud_step *step, const struct shroud_message *message)
{
	if (message->kind == SHROUD_KIND_INIT) {
		on_init(step, message);
		return;
	}
	if (message->version != SHROUD_VERSION || message->suite != SHROUD_SUITE_NOISE_NX ||
	    message->handshake_id != step->machine->handshake.id)
		return;
	if (message->kind == SHROUD_KIND_CONFIRM)
		on_confirm(step, message);
	else if (message->kind == SHROUD_KIND_ABORT)
		peer_gave_up(step);
}

void shroud_lns_plain_ncp(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;

	if (machine->state == SHROUD_STATE_IDLE)
		shroud_step_plain(step, SHROUD_REASON_NOT_SHROUDING);
	else if (machine->state == SHROUD_STATE_WAIT_CONFIRM)
		peer_gave_up(step);
}

static void pending_over(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;

	if (!covered(machine)) {
		shroud_step_close(step, SHROUD_REASON_NO_CONFIRMATION);
		return;
	}
	shroud_handshake_forget(machine);
	shroud_step_cover(step);
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
