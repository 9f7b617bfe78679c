/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The data path of pppshroud: loads the BPF program pair onto an Ethernet
 * device and tells it which PPP sessions to cover and with which keys.
 *
 * Maps, programs and links are pinned in bpffs, so a session stays covered, or
 * held, when the process that set it up dies. Several processes may use one
 * device; the library locks against the others. A handle belongs to one
 * thread. Multi-octet values are in host byte order unless said otherwise.
 *
 * Functions that return int return 0, or -1 with *error filled in.
 */
#ifndef SHROUD_DATAPATH_H
#define SHROUD_DATAPATH_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "counters.h"

#define SHROUD_DATAPATH_OBJECT "/usr/lib/pppshroud/shroud.bpf.o"
#define SHROUD_DATAPATH_DECOY_OBJECT "/usr/lib/pppshroud/decoy.bpf.o"
#define SHROUD_DATAPATH_BPFFS "/sys/fs/bpf"

struct shroud_datapath;
struct shroud_datapath_session;

/* A sentence for the operator (no newline, no key material) and its errno. */
struct shroud_datapath_error {
	int code;
	char text[480];
};

/* All fields may be zero. */
struct shroud_datapath_options {
	/* Path of shroud.bpf.o, without the .gz that a packed one has; NULL:
	 * SHROUD_DATAPATH_OBJECT, or SHROUD_DATAPATH_DECOY_OBJECT. */
	const char *object;
	const char *bpffs; /* mount point; NULL: SHROUD_DATAPATH_BPFFS */
	unsigned int max_sessions; /* on this device; 0: 64; at most 16384 */
	bool detour; /* segment super-packets in a veth pair instead of dropping them */
	/* For sessions in mode decoy or framing lcp: other programs with other maps, which know
	 * nothing of the sessions of a handle without. A session that both have is held by the
	 * one that holds. */
	bool decoy;
	/* Nothing is loaded: for sessions that another process has left. ENOENT if there are no
	 * programs on the device, of whatever version. */
	bool loaded;
	/* Called with the kernel's verifier log if it refuses a program. */
	void (*verifier_log)(void *arg, const char *text);
	void *verifier_arg;
};

/*
 * Attach to the device that carries the session: NAME, or the Ethernet device
 * below it if it is a stack of up to two VLAN devices.
 */
int shroud_datapath_open(struct shroud_datapath **out, const char *name,
			 const struct shroud_datapath_options *options,
			 struct shroud_datapath_error *error);

/* Name of the device in use, and of the object file: for messages. */
const char *shroud_datapath_device(const struct shroud_datapath *datapath);
const char *shroud_datapath_object(const struct shroud_datapath *datapath);

/*
 * Remove sessions whose owner process is dead and that the kernel's PPPoE
 * table does not list any more. Returns how many, or -1.
 */
int shroud_datapath_sweep(struct shroud_datapath *datapath, struct shroud_datapath_error *error);

/* Free the handle. What is pinned goes on working. NULL is allowed. */
void shroud_datapath_close(struct shroud_datapath *datapath);

/* Remove programs, maps and links of a device, covered sessions included. */
int shroud_datapath_remove(struct shroud_datapath *datapath, struct shroud_datapath_error *error);

/* The device over which packets to an IPv4 address leave: for L2TP. */
int shroud_datapath_route(struct in_addr peer, char name[IF_NAMESIZE],
			  struct shroud_datapath_error *error);

enum shroud_datapath_encap {
	SHROUD_DATAPATH_PPPOE = 1,
	SHROUD_DATAPATH_L2TP = 2,
};

#define SHROUD_DATAPATH_VLANS_OF_DEVICE (-1)

struct shroud_datapath_pppoe {
	uint16_t session; /* PPPoE session id, 1 to 65534 */
	uint8_t peer[6]; /* Ethernet address of the peer */
	/* Tags on the wire, outermost first, 0 to 2 of them, ids 0 to 4094; or
	 * SHROUD_DATAPATH_VLANS_OF_DEVICE: those that open found. */
	int vlan_count;
	uint16_t vlan[2];
};

