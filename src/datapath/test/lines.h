/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines on standard input and output, with octets in hex: millions of frames go
 * this way. A line "batch N" is not answered, but has the answers to the N lines
 * that follow sent together.
 */
#ifndef SHROUD_TEST_LINES_H
#define SHROUD_TEST_LINES_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* 0 to 15, or -1. */
static int hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return -1;
}

/* Octets written, at most room: up to the first character that is no digit. */
static size_t pull_hex(uint8_t *to, size_t room, const char *from)
{
	size_t n;

	for (n = 0; from && n < room; n++, from += 2) {
		if (hex_value(from[0]) < 0 || hex_value(from[1]) < 0)
			break;
		to[n] = (uint8_t)(hex_value(from[0]) << 4 | hex_value(from[1]));
	}
	return n;
}

static void push_hex(const uint8_t *from, size_t octets)
{
	size_t i;

	for (i = 0; i < octets; i++) {
		putchar("0123456789abcdef"[from[i] >> 4]);
		putchar("0123456789abcdef"[from[i] & 15]);
	}
}

/* Has each line obeyed, until there are no more. */
static void obey_lines(char *line, int room, void (*obey)(char *line))
{
	unsigned int held = 0;

	while (fgets(line, room, stdin)) {
		if (sscanf(line, "batch %u", &held) == 1)
			continue;
		obey(line);
		held -= !!held;
		if (!held)
			fflush(stdout);
	}
}

#endif
