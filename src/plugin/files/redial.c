/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "redial.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../wire/shroud_wire.h"

/* 10 minutes, doubling with every repetition up to 24 hours. */
static int64_t penalty(unsigned int offences)
{
	int64_t seconds = SHROUD_OFFENCE_FIRST;

	while (--offences > 0 && seconds < SHROUD_OFFENCE_MAX)
		seconds *= 2;
	return seconds < SHROUD_OFFENCE_MAX ? seconds : SHROUD_OFFENCE_MAX;
}

void shroud_redial_offend(struct shroud_redial *redial, bool known, int64_t now)
{
	redial->offences++;
	if (!known)
		redial->until = now + penalty(redial->offences);
	else if (redial->offences % SHROUD_OFFENCE_KNOWN == 0)
		redial->until = now + SHROUD_OFFENCE_FIRST;
}

/* A clock that was set back must not suppress offering for longer than was meant. */
bool shroud_redial_suppressed(const struct shroud_redial *redial, int64_t now)
{
	return now < redial->until && redial->until - now <= SHROUD_OFFENCE_MAX;
}

bool shroud_redial_load(const char *path, const char *line, struct shroud_redial *redial,
			struct shroud_error *error)
{
	shroud_record_value value;
	int count = shroud_record_load(path, line, &value, 1, error);
	char *end = value;

	*redial = (struct shroud_redial){ 0 };
	if (count != 1)
		return count == 0;
	redial->offences = (unsigned int)strtoul(value, &end, 10);
	if (end > value && *end == ' ')
		redial->until = strtoll(end, &end, 10);
	if (end > value && *end == '\0' && redial->until >= 0)
		return true;
	shroud_error_set(error, "%s: the row of %s is not two numbers", path, line);
	*redial = (struct shroud_redial){ 0 };
	return false;
}

bool shroud_redial_store(const char *path, const char *line, const struct shroud_redial *redial,
			 struct shroud_error *error)
{
	shroud_record_value value;

	snprintf(value, sizeof(value), "%u %" PRId64, redial->offences, redial->until);
	return shroud_record_store(path, line, redial->offences > 0 ? value : NULL, error);
}
