/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU TCG plugin: counts the instructions that an AArch64 guest with one
 * virtual CPU executes between two markers in user space, instructions of the
 * no-operation space that no compiler emits:
 *
 *	hint #0x50	a region starts
 *	hint #0x51	a region ends
 *
 * Arguments: out=FILE      one line per region, "KERNEL USER", in instructions
 *            profile=FILE  appends per region "region N" and then, per block of
 *                          kernel code that ran, "ADDRESS(hex) INSTRUCTIONS"
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu_api.h"

#define HINT(n) (0xd503201fu | (uint32_t)(n) << 5)
#define HINT_START HINT(0x50)
#define HINT_STOP HINT(0x51)

enum {
	SLOT_KERNEL,
	SLOT_USER,
	SLOT_BLOCKS,
	SLOTS = 1 << 18,
	BUCKETS = 1 << 16,
};

/* A block of guest code; runs in its slot since the guest started. */
struct block {
	uint64_t address;
	uint64_t length; /* instructions */
	uint32_t slot;
	struct block *next;
};

static struct block *buckets[BUCKETS];
static uint32_t slots_used = SLOT_BLOCKS;
static uint64_t plain_slots[SLOTS];
static uint64_t before[SLOTS]; /* every slot at the start of the region */
static struct qemu_plugin_scoreboard *score;
static unsigned int region;
static FILE *out;
static FILE *profile;

int qemu_plugin_version;

/* QEMU reads the version after it has loaded the file. */
__attribute__((constructor)) static void version_detect(void)
{
	qemu_plugin_version = qemu_plugin_scoreboard_new ? PLUGIN_API_SCOREBOARD : PLUGIN_API_PLAIN;
}

static void fail(const char *what) __attribute__((noreturn));
static void fail(const char *what)
{
	fprintf(stderr, "counter: %s\n", what);
	exit(1);
}

/* A scoreboard may move, so look it up whenever it is read. */
static const uint64_t *slots(void)
{
	return score ? qemu_plugin_scoreboard_find(score, 0) : plain_slots;
}

static void slot_add(struct qemu_plugin_tb *tb, uint32_t slot, uint64_t amount)
{
	qemu_plugin_u64 entry = { score, slot * sizeof(uint64_t) };

	if (score)
		qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(tb, QEMU_PLUGIN_INLINE_ADD_U64,
								  entry, amount);
	else
		qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64,
							 &plain_slots[slot], amount);
}

static uint32_t bucket_of(uint64_t address, uint64_t length)
{
	return (uint32_t)((address >> 2) * 2654435761u ^ length * 40503u) % BUCKETS;
}

/* A block that is translated again gets its old slot back. */
static struct block *block_get(uint64_t address, uint64_t length)
{
	struct block **head = &buckets[bucket_of(address, length)];
	struct block *block;

	for (block = *head; block; block = block->next)
		if (block->address == address && block->length == length)
			return block;
	if (slots_used == SLOTS)
		fail("the guest runs more distinct blocks of code than the profile has room for");
	block = malloc(sizeof(*block));
	if (!block)
		fail("out of memory");
	*block = (struct block){ address, length, slots_used++, *head };
	*head = block;
	return block;
}

static void region_start(unsigned int vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	memcpy(before, slots(), slots_used * sizeof(*before));
}

static void profile_write(const uint64_t *now)
{
	fprintf(profile, "region %u\n", region);
	for (uint32_t i = 0; i < BUCKETS; i++) {
		for (const struct block *block = buckets[i]; block; block = block->next) {
			uint64_t runs = now[block->slot] - before[block->slot];

			if (runs)
				fprintf(profile, "%" PRIx64 " %" PRIu64 "\n", block->address,
					runs * block->length);
		}
	}
	fflush(profile);
}

static void region_stop(unsigned int vcpu, void *data)
{
	const uint64_t *now = slots();

	(void)vcpu;
	(void)data;
	fprintf(out, "%" PRIu64 " %" PRIu64 "\n", now[SLOT_KERNEL] - before[SLOT_KERNEL],
		now[SLOT_USER] - before[SLOT_USER]);
	fflush(out);
	if (profile)
		profile_write(now);
	region++;
}

static uint32_t insn_word(const struct qemu_plugin_insn *insn)
{
	uint32_t word = 0;

	if (score)
		plugin_insn_data_copy(insn, &word, sizeof(word));
	else
		memcpy(&word, plugin_insn_data_pointer(insn), sizeof(word));
	return word;
}

static void watch_markers(struct qemu_plugin_tb *tb)
{
	size_t count = qemu_plugin_tb_n_insns(tb);

	for (size_t i = 0; i < count; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint32_t word = insn_word(insn);

		if (word == HINT_START)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, region_start,
							       QEMU_PLUGIN_CB_NO_REGS, NULL);
		if (word == HINT_STOP)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, region_stop,
							       QEMU_PLUGIN_CB_NO_REGS, NULL);
	}
}

static void block_translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	uint64_t address = qemu_plugin_tb_vaddr(tb);
	uint64_t length = qemu_plugin_tb_n_insns(tb);
	bool kernel = address >> 63;

	(void)id;
	slot_add(tb, kernel ? SLOT_KERNEL : SLOT_USER, length);
	if (!kernel)
		watch_markers(tb);
	else if (profile)
		slot_add(tb, block_get(address, length)->slot, 1);
}

static FILE *argument_open(const char *argument, const char *key)
{
	size_t len = strlen(key);
	FILE *file;

	if (strncmp(argument, key, len))
		return NULL;
	file = fopen(argument + len, "w");
	if (!file) {
		fprintf(stderr, "counter: cannot write %s: %s\n", argument + len, strerror(errno));
		exit(1);
	}
	return file;
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++) {
		if (!out)
			out = argument_open(argv[i], "out=");
		if (!profile)
			profile = argument_open(argv[i], "profile=");
	}
	if (!out)
		fail("the argument out=FILE is missing");
	if (qemu_plugin_scoreboard_new)
		score = qemu_plugin_scoreboard_new(sizeof(plain_slots));
	qemu_plugin_register_vcpu_tb_trans_cb(id, block_translated);
	return 0;
}
