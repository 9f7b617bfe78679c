/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a DNS message, octet by octet: docs/decoy.md section 8. Functions
 * return -1 for what is not representable. What they know is in memory only,
 * so that the verifier sees no difference between one octet and the next.
 */
#ifndef SHROUD_READ_H
#define SHROUD_READ_H

#include "stage.h"

enum {
	DNS_OPCODE = 0x78, /* of octet 2 */
	DNS_RESPONSE = 0x80,
	DNS_POINTER = 0xc0,
	DNS_LABEL_MAX = 63,
	DNS_CLASS_IN = 1,
	DNS_A = 1,
	DNS_NS = 2,
	DNS_CNAME = 5,
	DNS_SOA = 6,
	DNS_PTR = 12,
	DNS_MX = 15,
	DNS_AAAA = 28,
	DNS_SRV = 33,
	DNS_OPT = 41,
	DNS_QUESTION_TAIL = 4,
	DNS_RECORD_HEAD = 10,
	DNS_SOA_TAIL = 20,
};

SHROUD_INLINE int read_name(struct names *names, u32 at, enum reading reading)
{
	names->reading = reading;
	names->start = at;
	names->before = names->runs;
	names->left = names->pointer = 0;
	return 0;
}

SHROUD_INLINE int read_fixed(struct names *names, u32 octets, enum reading reading)
{
	names->reading = reading;
	names->left = octets;
	return 0;
}

/* at: where the next record begins, or the message ends. */
SHROUD_INLINE int read_record(struct names *names, u32 at)
{
	if (!names->records)
		return read_fixed(names, 0, READ_END);
	names->records--;
	return read_name(names, at, READ_OWNER);
}

SHROUD_INLINE int read_record_end(struct names *names, u32 at)
{
	return at == names->finish ? read_record(names, at) : -1;
}

/* RDATA of names begins at at. */
SHROUD_INLINE int read_rdata_names(struct names *names, u32 at, u32 front, u32 count, u32 behind)
{
	names->behind = behind;
	names->names = front ? count : count - 1;
	if (front)
		return read_fixed(names, front, READ_FRONT);
	return read_name(names, at, READ_NAME);
}

SHROUD_INLINE int read_rdata_address(struct names *names, u32 at, u32 octets)
{
	names->host[names->hosts & (NAMES_RECORDS - 1)] = octets == 16 ? at + NAMES_ROOM : at;
	names->hosts++;
	names->names = names->behind = 0;
	return read_fixed(names, octets, READ_FRONT);
}

/* at: where RDATA begins, behind type, class, TTL and length. */
SHROUD_INLINE int read_rdata(struct names *names, u32 at)
{
	u32 type = read_two(names, at - DNS_RECORD_HEAD), length = read_two(names, at - 2);

	names->finish = at + length;
	if (type == DNS_OPT)
		return read_octet(names, names->start) || length ? -1 : read_record(names, at);
	if (read_two(names, at - 8) != DNS_CLASS_IN)
		return -1;
	if (type == DNS_A)
		return read_rdata_address(names, at, 4);
	if (type == DNS_AAAA)
		return read_rdata_address(names, at, 16);
	if (type == DNS_NS || type == DNS_CNAME)
		return read_rdata_names(names, at, 0, 1, 0);
	if (type == DNS_SOA)
		return read_rdata_names(names, at, 0, 2, DNS_SOA_TAIL);
	if (type == DNS_MX)
		return read_rdata_names(names, at, 2, 1, 0);
	return type == DNS_SRV ? read_rdata_names(names, at, 6, 1, 0) : -1;
}

/* A name in RDATA, or what was in front of it, has ended ahead of at. */
SHROUD_INLINE int read_rdata_on(struct names *names, u32 at)
{
	if (names->names) {
		names->names--;
		return read_name(names, at, READ_NAME);
	}
	if (!names->behind)
		return read_record_end(names, at);
	return read_fixed(names, names->behind, READ_BEHIND);
}

/* Type and class of the question end ahead of at. */
SHROUD_INLINE int read_question(struct names *names, u32 at)
{
	if (read_two(names, at - 2) != DNS_CLASS_IN || read_two(names, at - 4) == DNS_PTR)
		return -1;
	return read_record(names, at);
}

/* What is being read ends ahead of at. */
SHROUD_INLINE int read_next(struct names *names, u32 at)
{
	u32 reading = names->reading;

	if (reading == READ_QUESTION)
		return read_fixed(names, DNS_QUESTION_TAIL, READ_CLASS);
	if (reading == READ_OWNER)
		return read_fixed(names, DNS_RECORD_HEAD, READ_RECORD);
	if (reading == READ_CLASS)
		return read_question(names, at);
	if (reading == READ_RECORD)
		return read_rdata(names, at);
	if (reading == READ_BEHIND)
		return read_record_end(names, at);
	return read_rdata_on(names, at);
}

