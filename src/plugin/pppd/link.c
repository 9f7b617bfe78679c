/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "link.h"

#include "../handshake/crypto.h"

/* RFC 2153: changed for every packet. */
static uint8_t next_id(void)
{
	static uint8_t id;
	static bool begun;

	if (!begun)
		begun = shroud_random_system.fill(NULL, &id, sizeof(id));
	return id++;
}

void shroud_link_send(struct shroud_packet *packet)
{
	uint8_t id = next_id();

	if ((int)packet->len > peer_mru[0]) {
		error("shroud: a message of %d octets does not fit the peer's MRU of %d",
		      (int)packet->len, peer_mru[0]);
		return;
	}
	shroud_message_stamp(packet, id, lcp_gotoptions[0].magicnumber);
	fsm_sdata(&lcp_fsm[0], SHROUD_LCP_CODE_VENDOR, id, packet->data + HEADERLEN,
		  (int)packet->len - HEADERLEN);
}

static void close_link(void *arg)
{
	(void)arg;
	ppp_set_status(EXIT_NEGOTIATION_FAILED);
	lcp_close(0, "the line can not be shrouded");
}

void shroud_link_close(void)
{
	ppp_untimeout(close_link, NULL);
	ppp_timeout(close_link, NULL, 0, 0);
}

void shroud_link_down(void)
{
	ppp_untimeout(close_link, NULL);
}
