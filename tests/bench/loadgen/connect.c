/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two ends of the connection. The server answers a SYN and returns a
 * packet of the same size for each one with data; the client opens and then
 * exchanges packets one by one, until connection tracking, flow table and a
 * sender that treats the first packets of a flow differently have settled.
 */
#include <stdio.h>
#include <string.h>

#include "loadgen.h"

enum {
	TRIES = 5,
	ANSWER_MS = 1000,
};

static void answer(int link, const struct flow *from, uint8_t flags, uint32_t offset, size_t len)
{
	struct flow back = {
		.from = from->to, .to = from->from, .isn = SERVER_ISN, .peer_isn = CLIENT_ISN
	};
	struct frame frame;

	memcpy(back.to_mac, from->from_mac, MAC_LEN);
	memcpy(back.from_mac, from->to_mac, MAC_LEN);
	frame_build(&frame, &back, flags, offset, len);
	link_send(link, &frame);
}

/* The way back through the address translation, for the shell to read. */
static void peer_write(const char *path, const struct endpoint *peer)
{
	FILE *file = fopen(path, "w");

	if (!file ||
	    fprintf(file, "%u.%u.%u.%u:%u\n", peer->address >> 24, peer->address >> 16 & 0xff,
		    peer->address >> 8 & 0xff, peer->address & 0xff, peer->port) < 0 ||
	    fclose(file))
		die(path);
}

void connection_serve(const struct options *options)
{
	uint8_t mac[MAC_LEN];
	uint8_t bytes[FRAME_MAX];
	int link = link_open(options->interface, mac, LINK_SEND_RECEIVE);
	uint32_t sent = 0;

	for (;;) {
		int got = link_receive(link, bytes, sizeof(bytes), -1, 0);
		struct flow flow;
		uint8_t flags;
		size_t len;

		if (frame_parse(bytes, (size_t)got, &flow, &flags, &len))
			continue;
		if (flags & TCP_SYN) {
			peer_write(options->file, &flow.from);
			sent = 0;
			answer(link, &flow, TCP_SYN | TCP_ACK, 0, len);
		} else if (len > PACKET_MIN) {
			answer(link, &flow, TCP_ACK, sent, len);
			sent += (uint32_t)(len - PACKET_MIN);
		}
	}
}

/* Sends until something comes back; a line that just came up may lose a packet. */
static void exchange(int link, const struct flow *flow, uint8_t flags, uint32_t offset, size_t len)
{
	uint8_t bytes[FRAME_MAX];
	struct frame frame;

	frame_build(&frame, flow, flags, offset, len);
	for (int try = 0; try < TRIES; try++) {
		link_send(link, &frame);
		if (link_receive(link, bytes, sizeof(bytes), ANSWER_MS, 0) > 0)
			return;
	}
	die_plain(flags & TCP_SYN ? "no answer to the SYN" : "no answer to a data packet");
}

void connection_open(const struct options *options)
{
	struct flow flow = {
		.from = options->from, .to = options->to, .isn = CLIENT_ISN, .peer_isn = SERVER_ISN
	};
	int link = link_open(options->interface, flow.from_mac, LINK_SEND_RECEIVE);
	struct frame acknowledgement;

	memcpy(flow.to_mac, options->to_mac, MAC_LEN);
	exchange(link, &flow, TCP_SYN, 0, PACKET_MIN);
	frame_build(&acknowledgement, &flow, TCP_ACK, 0, PACKET_MIN);
	link_send(link, &acknowledgement);
	for (unsigned int i = 0; i < options->count; i++)
		exchange(link, &flow, TCP_ACK, i * (options->len - PACKET_MIN), options->len);
}
