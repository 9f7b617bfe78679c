/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stops packets before the code under test sees them, and counts them. */
#include <stdio.h>

#include "program.h"

struct counter {
	uint64_t packets;
	uint64_t bytes;
};

static int counter_create(void)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_ARRAY,
				.key_size = sizeof(uint32_t),
				.value_size = sizeof(struct counter),
				.max_entries = 1 };

	return bpf_call(BPF_MAP_CREATE, &attr, "BPF map");
}

void block_start(const char *interface, const char *name)
{
	int counter = counter_create();
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

	bpf_pin(counter, name, "counter");
	program_attach(program, sizeof(program) / sizeof(*program), TCX_INGRESS, interface, name);
}

void block_stop(const char *name)
{
	struct counter counter = { 0 };
	uint32_t key = 0;
	union bpf_attr lookup = { .map_fd = (uint32_t)bpf_get(name, "counter"),
				  .key = (uintptr_t)&key,
				  .value = (uintptr_t)&counter };

	bpf_call(BPF_MAP_LOOKUP_ELEM, &lookup, "BPF map");
	bpf_unpin(name, "link");
	bpf_unpin(name, "counter");
	printf("BLOCKED %s packets=%llu bytes=%llu\n", name, (unsigned long long)counter.packets,
	       (unsigned long long)counter.bytes);
}
