/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tests look at, or take away, behind the loader's back. */
#ifndef SHROUD_INSPECT_H
#define SHROUD_INSPECT_H

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../internal.h"

/* A descriptor of the program that is attached, or -1. */
static inline int inspect_program(const struct shroud_datapath *datapath, const char *link_name)
{
	struct {
		uint32_t type, id, program, rest[40];
	} info = { 0 };
	uint32_t octets = sizeof(info);
	int link = pin_get(datapath, link_name);

	if (link < 0 || bpf_obj_get_info_by_fd(link, &info, &octets))
		return -1;
	close(link);
	return bpf_prog_get_fd_by_id(info.program);
}

/* A descriptor of a map that the program uses, or -1; its octets, of all CPUs, in *octets. */
static inline int inspect_map(int program, const char *name, size_t *octets)
{
	uint32_t ids[32] = { 0 }, i, length = sizeof(struct bpf_prog_info);
	struct bpf_prog_info info = { .nr_map_ids = 32, .map_ids = (uintptr_t)ids };

	if (bpf_obj_get_info_by_fd(program, &info, &length))
		return -1;
	for (i = 0; i < info.nr_map_ids && i < 32; i++) {
		struct bpf_map_info map = { 0 };
		int fd = bpf_map_get_fd_by_id(ids[i]);

		length = sizeof(map);
		if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, &map, &length) &&
		    !strcmp(map.name, name)) {
			*octets = (map.value_size + 7) / 8 * 8 * (size_t)libbpf_num_possible_cpus();
			return fd;
		}
		if (fd >= 0)
			close(fd);
	}
	return -1;
}

/* How often n octets are in the scratch areas of all CPUs, or -1. */
static inline int inspect_scratch(const struct shroud_datapath *datapath, const void *what,
				  size_t n)
{
	int program = inspect_program(datapath, "egress"), found = -1, map;
	uint32_t zero = 0;
	size_t octets = 0;
	char *values, *at;

	map = program < 0 ? -1 : inspect_map(program, "shroud_scratch", &octets);
	values = map < 0 ? NULL : malloc(octets);
	if (values && !bpf_map_lookup_elem(map, &zero, values)) {
		found = 0;
		for (at = values; (at = memmem(at, octets - (size_t)(at - values), what, n)); at++)
			found++;
	}
	free(values);
	if (map >= 0)
		close(map);
	if (program >= 0)
		close(program);
	return found;
}

/*
 * Takes the program of a stage away, and puts the one taken before back; none is
 * taken if there is no such stage. Returns whether one was.
 */
static inline int inspect_lack(const struct shroud_datapath *datapath, uint32_t stage)
{
	static int program = -1;
	static uint32_t lacking;
	int map = pin_get(datapath, "stages");
	uint32_t id;

	if (map < 0)
		return -1;
	if (program >= 0) {
		bpf_map_update_elem(map, &lacking, &program, BPF_ANY);
		close(program);
	}
	program = bpf_map_lookup_elem(map, &stage, &id) ? -1 : bpf_prog_get_fd_by_id(id);
	lacking = stage;
	if (program >= 0)
		bpf_map_delete_elem(map, &stage);
	close(map);
	return program >= 0;
}

#endif
