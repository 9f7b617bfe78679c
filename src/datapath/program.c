// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loading the object. What is pinned already is used as it is: maps always,
 * the programs if they come from the same file with the same configuration.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "internal.h"

enum {
	MAPS_HEAD = 5, /* the others are of mode decoy only */
	MAPS = 6,
};

struct pinned_map {
	const char *name, *pin;
};

static const struct pinned_map pinned_maps[MAPS] = {
	{ "shroud_table", "table" }, { "shroud_count", "count" }, { "shroud_roll", "roll" },
	{ "shroud_flow", "flow" },   { "shroud_stamp", "stamp" }, { "shroud_alias", "alias" },
};

static size_t map_count(const struct shroud_datapath *datapath)
{
	return datapath->decoy ? MAPS : MAPS_HEAD;
}

static int *descriptor(struct shroud_datapath *datapath, size_t i)
{
	int *const all[MAPS] = { &datapath->table, &datapath->count, &datapath->roll,
				 &datapath->flow,  &datapath->stamp, &datapath->alias };

	return all[i];
}

/* Entries of a map, or 0: as many as the object says. */
static unsigned int entries(const struct shroud_datapath *datapath, size_t i)
{
	/* The last counters are of what belongs to a tunnel, not to a session. */
	const unsigned int all[MAPS] = { datapath->slots,
					 datapath->sessions + 1,
					 datapath->sessions,
					 1U << size_flow_bits(datapath->sessions),
					 0,
					 1U << size_alias_bits(datapath->sessions) };

	return all[i];
}

/* All or none. Pins of a device that has gone are of no use. */
static void get_pinned_maps(struct shroud_datapath *datapath)
{
	struct shroud_stamp stamp = { 0 };
	uint32_t zero = 0;
	bool complete = true;
	size_t i;

	for (i = 0; i < map_count(datapath); i++) {
		*descriptor(datapath, i) = pin_get(datapath, pinned_maps[i].pin);
		complete = complete && *descriptor(datapath, i) >= 0;
	}
	if (complete && !bpf_map_lookup_elem(datapath->stamp, &zero, &stamp) &&
	    stamp.device == datapath->device.index) {
		datapath->slots = stamp.slots;
		datapath->sessions = stamp.sessions;
		return;
	}
	for (i = 0; i < map_count(datapath); i++) {
		if (*descriptor(datapath, i) >= 0)
			close(*descriptor(datapath, i));
		*descriptor(datapath, i) = -1;
	}
	pin_remove_all(datapath);
}

static int make_detour(struct shroud_datapath *datapath, unsigned int *far,
		       struct shroud_datapath_error *error)
{
	char near_name[IF_NAMESIZE], far_name[IF_NAMESIZE];

	snprintf(near_name, sizeof(near_name), "shr%u%c", datapath->device.index % 100000000,
		 datapath->decoy ? 'c' : 'a');
	snprintf(far_name, sizeof(far_name), "shr%u%c", datapath->device.index % 100000000,
		 datapath->decoy ? 'd' : 'b');
	if (!if_nametoindex(near_name) && device_make_pair(near_name, far_name, error))
		return -1;
	datapath->detour = if_nametoindex(near_name);
	*far = if_nametoindex(far_name);
	return 0;
}

static int configure(struct shroud_datapath *datapath, struct bpf_object *object,
		     struct shroud_datapath_error *error)
{
	struct shroud_config config = {
		.mask = datapath->slots - 1,
		.device = datapath->device.index,
		.detour = datapath->detour,
		.flow_shift = 64 - size_flow_bits(datapath->sessions),
		.alias_shift = 64 - size_alias_bits(datapath->sessions),
	};
	struct bpf_map *rodata = bpf_object__find_map_by_name(object, ".rodata");
	size_t i;

	/* 0 without a detour: no mark lets a frame pass then. */
	while (config.detour && !config.mark)
		if (getrandom(&config.mark, sizeof(config.mark), 0) != sizeof(config.mark))
			return fail(error, errno, "no random numbers: %s", strerror(errno));
	if (!rodata || bpf_map__set_initial_value(rodata, &config, sizeof(config)))
		return fail(error, EINVAL, "BPF object %s has another layout", datapath->object);
	for (i = 0; i < map_count(datapath); i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(object, pinned_maps[i].name);

		if (!map)
			return fail(error, EINVAL, "BPF object %s lacks the map %s",
				    datapath->object, pinned_maps[i].name);
		if (entries(datapath, i))
			bpf_map__set_max_entries(map, entries(datapath, i));
		if (*descriptor(datapath, i) >= 0 &&
		    bpf_map__reuse_fd(map, *descriptor(datapath, i)))
			return fail(error, errno, "the maps pinned in %s do not fit: %s",
				    datapath->directory, strerror(errno));
	}
	return 0;
}

