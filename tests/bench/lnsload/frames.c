/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>
#include <string.h>

#include "frames.h"

enum {
	ETHER = 14,
	PPPOE = 6, /* octets of header */
	PACKET_AT = ETHER + PPPOE + 2,
	PACKET = 256,
	TCP_AT = PACKET_AT + 20,
};

static const uint8_t own[6] = { 2, 0, 0, 0, 0, 1 };

static void put16(uint8_t *at, unsigned int value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void subscriber(uint8_t mac[6], unsigned int number)
{
	const uint8_t address[6] = { 2, 0, 0, 1, (uint8_t)(number >> 8), (uint8_t)number };

	memcpy(mac, address, sizeof(address));
}

struct shroud_datapath_key frame_session(unsigned int number)
{
	struct shroud_datapath_key key = { .encap = SHROUD_DATAPATH_PPPOE };

	key.pppoe.session = (uint16_t)(number + 1);
	key.pppoe.vlan_count = 0;
	subscriber(key.pppoe.peer, number);
	return key;
}

/* Different for each session; nothing here depends on their being secret. */
void frame_keys(uint8_t keys[SHROUD_KEYSET_LEN], unsigned int number)
{
	uint64_t state = number + 1;

	for (unsigned int i = 0; i < SHROUD_KEYSET_LEN; i++) {
		state = state * 6364136223846793005ULL + 1442695040888963407ULL;
		keys[i] = (uint8_t)(state >> 56);
	}
}

static void put_ip(uint8_t *ip, unsigned int number)
{
	uint32_t sum = 0;

	ip[0] = 0x45;
	put16(ip + 2, PACKET);
	ip[8] = 64;
	ip[9] = 6; /* TCP */
	memcpy(ip + 12, (const uint8_t[]){ 203, 0, 113, 10 }, 4);
	ip[16] = 100;
	ip[17] = 64;
	put16(ip + 18, number);
	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)ip[i] << 8 | ip[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put16(ip + 10, ~sum & 0xffff);
}

struct frame frame_plain(unsigned int number)
{
	struct frame frame = { .len = PACKET_AT + PACKET };
	uint8_t *at = frame.octets;

	memset(at + TCP_AT + 20, 0xa5, PACKET - 40);
	subscriber(at, number);
	memcpy(at + 6, own, sizeof(own));
	put16(at + 12, 0x8864);
	at[ETHER] = 0x11;
	put16(at + ETHER + 2, number + 1);
	put16(at + ETHER + 4, PACKET + 2);
	put16(at + ETHER + PPPOE, 0x0021);
	put_ip(at + PACKET_AT, number);
	put16(at + TCP_AT, 443);
	put16(at + TCP_AT + 2, 40000);
	at[TCP_AT + 12] = 0x50;
	at[TCP_AT + 13] = 0x10; /* ACK */
	return frame;
}

struct frame frame_strange(void)
{
	struct frame frame = frame_plain(0);

	put16(frame.octets + 12, 0x88b5); /* for local experiments */
	return frame;
}

void frame_turn(struct frame *frame)
{
	uint8_t to[6];

	memcpy(to, frame->octets, sizeof(to));
	memcpy(frame->octets, frame->octets + 6, sizeof(to));
	memcpy(frame->octets + 6, to, sizeof(to));
}
