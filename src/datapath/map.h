/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the BPF programs and the loader share: the layout of the maps
 * (docs/datapath.md). Host byte order, except where a field is an image of
 * octets on the wire.
 */
#ifndef SHROUD_MAP_H
#define SHROUD_MAP_H

#include "../cipher/decoy.h"
#include "counters.h"

/* Changes with the layout: objects of different numbers do not share maps. */
#define SHROUD_MAP_ABI 3

enum {
	SHROUD_PROBES = 8, /* slots in which a session may be, from its hash on */
	SHROUD_FLOW_BUCKET_BITS = 11, /* or more, chosen at load */
	SHROUD_FLOW_WAYS = 4,
	SHROUD_FLOW_COUNT_BITS = 5, /* lower bits of a way; above them the tag */
	SHROUD_ALIAS_BUCKET_BITS = 9, /* or more, chosen at load */
	SHROUD_ALIAS_WAYS = 2,
	SHROUD_ALIAS_KIND = 15, /* bits of struct shroud_alias's owner */
};

enum shroud_side {
	SHROUD_IN = 0,
	SHROUD_OUT = 1,
};

enum shroud_encap {
	SHROUD_PPPOE = 1,
	SHROUD_L2TP = 2,
	SHROUD_L2TP_PEERS = 3, /* the address pair of a tunnel: finds later fragments */
};

enum shroud_mode {
	SHROUD_HOLD = 1,
	SHROUD_COVER = 2,
	SHROUD_PLAIN = 3,
};

/*
 * What tells a frame's session, in three words.
 *		PPPoE				L2TP
 * peer		image: address, 88 64		image: source, destination address
 * line		session id (image), VLANs	image: ports, tunnel, session
 * encap	SHROUD_PPPOE			SHROUD_L2TP
 */
struct shroud_tag {
	shroud_u64 peer, line, encap;
};

/* A VLAN id in tag.line: 0 none. Priority tags (id 0) count as none. */
#define SHROUD_LINE_VLAN(id, n) ((shroud_u64)(id) << 16 * ((n) + 1))

struct shroud_session {
	struct shroud_tag tag[2]; /* by enum shroud_side */
	shroud_u32 mode;
	shroud_u32 counters; /* index into the counters map, and the roll */
	shroud_u32 rx_keys; /* 0 to 2 */
	shroud_u32 tx_keys; /* 0 or 1 */
	shroud_u64 secret; /* keys the flow hash */
	shroud_u64 owner_start; /* of the process: clock ticks after boot */
	shroud_u32 owner; /* process id */
	shroud_u32 encap;
	struct shroud_keys tx, rx[2]; /* in mode decoy those of noise */
	/* Only where the programs know decoys: */
	struct shroud_decoy decoy_tx, decoy_rx[2];
	shroud_u64 lcp; /* IP packets are sent as LCP, and may come so: docs/decoy.md section 12 */
};

/* Of a session as the programs have it that know no decoys. */
#define SHROUD_HEAD_SESSION_LEN __builtin_offsetof(struct shroud_session, decoy_tx)

/* The roll's line on a session, for the loader alone. */
struct shroud_entry {
	shroud_u64 peer; /* of the tag that is received */
	shroud_u64 owner_start; /* these as in struct shroud_session */
	shroud_u32 owner;
	shroud_u32 mode;
	shroud_u32 slot[2]; /* of the table, by enum shroud_side; they may be the same */
	shroud_u32 encap; /* 0: the line is free */
	shroud_u32 reserved;
};

/* Frames counted, one line of words a CPU. */
struct shroud_counters {
	shroud_u64 frames[SHROUD_COUNT_MAX];
};

/*
 * Flows by hash: tag in the upper 27 bits, packets seen (up to
 * SHROUD_FLOW_WHOLE_PACKETS) in the lower 5. The newest comes first. Lost
 * updates of other CPUs only make more packets covered whole.
 */
struct shroud_flows {
	shroud_u32 way[SHROUD_FLOW_WAYS];
};

/*
 * What the ends of a flow become, one way: see bpf/decoy/cache.h. All CPUs share it. What two
 * have written at a time does not fit its seal.
 */
struct shroud_alias {
	shroud_u64
		owner; /* id of the keys, in its SHROUD_ALIAS_KIND bits what is turned, and how */
	shroud_u64 was[4], now[4]; /* addresses; IPv4 both in the first, as images */
	shroud_u64 ports; /* images: what they were lowest; what they are */
	shroud_u64 seal;
};

/* The newest comes first. */
struct shroud_aliases {
	struct shroud_alias way[SHROUD_ALIAS_WAYS];
};

/* Constants of a loaded object, in its read-only data. */
struct shroud_config {
	shroud_u32 mask; /* session slots - 1 */
	shroud_u32 mark; /* of frames that come out of the detour; random */
	shroud_u32 device; /* interface index */
	shroud_u32 detour; /* interface index of the pair's near end, or 0 */
	shroud_u32 flow_shift; /* 64 - log2 of the buckets of flows */
	shroud_u32 alias_shift; /* 64 - log2 of the buckets of aliases */
};

/* Stamp of what is pinned. */
struct shroud_stamp {
	shroud_u64 digest; /* of the object file's version and the configuration */
	shroud_u32 device; /* interface index */
	shroud_u32 slots;
	shroud_u32 sessions;
	shroud_u32 reserved;
};

/* Every bit of the value counts in the lower bits of what this returns. */
SHROUD_INLINE shroud_u32 shroud_mix(shroud_u64 value)
{
	value ^= value >> 32;
	return (shroud_u32)(value * 0x9e3779b97f4a7c15ULL >> 32);
}

/*
 * The ids that one PPPoE server gives are all different, so they are taken as
 * they are; servers on different VLANs give the same ones.
 */
SHROUD_INLINE shroud_u32 shroud_pppoe_hash(shroud_u32 id, shroud_u64 vlans)
{
	return id + (vlans ? shroud_mix(vlans) : 0);
}

SHROUD_INLINE shroud_u32 shroud_tag_hash(const struct shroud_tag *tag)
{
	shroud_u64 line = tag->line;

	if (tag->encap != SHROUD_PPPOE)
		return shroud_mix(tag->peer ^ line);
	return shroud_pppoe_hash(shroud_be16(line & 0xffff), line >> 16);
}

#endif
