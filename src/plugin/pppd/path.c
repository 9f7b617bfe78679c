/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "path.h"

#include "../handshake/offer.h"

/* An LNS shares a device among many sessions; a CPE has one, and little memory. */
#define LNS_SESSIONS 4096

static void log_verifier(void *arg, const char *text)
{
	(void)arg;
	dbglog("shroud: verifier: %s", text);
}

bool shroud_path_needed(enum shroud_path path, const struct shroud_settings *settings)
{
	struct shroud_offer others = settings->offer;

	shroud_offer_forbid(&others, SHROUD_MODE_HEAD);
	return settings->by_hand ? path == SHROUD_PATH_DECOY :
				   path == SHROUD_PATH_HEAD || others.mode_count > 0;
}

struct shroud_datapath_options shroud_path_options(enum shroud_path path,
						   const struct shroud_settings *settings,
						   enum shroud_role role)
{
	bool chosen = settings->max_sessions > 0 || role == SHROUD_ROLE_CPE;

	return (struct shroud_datapath_options){
		.object = path == SHROUD_PATH_DECOY ? settings->decoy_object : settings->object,
		.bpffs = settings->bpffs,
		.max_sessions = chosen ? (unsigned int)settings->max_sessions : LNS_SESSIONS,
		.detour = settings->detour,
		.decoy = path == SHROUD_PATH_DECOY,
		.verifier_log = log_verifier,
	};
}

bool shroud_path_load(enum shroud_path path, const char *device,
		      const struct shroud_settings *settings, enum shroud_role role,
		      struct shroud_datapath_error *error)
{
	const struct shroud_datapath_options options = shroud_path_options(path, settings, role);
	struct shroud_datapath *datapath;

	if (shroud_datapath_open(&datapath, device, &options, error) != 0)
		return false;
	shroud_datapath_close(datapath);
	return true;
}

void shroud_path_clear(enum shroud_path path, const struct shroud_line *line,
		       const struct shroud_settings *settings, enum shroud_role role)
{
	struct shroud_datapath_options options = shroud_path_options(path, settings, role);
	struct shroud_datapath_session *session;
	struct shroud_datapath *datapath;
	struct shroud_datapath_error error;

	options.loaded = true;
	if (shroud_datapath_open(&datapath, line->device, &options, &error) != 0)
		return;
	if (shroud_datapath_session_open(&session, datapath, &line->key, &error) == 0)
		shroud_datapath_session_close(session);
	else
		warn("shroud: %s", error.text);
	shroud_datapath_close(datapath);
}

bool shroud_paths_preload(const struct shroud_settings *settings, enum shroud_role role)
{
	struct shroud_datapath_error why;

	for (enum shroud_path path = SHROUD_PATH_HEAD; path < SHROUD_PATHS; path++) {
		if (!shroud_path_needed(path, settings) ||
		    shroud_path_load(path, settings->preload, settings, role, &why))
			continue;
		error("shroud: %s", why.text);
		return false;
	}
	notice("shroud: the programs are on %s", settings->preload);
	return true;
}
