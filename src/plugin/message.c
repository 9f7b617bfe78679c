/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message.h"

#include <string.h>

static const uint8_t oui[3] = SHROUD_OUI_BYTES;

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void put32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

static void put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

enum shroud_message_verdict shroud_message_pull(const uint8_t *packet, size_t len,
						struct shroud_message *message)
{
	size_t length;

	if (len < SHROUD_OFF_KIND || packet[SHROUD_OFF_CODE] != SHROUD_LCP_CODE_VENDOR)
		return SHROUD_MESSAGE_FOREIGN;
	length = get16(packet + SHROUD_OFF_LENGTH);
	if (length < SHROUD_OFF_KIND || memcmp(packet + SHROUD_OFF_OUI, oui, sizeof(oui)) != 0)
		return SHROUD_MESSAGE_FOREIGN;
	if (length > len || length < SHROUD_HEADER_LEN)
		return SHROUD_MESSAGE_BROKEN;
	message->magic = get32(packet + SHROUD_OFF_MAGIC);
	message->kind = packet[SHROUD_OFF_KIND];
	message->version = packet[SHROUD_OFF_VERSION];
	message->suite = packet[SHROUD_OFF_SUITE];
	message->handshake_id = get32(packet + SHROUD_OFF_HANDSHAKE_ID);
	message->body = packet + SHROUD_HEADER_LEN;
	message->body_len = length - SHROUD_HEADER_LEN;
	if (message->kind < SHROUD_KIND_INIT || message->kind > SHROUD_KIND_ABORT)
		return SHROUD_MESSAGE_BROKEN;
	return SHROUD_MESSAGE_OK;
}

bool shroud_message_push(struct shroud_packet *packet, uint8_t kind, uint32_t handshake_id,
			 const uint8_t *body, size_t body_len)
{
	uint8_t *p = packet->data;

	packet->len = 0;
	if (body_len > SHROUD_MESSAGE_MAX - SHROUD_HEADER_LEN)
		return false;
	memset(p, 0, SHROUD_HEADER_LEN);
	p[SHROUD_OFF_CODE] = SHROUD_LCP_CODE_VENDOR;
	put16(p + SHROUD_OFF_LENGTH, SHROUD_HEADER_LEN + body_len);
	memcpy(p + SHROUD_OFF_OUI, oui, sizeof(oui));
	p[SHROUD_OFF_KIND] = kind;
	p[SHROUD_OFF_VERSION] = SHROUD_VERSION;
	p[SHROUD_OFF_SUITE] = SHROUD_SUITE_NOISE_NX;
	put32(p + SHROUD_OFF_HANDSHAKE_ID, handshake_id);
	if (body)
		memcpy(p + SHROUD_HEADER_LEN, body, body_len);
	packet->len = SHROUD_HEADER_LEN + body_len;
	return true;
}

void shroud_message_stamp(struct shroud_packet *packet, uint8_t id, uint32_t magic)
{
	packet->data[SHROUD_OFF_ID] = id;
	put32(packet->data + SHROUD_OFF_MAGIC, magic);
}

bool shroud_message_is_reject(const uint8_t *packet, size_t len)
{
	size_t length;

	if (len < SHROUD_OFF_MAGIC || packet[SHROUD_OFF_CODE] != SHROUD_LCP_CODE_REJECT)
		return false;
	length = get16(packet + SHROUD_OFF_LENGTH);
	if (length < SHROUD_OFF_MAGIC || length > len)
		return false;
	return length == SHROUD_OFF_MAGIC || packet[SHROUD_OFF_MAGIC] == SHROUD_LCP_CODE_VENDOR;
}

/* One triple of section 3.2, and the set of types met so far. */
struct param {
	uint8_t type;
	size_t len;
	const uint8_t *value;
};

struct param_reader {
	const uint8_t *at;
	size_t left;
	uint32_t seen[256 / 32];
	bool malformed;
};

/* False at the end, or when what follows is malformed. */
static bool pull_param(struct param_reader *reader, struct param *param)
{
	uint32_t bit;

	if (reader->left == 0)
		return false;
	reader->malformed = true;
	if (reader->left < SHROUD_PARAM_HEADER_LEN)
		return false;
	param->type = reader->at[0];
	param->len = get16(reader->at + 1);
	param->value = reader->at + SHROUD_PARAM_HEADER_LEN;
	if (param->len > reader->left - SHROUD_PARAM_HEADER_LEN)
		return false;
	bit = 1u << (param->type % 32);
	if (reader->seen[param->type / 32] & bit || param->type >= SHROUD_PARAM_CRITICAL)
		return false;
	reader->seen[param->type / 32] |= bit;
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

bool shroud_offer_pull(const uint8_t *payload, size_t len, struct shroud_offer *offer)
{
	struct param_reader reader = { .at = payload, .left = len };
	struct param param;

	*offer = (struct shroud_offer){ .framings = { SHROUD_FRAMING_PPP }, .framing_count = 1 };
	while (pull_param(&reader, &param)) {
		if (param.type == SHROUD_PARAM_MODES &&
		    !pull_list(&param, offer->modes, &offer->mode_count))
			return false;
		if (param.type == SHROUD_PARAM_FRAMINGS &&
		    !pull_list(&param, offer->framings, &offer->framing_count))
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
	*seconds = get32(param->value);
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

bool shroud_choice_pull(const uint8_t *payload, size_t len, struct shroud_choice *choice)
{
	struct param_reader reader = { .at = payload, .left = len };
	struct param param;

	*choice = (struct shroud_choice){ .framing = SHROUD_FRAMING_PPP,
					  .rekey = SHROUD_REKEY_DEFAULT };
	while (pull_param(&reader, &param)) {
		if (!pull_choice_param(&param, choice))
			return false;
	}
	return !reader.malformed && choice->mode != 0;
}

bool shroud_params_valid(const uint8_t *payload, size_t len)
{
	struct param_reader reader = { .at = payload, .left = len };
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
	put16(payload + *at + 1, len);
	memcpy(payload + *at + SHROUD_PARAM_HEADER_LEN, value, len);
	*at += SHROUD_PARAM_HEADER_LEN + len;
	return true;
}

size_t shroud_offer_push(const struct shroud_offer *offer, uint8_t *payload, size_t size)
{
	size_t at = 0;

	if (!push_param(payload, size, &at, SHROUD_PARAM_MODES, offer->modes, offer->mode_count))
		return 0;
	return at;
}

size_t shroud_choice_push(const struct shroud_choice *choice, uint8_t *payload, size_t size)
{
	uint8_t rekey[4];
	size_t at = 0;

	put32(rekey, choice->rekey);
	if (!push_param(payload, size, &at, SHROUD_PARAM_MODE, &choice->mode, 1) ||
	    !push_param(payload, size, &at, SHROUD_PARAM_REKEY, rekey, sizeof(rekey)))
		return 0;
	if (choice->notice_len > 0 &&
	    !push_param(payload, size, &at, SHROUD_PARAM_NOTICE, choice->notice,
			choice->notice_len))
		return 0;
	return at;
}
