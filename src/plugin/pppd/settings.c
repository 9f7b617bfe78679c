/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "settings.h"

#include <stdlib.h>
#include <string.h>

#include "fitness.h"
#include "../files/key.h"
#include "../handshake/offer.h"
#include "../files/record.h"

#define DEFAULT_KNOWN_KEYS "/etc/ppp/shroud-known-keys"
#define NOT_ONE_OF "%s: '%s' is not one of %s"

struct shroud_settings shroud_settings = {
	.policy = SHROUD_POLICY_PREFER,
	.offer = { .modes = { SHROUD_MODE_HEAD },
		   .mode_count = 1,
		   .framings = { SHROUD_FRAMING_PPP },
		   .framing_count = 1 },
};

/* The index of @word in a list that ends with NULL; -1 and an option error. */
static int choose(const char *option, const char *word, const char *const *list, char *wanted)
{
	for (int i = 0; list[i]; i++) {
		if (strcmp(word, list[i]) == 0)
			return i;
	}
	ppp_option_error(NOT_ONE_OF, option, word, wanted);
	return -1;
}

static int parse_policy(char **argv)
{
	static const char *const words[] = { "off", "prefer", "require", NULL };
	int i = choose("shroud", *argv, words, "off, prefer, require");

	if (i >= 0)
		shroud_settings.policy = (enum shroud_policy)i;
	return i >= 0;
}

static int parse_role(char **argv)
{
	static const char *const words[] = { "auto", "cpe", "lns", NULL };
	int i = choose("shroud-role", *argv, words, "auto, cpe, lns");

	if (i >= 0)
		shroud_settings.role = (enum shroud_role_choice)i;
	return i >= 0;
}

/* The first one is preferred; mode decoy only if it is named: docs/decoy.md section 1. */
static int parse_mode(char **argv)
{
	if (shroud_offer_parse_modes(*argv, &shroud_settings.offer))
		return 1;
	ppp_option_error(NOT_ONE_OF, "shroud-mode", *argv, "head, decoy, plain, or a list of them");
	return 0;
}

static int parse_framing(char **argv)
{
	if (shroud_offer_parse_framings(*argv, &shroud_settings.offer))
		return 1;
	ppp_option_error(NOT_ONE_OF, "shroud-framing", *argv, "native, lcp, or a list of them");
	return 0;
}

/* A private key given by mistake must not end up in a log: the value is never shown. */
static int parse_peer_key(char **argv)
{
	struct shroud_trust *pinned = &shroud_settings.pinned;

	if (pinned->pinned_count == SHROUD_TRUST_KEYS) {
		ppp_option_error("shroud-peer-key: more than %d keys", SHROUD_TRUST_KEYS);
		return 0;
	}
	if (!shroud_key_parse(*argv, pinned->pinned[pinned->pinned_count])) {
		ppp_option_error("shroud-peer-key: not a public key, which is 44 base64 characters "
				 "that end in '=' (the value given has %d characters and is not "
				 "shown here)",
				 (int)strlen(*argv));
		return 0;
	}
	pinned->pinned_count++;
	return 1;
}

/* pppd changes its directory to / when it detaches: a relative name would move. */
static int parse_path(const char *option, char **where, const char *path)
{
	if (path[0] != '/') {
		ppp_option_error("%s: '%s' is not an absolute path", option, path);
		return 0;
	}
	free(*where);
	*where = strdup(path);
	if (!*where)
		novm("a shroud option");
	return 1;
}

#define PATH_OPTION(name, field) \
	static int parse_##field(char **argv) \
	{ \
		return parse_path(name, &shroud_settings.field, *argv); \
	}

PATH_OPTION("shroud-known-keys", known_keys)
PATH_OPTION("shroud-key-file", key_file)
PATH_OPTION("shroud-status", status)
PATH_OPTION("shroud-redial", redial)
PATH_OPTION("shroud-bpf-object", object)
PATH_OPTION("shroud-decoy-object", decoy_object)
PATH_OPTION("shroud-bpffs", bpffs)

static int parse_notice(char **argv)
{
	if (strlen(*argv) > SHROUD_NOTICE_MAX) {
		ppp_option_error("shroud-notice: the text has %d octets, %d are allowed",
				 (int)strlen(*argv), SHROUD_NOTICE_MAX);
		return 0;
	}
	free(shroud_settings.notice);
	shroud_settings.notice = strdup(*argv);
	if (!shroud_settings.notice)
		novm("a shroud option");
	return 1;
}

#define SPECIAL(function) o_special, (void *)(uintptr_t)(function)

