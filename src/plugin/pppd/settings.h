/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user has set by pppd options. */
#ifndef SHROUD_SETTINGS_H
#define SHROUD_SETTINGS_H

#include "../handshake/machine.h"

enum shroud_role_choice { SHROUD_CHOOSE_AUTO, SHROUD_CHOOSE_CPE, SHROUD_CHOOSE_LNS };

#define SHROUD_RUN "/run/pppshroud"
#define SHROUD_DEFAULT_REDIAL SHROUD_RUN "/redial"

struct shroud_settings {
	enum shroud_policy policy;
	enum shroud_role_choice role;
	struct shroud_offer offer;
	struct shroud_trust pinned; /* its pinned keys */
	struct shroud_keypair identity; /* LNS, from key_file */
	int rekey; /* seconds; 0: not given */
	int max_sessions; /* 0: by role */
	bool detour;
	bool by_hand; /* framing lcp with policy off: docs/decoy.md section 12 */
	char *line;
	char *known_keys;
	char *key_file;
	char *notice;
	char *status;
	char *redial;
	char *object;
	char *decoy_object;
	char *bpffs;
	char *preload; /* a device */
};

extern struct shroud_settings shroud_settings;

/* Tell pppd about our options. */
void shroud_settings_register(void);

/*
 * When all options are known: checks them against each other and against
 * pppd's own, reads the key file, and switches off what can not be covered. Ends
 * pppd with an option error if that can not be.
 */
void shroud_settings_check(void);

/* The role that follows from the settings. Valid after shroud_settings_check. */
enum shroud_role shroud_settings_role(void);

/* The name of this line in record files: section 4.2 of docs/protocol.md. */
void shroud_settings_line(char *name, size_t size);

#endif
