/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whatever arrives in LCP: the codec stays within its bounds and takes back what it wrote. */
#include <stdlib.h>
#include <string.h>

#include "../handshake/message.h"
#include "../handshake/params.h"
#include "../files/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void offer(const uint8_t *payload, size_t len)
{
	uint8_t again[128];
	struct shroud_offer first, second;
	size_t n;

	if (!shroud_offer_pull(payload, len, &first))
		return;
	require(first.mode_count >= 1 && first.mode_count <= SHROUD_PARAM_LIST_MAX);
	require(first.framing_count >= 1 && first.framing_count <= SHROUD_PARAM_LIST_MAX);
	n = shroud_offer_push(&first, again, sizeof(again));
	require(n > 0 && shroud_offer_pull(again, n, &second));
	require(memcmp(first.modes, second.modes, first.mode_count) == 0);
	require(first.has_proof == second.has_proof);
}

static void choice(const uint8_t *payload, size_t len)
{
	uint8_t again[512];
	char text[3 * SHROUD_NOTICE_MAX + 1];
	struct shroud_choice first, second;
	size_t n;

	if (!shroud_choice_pull(payload, len, &first))
		return;
	require(first.rekey >= SHROUD_REKEY_MIN && first.rekey <= SHROUD_REKEY_MAX);
	n = shroud_choice_push(&first, again, sizeof(again));
	require(n > 0 && shroud_choice_pull(again, n, &second));
	require(first.mode == second.mode && first.rekey == second.rekey);
	require(first.notice_len == second.notice_len);
	shroud_text_clean(first.notice, first.notice_len, text, sizeof(text));
	require(!strpbrk(text, "\x01\x1b\n\r\t\x7f"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct shroud_message message;
	struct shroud_packet packet;

	shroud_message_rejects(data, size, 1);
	if (shroud_message_pull(data, size, &message) != SHROUD_MESSAGE_OK) {
		offer(data, size);
		choice(data, size);
		shroud_params_valid(data, size);
		return 0;
	}
	require(message.body >= data && message.body_len <= size - SHROUD_HEADER_LEN);
	offer(message.body, message.body_len);
	if (message.body_len > SHROUD_KEY_LEN)
		offer(message.body + SHROUD_KEY_LEN, message.body_len - SHROUD_KEY_LEN);
	if (shroud_message_push(&packet, message.kind, message.handshake_id, message.body,
				message.body_len))
		require(memcmp(packet.data + SHROUD_OFF_HANDSHAKE_ID,
			       data + SHROUD_OFF_HANDSHAKE_ID, 4 + message.body_len) == 0);
	return 0;
}