static shroud_option_t options[] = {
	{ .name = "shroud",
	  SPECIAL(parse_policy),
	  .description = "Hide packet headers from the carrier: off, prefer, require",
	  .flags = OPT_PRIO | OPT_PRIVFIX },
	{ .name = "shroud-role",
	  SPECIAL(parse_role),
	  .description = "Which end this is: auto, cpe, lns",
	  .flags = OPT_PRIO | OPT_PRIVFIX },
	{ .name = "shroud-mode",
	  SPECIAL(parse_mode),
	  .description = "Mode of cover: head, decoy or plain; a list, the preferred one first",
	  .flags = OPT_PRIO | OPT_PRIVFIX },
	{ .name = "shroud-framing",
	  SPECIAL(parse_framing),
	  .description = "Framing of IP packets: native or lcp; a list, the preferred one first",
	  .flags = OPT_PRIO | OPT_PRIVFIX },
	{ .name = "shroud-peer-key",
	  SPECIAL(parse_peer_key),
	  .description = "Public key of the LNS; may be given several times",
	  .flags = OPT_PRIV | OPT_NOPRINT },
	{ .name = "shroud-line",
	  .type = o_string,
	  .addr = (void *)&shroud_settings.line,
	  .description = "Name of this line in records",
	  .flags = OPT_PRIO },
	{ .name = "shroud-known-keys",
	  SPECIAL(parse_known_keys),
	  .description = "File that records keys on first use",
	  .flags = OPT_PRIV },
	{ .name = "shroud-key-file",
	  SPECIAL(parse_key_file),
	  .description = "File with the private key of the LNS",
	  .flags = OPT_PRIV },
	{ .name = "shroud-rekey",
	  .type = o_int,
	  .addr = &shroud_settings.rekey,
	  .description = "Seconds until keys are changed, at most",
	  .flags = OPT_PRIO | OPT_LIMITS,
	  .upper_limit = SHROUD_REKEY_MAX,
	  .lower_limit = SHROUD_REKEY_MIN },
	{ .name = "shroud-notice",
	  SPECIAL(parse_notice),
	  .description = "Short text for the subscriber (LNS)",
	  .flags = OPT_PRIV },
	{ .name = "shroud-status",
	  SPECIAL(parse_status),
	  .description = "File to write the state to, as JSON",
	  .flags = OPT_PRIV },
	{ .name = "shroud-redial",
	  SPECIAL(parse_redial),
	  .description = "File that records lines whose peer dropped them",
	  .flags = OPT_PRIV },
	{ .name = "shroud-bpf-object",
	  SPECIAL(parse_object),
	  .description = "BPF object file of the data path",
	  .flags = OPT_PRIV },
	{ .name = "shroud-decoy-object",
	  SPECIAL(parse_decoy_object),
	  .description = "The same, of mode decoy",
	  .flags = OPT_PRIV },
	{ .name = "shroud-bpffs",
	  SPECIAL(parse_bpffs),
	  .description = "Where the BPF file system is mounted",
	  .flags = OPT_PRIV },
	{ .name = "shroud-max-sessions",
	  .type = o_int,
	  .addr = &shroud_settings.max_sessions,
	  .description = "Sessions that one device can carry",
	  .flags = OPT_PRIO | OPT_PRIV | OPT_LIMITS,
	  .upper_limit = 16384,
	  .lower_limit = 1 },
	{ .name = "shroud-detour",
	  .type = o_bool,
	  .addr = &shroud_settings.detour,
	  .description = "Segment super-packets in a veth pair",
	  .flags = OPT_PRIO | OPT_PRIV | 1 },
	{ .name = "noshroud-detour",
	  .type = o_bool,
	  .addr = &shroud_settings.detour,
	  .description = "Drop super-packets",
	  .flags = OPT_PRIOSUB | OPT_PRIV },
	{ .name = "shroud-preload",
	  .type = o_string,
	  .addr = (void *)&shroud_settings.preload,
	  .description = "Load the programs onto this device, and end",
	  .flags = OPT_PRIV },
	{ .name = NULL },
};

void shroud_settings_register(void)
{
	ppp_add_options(options);
}

enum shroud_role shroud_settings_role(void)
{
	const struct shroud_settings *s = &shroud_settings;

	if (s->role == SHROUD_CHOOSE_AUTO)
		return s->key_file || auth_required ? SHROUD_ROLE_LNS : SHROUD_ROLE_CPE;
	return s->role == SHROUD_CHOOSE_LNS ? SHROUD_ROLE_LNS : SHROUD_ROLE_CPE;
}

void shroud_settings_line(char *name, size_t size)
{
	const char *interface = linkname[0] ? linkname : ipparam ? ipparam : ppp_devnam();
	char text[2 * SHROUD_RECORD_NAME_MAX];
	char clean[SHROUD_RECORD_NAME_MAX];

	if (shroud_settings.line)
		snprintf(text, sizeof(text), "%s", shroud_settings.line);
	else
		snprintf(text, sizeof(text), "%.250s/%.250s", interface, user);
	shroud_record_name(text, clean);
	snprintf(name, size, "%s", clean);
}

static void check_lns(void)
{
	struct shroud_settings *s = &shroud_settings;
	struct shroud_error error;

	if (!s->key_file)
		shroud_refuse(
			"shroud: this is the LNS's side, because it authenticates the peer or by "
			"shroud-role, and needs a shroud-key-file; if it is the CPE's side, say "
			"shroud-role cpe; or use shroud off");
	if (!shroud_key_load(s->key_file, &s->identity, &error))
		shroud_refuse(error.text);
}

static void check_shrouding(void)
{
	const struct shroud_settings *s = &shroud_settings;
	const char *fault = shroud_offer_fault(&s->offer, s->policy);

	if (fault)
		shroud_refuse(fault);
	if (shroud_settings_role() == SHROUD_ROLE_LNS)
		check_lns();
	else if (s->key_file)
		shroud_refuse("shroud-key-file is for the LNS's side, but shroud-role is cpe");
}

void shroud_settings_check(void)
{
	struct shroud_settings *s = &shroud_settings;

	if (!s->known_keys)
		s->known_keys = DEFAULT_KNOWN_KEYS;
	if (!s->redial)
		s->redial = SHROUD_DEFAULT_REDIAL;
	if (!s->rekey && shroud_settings_role() == SHROUD_ROLE_LNS)
		s->rekey = SHROUD_REKEY_DEFAULT;
	s->by_hand = shroud_offer_by_hand(&s->offer, s->policy);
	if (s->policy == SHROUD_POLICY_OFF && !s->by_hand)
		return;
	shroud_pppd_check();
	if (!s->by_hand)
		check_shrouding();
	shroud_pppd_switch_off();
}
