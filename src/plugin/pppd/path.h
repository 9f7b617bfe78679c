/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two pairs of programs that a line's frames pass: which of them it needs, and loading them. */
#ifndef SHROUD_PATH_H
#define SHROUD_PATH_H

#include "line.h"
#include "../handshake/machine.h"
#include "settings.h"

/* Of mode head, and of all others. */
enum shroud_path { SHROUD_PATH_HEAD, SHROUD_PATH_DECOY, SHROUD_PATHS };

/* Whether the modes of @settings, or the framing by hand, need it. */
bool shroud_path_needed(enum shroud_path path, const struct shroud_settings *settings);

/* How to load one. Points into @settings. */
struct shroud_datapath_options shroud_path_options(enum shroud_path path,
						   const struct shroud_settings *settings,
						   enum shroud_role role);

/* Onto the device, and no session. False with *error set. */
bool shroud_path_load(enum shroud_path path, const char *device,
		      const struct shroud_settings *settings, enum shroud_role role,
		      struct shroud_datapath_error *error);

/* Ends the session that another process, which has died, may have left in programs that this line
 * does not need. They would go on covering its frames. */
void shroud_path_clear(enum shroud_path path, const struct shroud_line *line,
		       const struct shroud_settings *settings, enum shroud_role role);

/* For a boot script: all that are needed, on settings->preload. False: it has logged why not. */
bool shroud_paths_preload(const struct shroud_settings *settings, enum shroud_role role);

#endif
