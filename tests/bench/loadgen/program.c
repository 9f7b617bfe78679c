/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BPF without a library: small programs at a device's tcx hooks, ahead of any
 * other. They stay pinned when this tool ends.
 */
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "program.h"

#define PIN_FOLDER "/sys/fs/bpf/"
#define PATH_SIZE 64

enum { ATTACH_BEFORE = 1 << 3 }; /* BPF_F_BEFORE of Linux 6.6, as in program.h */

static void path_of(char path[PATH_SIZE], const char *name, const char *kind)
{
	snprintf(path, PATH_SIZE, PIN_FOLDER "%s-%s", name, kind);
}

int bpf_call(int command, union bpf_attr *attr, const char *what)
{
	long result = syscall(SYS_bpf, command, attr, sizeof(*attr));

	if (result < 0)
		die(what);
	return (int)result;
}

void bpf_pin(int object, const char *name, const char *kind)
{
	char path[PATH_SIZE];
	union bpf_attr attr = { .pathname = (uintptr_t)path, .bpf_fd = (uint32_t)object };

	path_of(path, name, kind);
	bpf_call(BPF_OBJ_PIN, &attr, path);
}

int bpf_get(const char *name, const char *kind)
{
	char path[PATH_SIZE];
	union bpf_attr attr = { .pathname = (uintptr_t)path };

	path_of(path, name, kind);
	return bpf_call(BPF_OBJ_GET, &attr, path);
}

void bpf_unpin(const char *name, const char *kind)
{
	char path[PATH_SIZE];

	path_of(path, name, kind);
	if (unlink(path))
		die(path);
}

static int program_load(const struct bpf_insn *insns, size_t count, enum tcx_hook hook)
{
	char log[4096] = "";
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_SCHED_CLS,
				.insn_cnt = (uint32_t)count,
				.insns = (uintptr_t)insns,
				.license = (uintptr_t)"GPL",
				.log_buf = (uintptr_t)log,
				.log_size = sizeof(log),
				.log_level = 1,
				.expected_attach_type = hook };
	long result = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));

	if (result < 0) {
		fputs(log, stderr);
		die("BPF program");
	}
	return (int)result;
}

void program_attach(const struct bpf_insn *insns, size_t count, enum tcx_hook hook,
		    const char *interface, const char *name)
{
	union bpf_attr attr = { .link_create = { .prog_fd =
							 (uint32_t)program_load(insns, count, hook),
						 .target_ifindex = if_nametoindex(interface),
						 .attach_type = hook,
						 .flags = ATTACH_BEFORE } };

	if (!attr.link_create.target_ifindex)
		die(interface);
	bpf_pin(bpf_call(BPF_LINK_CREATE, &attr, "tcx link"), name, "link");
}
