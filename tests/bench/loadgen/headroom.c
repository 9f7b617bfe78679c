/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A network card's driver leaves 64 bytes free before each frame that it
 * receives; a packet socket leaves too few for a PPPoE header, and the kernel
 * would have to copy every packet. This makes the room where the LAN host
 * sends, out of the count: it inserts bytes and takes them out again.
 */
#include "program.h"

enum {
	ROOM = 64,
	ADJUST_ROOM_MAC = 1, /* BPF_ADJ_ROOM_MAC */
};

void headroom_start(const char *interface)
{
	const struct bpf_insn program[] = {
		MOVE(BPF_REG_6, BPF_REG_1),
		MOVE_IMM(BPF_REG_2, ROOM),
		MOVE_IMM(BPF_REG_3, ADJUST_ROOM_MAC),
		MOVE_IMM(BPF_REG_4, 0),
		CALL(BPF_FUNC_skb_adjust_room),
		MOVE(BPF_REG_1, BPF_REG_6),
		MOVE_IMM(BPF_REG_2, -ROOM),
		MOVE_IMM(BPF_REG_3, ADJUST_ROOM_MAC),
		MOVE_IMM(BPF_REG_4, 0),
		CALL(BPF_FUNC_skb_adjust_room),
		MOVE_IMM(BPF_REG_0, VERDICT_NEXT),
		EXIT(),
	};

	program_attach(program, sizeof(program) / sizeof(*program), TCX_EGRESS, interface,
		       "headroom");
}
