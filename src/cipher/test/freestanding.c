// SPDX-License-Identifier: GPL-2.0-or-later
/* The cipher as a kernel would compile it: no header of a C library is in reach. */
#include "../decoy.h"

void cover(shroud_u8 *packet, shroud_u32 octets, const struct shroud_keys *keys);

void cover(shroud_u8 *packet, shroud_u32 octets, const struct shroud_keys *keys)
{
	if (octets == SHROUD_BLOCK_LEN)
		shroud_cover_block(packet, keys);
	else
		shroud_cover_whole(packet, octets, keys);
}
