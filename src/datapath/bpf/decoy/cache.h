/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * False addresses and ports of flows, kept: to compute them takes eight times
 * as many instructions as the cipher. What is kept belongs to the keys, by
 * their id, and is erased with them (alias.c). All CPUs share it, and none
 * waits: what two have written at a time does not fit its seal, and is
 * computed anew.
 */
#ifndef SHROUD_CACHE_H
#define SHROUD_CACHE_H

#include "../session.h"

#define ALIAS_MIX 0x9e3779b97f4a7c15ULL

/* SHROUD_ALIAS_KIND: what tells aliases of the same ends. */
enum {
	ALIAS_SIX = 1,
	ALIAS_BACK = 2, /* from what is false to what is real */
	ALIAS_SOURCE = 4, /* has a port that is turned */
	ALIAS_DESTINATION = 8,
};

SHROUD_INLINE u64 alias_owner(u64 id, u64 kind)
{
	return (id & ~(u64)SHROUD_ALIAS_KIND) | kind;
}

/* Of IPv6 addresses, what stands for those of IPv4. */
SHROUD_INLINE u64 alias_fold(const u64 *address)
{
	return ((address[0] * ALIAS_MIX + address[1]) * ALIAS_MIX + address[2]) * ALIAS_MIX +
	       address[3];
}

/* Of what the ends were. The higher a bit the better. */
SHROUD_INLINE u64 alias_hash(u64 owner, u64 addresses, u64 ports)
{
	u64 hash = (addresses ^ owner) * ALIAS_MIX;

	return (hash ^ hash >> 32 ^ ports) * ALIAS_MIX;
}

/* hash: as above; addresses, ports: what the ends are now. */
SHROUD_INLINE u64 alias_seal(u64 hash, u64 addresses, u64 ports)
{
	return ((hash ^ addresses) * ALIAS_MIX ^ ports) * ALIAS_MIX;
}

/* Images of both addresses of IPv4, or both ports: as they lie in memory. */
SHROUD_INLINE u64 alias_addresses4(const u64 *source, const u64 *destination)
{
	return shroud_be32((u32)source[1]) | (u64)shroud_be32((u32)destination[1]) << 32;
}

/* A port that is not turned counts as 0. */
SHROUD_INLINE u32 alias_ports(const struct end *end, u32 source, u32 destination)
{
	return shroud_be32((end[0].has_port ? source << 16 : 0) |
			   (end[1].has_port ? destination : 0));
}

/* What is looked for, in disguise->alias, and its hash. */
SHROUD_INLINE void alias_describe(struct disguise *disguise, u64 id, int inverse)
{
	struct shroud_alias *alias = &disguise->alias;
	const struct end *end = disguise->end;
	u64 addresses = alias_addresses4(end[0].was, end[1].was);
	u32 i;

	alias->owner =
		alias_owner(id, (disguise->six ? ALIAS_SIX : 0) | (inverse ? ALIAS_BACK : 0) |
					(end[0].has_port ? ALIAS_SOURCE : 0) |
					(end[1].has_port ? ALIAS_DESTINATION : 0));
	alias->ports = alias_ports(end, end[0].port_was, end[1].port_was);
	/* What is not used must not be left over from a packet of other keys. */
	for (i = 0; i < 4; i++)
		alias->was[i] = alias->now[i] = 0;
	alias->was[0] = addresses;
	if (disguise->six) {
		alias->was[0] = end[0].was[0];
		alias->was[1] = end[0].was[1];
		alias->was[2] = end[1].was[0];
		alias->was[3] = end[1].was[1];
		addresses = alias_fold(alias->was);
	}
	disguise->alias_hash = alias_hash(alias->owner, addresses, alias->ports);
}

/* Whether disguise->kept is what is looked for, as one has written it. */
SHROUD_INLINE int alias_fits(const struct disguise *disguise)
{
	const struct shroud_alias *wanted = &disguise->alias, *kept = &disguise->kept;

	if (kept->owner != wanted->owner || kept->was[0] != wanted->was[0] ||
	    (u32)kept->ports != wanted->ports)
		return 0;
	if (!disguise->six)
		return alias_seal(disguise->alias_hash, kept->now[0], kept->ports >> 32) ==
		       kept->seal;
	return kept->was[1] == wanted->was[1] && kept->was[2] == wanted->was[2] &&
	       kept->was[3] == wanted->was[3] &&
	       alias_seal(disguise->alias_hash, alias_fold(kept->now), kept->ports >> 32) ==
		       kept->seal;
}

