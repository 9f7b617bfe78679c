/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "params.h"

#include <string.h>

#include "octets.h"

/* One triple of section 3.2, and the set of types met so far. */
struct param {
	uint8_t type;
	size_t len;
	const uint8_t *value;
};

struct param_reader {
	const uint8_t *at;
	size_t left;
	uint32_t defined; /* bit per type below 32 that may stand in this message */
	uint32_t seen[SHROUD_PARAM_CRITICAL / 32];
	bool malformed;
};

#define BIT(type) (1u << (type))
#define DEFINED_ANY BIT(SHROUD_PARAM_PADDING)
#define DEFINED_INIT \
	(DEFINED_ANY | BIT(SHROUD_PARAM_MODES) | BIT(SHROUD_PARAM_FRAMINGS) | \
	 BIT(SHROUD_PARAM_PROOF))
#define DEFINED_RESP \
	(DEFINED_ANY | BIT(SHROUD_PARAM_MODE) | BIT(SHROUD_PARAM_FRAMING) | \
	 BIT(SHROUD_PARAM_REKEY) | BIT(SHROUD_PARAM_NOTICE))
#define DEFINED_SOMEWHERE (DEFINED_INIT | DEFINED_RESP)

/* Marks the type as seen; false if it may not stand here. */
static bool admit(struct param_reader *reader, uint8_t type)
{
	uint32_t bit = BIT(type % 32);

	if (type >= SHROUD_PARAM_CRITICAL || reader->seen[type / 32] & bit)
		return false;
	if (type < 32 && DEFINED_SOMEWHERE & bit && !(reader->defined & bit))
		return false;
	reader->seen[type / 32] |= bit;
	return true;
}

/* False at the end, or when what follows is malformed. */
static bool pull_param(struct param_reader *reader, struct param *param)
{
	if (reader->left == 0)
		return false;
	reader->malformed = true;
	if (reader->left < SHROUD_PARAM_HEADER_LEN)
		return false;
	param->type = reader->at[0];
	param->len = shroud_get16(reader->at + 1);
	param->value = reader->at + SHROUD_PARAM_HEADER_LEN;
	if (param->len > reader->left - SHROUD_PARAM_HEADER_LEN)
		return false;
	if (!admit(reader, param->type))
		return false;
	reader->malformed = false;
	reader->at = param->value + param->len;
	reader->left -= SHROUD_PARAM_HEADER_LEN + param->len;
	return true;
}

static bool pull_list(const struct param *param, uint8_t *list, uint8_t *count)
{
	if (param->len < 1 || param->len > SHROUD_PARAM_LIST_MAX)
		return false;
	memcpy(list, param->value, param->len);
	*count = (uint8_t)param->len;
	return true;
}

static bool pull_proof(const struct param *param, struct shroud_offer *offer)
{
	if (param->len != SHROUD_PROOF_LEN)
		return false;
	memcpy(offer->proof, param->value, SHROUD_PROOF_LEN);
	offer->has_proof = true;
	return true;
}

static bool pull_offer_param(const struct param *param, struct shroud_offer *offer)
{
	switch (param->type) {
	case SHROUD_PARAM_MODES:
		return pull_list(param, offer->modes, &offer->mode_count);
	case SHROUD_PARAM_FRAMINGS:
		return pull_list(param, offer->framings, &offer->framing_count);
	case SHROUD_PARAM_PROOF:
		return pull_proof(param, offer);
	default:
		return true;
	}
}

bool shroud_offer_pull(const uint8_t *payload, size_t len, struct shroud_offer *offer)
{
	struct param_reader reader = { .at = payload, .left = len, .defined = DEFINED_INIT };
	struct param param;

	*offer = (struct shroud_offer){ .framings = { SHROUD_FRAMING_PPP }, .framing_count = 1 };
	while (pull_param(&reader, &param)) {
		if (!pull_offer_param(&param, offer))
			return false;
	}
	return !reader.malformed && offer->mode_count > 0;
}

static bool pull_octet(const struct param *param, uint8_t *value)
{
	if (param->len != 1)
		return false;
	*value = param->value[0];
	return true;
}

static bool pull_rekey(const struct param *param, uint32_t *seconds)
{
	if (param->len != 4)
		return false;
	*seconds = shroud_get32(param->value);
	return *seconds >= SHROUD_REKEY_MIN && *seconds <= SHROUD_REKEY_MAX;
}

