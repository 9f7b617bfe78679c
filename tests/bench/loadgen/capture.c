/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames that a host sends are taken where they leave it, kept in a file and
 * sent again later from the same device: what the CPE receives is what the
 * far end made, without the far end's work in the count.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loadgen.h"

enum { IDLE_MS = 1000 };

static pid_t command_start(char **command)
{
	pid_t child = fork();

	if (child < 0)
		die("fork");
	if (!child) {
		execvp(command[0], command);
		die(command[0]);
	}
	return child;
}

static void command_wait(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) < 0)
		die("wait");
	if (status)
		die_plain("the command that should send the packets failed");
}

static void frames_write(const char *path, const struct frame *frames, size_t count)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(frames, sizeof(*frames), count, file) != count || fclose(file))
		die(path);
}

void frames_capture(const struct options *options)
{
	struct frame *frames = allocate(options->count, sizeof(*frames));
	uint8_t mac[MAC_LEN];
	int link = link_open(options->interface, mac, LINK_SEND_RECEIVE);
	pid_t child = command_start(options->command);
	size_t count;

	for (count = 0; count < options->count; count++) {
		int len = link_receive(link, frames[count].bytes, FRAME_MAX, IDLE_MS, 1);

		if (len < 0)
			break;
		frames[count].len = (size_t)len;
	}
	command_wait(child);
	if (count < options->count)
		die_plain("too few packets left the device");
	frames_write(options->file, frames, count);
	free(frames);
}

void frames_replay(const struct options *options)
{
	struct frame *frames = allocate(options->count, sizeof(*frames));
	FILE *file = fopen(options->file, "rb");
	uint8_t mac[MAC_LEN];

	if (!file || fread(frames, sizeof(*frames), options->count, file) != options->count)
		die(options->file);
	fclose(file);
	load_run(link_open(options->interface, mac, LINK_REPLAY), frames, options->count,
		 options->name);
	free(frames);
}
