/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The least that a test needs: count, say where, go on. */
#ifndef SHROUD_CHECK_H
#define SHROUD_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static unsigned int checks, failures;

__attribute__((unused)) static bool check_that(bool ok, const char *what, const char *file,
					       int line, const char *context)
{
	checks++;
	if (!ok) {
		failures++;
		fprintf(stderr, "%s:%d: not so: %s (%s)\n", file, line, what, context);
	}
	return ok;
}

/* @context: the case under test, a string. */
#define CHECK(condition, context) check_that((condition), #condition, __FILE__, __LINE__, context)

#define CHECK_EQUAL(expected, actual, len, context) \
	check_that(memcmp(expected, actual, len) == 0, #actual " equals " #expected, __FILE__, \
		   __LINE__, context)

__attribute__((unused)) static int check_result(const char *name)
{
	printf("%s: %u checks, %u failed\n", name, checks, failures);
	return failures > 0 || checks == 0;
}

#endif