static bool pull_notice(const struct param *param, struct shroud_choice *choice)
{
	if (param->len > SHROUD_NOTICE_MAX)
		return false;
	memcpy(choice->notice, param->value, param->len);
	choice->notice_len = (uint8_t)param->len;
	return true;
}

static bool pull_choice_param(const struct param *param, struct shroud_choice *choice)
{
	switch (param->type) {
	case SHROUD_PARAM_MODE:
		return pull_octet(param, &choice->mode);
	case SHROUD_PARAM_FRAMING:
		return pull_octet(param, &choice->framing);
	case SHROUD_PARAM_REKEY:
		return pull_rekey(param, &choice->rekey);
	case SHROUD_PARAM_NOTICE:
		return pull_notice(param, choice);
	default:
		return true;
	}
}

bool shroud_framing_fits(uint8_t mode, uint8_t framing)
{
	if (framing == SHROUD_FRAMING_LCP)
		return mode == SHROUD_MODE_DECOY || mode == SHROUD_MODE_PLAIN;
	return framing == SHROUD_FRAMING_PPP && mode != SHROUD_MODE_PLAIN;
}

bool shroud_choice_pull(const uint8_t *payload, size_t len, struct shroud_choice *choice)
{
	struct param_reader reader = { .at = payload, .left = len, .defined = DEFINED_RESP };
	struct param param;

	*choice = (struct shroud_choice){ .framing = SHROUD_FRAMING_PPP,
					  .rekey = SHROUD_REKEY_DEFAULT };
	while (pull_param(&reader, &param)) {
		if (!pull_choice_param(&param, choice))
			return false;
	}
	return !reader.malformed && reader.seen[0] & BIT(SHROUD_PARAM_MODE) &&
	       shroud_framing_fits(choice->mode, choice->framing);
}

bool shroud_params_valid(const uint8_t *payload, size_t len)
{
	struct param_reader reader = { .at = payload, .left = len, .defined = DEFINED_ANY };
	struct param param;

	while (pull_param(&reader, &param))
		;
	return !reader.malformed;
}

/* Appends one triple at *at; false if it does not fit @size. */
static bool push_param(uint8_t *payload, size_t size, size_t *at, uint8_t type, const void *value,
		       size_t len)
{
	if (size - *at < SHROUD_PARAM_HEADER_LEN + len)
		return false;
	payload[*at] = type;
	shroud_put16(payload + *at + 1, len);
	memcpy(payload + *at + SHROUD_PARAM_HEADER_LEN, value, len);
	*at += SHROUD_PARAM_HEADER_LEN + len;
	return true;
}

size_t shroud_offer_push(const struct shroud_offer *offer, uint8_t *payload, size_t size)
{
	size_t at = 0;

	if (!push_param(payload, size, &at, SHROUD_PARAM_MODES, offer->modes, offer->mode_count))
		return 0;
	if (!(offer->framing_count == 1 && offer->framings[0] == SHROUD_FRAMING_PPP) &&
	    !push_param(payload, size, &at, SHROUD_PARAM_FRAMINGS, offer->framings,
			offer->framing_count))
		return 0;
	if (offer->has_proof &&
	    !push_param(payload, size, &at, SHROUD_PARAM_PROOF, offer->proof, SHROUD_PROOF_LEN))
		return 0;
	return at;
}

size_t shroud_choice_push(const struct shroud_choice *choice, uint8_t *payload, size_t size)
{
	uint8_t rekey[4];
	size_t at = 0;

	shroud_put32(rekey, choice->rekey);
	if (!push_param(payload, size, &at, SHROUD_PARAM_MODE, &choice->mode, 1))
		return 0;
	if (choice->framing != SHROUD_FRAMING_PPP &&
	    !push_param(payload, size, &at, SHROUD_PARAM_FRAMING, &choice->framing, 1))
		return 0;
	if (!push_param(payload, size, &at, SHROUD_PARAM_REKEY, rekey, sizeof(rekey)))
		return 0;
	if (choice->notice_len > 0 && !push_param(payload, size, &at, SHROUD_PARAM_NOTICE,
						  choice->notice, choice->notice_len))
		return 0;
	return at;
}
