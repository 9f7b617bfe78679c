// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pins: <bpffs>/pppshroud/<netns>-<device>/<ABI>/<name>. One bpffs may serve
 * several network namespaces, hence the inode number of ours; names in bpffs
 * must not contain dots.
 */
#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "internal.h"

#define BPFFS_MAGIC 0xcafe4a11
#define NETNS "/proc/self/ns/net"

static int join(char *path, size_t room, const char *directory, const char *name)
{
	int n = snprintf(path, room, "%s/%s", directory, name);

	return n < 0 || (size_t)n >= room ? -1 : 0;
}

static int make_directory(const struct shroud_datapath *datapath, const char *path,
			  struct shroud_datapath_error *error)
{
	if (datapath->loaded || !mkdir(path, 0700) || errno == EEXIST)
		return 0;
	return fail(error, errno, "can not make the directory %s: %s%s", path, strerror(errno),
		    errno == EPERM || errno == EACCES ? " (this needs root)" : "");
}

static int check_bpffs(const char *bpffs, struct shroud_datapath_error *error)
{
	struct statfs status;

	if (statfs(bpffs, &status))
		return fail(error, errno, "BPF file system %s: %s", bpffs, strerror(errno));
	if ((unsigned long)status.f_type != BPFFS_MAGIC)
		return fail(error, ENODEV,
			    "no BPF file system at %s; mount it: mount -t bpf bpf %s", bpffs,
			    bpffs);
	return 0;
}

int pin_prepare(struct shroud_datapath *datapath, const char *bpffs,
		struct shroud_datapath_error *error)
{
	char device[IF_NAMESIZE + 32], *dot;
	struct stat netns;
	char *path = datapath->directory;
	size_t room = sizeof(datapath->directory);

	if (check_bpffs(bpffs, error))
		return -1;
	if (stat(NETNS, &netns))
		return fail(error, errno, "%s: %s", NETNS, strerror(errno));
	snprintf(device, sizeof(device), "%lu-%s", (unsigned long)netns.st_ino,
		 datapath->device.name);
	while ((dot = strchr(device, '.')))
		*dot = ',';
	if (join(path, room, bpffs, "pppshroud"))
		return fail(error, ENAMETOOLONG, "the path '%s' is too long", bpffs);
	if (make_directory(datapath, path, error))
		return -1;
	if (strlen(path) + strlen(device) + 16 > room)
		return fail(error, ENAMETOOLONG, "the path '%s' is too long", bpffs);
	snprintf(path + strlen(path), room - strlen(path), "/%s", device);
	if (make_directory(datapath, path, error))
		return -1;
	snprintf(path + strlen(path), room - strlen(path), "/%s%d", datapath->decoy ? "decoy-" : "",
		 SHROUD_MAP_ABI);
	return make_directory(datapath, path, error);
}

int pin_lock(struct shroud_datapath *datapath, struct shroud_datapath_error *error)
{
	int fd = open(datapath->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || flock(fd, LOCK_EX)) {
		int code = errno;

		if (fd >= 0)
			close(fd);
		return fail(error, code, "can not lock %s: %s", datapath->directory,
			    strerror(code));
	}
	datapath->lock = fd;
	return 0;
}

void pin_unlock(struct shroud_datapath *datapath)
{
	if (datapath->lock >= 0)
		close(datapath->lock);
	datapath->lock = -1;
}

int pin_get(const struct shroud_datapath *datapath, const char *name)
{
	char path[PATH_MAX];

	return join(path, sizeof(path), datapath->directory, name) ? -1 : bpf_obj_get(path);
}

int pin_put(const struct shroud_datapath *datapath, const char *name, int fd,
	    struct shroud_datapath_error *error)
{
	char path[PATH_MAX];

	if (join(path, sizeof(path), datapath->directory, name))
		return fail(error, ENAMETOOLONG, "the path '%s' is too long", datapath->directory);
	if (!bpf_obj_pin(fd, path))
		return 0;
	return fail(error, errno, "can not pin %s: %s", path, strerror(errno));
}

void pin_remove(const struct shroud_datapath *datapath, const char *name)
{
	char path[PATH_MAX];

	if (!join(path, sizeof(path), datapath->directory, name))
		unlink(path);
}

void pin_remove_all(const struct shroud_datapath *datapath)
{
	DIR *directory = opendir(datapath->directory);
	struct dirent *entry;

	if (!directory)
		return;
	while ((entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			pin_remove(datapath, entry->d_name);
	closedir(directory);
}
