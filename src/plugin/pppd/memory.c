/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "memory.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "../files/key.h"
#include "../files/known.h"
#include "../files/redial.h"
#include "settings.h"

static char line_name[SHROUD_RECORD_NAME_MAX];
static struct shroud_redial redial;
/* A key that could not be recorded: known for as long as this process lives. */
static bool has_unrecorded;
static uint8_t unrecorded[SHROUD_KEY_LEN];

void shroud_memory_begin(void)
{
	shroud_settings_line(line_name, sizeof(line_name));
}

const char *shroud_memory_line(void)
{
	return line_name;
}

void shroud_memory_load(struct shroud_config *config)
{
	struct shroud_error why;

	if (!shroud_known_load(shroud_settings.known_keys, line_name, &config->trust, &why))
		error("shroud: no key is trusted that is not pinned, since the record of known keys "
		      "can not be read: %s",
		      why.text);
	if (has_unrecorded && !shroud_trust_knows(&config->trust))
		memcpy(config->trust.known[config->trust.known_count++], unrecorded,
		       sizeof(unrecorded));
	if (!shroud_redial_load(shroud_settings.redial, line_name, &redial, &why))
		warn("shroud: record of offences not read: %s", why.text);
	config->suppressed = shroud_redial_suppressed(&redial, time(NULL));
}

void shroud_memory_record(const struct shroud_machine *machine)
{
	struct shroud_error why;
	char key[SHROUD_KEY_TEXT_LEN + 1];

	shroud_key_format(machine->peer_key, key);
	has_unrecorded =
		!shroud_known_add(shroud_settings.known_keys, line_name, machine->peer_key, &why);
	memcpy(unrecorded, machine->peer_key, sizeof(unrecorded));
	if (!has_unrecorded)
		notice("shroud: first contact: recorded the LNS's key %s for %s in %s; from now on "
		       "no other is trusted",
		       key, line_name, shroud_settings.known_keys);
	else
		error("shroud: the LNS's key %s could not be recorded, and will be forgotten "
		      "when pppd ends: %s",
		      key, why.text);
}

static void store_redial(void)
{
	struct shroud_error why;

	/* /run is empty after a boot. */
	if (strcmp(shroud_settings.redial, SHROUD_DEFAULT_REDIAL) == 0)
		(void)mkdir(SHROUD_RUN, 0755);
	if (!shroud_redial_store(shroud_settings.redial, line_name, &redial, &why))
		warn("shroud: record of offences not written: %s", why.text);
}

void shroud_memory_offend(const struct shroud_machine *machine)
{
	int64_t now = time(NULL);

	shroud_redial_offend(&redial, shroud_trust_knows(&machine->config.trust), now);
	if (shroud_redial_suppressed(&redial, now))
		warn("shroud: the peer dropped the line when shrouding was offered, %d times in a "
		     "row: not offered again for %d minutes",
		     (int)redial.offences, (int)((redial.until - now + 59) / 60));
	store_redial();
}

unsigned int shroud_memory_offences(int64_t *until)
{
	*until = shroud_redial_suppressed(&redial, time(NULL)) ? redial.until : 0;
	return redial.offences;
}

void shroud_memory_forgive(void)
{
	if (redial.offences == 0)
		return;
	redial = (struct shroud_redial){ 0 };
	store_redial();
}
