/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The CPE's messages. */
#include "machine_role.h"

#include <string.h>

/* A rekey proves that it comes from the holder of the present keys (section 5.6). */
static bool write_offer(struct shroud_machine *machine, uint8_t *payload, size_t size, size_t *len)
{
	const struct shroud_handshake *handshake = &machine->handshake;
	struct shroud_offer offer = machine->config.offer;

	if (machine->has_current) {
		offer.modes[0] = machine->choice.mode;
		offer.framings[0] = machine->choice.framing;
		offer.mode_count = offer.framing_count = 1;
		offer.has_proof = true;
		if (!shroud_noise_proof(machine->current.chain, handshake->id,
					handshake->noise.ephemeral.public_key, offer.proof))
			return false;
	}
	*len = shroud_offer_push(&offer, payload, size);
	return *len > 0;
}

bool shroud_initiator_write_init(struct shroud_machine *machine)
{
	struct shroud_handshake *handshake = &machine->handshake;
	const struct shroud_random *random = &machine->config.random;
	uint8_t payload[64];
	uint8_t body[SHROUD_KEY_LEN + sizeof(payload)];
	size_t len;

	if (!random->fill(random->context, (uint8_t *)&handshake->id, sizeof(handshake->id)) ||
	    !shroud_noise_begin(&handshake->noise, handshake->id, random) ||
	    !write_offer(machine, payload, sizeof(payload), &len))
		return false;
	shroud_noise_write_init(&handshake->noise, payload, len, body);
	return shroud_message_push(&handshake->out, SHROUD_KIND_INIT, handshake->id, body,
				   SHROUD_KEY_LEN + len);
}

/* What was offered, and in a rekey what it was before. */
bool shroud_initiator_accepts(const struct shroud_machine *machine,
			      const struct shroud_choice *choice)
{
	const struct shroud_offer *offer = &machine->config.offer;

	if (machine->has_current)
		return choice->mode == machine->choice.mode &&
		       choice->framing == machine->choice.framing;
	return memchr(offer->modes, choice->mode, offer->mode_count) != NULL &&
	       memchr(offer->framings, choice->framing, offer->framing_count) != NULL;
}

bool shroud_initiator_write_confirm(struct shroud_machine *machine)
{
	struct shroud_handshake *handshake = &machine->handshake;
	uint8_t body[SHROUD_SEAL_LEN];

	if (!shroud_noise_okm(&handshake->noise, handshake->choice.mode, machine->current.chain,
			      &handshake->okm) ||
	    !shroud_noise_split(&handshake->noise) ||
	    !shroud_noise_seal(handshake->noise.k_confirm, body))
		return false;
	handshake->okm.phase = shroud_next_phase(machine);
	handshake->installed = handshake->choice.mode != SHROUD_MODE_PLAIN;
	return shroud_message_push(&handshake->out, SHROUD_KIND_CONFIRM, handshake->id, body,
				   sizeof(body));
}
