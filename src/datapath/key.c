// SPDX-License-Identifier: GPL-2.0-or-later
/* From what the caller knows of a session to what is compared with frames. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "internal.h"

/* Two 32-bit images, the first the one that comes first on the wire. */
static uint64_t images(uint32_t first, uint32_t second)
{
	return SHROUD_BIG_ENDIAN ? (uint64_t)first << 32 | second : first | (uint64_t)second << 32;
}

static uint32_t image_of_two(uint16_t first, uint16_t second)
{
	return htonl((uint32_t)first << 16 | second);
}

static int pppoe_tag(struct shroud_tag *tag, const struct shroud_datapath_pppoe *key,
		     const struct device *device, struct shroud_datapath_error *error)
{
	const uint16_t *vlan = key->vlan_count < 0 ? device->vlan : key->vlan;
	int count = key->vlan_count < 0 ? (int)device->vlans : key->vlan_count, i, n = 0;
	uint8_t peer[8] = { [6] = 0x88, [7] = 0x64 };

	if (!key->session || key->session == 0xffff)
		return fail(error, EINVAL, "PPPoE session id %u is not between 1 and 65534",
			    key->session);
	if (count > 2)
		return fail(error, EINVAL, "%d VLAN tags, at most 2 are possible", count);
	memcpy(peer, key->peer, sizeof(key->peer));
	memcpy(&tag->peer, peer, sizeof(peer));
	tag->line = htons(key->session);
	tag->encap = SHROUD_PPPOE;
	for (i = 0; i < count; i++) {
		if (vlan[i] > 4094)
			return fail(error, EINVAL, "VLAN id %u is not between 0 and 4094", vlan[i]);
		if (vlan[i])
			tag->line |= SHROUD_LINE_VLAN(vlan[i], n++);
	}
	return 0;
}

static void l2tp_tags(struct shroud_tag tag[2], const struct shroud_datapath_l2tp *key)
{
	tag[SHROUD_IN].peer = images(key->peer.s_addr, key->local.s_addr);
	tag[SHROUD_IN].line = image_of_two(key->peer_port, key->local_port) |
			      (uint64_t)image_of_two(key->local_tunnel, key->local_session) << 32;
	tag[SHROUD_OUT].peer = images(key->local.s_addr, key->peer.s_addr);
	tag[SHROUD_OUT].line = image_of_two(key->local_port, key->peer_port) |
			       (uint64_t)image_of_two(key->peer_tunnel, key->peer_session) << 32;
	tag[SHROUD_IN].encap = SHROUD_L2TP;
	tag[SHROUD_OUT].encap = SHROUD_L2TP;
}

int key_make_tags(struct shroud_tag tag[2], const struct shroud_datapath_key *key,
		  const struct device *device, struct shroud_datapath_error *error)
{
	if (key->encap == SHROUD_DATAPATH_L2TP) {
		l2tp_tags(tag, &key->l2tp);
		return 0;
	}
	if (key->encap != SHROUD_DATAPATH_PPPOE)
		return fail(error, EINVAL, "encapsulation %d is not known", (int)key->encap);
	if (pppoe_tag(&tag[SHROUD_IN], &key->pppoe, device, error))
		return -1;
	tag[SHROUD_OUT] = tag[SHROUD_IN];
	return 0;
}