SHROUD_INLINE void alias_take(struct disguise *disguise)
{
	const struct shroud_alias *kept = &disguise->kept;
	struct end *end = disguise->end;
	u32 ports = shroud_be32((u32)(kept->ports >> 32));

	end[0].port_now = end[0].has_port ? ports >> 16 : end[0].port_was;
	end[1].port_now = end[1].has_port ? ports & 0xffff : end[1].port_was;
	end[0].now[1] = shroud_be32((u32)kept->now[0]);
	end[1].now[1] = shroud_be32((u32)(kept->now[0] >> 32));
	if (!disguise->six)
		return;
	end[0].now[0] = kept->now[0];
	end[0].now[1] = kept->now[1];
	end[1].now[0] = kept->now[2];
	end[1].now[1] = kept->now[3];
}

SHROUD_INLINE struct shroud_aliases *alias_bucket(const struct disguise *disguise)
{
	return aliases_at((u32)(disguise->alias_hash >> shroud_config.alias_shift));
}

/* Sets what the packet's ends become, if that is known: 1, else 0. */
SHROUD_INLINE int alias_recall(struct disguise *disguise, u64 id, int inverse)
{
	const struct shroud_aliases *bucket;
	u32 i;

	alias_describe(disguise, id, inverse);
	forget();
	bucket = alias_bucket(disguise);
	if (!bucket)
		return 0;
	ROLLED
	for (i = 0; i < SHROUD_ALIAS_WAYS; i++) {
		/* Read once: others may be writing. */
		disguise->kept = bucket->way[i];
		forget();
		if (!alias_fits(disguise))
			continue;
		alias_take(disguise);
		return 1;
	}
	return 0;
}

/* What they have become, for the next one, in the place of the oldest. */
SHROUD_INLINE void alias_keep(struct disguise *disguise)
{
	struct shroud_aliases *bucket = alias_bucket(disguise);
	struct shroud_alias *alias = &disguise->alias;
	const struct end *end = disguise->end;
	u64 ports = alias_ports(end, end[0].port_now, end[1].port_now), addresses;

	if (!bucket)
		return;
	addresses = alias_addresses4(end[0].now, end[1].now);
	alias->now[0] = addresses;
	if (disguise->six) {
		alias->now[0] = end[0].now[0];
		alias->now[1] = end[0].now[1];
		alias->now[2] = end[1].now[0];
		alias->now[3] = end[1].now[1];
		addresses = alias_fold(alias->now);
	}
	alias->ports |= ports << 32;
	alias->seal = alias_seal(disguise->alias_hash, addresses, ports);
	bucket->way[1] = bucket->way[0];
	bucket->way[0] = *alias;
}

/* Ahead of the first job: jobs are left out whose results are known. */
SHROUD_INLINE void alias_begin(struct scratch *scratch, u64 id, int inverse)
{
	struct disguise *disguise = &scratch->disguise;

	disguise->recalled = (u32)alias_recall(disguise, id, inverse);
	disguise->job = disguise->recalled ? JOBS_PACKET : 0;
	meet();
}

/* Behind jobs: of the last one only, and not of what a packet quotes. */
SHROUD_INLINE void alias_end(struct scratch *scratch)
{
	struct disguise *disguise = &scratch->disguise;

	if (disguise->job == JOBS_PACKET && !disguise->quotes && !disguise->recalled)
		alias_keep(disguise);
	meet();
}

/* Ends of an IPv4 packet, images as they lie in it: addresses, ports. */
struct alias_ends {
	u64 addresses;
	u32 ports;
};

/* What a line of the cache says, if it is about these ends and whole: 1, else 0. */
SHROUD_INLINE int alias_fits4(const volatile struct shroud_alias *alias, u64 owner, u64 hash,
			      struct alias_ends was, struct alias_ends *now)
{
	u64 ports = alias->ports;

	if (alias->owner != owner || alias->was[0] != was.addresses || (u32)ports != was.ports)
		return 0;
	now->addresses = alias->now[0];
	now->ports = (u32)(ports >> 32);
	return alias_seal(hash, now->addresses, now->ports) == alias->seal;
}

SHROUD_INLINE int alias_recall4(u64 id, u64 kind, struct alias_ends was, struct alias_ends *now)
{
	u64 owner = alias_owner(id, kind), hash = alias_hash(owner, was.addresses, was.ports);
	const struct shroud_aliases *bucket = aliases_at((u32)(hash >> shroud_config.alias_shift));

	if (!bucket)
		return 0;
	return COMMON(alias_fits4(&bucket->way[0], owner, hash, was, now)) ||
	       alias_fits4(&bucket->way[1], owner, hash, was, now);
}

#endif
