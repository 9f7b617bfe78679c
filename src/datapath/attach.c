// SPDX-License-Identifier: GPL-2.0-or-later
/* tcx links: pinned, and updated in place when the program changes. */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

/* Of struct bpf_link_info, with the tcx part that headers before 6.6 lack. */
struct link_info {
	uint32_t type, id, program, pad;
	uint32_t index, attach_type;
	uint8_t rest[128];
};

/* A link is dead once its device is gone: interface index 0. */
static bool link_is_on(int link, unsigned int index)
{
	struct link_info info;
	uint32_t octets = sizeof(info);

	memset(&info, 0, sizeof(info));
	return !bpf_obj_get_info_by_fd(link, &info, &octets) && info.index == index;
}

bool attach_is_alive(const struct shroud_datapath *datapath, const char *name, unsigned int index)
{
	int link = pin_get(datapath, name);
	bool alive = link >= 0 && link_is_on(link, index);

	if (link >= 0)
		close(link);
	return alive;
}

static int explain(const struct shroud_datapath *datapath, int code,
		   struct shroud_datapath_error *error)
{
	if (code == EINVAL || code == ENOTSUP)
		return fail(
			error, code,
			"this kernel can not attach BPF programs by tcx; it needs Linux 6.6 or newer");
	if (code == EPERM)
		return fail(
			error, code,
			"not permitted to attach to '%s': root or CAP_NET_ADMIN and CAP_BPF needed",
			datapath->device.name);
	return fail(error, code, "can not attach to '%s': %s", datapath->device.name,
		    strerror(code));
}

int attach_program(struct shroud_datapath *datapath, const char *name, int program,
		   unsigned int index, int type, struct shroud_datapath_error *error)
{
	int link = pin_get(datapath, name), result;

	if (link >= 0 && link_is_on(link, index)) {
		/* The old program works on until the new one takes its place. */
		result = bpf_link_update(link, program, NULL);
		close(link);
		return result ? explain(datapath, errno, error) : 0;
	}
	if (link >= 0)
		close(link);
	pin_remove(datapath, name);
	link = bpf_link_create(program, (int)index, (enum bpf_attach_type)type, NULL);
	if (link < 0)
		return explain(datapath, errno, error);
	result = pin_put(datapath, name, link, error);
	close(link);
	return result;
}
