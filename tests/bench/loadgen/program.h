/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHROUD_BENCH_PROGRAM_H
#define SHROUD_BENCH_PROGRAM_H

#include <linux/bpf.h>

#include "loadgen.h"

/* Attach types and verdicts of Linux 6.6, newer than the headers of Debian 12 */
enum tcx_hook {
	TCX_INGRESS = 46,
	TCX_EGRESS = 47,
};
enum tcx_verdict {
	VERDICT_NEXT = -1,
	VERDICT_DROP = 2,
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

/* All of these end the program with a message if the kernel refuses. */
int bpf_call(int command, union bpf_attr *attr, const char *what);
/* An object's place in bpffs is made of the name of its use and its kind. */
void bpf_pin(int object, const char *name, const char *kind);
int bpf_get(const char *name, const char *kind);
void bpf_unpin(const char *name, const char *kind);
/* Loads, attaches ahead of other programs, and pins the link as NAME's. */
void program_attach(const struct bpf_insn *insns, size_t count, enum tcx_hook hook,
		    const char *interface, const char *name);

#endif