struct shroud_datapath_l2tp {
	struct in_addr local, peer; /* network byte order, as in struct in_addr */
	uint16_t local_port, peer_port; /* UDP */
	uint16_t local_tunnel, local_session; /* ids in messages that we receive */
	uint16_t peer_tunnel, peer_session; /* ids in messages that we send */
};

struct shroud_datapath_key {
	enum shroud_datapath_encap encap;
	union {
		struct shroud_datapath_pppoe pppoe;
		struct shroud_datapath_l2tp l2tp;
	};
};

enum shroud_datapath_mode {
	/* Not settled: everything below 0xC000 is dropped both ways, except
	 * plain NCP packets inwards. */
	SHROUD_DATAPATH_HOLD = 1,
	/* Covered frames are accepted under rx[0], then rx[1]; sent under tx.
	 * Without tx nothing below 0xC000 leaves; without any rx nothing below
	 * 0xC000 enters, except plain NCP packets. */
	SHROUD_DATAPATH_COVER = 2,
	/* Settled as plain: everything passes and is counted. */
	SHROUD_DATAPATH_PLAIN = 3,
};

/*
 * Keys, or NULL: SHROUD_KEYSET_LEN octets as in docs/protocol.md 4.3; in mode
 * decoy those of the direction, SHROUD_SIDE_LEN octets, and the common ones,
 * SHROUD_COMMON_LEN octets, as in docs/decoy.md section 3.
 */
struct shroud_datapath_state {
	enum shroud_datapath_mode mode;
	const uint8_t *tx;
	const uint8_t *rx[2]; /* first, second (section 5.6); rx[1] needs rx[0] */
	/* Mode decoy: 0 or 1. Those of rx are different. */
	uint8_t tx_phase, rx_phase[2];
	/* Framing lcp (docs/decoy.md section 12), with any mode, but only of a handle for mode
	 * decoy. With PLAIN packets are as they are, but framed so; with HOLD those that came
	 * so framed are dropped, too, and do not pass for LCP. */
	bool lcp;
};

/*
 * Begin a session in mode HOLD: nothing leaves uncovered from here on. A
 * session of the same key whose owner is dead, or is this process, is taken
 * over with its counters reset; one of another live process is an error (EBUSY).
 */
int shroud_datapath_session_open(struct shroud_datapath_session **out,
				 struct shroud_datapath *datapath,
				 const struct shroud_datapath_key *key,
				 struct shroud_datapath_error *error);

/*
 * Replace the state as a whole: every frame sees either the old or the new
 * one. The old keys are erased from kernel memory before it returns; the
 * caller erases its own copies.
 */
int shroud_datapath_session_set(struct shroud_datapath_session *session,
				const struct shroud_datapath_state *state,
				struct shroud_datapath_error *error);

struct shroud_datapath_stats {
	uint64_t frames[SHROUD_COUNT_MAX]; /* by enum shroud_counter */
};

int shroud_datapath_session_stats(struct shroud_datapath_session *session,
				  struct shroud_datapath_stats *stats,
				  struct shroud_datapath_error *error);

/* End the session: erase its keys, remove it, free the handle. NULL is allowed. */
void shroud_datapath_session_close(struct shroud_datapath_session *session);

/*
 * Free the handle and leave the session as it is (still covered, or held) for
 * a later sweep or take-over: for a process that dies unwillingly. NULL is allowed.
 */
void shroud_datapath_session_abandon(struct shroud_datapath_session *session);

/* "tx_block" and "sent, first 64 octets covered"; NULL if out of range. */
const char *shroud_datapath_counter_name(unsigned int counter);
const char *shroud_datapath_counter_text(unsigned int counter);
/* Whether frames so counted were dropped. */
bool shroud_datapath_counter_is_drop(unsigned int counter);

#endif
