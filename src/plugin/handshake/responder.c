/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The LNS's messages. */
#include "machine_role.h"

#include <string.h>

/* "Octet for octet from Kind on": what precedes Kind changes with every packet. */
bool shroud_message_digest(const struct shroud_message *message, uint8_t digest[SHROUD_HASH_LEN])
{
	const size_t before = SHROUD_HEADER_LEN - SHROUD_OFF_KIND;

	return shroud_digest(message->body - before, before + message->body_len, digest);
}

static bool contains(const uint8_t *list, size_t count, uint8_t value)
{
	return memchr(list, value, count) != NULL;
}

/* The first framing of the offer that is allowed and goes with the mode, or 0. */
static uint8_t choose_framing(const struct shroud_offer *offer, const struct shroud_offer *allowed,
			      uint8_t mode)
{
	for (size_t i = 0; i < offer->framing_count; i++) {
		uint8_t framing = offer->framings[i];

		if (contains(allowed->framings, allowed->framing_count, framing) &&
		    shroud_framing_fits(mode, framing))
			return framing;
	}
	return 0;
}

/* The first mode of the offer that is allowed and has a framing; framing 0 if there is none. */
static void choose_first(const struct shroud_offer *offer, const struct shroud_offer *allowed,
			 struct shroud_choice *choice)
{
	for (size_t i = 0; i < offer->mode_count && choice->framing == 0; i++) {
		choice->mode = offer->modes[i];
		if (contains(allowed->modes, allowed->mode_count, choice->mode))
			choice->framing = choose_framing(offer, allowed, choice->mode);
	}
}

/* A rekey keeps to the mode and framing in use (section 5.6). */
static void choose_mode(const struct shroud_machine *machine, const struct shroud_offer *offer,
			struct shroud_choice *choice)
{
	const struct shroud_offer used = { .modes = { machine->choice.mode },
					   .mode_count = 1,
					   .framings = { machine->choice.framing },
					   .framing_count = 1 };

	choose_first(offer, machine->has_current ? &used : &machine->config.offer, choice);
}

/* Fills *choice; 0, or the code of the ABORT to answer with. */
uint8_t shroud_responder_choose(const struct shroud_machine *machine,
				const struct shroud_offer *offer, struct shroud_choice *choice)
{
	const struct shroud_config *config = &machine->config;

	*choice = (struct shroud_choice){ .rekey = config->rekey };
	choose_mode(machine, offer, choice);
	if (choice->framing == 0)
		return SHROUD_ABORT_MODE;
	if (config->notice) {
		choice->notice_len = (uint8_t)strnlen(config->notice, SHROUD_NOTICE_MAX);
		memcpy(choice->notice, config->notice, choice->notice_len);
	}
	return 0;
}

bool shroud_responder_write_resp(const struct shroud_machine *machine,
				 const struct shroud_message *message,
				 struct shroud_handshake *handshake)
{
	const struct shroud_random *random = &machine->config.random;
	uint8_t payload[SHROUD_MESSAGE_MAX - SHROUD_HEADER_LEN - SHROUD_RESP_MIN_LEN];
	uint8_t body[SHROUD_MESSAGE_MAX - SHROUD_HEADER_LEN];
	size_t len = shroud_choice_push(&handshake->choice, payload, sizeof(payload));

	if (len == 0 || !shroud_noise_begin(&handshake->noise, message->handshake_id, random))
		return false;
	shroud_noise_read_init(&handshake->noise, message->body, message->body_len);
	if (!shroud_noise_write_resp(&handshake->noise, &machine->config.identity, payload, len,
				     body, random) ||
	    !shroud_noise_okm(&handshake->noise, handshake->choice.mode, machine->current.chain,
			      &handshake->okm) ||
	    !shroud_noise_split(&handshake->noise))
		return false;
	handshake->okm.phase = shroud_next_phase(machine);
	handshake->id = message->handshake_id;
	return shroud_message_push(&handshake->out, SHROUD_KIND_RESP, handshake->id, body,
				   SHROUD_RESP_MIN_LEN + len);
}

/* Section 5.6: only who holds the present keys may change them. */
bool shroud_responder_proves(const struct shroud_machine *machine,
			     const struct shroud_message *message, const struct shroud_offer *offer)
{
	uint8_t proof[SHROUD_PROOF_LEN];
	volatile uint8_t difference = 0;

	if (!offer->has_proof || !shroud_noise_proof(machine->current.chain, message->handshake_id,
						     message->body, proof))
		return false;
	for (size_t i = 0; i < sizeof(proof); i++)
		difference |= proof[i] ^ offer->proof[i];
	return difference == 0;
}

bool shroud_responder_write_done(struct shroud_machine *machine,
				 const struct shroud_message *message)
{
	const struct shroud_handshake *handshake = &machine->handshake;
	uint8_t body[SHROUD_SEAL_LEN];

	return shroud_message_digest(message, machine->done.digest) &&
	       shroud_noise_seal(handshake->noise.k_done, body) &&
	       shroud_message_push(&machine->done.out, SHROUD_KIND_DONE, handshake->id, body,
				   sizeof(body));
}
