/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program of a few instructions ahead of any other at a device's tcx
 * ingress, so that a packet can be stopped before the code under test sees
 * it. It stays pinned between two calls of this tool.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "loadgen.h"

#define PIN_FOLDER "/sys/fs/bpf/"

/* Constants of Linux 6.6, newer than Debian 12's headers */
enum {
	TCX_INGRESS = 46,
	ATTACH_BEFORE = 1 << 3,
	VERDICT_NEXT = -1,
	VERDICT_DROP = 2,
};

struct counter {
	uint64_t packets;
	uint64_t bytes;
};

#define INSN(c, d, s, o, i) { .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) }
#define MOVE(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define MOVE_IMM(d, i) INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define ADD(d, s) INSN(BPF_ALU64 | BPF_ADD | BPF_X, d, s, 0, 0)
#define ADD_IMM(d, i) INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, i)
#define LOAD(size, d, s, o) INSN(BPF_LDX | BPF_MEM | (size), d, s, o, 0)
#define STORE(size, d, s, o) INSN(BPF_STX | BPF_MEM | (size), d, s, o, 0)
#define STORE_IMM(size, d, o, i) INSN(BPF_ST | BPF_MEM | (size), d, 0, o, i)
#define JUMP_IMM(op, d, i, o) INSN(BPF_JMP | (op) | BPF_K, d, 0, o, i)
#define CALL(function) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, function)
#define EXIT() INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

static int bpf(int command, union bpf_attr *attr, const char *what)
{
	long result = syscall(SYS_bpf, command, attr, sizeof(*attr));

	if (result < 0)
		die(what);
	return (int)result;
}

static int counter_create(void)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_ARRAY,
				.key_size = sizeof(uint32_t),
				.value_size = sizeof(struct counter),
				.max_entries = 1 };

	return bpf(BPF_MAP_CREATE, &attr, "BPF map");
}

static int program_load(int counter)
{
	const struct bpf_insn program[] = {
		MOVE(BPF_REG_6, BPF_REG_1),
		LOAD(BPF_W, BPF_REG_7, BPF_REG_6, offsetof(struct __sk_buff, len)),
		JUMP_IMM(BPF_JLE, BPF_REG_7, RUNT_LEN, 15), /* pass */
		STORE_IMM(BPF_W, BPF_REG_10, -4, 0),
		MOVE(BPF_REG_2, BPF_REG_10),
		ADD_IMM(BPF_REG_2, -4),
		INSN(BPF_LD | BPF_IMM | BPF_DW, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, counter),
		{ 0 },
		CALL(BPF_FUNC_map_lookup_elem),
		JUMP_IMM(BPF_JEQ, BPF_REG_0, 0, 8), /* pass */
		LOAD(BPF_DW, BPF_REG_1, BPF_REG_0, offsetof(struct counter, packets)),
		ADD_IMM(BPF_REG_1, 1),
		STORE(BPF_DW, BPF_REG_0, BPF_REG_1, offsetof(struct counter, packets)),
		LOAD(BPF_DW, BPF_REG_1, BPF_REG_0, offsetof(struct counter, bytes)),
		ADD(BPF_REG_1, BPF_REG_7),
		STORE(BPF_DW, BPF_REG_0, BPF_REG_1, offsetof(struct counter, bytes)),
		MOVE_IMM(BPF_REG_0, VERDICT_DROP),
		EXIT(),
		MOVE_IMM(BPF_REG_0, VERDICT_NEXT), /* pass: */
		EXIT(),
	};
	char log[4096] = "";
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_SCHED_CLS,
				.insn_cnt = sizeof(program) / sizeof(*program),
				.insns = (uintptr_t)program,
				.license = (uintptr_t)"GPL",
				.log_buf = (uintptr_t)log,
				.log_size = sizeof(log),
				.log_level = 1,
				.expected_attach_type = TCX_INGRESS };
	long result = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));

	if (result < 0) {
		fputs(log, stderr);
		die("BPF program");
	}
	return (int)result;
}

static void pin(int object, const char *name, const char *suffix)
{
	char path[64];
	union bpf_attr attr = { .pathname = (uintptr_t)path, .bpf_fd = (uint32_t)object };

	snprintf(path, sizeof(path), PIN_FOLDER "%s-%s", name, suffix);
	bpf(BPF_OBJ_PIN, &attr, path);
}

static void unpin(const char *name, const char *suffix)
{
	char path[64];

	snprintf(path, sizeof(path), PIN_FOLDER "%s-%s", name, suffix);
	if (unlink(path))
		die(path);
}

void block_start(const char *interface, const char *name)
{
	int counter = counter_create();
	union bpf_attr attr = { .link_create = { .prog_fd = (uint32_t)program_load(counter),
						 .target_ifindex = if_nametoindex(interface),
						 .attach_type = TCX_INGRESS,
						 .flags = ATTACH_BEFORE } };

	if (!attr.link_create.target_ifindex)
		die(interface);
	pin(counter, name, "counter");
	pin(bpf(BPF_LINK_CREATE, &attr, "tcx link"), name, "link");
}

static struct counter counter_read(const char *name)
{
	struct counter counter;
	uint32_t key = 0;
	char path[64];
	union bpf_attr get = { .pathname = (uintptr_t)path };
	union bpf_attr lookup = { .key = (uintptr_t)&key, .value = (uintptr_t)&counter };

	snprintf(path, sizeof(path), PIN_FOLDER "%s-counter", name);
	lookup.map_fd = (uint32_t)bpf(BPF_OBJ_GET, &get, path);
	bpf(BPF_MAP_LOOKUP_ELEM, &lookup, "BPF map");
	return counter;
}

void block_stop(const char *name)
{
	struct counter counter = counter_read(name);

	unpin(name, "link");
	unpin(name, "counter");
	printf("BLOCKED %s packets=%llu bytes=%llu\n", name, (unsigned long long)counter.packets,
	       (unsigned long long)counter.bytes);
}
