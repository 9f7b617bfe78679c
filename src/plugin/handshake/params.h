/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Codec of the payloads of pppshroud messages, type-length-value triples
 * (docs/protocol.md section 3.2). No I/O, no allocation.
 */
#ifndef SHROUD_PARAMS_H
#define SHROUD_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../wire/shroud_wire.h"

/* Parameters of INIT. */
struct shroud_offer {
	uint8_t modes[SHROUD_PARAM_LIST_MAX];
	uint8_t mode_count;
	uint8_t framings[SHROUD_PARAM_LIST_MAX];
	uint8_t framing_count;
	bool has_proof; /* in a rekey only */
	uint8_t proof[SHROUD_PROOF_LEN];
};

/* Parameters of RESP. The notice is untrusted text, not terminated. */
struct shroud_choice {
	uint8_t mode;
	uint8_t framing;
	uint32_t rekey; /* seconds */
	uint8_t notice_len;
	char notice[SHROUD_NOTICE_MAX];
};

/* Whether the mode goes with the framing: docs/decoy.md section 12. */
bool shroud_framing_fits(uint8_t mode, uint8_t framing);

/* Section 3.2. False: malformed. Absent parameters get their defaults. */
bool shroud_offer_pull(const uint8_t *payload, size_t len, struct shroud_offer *offer);
bool shroud_choice_pull(const uint8_t *payload, size_t len, struct shroud_choice *choice);
/* Payloads of CONFIRM and DONE, for which no parameters are defined. */
bool shroud_params_valid(const uint8_t *payload, size_t len);

/* Return the octets written, or 0 if @size is too small. */
size_t shroud_offer_push(const struct shroud_offer *offer, uint8_t *payload, size_t size);
size_t shroud_choice_push(const struct shroud_choice *choice, uint8_t *payload, size_t size);

#endif
