/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What machine.c, cpe.c and lns.c share; nobody else includes it. */
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
void shroud_step_abort(struct shroud_step *step, uint32_t handshake_id, uint8_t code);

/* Tell the data path what the keys and the state are now. */
void shroud_step_cover(struct shroud_step *step);
/* Settle as plain, or close the link under policy require (section 5.4). */
void shroud_step_plain(struct shroud_step *step, enum shroud_reason reason);
/* Erase all keys and close the link. */
void shroud_step_close(struct shroud_step *step, enum shroud_reason reason);
/* The handshake's keys are the keys in use from now on, both ways. */
void shroud_step_promote(struct shroud_step *step);
/* Erase the handshake; the keys in use stay. */
void shroud_handshake_forget(struct shroud_machine *machine);

void shroud_cpe_begin(struct shroud_step *step);
void shroud_cpe_message(struct shroud_step *step, const struct shroud_message *message);
void shroud_cpe_reject(struct shroud_step *step);
void shroud_cpe_not_recorded(struct shroud_step *step);
void shroud_cpe_rekey(struct shroud_step *step);
void shroud_cpe_timer(struct shroud_step *step, enum shroud_timer timer);

void shroud_lns_begin(struct shroud_step *step);
void shroud_lns_message(struct shroud_step *step, const struct shroud_message *message);
void shroud_lns_plain_ncp(struct shroud_step *step);
void shroud_lns_timer(struct shroud_step *step, enum shroud_timer timer);

#endif
