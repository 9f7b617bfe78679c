/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packet tool of the forwarding benchmark. It runs in the guest and makes
 * one TCP connection of which neither end is a kernel's: both sides are raw
 * sockets, so that every packet and every answer is known.
 */
#ifndef SHROUD_BENCH_LOADGEN_H
#define SHROUD_BENCH_LOADGEN_H

#include <net/if.h>
#include <stddef.h>
#include <stdint.h>

enum {
	MAC_LEN = 6,
	ETH_LEN = 14,
	IP_LEN = 20,
	TCP_LEN = 32, /* with the timestamps option */
	PACKET_MIN = IP_LEN + TCP_LEN,
	FRAME_MAX = 1600,
	RUNT_LEN = 60, /* frames up to this length are not part of the load */
};

enum tcp_flag {
	TCP_SYN = 0x02,
	TCP_ACK = 0x10,
};

/* Sequence numbers of the two sides. The window is 1 GiB, so a burst may
 * start at any place up to that far from the last one. */
enum {
	CLIENT_ISN = 0x10000000,
	SERVER_ISN = 0x20000000,
	BURST_OFFSET = 1 << 20, /* first byte of a burst, behind the warm-up */
};

struct endpoint {
	uint32_t address; /* host order */
	uint16_t port;   /* host order */
};

/* One direction of the connection as it looks on the sender's link. */
struct flow {
	uint8_t to_mac[MAC_LEN];
	uint8_t from_mac[MAC_LEN];
	struct endpoint from;
	struct endpoint to;
	uint32_t isn;
	uint32_t peer_isn;
	int text; /* the payload starts with letters: it may carry names */
};

struct frame {
	size_t len; /* bytes from the Ethernet header on */
	uint8_t bytes[FRAME_MAX];
};

struct options {
	char given[16]; /* letters */
	char interface[IFNAMSIZ];
	uint8_t to_mac[MAC_LEN];
	struct endpoint from;
	struct endpoint to;
	unsigned int len;   /* bytes of IP packet */
	unsigned int count; /* packets */
	int server;     /* send as the server's side */
	int text;
	const char *file;
	const char *name;
	char **command; /* null-terminated, empty if none was given */
};

/* frame.c */
/* Builds a data segment with LEN bytes of IP packet, or a SYN (LEN ignored);
 * OFFSET counts bytes of the stream. The payload is the same each time. */
void frame_build(struct frame *frame, const struct flow *flow, uint8_t flags, uint32_t offset,
		 size_t len);
/* Reads a TCP over IPv4 frame; returns -1 if it is anything else. */
int frame_parse(const uint8_t *bytes, size_t len, struct flow *flow, uint8_t *flags,
		size_t *packet_len);

/* link.c */
/* Only with LINK_SEND_RECEIVE does the socket receive, and cost something. With
 * LINK_REPLAY, frames pass by the device's egress hooks: they were there once. */
enum link_use { LINK_SEND, LINK_SEND_RECEIVE, LINK_REPLAY };
int link_open(const char *interface, uint8_t mac[MAC_LEN], enum link_use use);
/* Waits up to TIMEOUT_MS for a frame; returns its length, or -1 if none came.
 * OUTGOING chooses frames that this host sent itself, else those it received. */
int link_receive(int link, uint8_t *bytes, size_t size, int timeout_ms, int outgoing);
void link_send(int link, const struct frame *frame);

/* load.c: sends the frames in regions that the counter sees */
void load_run(int link, const struct frame *frames, size_t count, const char *name);
/* The same pace without a region. */
void load_send(int link, const struct frame *frames, size_t count);
void load_calibrate(void);

/* block.c: drops and counts everything at a device's tcx ingress */
void block_start(const char *interface, const char *name);
void block_stop(const char *name);

/* headroom.c */
void headroom_start(const char *interface);

/* connect.c */
void connection_serve(const struct options *options) __attribute__((noreturn));
void connection_open(const struct options *options);

/* capture.c */
void frames_capture(const struct options *options);
void frames_replay(const struct options *options);

void *allocate(size_t count, size_t size);
/* Prints "loadgen: WHAT: reason of errno" and ends the program. */
void die(const char *what) __attribute__((noreturn));
/* The same for a failure without errno. */
void die_plain(const char *what) __attribute__((noreturn));

#endif
