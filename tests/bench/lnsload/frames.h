/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames of PPPoE sessions that are told apart by a number, 0 to 65 533. */
#ifndef FRAMES_H
#define FRAMES_H

#include <stdint.h>

#include "../../../src/wire/shroud_wire.h"
#include "datapath.h"

#define FRAME_NEXT (-1) /* what programs return for a frame that goes on */

struct frame {
	uint32_t len;
	uint8_t octets[320];
};

struct shroud_datapath_key frame_session(unsigned int number);
void frame_keys(uint8_t keys[SHROUD_KEYSET_LEN], unsigned int number);
/* 256 octets of TCP with binary content, to the session's subscriber. */
struct frame frame_plain(unsigned int number);
/* As long, of a protocol that the programs let pass at once. */
struct frame frame_strange(void);
/* As if it had come from where it was sent to. */
void frame_turn(struct frame *frame);

#endif
