/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The CPE's side of the machine: docs/protocol.md sections 5.2 and 5.6. */
#include "machine_role.h"

#include <string.h>

/* Parameters of a RESP; a longer message is not understood. */
#define PAYLOAD_MAX 2048

static bool covered(const struct shroud_machine *machine)
{
	return machine->state == SHROUD_STATE_COVERED;
}

static void arm_retransmit(struct shroud_step *step, uint64_t first_ms)
{
	struct shroud_machine *machine = step->machine;
	unsigned int tries = machine->handshake.tries++;

	machine->timer[SHROUD_TIMER_RETRANSMIT] = step->event->now + (first_ms << tries);
}

static bool write_init(struct shroud_machine *machine)
{
	struct shroud_handshake *handshake = &machine->handshake;
	const struct shroud_random *random = &machine->config.random;
	uint8_t payload[64];
	uint8_t body[SHROUD_KEY_LEN + sizeof(payload)];
	size_t len = shroud_offer_push(&machine->config.offer, payload, sizeof(payload));

	if (len == 0 ||
	    !random->fill(random->context, (uint8_t *)&handshake->id, sizeof(handshake->id)) ||
	    !shroud_noise_begin(&handshake->noise, handshake->id, random))
		return false;
	shroud_noise_write_init(&handshake->noise, payload, len, body);
	return shroud_message_push(&handshake->out, SHROUD_KIND_INIT, handshake->id, body,
				   SHROUD_KEY_LEN + len);
}

/* Sends INIT of a new handshake; false if there is no randomness or memory. */
static bool start(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;

	shroud_handshake_forget(machine);
	if (!write_init(machine))
		return false;
	machine->handshake.phase = SHROUD_PHASE_WAIT_RESP;
	machine->first_init = step->event->now;
	shroud_step_send(step, &machine->handshake.out);
	arm_retransmit(step, SHROUD_INIT_TIMEOUT_MS);
	return true;
}

void shroud_cpe_begin(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;

	if (machine->config.suppressed && machine->config.policy != SHROUD_POLICY_REQUIRE)
		shroud_step_plain(step, SHROUD_REASON_SUPPRESSED);
	else if (start(step))
		machine->state = SHROUD_STATE_WAIT_RESP;
	else
		shroud_step_plain(step, SHROUD_REASON_INTERNAL);
}

/* The handshake led to nothing: a covered session keeps its keys and tries again. */
static void fail(struct shroud_step *step, enum shroud_reason reason)
{
	struct shroud_machine *machine = step->machine;
	uint64_t first_init = machine->first_init;

	if (!covered(machine)) {
		shroud_step_plain(step, reason);
		/* The peer may yet take offence: it has seen INIT and not answered. */
		machine->first_init = first_init;
		return;
	}
	machine->reason = reason;
	shroud_handshake_forget(machine);
	machine->timer[SHROUD_TIMER_REKEY] = step->event->now + SHROUD_REKEY_RETRY * 1000;
	shroud_step_report(step, SHROUD_REPORT_REKEY_FAILED);
}

static void untrusted(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;

	shroud_step_abort(step, machine->handshake.id, SHROUD_ABORT_UNTRUSTED);
	machine->alarm = true;
	shroud_step_report(step, SHROUD_REPORT_UNTRUSTED);
	fail(step, SHROUD_REASON_UNTRUSTED);
	machine->first_init = SHROUD_NEVER; /* it did answer */
}

static bool chose_from_offer(const struct shroud_offer *offer, const struct shroud_choice *choice)
{
	return memchr(offer->modes, choice->mode, offer->mode_count) != NULL &&
	       memchr(offer->framings, choice->framing, offer->framing_count) != NULL;
}

static bool write_confirm(struct shroud_handshake *handshake)
{
	uint8_t body[SHROUD_PROOF_LEN];

	if (!shroud_noise_data_keys(&handshake->noise, handshake->choice.mode, handshake->keys) ||
	    !shroud_noise_split(&handshake->noise) ||
	    !shroud_noise_seal(handshake->noise.k_confirm, body))
		return false;
	handshake->has_keys = true;
	return shroud_message_push(&handshake->out, SHROUD_KIND_CONFIRM, handshake->id, body,
				   sizeof(body));
}

/* Known from now on, even if it can not be recorded: a rekey must bring the same key. */
static void remember_peer(struct shroud_step *step)
{
	struct shroud_trust *trust = &step->machine->config.trust;

	memcpy(trust->known[trust->known_count++], step->machine->peer_key, SHROUD_KEY_LEN);
	shroud_step_add(step, SHROUD_ACTION_RECORD);
}

static void accept_resp(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;
	struct shroud_handshake *handshake = &machine->handshake;

	if (!write_confirm(handshake)) {
		fail(step, SHROUD_REASON_INTERNAL);
		return;
	}
	if (machine->verdict == SHROUD_TRUST_FIRST_USE)
		remember_peer(step);
	machine->first_init = SHROUD_NEVER;
	shroud_step_add(step, SHROUD_ACTION_FORGIVE);
	handshake->phase = SHROUD_PHASE_WAIT_DONE;
	handshake->tries = 0;
	if (covered(machine)) {
		shroud_step_cover(step);
	} else {
		machine->state = SHROUD_STATE_WAIT_DONE;
		shroud_step_promote(step);
	}
	shroud_step_send(step, &handshake->out);
	arm_retransmit(step, SHROUD_CONFIRM_TIMEOUT_MS);
	if (machine->state == SHROUD_STATE_WAIT_DONE)
		shroud_step_add(step, SHROUD_ACTION_RELEASE);
}

