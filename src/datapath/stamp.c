// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The stamp: of what file and configuration the pinned programs are. A file's
 * version stands for its contents, which every dial would have to read and
 * unpack otherwise; pins do not outlast a boot.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "internal.h"

static uint64_t hash_octets(uint64_t hash, const void *data, size_t octets)
{
	const uint8_t *at = data;

	while (octets--)
		hash = (hash ^ *at++) * 0x100000001b3ULL; /* FNV-1a */
	return hash;
}

uint64_t stamp_digest(const struct shroud_datapath *datapath, const struct object_version *version)
{
	uint64_t digest = hash_octets(0xcbf29ce484222325ULL, version, sizeof(*version));

	return hash_octets(digest, &datapath->detour, sizeof(datapath->detour));
}

bool stamp_is(const struct shroud_datapath *datapath, uint64_t digest)
{
	struct shroud_stamp stamp;
	uint32_t zero = 0;

	return datapath->stamp >= 0 && !bpf_map_lookup_elem(datapath->stamp, &zero, &stamp) &&
	       stamp.digest == digest &&
	       attach_is_alive(datapath, "ingress", datapath->device.index) &&
	       attach_is_alive(datapath, "egress", datapath->device.index);
}

int stamp_put(const struct shroud_datapath *datapath, uint64_t digest,
	      struct shroud_datapath_error *error)
{
	struct shroud_stamp stamp = {
		.digest = digest,
		.device = datapath->device.index,
		.slots = datapath->slots,
		.sessions = datapath->sessions,
	};
	uint32_t zero = 0;

	if (!bpf_map_update_elem(datapath->stamp, &zero, &stamp, BPF_ANY))
		return 0;
	return fail(error, errno, "can not write the stamp: %s", strerror(errno));
}
