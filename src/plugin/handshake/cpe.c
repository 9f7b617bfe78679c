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

/* Sends INIT of a new handshake; false if there is no randomness or memory. */
static bool start(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;

	shroud_handshake_forget(machine);
	if (!shroud_initiator_write_init(machine))
		return false;
	machine->handshake.phase = SHROUD_PHASE_WAIT_RESP;
	machine->first_init = step->event->now;
	shroud_step_send(step, &machine->handshake.out);
	arm_retransmit(step, SHROUD_INIT_TIMEOUT_MS);
	return true;
}

/* The handshake led to nothing: a covered session keeps its keys and tries again. */
static void fail(struct shroud_step *step, enum shroud_reason reason)
{
	struct shroud_machine *machine = step->machine;
	uint64_t first_init = machine->first_init;

	if (!covered(machine)) {
		/* This LNS has spoken the protocol before: an attacker may be at work. */
		machine->alarm |= shroud_trust_knows(&machine->config.trust);
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

void shroud_cpe_begin(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;

	if (machine->config.suppressed && machine->config.policy != SHROUD_POLICY_REQUIRE)
		fail(step, SHROUD_REASON_SUPPRESSED);
	else if (start(step))
		machine->state = SHROUD_STATE_WAIT_RESP;
	else
		shroud_step_plain(step, SHROUD_REASON_INTERNAL);
}

/* Goes on waiting: a forged RESP must not end the handshake. */
static void untrusted(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;

	if (!machine->handshake.untrusted)
		shroud_step_report(step, SHROUD_REPORT_UNTRUSTED);
	machine->handshake.untrusted = true;
	machine->alarm = true;
}

static void give_up(struct shroud_step *step)
{
	const struct shroud_handshake *handshake = &step->machine->handshake;

	if (!handshake->untrusted) {
		step->machine->alarm |= handshake->altered;
		fail(step, handshake->altered ? SHROUD_REASON_ALTERED : SHROUD_REASON_NO_ANSWER);
		return;
	}
	shroud_step_abort(step, SHROUD_SUITE_NOISE_NX, handshake->id, SHROUD_ABORT_UNTRUSTED);
	fail(step, SHROUD_REASON_UNTRUSTED);
}

/* No memory for keys that the peer has: such a session never goes on in plain (section 5.2). */
static void give_up_keys(struct shroud_step *step)
{
	if (covered(step->machine))
		fail(step, SHROUD_REASON_INTERNAL);
	else
		shroud_step_close(step, SHROUD_REASON_INTERNAL);
}

static void accept_resp(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;
	struct shroud_handshake *handshake = &machine->handshake;

	if (!shroud_initiator_write_confirm(machine)) {
		give_up_keys(step);
		return;
	}
	handshake->resp_at = step->event->now;
	handshake->phase = SHROUD_PHASE_WAIT_DONE;
	handshake->tries = 0;
	if (!covered(machine))
		machine->state = SHROUD_STATE_WAIT_DONE;
	if (covered(machine))
		shroud_step_cover(step);
	else if (handshake->installed)
		shroud_step_promote(step);
	shroud_step_send(step, &handshake->out);
	arm_retransmit(step, SHROUD_CONFIRM_TIMEOUT_MS);
	if (machine->state == SHROUD_STATE_WAIT_DONE && machine->has_current)
		shroud_step_add(step, SHROUD_ACTION_RELEASE);
}

static void set_peer(struct shroud_machine *machine, const uint8_t key[SHROUD_KEY_LEN],
		     enum shroud_trust_verdict verdict)
{
	memcpy(machine->peer_key, key, SHROUD_KEY_LEN);
	machine->verdict = verdict;
}

/* Decrypted: trust first, then what it says. */
static void judge_resp(struct shroud_step *step, const uint8_t *payload, size_t len,
		       const uint8_t key[SHROUD_KEY_LEN], const struct shroud_noise *noise)
{
	struct shroud_machine *machine = step->machine;
	enum shroud_trust_verdict verdict = shroud_trust_judge(&machine->config.trust, key);
	struct shroud_choice choice;

	if (verdict == SHROUD_TRUST_UNTRUSTED) {
		set_peer(machine, key, verdict);
		untrusted(step);
	} else if (shroud_choice_pull(payload, len, &choice) &&
		   shroud_initiator_accepts(machine, &choice)) {
		set_peer(machine, key, verdict);
		machine->first_init = SHROUD_NEVER;
		shroud_step_add(step, SHROUD_ACTION_FORGIVE);
		machine->handshake.choice = choice;
		machine->handshake.noise = *noise;
		accept_resp(step);
	}
}

/* On a copy: a RESP that is not accepted leaves the handshake as it was. */
static void on_resp(struct shroud_step *step, const struct shroud_message *message)
{
	struct shroud_machine *machine = step->machine;
	struct shroud_noise noise;
	uint8_t payload[PAYLOAD_MAX];
	uint8_t key[SHROUD_KEY_LEN];

	if (machine->handshake.phase != SHROUD_PHASE_WAIT_RESP)
		return;
	noise = machine->handshake.noise;
	if (message->body_len >= SHROUD_RESP_MIN_LEN &&
	    message->body_len <= SHROUD_RESP_MIN_LEN + PAYLOAD_MAX &&
	    shroud_noise_read_resp(&noise, message->body, message->body_len, payload, key,
				   &machine->config.random))
		judge_resp(step, payload, message->body_len - SHROUD_RESP_MIN_LEN, key, &noise);
	else
		machine->handshake.altered = true;
	shroud_wipe(&noise, sizeof(noise));
}

/* Known from now on, even if it can not be recorded: a rekey must bring the same key. */
static void remember_peer(struct shroud_step *step)
{
	struct shroud_trust *trust = &step->machine->config.trust;

	if (trust->known_count > 0)
		return;
	memcpy(trust->known[trust->known_count++], step->machine->peer_key, SHROUD_KEY_LEN);
	shroud_step_add(step, SHROUD_ACTION_RECORD);
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
	if (machine->verdict == SHROUD_TRUST_FIRST_USE)
		remember_peer(step);
	if (!machine->has_current) {
		shroud_step_agree(step);
		return;
	}
	if (covered(machine)) {
		shroud_step_promote(step);
		machine->rekeys++;
		shroud_step_report(step, SHROUD_REPORT_REKEYED);
	} else {
		machine->state = SHROUD_STATE_COVERED;
		shroud_step_report(step, SHROUD_REPORT_COVERED);
	}
	shroud_handshake_forget(machine);
	shroud_step_arm_rekey(step);
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
	const struct shroud_handshake *handshake = &step->machine->handshake;

	if (handshake->phase == SHROUD_PHASE_WAIT_RESP &&
	    shroud_message_rejects(step->event->packet, step->event->len, handshake->id))
		fail(step, SHROUD_REASON_REFUSED);
}

/* Not during the overlap: the second place is taken by the old receiving key set. */
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
		give_up(step);
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
