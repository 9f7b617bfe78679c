/* SPDX-License-Identifier: GPL-2.0-or-later */
/* False ports: docs/decoy.md section 4.3. Ports are numbers in host order. */
#ifndef SHROUD_PORT_H
#define SHROUD_PORT_H

#include "loud.h"
#include "siphash.h"

enum {
	SHROUD_WALK_PORT = 4,
	SHROUD_PORT_DNS = 53,
	SHROUD_PORTS_ROOM = 1024, /* a power of two, for the search */
};

/* Both lists, filled up with 0xffff. */
struct shroud_ports {
	shroud_u16 loud[SHROUD_PORTS_ROOM], seat[SHROUD_PORTS_ROOM];
};

#define SHROUD_PORTS_FILLED \
	{ { SHROUD_LOUD_PORTS, [SHROUD_LOUD_COUNT... SHROUD_PORTS_ROOM - 1] = 0xffff }, \
	  { SHROUD_SEATS, [SHROUD_LOUD_COUNT... SHROUD_PORTS_ROOM - 1] = 0xffff } }

/* Place of port in a list, or that of the next greater one; *found: 1 or 0. */
SHROUD_INLINE shroud_u64 shroud_ports_find(const shroud_u16 *list, shroud_u32 port,
					   shroud_u64 *found)
{
	shroud_u64 at = 0, step;

	SHROUD_ROLLED
	for (step = SHROUD_PORTS_ROOM / 2; step; step /= 2)
		at += step * shroud_is_negative((shroud_u64)list[at + step - 1] - port);
	*found = shroud_is_negative(at - SHROUD_LOUD_COUNT) & shroud_is_zero(list[at] ^ port);
	return at;
}

SHROUD_INLINE shroud_u32 shroud_swap_port(shroud_u32 port, const struct shroud_ports *ports)
{
	shroud_u64 is_loud, is_seat;
	shroud_u64 loud = shroud_ports_find(ports->loud, port, &is_loud);
	shroud_u64 seat = shroud_ports_find(ports->seat, port, &is_seat);

	return port ^ ((port ^ ports->seat[loud]) * (shroud_u32)is_loud) ^
	       ((port ^ ports->loud[seat]) * (shroud_u32)is_seat);
}

/* The set Q. */
SHROUD_INLINE int shroud_port_is_quiet(shroud_u32 port, const struct shroud_ports *ports)
{
	shroud_u64 is_loud;

	shroud_ports_find(ports->loud, port, &is_loud);
	return !(is_loud | shroud_is_zero(port));
}

/* tag: the last four octets of the false address, the first one lowest. 0, or -1. */
SHROUD_INLINE int shroud_turn_port(shroud_u32 *port, const struct shroud_siphash_key *key,
				   shroud_u32 tag, const struct shroud_ports *ports, int inverse)
{
	const struct shroud_feistel kind = { 0xff, 0xff,
					     (shroud_u64)tag << 16 | 6ULL << SHROUD_SIPHASH_LENGTH,
					     0 };
	shroud_u32 value = inverse ? *port : shroud_swap_port(*port, ports), i;
	struct shroud_halves halves = { value >> 8, value & 0xff };

	if (!shroud_port_is_quiet(value, ports))
		return -1;
	SHROUD_ROLLED
	for (i = 0; i < SHROUD_WALK_PORT; i++) {
		shroud_feistel_turn(&halves, &kind, key, inverse);
		value = (shroud_u32)(halves.a << 8 | halves.b);
		if (shroud_port_is_quiet(value, ports)) {
			*port = inverse ? shroud_swap_port(value, ports) : value;
			return 0;
		}
	}
	return -1;
}

#endif
