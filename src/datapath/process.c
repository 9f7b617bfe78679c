// SPDX-License-Identifier: GPL-2.0-or-later
/* Who owns a session, and whether there is one. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* Field 22 of proc(5) stat; the name in field 2 may contain anything. */
uint64_t process_start(unsigned int pid)
{
	char path[64], line[1024], *at;
	unsigned int field;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	at = fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;
	fclose(file);
	for (field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at ? strtoull(at, NULL, 10) : 0;
}

static bool file_has(const char *path, const char *text)
{
	FILE *file = fopen(path, "re");
	bool found = false;
	char line[512];

	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file))
		found = strcasestr(line, text) != NULL;
	fclose(file);
	return found;
}

static bool kernel_has_pppoe(const struct shroud_session *value)
{
	const struct shroud_tag *tag = &value->tag[SHROUD_IN];
	uint8_t peer[8];
	char text[64];

	memcpy(peer, &tag->peer, sizeof(peer));
	/* The kernel prints the id as it lies in memory. */
	snprintf(text, sizeof(text), "%08X %02x:%02x:%02x:%02x:%02x:%02x",
		 (unsigned int)(tag->line & 0xffff), peer[0], peer[1], peer[2], peer[3], peer[4],
		 peer[5]);
	return file_has("/proc/net/pppoe", text);
}

static bool kernel_has_l2tp(const struct shroud_session *value)
{
	uint32_t in = (uint32_t)(value->tag[SHROUD_IN].line >> 32);
	uint32_t out = (uint32_t)(value->tag[SHROUD_OUT].line >> 32);
	char text[64];

	/* Tunnel id, then session id, in network byte order. */
	snprintf(text, sizeof(text), "%04X/%04X -> %04X/%04X", ntohl(in) >> 16, ntohl(in) & 0xffff,
		 ntohl(out) >> 16, ntohl(out) & 0xffff);
	return file_has("/proc/net/pppol2tp", text);
}

bool kernel_has_session(const struct shroud_session *value)
{
	return value->encap == SHROUD_PPPOE ? kernel_has_pppoe(value) : kernel_has_l2tp(value);
}