static int quiet(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level;
	(void)format;
	(void)arguments;
	return 0;
}

static int pin_maps(struct shroud_datapath *datapath, struct bpf_object *object,
		    struct shroud_datapath_error *error)
{
	size_t i;

	for (i = 0; i < map_count(datapath); i++) {
		int fd = bpf_object__find_map_fd_by_name(object, pinned_maps[i].name);

		if (*descriptor(datapath, i) >= 0)
			continue;
		if (pin_put(datapath, pinned_maps[i].pin, fd, error))
			return -1;
		*descriptor(datapath, i) = pin_get(datapath, pinned_maps[i].pin);
		if (*descriptor(datapath, i) < 0)
			return fail(error, errno, "can not open the pin '%s' again: %s",
				    pinned_maps[i].pin, strerror(errno));
	}
	return 0;
}

static int attach(struct shroud_datapath *datapath, struct bpf_object *object, const char *function,
		  const char *pin, unsigned int index, int type,
		  struct shroud_datapath_error *error)
{
	struct bpf_program *program = bpf_object__find_program_by_name(object, function);

	if (!program)
		return fail(error, EINVAL, "BPF object %s lacks the program %s", datapath->object,
			    function);
	return attach_program(datapath, pin, bpf_program__fd(program), index, type, error);
}

static int attach_all(struct shroud_datapath *datapath, struct bpf_object *object, unsigned int far,
		      struct shroud_datapath_error *error)
{
	/* The far end first: the egress program sends frames there. */
	if (far &&
	    attach(datapath, object, "shroud_egress", "detour", far, ATTACH_TCX_INGRESS, error))
		return -1;
	if (attach(datapath, object, "shroud_egress", "egress", datapath->device.index,
		   ATTACH_TCX_EGRESS, error))
		return -1;
	return attach(datapath, object, "shroud_ingress", "ingress", datapath->device.index,
		      ATTACH_TCX_INGRESS, error);
}

/* A map of programs loses them with its last pin. The old one's, if there is one, go on with
 * theirs until here. */
static int pin_stages(const struct shroud_datapath *datapath, struct bpf_object *object,
		      struct shroud_datapath_error *error)
{
	int fd = bpf_object__find_map_fd_by_name(object, "shroud_stages");

	if (fd < 0)
		return 0;
	pin_remove(datapath, "stages");
	return pin_put(datapath, "stages", fd, error);
}

static int load_and_attach(struct shroud_datapath *datapath, struct bpf_object *object,
			   const struct shroud_datapath_options *options, uint64_t digest,
			   unsigned int far, struct shroud_datapath_error *error)
{
	if (configure(datapath, object, error) || load_object(datapath, object, options, error) ||
	    pin_maps(datapath, object, error) || stamp_put(datapath, 0, error) ||
	    attach_all(datapath, object, far, error) || pin_stages(datapath, object, error))
		return -1;
	return stamp_put(datapath, digest, error);
}

static int read_and_load(struct shroud_datapath *datapath, int fd,
			 const struct shroud_datapath_options *options, uint64_t digest,
			 unsigned int far, struct shroud_datapath_error *error)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "shroud");
	libbpf_print_fn_t print;
	struct bpf_object *object;
	size_t octets;
	void *data = object_read(fd, datapath->object, &octets, error);
	int result;

	if (!data)
		return -1;
	print = libbpf_set_print(quiet);
	object = bpf_object__open_mem(data, octets, &opts);
	free(data);
	if (object) {
		result = load_and_attach(datapath, object, options, digest, far, error);
		bpf_object__close(object);
	} else {
		result = fail(error, errno, "%s is not a BPF object: %s", datapath->object,
			      strerror(errno));
	}
	libbpf_set_print(print);
	return result;
}

static int load_unless_current(struct shroud_datapath *datapath, int fd,
			       const struct object_version *version,
			       const struct shroud_datapath_options *options,
			       struct shroud_datapath_error *error)
{
	unsigned int far = 0;
	uint64_t digest;

	if (options->detour && make_detour(datapath, &far, error))
		return -1;
	digest = stamp_digest(datapath, version);
	if (stamp_is(datapath, digest))
		return 0;
	return read_and_load(datapath, fd, options, digest, far, error);
}

int program_load(struct shroud_datapath *datapath, const struct shroud_datapath_options *options,
		 struct shroud_datapath_error *error)
{
	struct object_version version;
	int fd, result;

	datapath->sessions = options->max_sessions;
	datapath->slots = size_slots(datapath->sessions);
	get_pinned_maps(datapath);
	if (options->loaded)
		return datapath->table >= 0 ? 0 :
					      fail(error, ENOENT, "no programs are on the device");
	fd = object_open(datapath->object, &version, error);
	if (fd < 0)
		return -1;
	result = load_unless_current(datapath, fd, &version, options, error);
	close(fd);
	return result;
}
