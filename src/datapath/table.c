// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of sessions: an array of maps, one session each. */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

static const uint32_t zero;

int table_get(const struct shroud_datapath *datapath, unsigned int slot,
	      struct shroud_session *value, int *map)
{
	uint32_t id;

	*map = -1;
	if (bpf_map_lookup_elem(datapath->table, &slot, &id))
		return errno == ENOENT ? 0 : -1;
	*map = bpf_map_get_fd_by_id(id);
	if (*map < 0)
		return -1;
	if (!bpf_map_lookup_elem(*map, &zero, value))
		return 0;
	close(*map);
	*map = -1;
	return -1;
}

static bool same_tag(const struct shroud_tag *a, const struct shroud_tag *b)
{
	return a->peer == b->peer && a->line == b->line && a->encap == b->encap;
}

int table_find(const struct shroud_datapath *datapath, const struct shroud_tag *tag,
	       enum shroud_side side, struct shroud_session *value)
{
	unsigned int hash = shroud_tag_hash(tag), i, slot;
	int map;

	for (i = 0; i < SHROUD_PROBES; i++) {
		slot = (hash + i) & (datapath->slots - 1);
		if (table_get(datapath, slot, value, &map) || map < 0)
			continue;
		close(map);
		if (same_tag(&value->tag[side], tag))
			return (int)slot;
	}
	explicit_bzero(value, sizeof(*value));
	return -1;
}

int table_find_room(const struct shroud_datapath *datapath, const struct shroud_tag *tag)
{
	unsigned int hash = shroud_tag_hash(tag), i, slot, id;

	for (i = 0; i < SHROUD_PROBES; i++) {
		slot = (hash + i) & (datapath->slots - 1);
		if (bpf_map_lookup_elem(datapath->table, &slot, &id) && errno == ENOENT)
			return (int)slot;
	}
	return -1;
}

/* The slot does not refer to the map any more, and the kernel has waited for
 * the programs that still used it. */
static void erase(const struct shroud_datapath *datapath, int map)
{
	/* As large as any. */
	struct shroud_session value = { 0 };

	if (datapath->decoy && !bpf_map_lookup_elem(map, &zero, &value))
		alias_erase(datapath, &value);
	explicit_bzero(&value, sizeof(value));
	bpf_map_update_elem(map, &zero, &value, BPF_ANY);
	close(map);
}

static int take_out(const struct shroud_datapath *datapath, unsigned int slot)
{
	uint32_t id;

	return bpf_map_lookup_elem(datapath->table, &slot, &id) ? -1 : bpf_map_get_fd_by_id(id);
}

int table_swap(const struct shroud_datapath *datapath, unsigned int slot,
	       const struct shroud_session *value, struct shroud_datapath_error *error)
{
	int old = take_out(datapath, slot), code = 0;
	int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "shroud_session", sizeof(uint32_t),
				 datapath->session_octets, 1, NULL);

	if (map < 0 || bpf_map_update_elem(map, &zero, value, BPF_ANY) ||
	    bpf_map_update_elem(datapath->table, &slot, &map, BPF_ANY))
		code = errno;
	if (map >= 0)
		close(map);
	if (code) {
		if (old >= 0)
			close(old);
		return fail(error, code, "can not put the session into the table: %s",
			    strerror(code));
	}
	if (old >= 0)
		erase(datapath, old);
	return 0;
}

int table_change(const struct shroud_datapath *datapath, unsigned int slot,
		 const struct shroud_session *value, struct shroud_datapath_error *error)
{
	int map = take_out(datapath, slot), code = 0;

	if (map < 0 || bpf_map_update_elem(map, &zero, value, BPF_ANY))
		code = errno;
	if (map >= 0)
		close(map);
	return code ? fail(error, code, "can not change the session: %s", strerror(code)) : 0;
}

void table_clear(const struct shroud_datapath *datapath, unsigned int slot)
{
	int old = take_out(datapath, slot);

	bpf_map_delete_elem(datapath->table, &slot);
	if (old >= 0)
		erase(datapath, old);
}
