/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many sessions on one device of an LNS, by the data path's own loader. Usage:
 *
 *	sessions DEVICE OBJECT PACKETS NUMBER...
 *
 * For each NUMBER of sessions, in rising order, sends PACKETS through the programs each way, spread
 * over all sessions, and prints what the counter's regions are of and what memory the kernel's
 * maps take.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frames.h"
#include "internal.h"
#include "region.h"

enum {
	REGIONS = 8, /* the median over them drops what a timer adds to one */
	STRIDE = 7919, /* neighbours in time are of sessions that are far apart */
};

static struct shroud_datapath *datapath;
static struct shroud_datapath_session **sessions;
static struct shroud_datapath_error error;
static unsigned int opened, packets;
static struct frame *frames;

static void give_up(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
static void give_up(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("sessions: ", stderr);
	vfprintf(stderr, format, arguments);
	fputs("\n", stderr);
	va_end(arguments);
	exit(1);
}

static int program_of(const char *link_name)
{
	struct bpf_link_info info = { 0 };
	uint32_t octets = sizeof(info);
	int link = pin_get(datapath, link_name), program = -1;

	if (link >= 0 && !bpf_obj_get_info_by_fd(link, &info, &octets))
		program = bpf_prog_get_fd_by_id(info.prog_id);
	if (program < 0)
		give_up("the program '%s' is not there", link_name);
	close(link);
	return program;
}

/* Without an output the kernel copies nothing back. */
static void run(int program, struct frame *frame, struct frame *output)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame->octets, .data_size_in = frame->len,
		    .data_out = output ? output->octets : NULL,
		    .data_size_out = output ? (uint32_t)sizeof(output->octets) : 0, .repeat = 1);

	if (bpf_prog_test_run_opts(program, &opts))
		give_up("a frame was not run: error %d", errno);
	if ((int)opts.retval != FRAME_NEXT)
		give_up("a frame was dropped");
	if (output)
		output->len = opts.data_size_out;
}

static void regions(int program, const char *name)
{
	unsigned int each = packets / REGIONS;

	for (unsigned int region = 0; region < REGIONS; region++) {
		REGION_START();
		for (unsigned int i = 0; i < each; i++)
			run(program, &frames[region * each + i], NULL);
		REGION_STOP();
	}
	printf("REGIONS %s,%u count=%d packets=%u\n", name, opened, REGIONS, each);
}

static void open_one(unsigned int index)
{
	uint8_t keys[SHROUD_KEYSET_LEN];
	const struct shroud_datapath_state state = { .mode = SHROUD_DATAPATH_COVER,
						     .tx = keys,
						     .rx = { keys, NULL } };
	const struct shroud_datapath_key key = frame_session(index);

	frame_keys(keys, index);
	if (shroud_datapath_session_open(&sessions[index], datapath, &key, &error) ||
	    shroud_datapath_session_set(sessions[index], &state, &error))
		give_up("session %u: %s", index, error.text);
}

/* As many as a dial takes: the one region is of all that are new. */
static void open_up_to(unsigned int number)
{
	unsigned int before = opened;

	REGION_START();
	while (opened < number)
		open_one(opened++);
	REGION_STOP();
	printf("REGIONS open,%u count=1 packets=%u\n", number, number - before);
}

/* The first packets of a flow are covered whole: they are sent before anything is counted. */
static void warm_up(int egress, unsigned int from)
{
	for (unsigned int index = from; index < opened; index++)
		for (unsigned int i = 0; i < SHROUD_FLOW_WHOLE_PACKETS; i++) {
			struct frame frame = frame_plain(index);

			run(egress, &frame, NULL);
		}
}

static unsigned int session_of(unsigned int packet)
{
	return (unsigned int)((uint64_t)packet * STRIDE % opened);
}

static uint64_t counted(unsigned int counter)
{
	struct shroud_datapath_stats stats;
	uint64_t sum = 0;

	for (unsigned int i = 0; i < opened; i++) {
		if (shroud_datapath_session_stats(sessions[i], &stats, &error))
			give_up("%s", error.text);
		sum += stats.frames[counter];
	}
	return sum;
}

static void measure(int egress, int ingress)
{
	uint64_t out = counted(SHROUD_COUNT_TX_BLOCK), in = counted(SHROUD_COUNT_RX_BLOCK);

	for (unsigned int i = 0; i < packets; i++)
		frames[i] = frame_strange();
	regions(egress, "out-base");
	regions(ingress, "in-base");
	for (unsigned int i = 0; i < packets; i++)
		frames[i] = frame_plain(session_of(i));
	regions(egress, "out");
	for (unsigned int i = 0; i < packets; i++) {
		struct frame plain = frame_plain(session_of(i));

		run(egress, &plain, &frames[i]);
		frame_turn(&frames[i]);
	}
	regions(ingress, "in");
	printf("COUNTED %u out=%llu in=%llu\n", opened,
	       (unsigned long long)(counted(SHROUD_COUNT_TX_BLOCK) - out),
	       (unsigned long long)(counted(SHROUD_COUNT_RX_BLOCK) - in));
}

/* Octets that the kernel accounts to a map. */
static unsigned long map_octets(int map)
{
	unsigned long octets = 0;
	char path[64], line[128];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", map);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "memlock: %lu", &octets);
	if (!file || !octets)
		give_up("the kernel does not say how large a map is");
	fclose(file);
	return octets;
}

static void say_memory(void)
{
	struct shroud_session value;
	int map;

	if (table_get(datapath, sessions[0]->slot[SHROUD_OUT], &value, &map) || map < 0)
		give_up("the first session is gone");
	printf("MEMORY %u table=%lu count=%lu roll=%lu flow=%lu session=%lu\n", opened,
	       map_octets(datapath->table), map_octets(datapath->count), map_octets(datapath->roll),
	       map_octets(datapath->flow), map_octets(map));
	close(map);
}

static void look_for_the_dead(void)
{
	REGION_START();
	if (shroud_datapath_sweep(datapath, &error))
		give_up("%s", error.text);
	REGION_STOP();
	printf("REGIONS sweep,%u count=1 packets=1\n", opened);
}

int main(int argc, char **argv)
{
	struct shroud_datapath_options options = { .object = argc > 4 ? argv[2] : NULL };
	int egress, ingress, i;

	if (argc < 5)
		give_up("usage: sessions DEVICE OBJECT PACKETS NUMBER...");
	packets = (unsigned int)atoi(argv[3]);
	options.max_sessions = (unsigned int)atoi(argv[argc - 1]);
	sessions = (struct shroud_datapath_session **)calloc(options.max_sessions,
							     sizeof(sessions[0]));
	frames = calloc(packets, sizeof(frames[0]));
	if (!sessions || !frames)
		give_up("no memory");
	if (shroud_datapath_open(&datapath, argv[1], &options, &error))
		give_up("%s", error.text);
	/* The first random numbers after a boot take seconds. */
	open_one(0);
	shroud_datapath_session_close(sessions[0]);
	egress = program_of("egress");
	ingress = program_of("ingress");
	for (i = 4; i < argc; i++) {
		unsigned int before = opened;

		open_up_to((unsigned int)atoi(argv[i]));
		warm_up(egress, before);
		measure(egress, ingress);
		say_memory();
		look_for_the_dead();
	}
	return 0;
}
