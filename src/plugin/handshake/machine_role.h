/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the machine share; nobody else includes it. */
#ifndef SHROUD_MACHINE_ROLE_H
#define SHROUD_MACHINE_ROLE_H

#include "machine.h"

/* One step under way. */
struct shroud_step {
	struct shroud_machine *machine;
	const struct shroud_event *event;
	struct shroud_actions *actions;
};

struct shroud_action *shroud_step_add(struct shroud_step *step, enum shroud_action_type type);
void shroud_step_send(struct shroud_step *step, struct shroud_packet *packet);
void shroud_step_report(struct shroud_step *step, enum shroud_report report);
void shroud_step_abort(struct shroud_step *step, uint8_t suite, uint32_t handshake_id,
		       uint8_t code);

/* Tell the data path what the keys and the state are now. */
void shroud_step_cover(struct shroud_step *step);
/* Settle as plain, or close the link under policy require (section 5.4). */
void shroud_step_plain(struct shroud_step *step, enum shroud_reason reason);
/* The same because of policy off: with framing lcp if that was set by hand. */
void shroud_step_off(struct shroud_step *step);
/* The same because the handshake has chosen mode plain. */
void shroud_step_agree(struct shroud_step *step);
/* Whether that is how the session has settled. */
bool shroud_machine_agreed_plain(const struct shroud_machine *machine);
/* Erase all keys; the session stays as it is then. */
void shroud_step_settle(struct shroud_step *step, enum shroud_state state,
			enum shroud_reason reason, enum shroud_report report,
			enum shroud_action_type action);
/* Erase all keys and close the link. */
void shroud_step_close(struct shroud_step *step, enum shroud_reason reason);
/* The handshake's keys are the keys in use from now on, both ways. */
void shroud_step_promote(struct shroud_step *step);
/* CPE: when the next ones are due. Each interval is shorter by a random part (section 5.6). */
void shroud_step_arm_rekey(struct shroud_step *step);
/* Of a handshake that begins now: docs/decoy.md section 3. */
uint8_t shroud_next_phase(const struct shroud_machine *machine);
/* Erase the handshake; the keys in use stay. */
void shroud_handshake_forget(struct shroud_machine *machine);

/* Erase the old receiving key set of a rekey overlap. */
void shroud_previous_forget(struct shroud_machine *machine);
/* Erase everything of all handshakes and stop all timers. */
void shroud_machine_erase(struct shroud_machine *machine);

/* The CPE's messages, into machine->handshake. False: no memory or random numbers. */
bool shroud_initiator_write_init(struct shroud_machine *machine);
bool shroud_initiator_write_confirm(struct shroud_machine *machine);
/* Whether a RESP chose what was offered, and in a rekey what it was before. */
bool shroud_initiator_accepts(const struct shroud_machine *machine,
			      const struct shroud_choice *choice);

/*
 * The LNS's: RESP into *handshake, whose choice is made, DONE into machine->done.
 * False also if the peer's ephemeral key is of low order.
 */
bool shroud_responder_write_resp(const struct shroud_machine *machine,
				 const struct shroud_message *message,
				 struct shroud_handshake *handshake);
bool shroud_responder_write_done(struct shroud_machine *machine,
				 const struct shroud_message *message);
/* Fills *choice; 0, or the code of the ABORT to answer with. */
uint8_t shroud_responder_choose(const struct shroud_machine *machine,
				const struct shroud_offer *offer, struct shroud_choice *choice);
/* Section 5.6: only who holds the present keys may change them. */
bool shroud_responder_proves(const struct shroud_machine *machine,
			     const struct shroud_message *message,
			     const struct shroud_offer *offer);
/* Of a message from Kind on: what precedes that changes with every packet. */
bool shroud_message_digest(const struct shroud_message *message, uint8_t digest[SHROUD_HASH_LEN]);

void shroud_cpe_begin(struct shroud_step *step);
void shroud_cpe_message(struct shroud_step *step, const struct shroud_message *message);
void shroud_cpe_reject(struct shroud_step *step);
void shroud_cpe_rekey(struct shroud_step *step);
void shroud_cpe_timer(struct shroud_step *step, enum shroud_timer timer);

void shroud_lns_begin(struct shroud_step *step);
void shroud_lns_message(struct shroud_step *step, const struct shroud_message *message);
void shroud_lns_plain_ncp(struct shroud_step *step);
void shroud_lns_timer(struct shroud_step *step, enum shroud_timer timer);

#endif