static void on_resp(struct shroud_step *step, const struct shroud_message *message)
{
	struct shroud_machine *machine = step->machine;
	struct shroud_handshake *handshake = &machine->handshake;
	uint8_t payload[PAYLOAD_MAX];
	uint8_t key[SHROUD_KEY_LEN];

	if (handshake->phase != SHROUD_PHASE_WAIT_RESP || message->body_len < SHROUD_RESP_MIN_LEN ||
	    message->body_len > SHROUD_RESP_MIN_LEN + PAYLOAD_MAX ||
	    !shroud_noise_read_resp(&handshake->noise, message->body, message->body_len, payload,
				    key, &machine->config.random))
		return;
	memcpy(machine->peer_key, key, sizeof(key));
	machine->verdict = shroud_trust_judge(&machine->config.trust, key);
	if (machine->verdict == SHROUD_TRUST_UNTRUSTED)
		untrusted(step);
	else if (shroud_choice_pull(payload, message->body_len - SHROUD_RESP_MIN_LEN,
				    &handshake->choice) &&
		 chose_from_offer(&machine->config.offer, &handshake->choice))
		accept_resp(step);
}

/* Section 5.6: each interval is shorter by up to 10 %, at random. */
static void arm_rekey(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;
	const struct shroud_random *random = &machine->config.random;
	uint64_t interval = (uint64_t)machine->choice.rekey * 1000;
	uint32_t dice = 0;

	if (random->fill(random->context, (uint8_t *)&dice, sizeof(dice)))
		interval -= dice % (interval / 10);
	machine->timer[SHROUD_TIMER_REKEY] = step->event->now + interval;
}

static void on_done(struct shroud_step *step, const struct shroud_message *message)
{
	struct shroud_machine *machine = step->machine;
	struct shroud_handshake *handshake = &machine->handshake;
	uint8_t payload[PAYLOAD_MAX];

	if (handshake->phase != SHROUD_PHASE_WAIT_DONE ||
	    message->body_len > PAYLOAD_MAX + SHROUD_TAG_LEN ||
	    !shroud_noise_open(handshake->noise.k_done, message->body, message->body_len,
			       payload) ||
	    !shroud_params_valid(payload, message->body_len - SHROUD_TAG_LEN))
		return;
	if (covered(machine)) {
		shroud_step_promote(step);
		machine->rekeys++;
		shroud_step_report(step, SHROUD_REPORT_REKEYED);
	} else {
		machine->state = SHROUD_STATE_COVERED;
		shroud_step_report(step, SHROUD_REPORT_COVERED);
	}
	shroud_handshake_forget(machine);
	arm_rekey(step);
}

static void on_abort(struct shroud_step *step, const struct shroud_message *message)
{
	if (step->machine->handshake.phase != SHROUD_PHASE_WAIT_RESP || message->body_len < 1)
		return;
	step->machine->abort_code = message->body[0];
	fail(step, SHROUD_REASON_ABORTED);
}

void shroud_cpe_message(struct shroud_step *step, const struct shroud_message *message)
{
	if (message->version != SHROUD_VERSION || message->suite != SHROUD_SUITE_NOISE_NX ||
	    message->handshake_id != step->machine->handshake.id)
		return;
	if (message->kind == SHROUD_KIND_RESP)
		on_resp(step, message);
	else if (message->kind == SHROUD_KIND_DONE)
		on_done(step, message);
	else if (message->kind == SHROUD_KIND_ABORT)
		on_abort(step, message);
}

void shroud_cpe_reject(struct shroud_step *step)
{
	if (step->machine->handshake.phase == SHROUD_PHASE_WAIT_RESP)
		fail(step, SHROUD_REASON_REFUSED);
}

/* Section 4.2: the caller reports it; it keeps the line down under require only. */
void shroud_cpe_not_recorded(struct shroud_step *step)
{
	if (step->machine->config.policy == SHROUD_POLICY_REQUIRE)
		shroud_step_close(step, SHROUD_REASON_NOT_RECORDED);
}

/* Not while the LNS may hold an old key set in second place: it would not answer. */
void shroud_cpe_rekey(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;
	uint64_t overlap = machine->timer[SHROUD_TIMER_OVERLAP];

	if (!covered(machine) || machine->handshake.phase != SHROUD_PHASE_NONE)
		return;
	machine->timer[SHROUD_TIMER_REKEY] = SHROUD_NEVER;
	if (overlap != SHROUD_NEVER)
		machine->timer[SHROUD_TIMER_REKEY] = overlap;
	else if (!start(step))
		fail(step, SHROUD_REASON_INTERNAL);
}

static void retransmit(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;
	struct shroud_handshake *handshake = &machine->handshake;
	bool init = handshake->phase == SHROUD_PHASE_WAIT_RESP;

	if (handshake->tries < (init ? SHROUD_INIT_TRIES : SHROUD_CONFIRM_TRIES)) {
		shroud_step_send(step, &handshake->out);
		arm_retransmit(step, init ? SHROUD_INIT_TIMEOUT_MS : SHROUD_CONFIRM_TIMEOUT_MS);
	} else if (init) {
		fail(step, SHROUD_REASON_NO_ANSWER);
	} else {
		shroud_step_close(step, SHROUD_REASON_NO_DONE);
	}
}

void shroud_cpe_timer(struct shroud_step *step, enum shroud_timer timer)
{
	if (timer == SHROUD_TIMER_RETRANSMIT)
		retransmit(step);
	else if (timer == SHROUD_TIMER_REKEY)
		shroud_cpe_rekey(step);
}
