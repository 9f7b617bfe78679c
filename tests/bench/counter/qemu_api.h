/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of QEMU's plugin interface that the counter uses. Debian ships
 * QEMU with plugins switched on but without the header that declares them.
 *
 * API 1 (QEMU 7.2) adds inline to a plain address; from API 2 on the inline
 * operation works on a scoreboard, and from API 3 on (QEMU 9.1) the bytes of
 * an instruction are copied out. Which one is there is seen at load time from
 * the symbols that QEMU exports; functions of the other are weak and null.
 */
#ifndef SHROUD_BENCH_QEMU_API_H
#define SHROUD_BENCH_QEMU_API_H

#include <stddef.h>
#include <stdint.h>

#define PLUGIN_EXPORT __attribute__((visibility("default")))
#define PLUGIN_WEAK __attribute__((weak))

enum {
	PLUGIN_API_PLAIN = 1,
	PLUGIN_API_SCOREBOARD = 3,
};

enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };

typedef uint64_t qemu_plugin_id_t;
typedef struct qemu_info_t qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_scoreboard;

typedef struct {
	struct qemu_plugin_scoreboard *score;
	size_t offset;
} qemu_plugin_u64;

typedef void (*plugin_tb_trans_cb)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*plugin_insn_exec_cb)(unsigned int vcpu, void *data);

/* What QEMU looks for */
PLUGIN_EXPORT extern int qemu_plugin_version;
PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
				      char **argv);

/* Every API */
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, plugin_tb_trans_cb cb);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, plugin_insn_exec_cb cb,
					    enum qemu_plugin_cb_flags flags, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);

/* One symbol, two prototypes: API 1 returns a pointer, API 3 copies. */
const void *
plugin_insn_data_pointer(const struct qemu_plugin_insn *insn) __asm__("qemu_plugin_insn_data");
size_t plugin_insn_data_copy(const struct qemu_plugin_insn *insn, void *dest,
			     size_t len) __asm__("qemu_plugin_insn_data");

/* API 1 only */
PLUGIN_WEAK void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb,
							  enum qemu_plugin_op op, void *counter,
							  uint64_t amount);

/* API 2 and later */
PLUGIN_WEAK void qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(struct qemu_plugin_tb *tb,
								   enum qemu_plugin_op op,
								   qemu_plugin_u64 counter,
								   uint64_t amount);
PLUGIN_WEAK struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t element_size);
PLUGIN_WEAK void *qemu_plugin_scoreboard_find(struct qemu_plugin_scoreboard *score,
					      unsigned int vcpu);

#endif
