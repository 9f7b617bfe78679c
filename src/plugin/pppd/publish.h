/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts the status where the user wants it. */
#ifndef SHROUD_PUBLISH_H
#define SHROUD_PUBLISH_H

#include "status.h"

/*
 * Replaces the file @path; if that is a directory, the file INTERFACE.json in
 * it, which serves an LNS with its many sessions. Logs a warning if it fails. NULL: does nothing.
 */
void shroud_publish(const char *path, const struct shroud_status *status);
/* The session is over: removes the file that is in a directory. */
void shroud_unpublish(const char *path, const char *interface);

#endif
