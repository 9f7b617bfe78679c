/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of a DNS message: docs/decoy.md section 8. It lies in the scratch area. */
#ifndef SHROUD_NAMES_H
#define SHROUD_NAMES_H

#include "../world.h"

enum {
	NAMES_MAX = 1472, /* octets of a message */
	NAMES_MIN = 17,
	NAMES_ROOM = 2048, /* a power of two, for the verifier */
	NAMES_HEADER = 12,
	NAMES_RECORDS = 16,
	NAMES_RUNS = 8,
	NAMES_RUN_MAX = 255, /* octets of a run with its end */
	NAMES_UNIT = 92, /* letters and digits of a run */
	NAMES_UNIT_ROOM = 128,
	NAMES_HALF = NAMES_UNIT / 2,
	/* By one run of a program, which then calls itself: octets read, addresses turned. */
	NAMES_PART = 128,
	NAMES_PART_HOSTS = 2,
};

/* What is being read. Names first. */
enum reading {
	READ_QUESTION, /* its name */
	READ_OWNER, /* of a record */
	READ_NAME, /* in RDATA */
	READ_CLASS, /* the question's type and class */
	READ_RECORD, /* type to RDLENGTH */
	READ_FRONT, /* RDATA ahead of names */
	READ_BEHIND, /* and behind them */
	READ_END,
};

/* A run of labels. */
struct run {
	u32 at; /* offset of its first octet */
	u32 count; /* of letters and digits */
	u16 place[NAMES_UNIT_ROOM]; /* where these are */
};

struct names {
	u64 word[NAMES_ROOM / 8 + 1]; /* image of the message, and zeros */
	/* Of a run, as images of octets: halves, moduli, the end of the message of f. */
	u64 half[2][8], size[2][8], tweak[8];
	u8 mark[NAMES_ROOM]; /* of a label's first octet: number of its run, from 1 on */
	struct run run[NAMES_RUNS];
	u32 host[NAMES_RECORDS]; /* offsets of addresses; those of IPv6 + NAMES_ROOM */
	u32 hosts, runs, records;
	u32 octets; /* of the message */
	u32 at; /* what has been read */
	u32 reading; /* enum reading */
	u32 left; /* octets of a label, or of what is no name */
	u32 pointer; /* first octet of one, or 0 */
	u32 start; /* of the name */
	u32 before; /* runs ahead of it */
	u32 names, behind, finish; /* of RDATA: names and octets behind them yet to come, its end */
	u32 turn; /* the address or run that is to be turned next */
};

SHROUD_INLINE u32 read_octet(const struct names *names, u32 at)
{
	return ((const u8 *)names->word)[at & (NAMES_ROOM - 1)];
}

/* Two octets as a number. */
SHROUD_INLINE u32 read_two(const struct names *names, u32 at)
{
	return read_octet(names, at) << 8 | read_octet(names, at + 1);
}

SHROUD_INLINE u64 octet_is_digit(u64 octet)
{
	return shroud_is_negative('0' - 1 - octet) & shroud_is_negative(octet - '9' - 1);
}

SHROUD_INLINE u64 octet_is_letter(u64 octet)
{
	octet |= 0x20;
	return shroud_is_negative('a' - 1 - octet) & shroud_is_negative(octet - 'z' - 1);
}

#endif