/* The name's last octet is ahead of at. */
SHROUD_INLINE int read_name_end(struct names *names, u32 at)
{
	u32 run = (names->runs - 1) & (NAMES_RUNS - 1);

	if (at - names->start > NAMES_RUN_MAX)
		return -1;
	if (names->runs != names->before && names->run[run].count > NAMES_UNIT)
		return -1;
	return read_next(names, at);
}

/* The second octet of a pointer: to a label of a name that begins earlier. */
SHROUD_INLINE int read_pointer(struct names *names, u32 at, u32 octet)
{
	u32 to = (names->pointer & DNS_LABEL_MAX) << 8 | octet, run;

	if (to >= names->start)
		return -1;
	run = names->mark[to & (NAMES_ROOM - 1)];
	return run && run <= names->before ? read_name_end(names, at + 1) : -1;
}

/* A label's length, the end of the name, or the first octet of a pointer. */
SHROUD_INLINE int read_label(struct names *names, u32 at, u32 octet)
{
	if (!octet)
		return read_name_end(names, at + 1);
	if (octet > DNS_LABEL_MAX) {
		names->pointer = octet;
		return octet < DNS_POINTER ? -1 : 0;
	}
	if (names->runs == names->before) {
		if (names->runs >= NAMES_RUNS)
			return -1;
		names->run[names->runs & (NAMES_RUNS - 1)].at = at;
		names->run[names->runs & (NAMES_RUNS - 1)].count = 0;
		names->runs++;
	}
	names->mark[at & (NAMES_ROOM - 1)] = (u8)names->runs;
	names->left = octet;
	return 0;
}

/* An octet of a label's text: with nothing to decide but whether it is one. */
SHROUD_INLINE int read_text(struct names *names, u32 at, u32 octet)
{
	struct run *run = &names->run[(names->runs - 1) & (NAMES_RUNS - 1)];
	u64 turned = octet_is_digit(octet) | octet_is_letter(octet);
	u32 count = run->count;

	run->place[count & (NAMES_UNIT_ROOM - 1)] = (u16)at;
	run->count = count + (u32)turned;
	return turned | shroud_is_zero(octet ^ '-') | shroud_is_zero(octet ^ '_') ? 0 : -1;
}

SHROUD_INLINE int read_step(struct names *names, u32 at)
{
	u32 octet = read_octet(names, at);

	names->mark[at & (NAMES_ROOM - 1)] = 0;
	if (COMMON(names->left)) {
		names->left--;
		if (COMMON(names->reading <= READ_NAME))
			return read_text(names, at, octet);
		return names->left ? 0 : read_next(names, at + 1);
	}
	if (names->reading == READ_END)
		return -1;
	return names->pointer ? read_pointer(names, at, octet) : read_label(names, at, octet);
}

/* Some octets more: 1 if the message ends with them, as it has to. */
SHROUD_INLINE int read_part(struct names *names)
{
	u32 i;

	ROLLED
	for (i = 0; i < NAMES_PART; i++) {
		forget();
		if (names->at >= names->octets)
			break;
		if (read_step(names, names->at))
			return -1;
		names->at++;
	}
	forget();
	if (names->at < names->octets)
		return 0;
	return names->reading == READ_END ? 1 : -1;
}

/* The header; the message is in memory. */
SHROUD_INLINE int read_begin(struct names *names)
{
	u32 answers = read_two(names, 6), authorities = read_two(names, 8);

	names->records = answers + authorities + read_two(names, 10);
	if (read_octet(names, 2) & DNS_OPCODE || read_two(names, 4) != 1 ||
	    names->records > NAMES_RECORDS)
		return -1;
	names->hosts = names->runs = names->turn = 0;
	names->at = NAMES_HEADER;
	return read_name(names, NAMES_HEADER, READ_QUESTION);
}

SHROUD_INLINE u64 names_sum(const struct names *names)
{
	u64 sum = 0;
	u32 i;

	ROLLED
	for (i = 0; i < NAMES_MAX / 8; i++) {
		if (8 * i >= names->octets)
			break;
		sum += word_sum(shroud_le64(names->word[i]));
	}
	return sum;
}

/* n octets, 1 to NAMES_ROOM: as the verifier sees it. */
SHROUD_INLINE u32 names_length(u32 n)
{
	return ((n - 1) & (NAMES_ROOM - 1)) + 1;
}

/* To the programs that turn the DNS message; comes back if it is not one. */
SHROUD_INLINE void names_begin(shroud_skb *skb, struct scratch *scratch)
{
	struct disguise *disguise = &scratch->disguise;
	struct names *names = &scratch->names;
	u32 at = unknown(scratch, disguise->part[0].payload), i;
	u32 n = unknown(scratch, disguise->finish - at);
	u8 *octets = (u8 *)names->word;

	if (n < NAMES_MIN || n > NAMES_MAX)
		return;
	n = names_length(n);
	for (i = 0; i < 8; i++)
		octets[n + i] = 0;
	if (bpf_skb_load_bytes(skb, at, octets, n))
		return;
	names->octets = n;
	disguise->walked = 0;
	disguise->old[DISGUISE_CONTENT] += names_sum(names);
	if (!read_begin(names))
		stage_go(skb, STAGE_READ);
}

#endif
