/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "publish.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

/* False: there is no name for the file yet. */
static bool file_name(const char *path, const char *interface, char *out, size_t size)
{
	struct stat st;

	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		return snprintf(out, size, "%s", path) < (int)size;
	return interface[0] && snprintf(out, size, "%s/%s.json", path, interface) < (int)size;
}

void shroud_publish(const char *path, const struct shroud_status *status)
{
	static char text[SHROUD_STATUS_MAX];
	char name[PATH_MAX];
	struct shroud_error why;
	size_t len = path ? shroud_status_format(status, text, sizeof(text)) : 0;

	if (len > 0 && file_name(path, status->interface, name, sizeof(name)) &&
	    !shroud_file_replace(name, text, len, false, &why))
		warn("shroud: status not written: %s", why.text);
}

void shroud_unpublish(const char *path, const char *interface)
{
	char name[PATH_MAX];
	struct stat st;

	if (path && stat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
	    file_name(path, interface, name, sizeof(name)))
		unlink(name);
}
