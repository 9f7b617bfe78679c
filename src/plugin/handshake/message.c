/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message.h"

#include <string.h>

#include "octets.h"

static const uint8_t oui[3] = SHROUD_OUI_BYTES;

enum shroud_message_verdict shroud_message_pull(const uint8_t *packet, size_t len,
						struct shroud_message *message)
{
	size_t length;

	if (len < SHROUD_OFF_KIND || packet[SHROUD_OFF_CODE] != SHROUD_LCP_CODE_VENDOR)
		return SHROUD_MESSAGE_FOREIGN;
	length = shroud_get16(packet + SHROUD_OFF_LENGTH);
	if (length < SHROUD_OFF_KIND || memcmp(packet + SHROUD_OFF_OUI, oui, sizeof(oui)) != 0)
		return SHROUD_MESSAGE_FOREIGN;
	if (length > len || length < SHROUD_HEADER_LEN)
		return SHROUD_MESSAGE_BROKEN;
	message->magic = shroud_get32(packet + SHROUD_OFF_MAGIC);
	message->kind = packet[SHROUD_OFF_KIND];
	message->version = packet[SHROUD_OFF_VERSION];
	message->suite = packet[SHROUD_OFF_SUITE];
	message->handshake_id = shroud_get32(packet + SHROUD_OFF_HANDSHAKE_ID);
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
	shroud_put16(p + SHROUD_OFF_LENGTH, SHROUD_HEADER_LEN + body_len);
	memcpy(p + SHROUD_OFF_OUI, oui, sizeof(oui));
	p[SHROUD_OFF_KIND] = kind;
	p[SHROUD_OFF_VERSION] = SHROUD_VERSION;
	p[SHROUD_OFF_SUITE] = SHROUD_SUITE_NOISE_NX;
	shroud_put32(p + SHROUD_OFF_HANDSHAKE_ID, handshake_id);
	memcpy(p + SHROUD_HEADER_LEN, body, body_len);
	packet->len = SHROUD_HEADER_LEN + body_len;
	return true;
}

void shroud_message_stamp(struct shroud_packet *packet, uint8_t id, uint32_t magic)
{
	packet->data[SHROUD_OFF_ID] = id;
	shroud_put32(packet->data + SHROUD_OFF_MAGIC, magic);
}

void shroud_message_push_abort(struct shroud_packet *packet, uint8_t suite, uint32_t handshake_id,
			       uint8_t code)
{
	shroud_message_push(packet, SHROUD_KIND_ABORT, handshake_id, &code, 1);
	packet->data[SHROUD_OFF_SUITE] = suite;
}

bool shroud_message_rejects(const uint8_t *packet, size_t len, uint32_t handshake_id)
{
	const uint8_t *rejected = packet + SHROUD_OFF_MAGIC;
	size_t length;

	if (len < SHROUD_OFF_MAGIC || packet[SHROUD_OFF_CODE] != SHROUD_LCP_CODE_REJECT)
		return false;
	length = shroud_get16(packet + SHROUD_OFF_LENGTH);
	if (length < SHROUD_OFF_MAGIC || length > len)
		return false;
	length -= SHROUD_OFF_MAGIC;
	if (length > 0 && rejected[SHROUD_OFF_CODE] != SHROUD_LCP_CODE_VENDOR)
		return false;
	if (length >= SHROUD_OFF_KIND && memcmp(rejected + SHROUD_OFF_OUI, oui, sizeof(oui)) != 0)
		return false;
	return length < SHROUD_HEADER_LEN ||
	       shroud_get32(rejected + SHROUD_OFF_HANDSHAKE_ID) == handshake_id;
}
