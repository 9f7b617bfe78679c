/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the loader's files share. */
#ifndef SHROUD_INTERNAL_H
#define SHROUD_INTERNAL_H

#include <limits.h>
#include <stddef.h>

#include "datapath.h"
#include "map.h"

struct device {
	char name[IF_NAMESIZE];
	unsigned int index;
	unsigned int vlans;
	uint16_t vlan[2]; /* outermost first */
};

struct shroud_datapath {
	struct device device;
	char object[PATH_MAX];
	char directory[PATH_MAX]; /* of the pins */
	unsigned int sessions; /* that have room */
	unsigned int slots; /* of the table, a power of two */
	unsigned int detour; /* interface index, or 0 */
	bool decoy; /* of sessions in mode decoy */
	bool loaded; /* nothing is to be loaded */
	unsigned int session_octets; /* of a session in the table: SHROUD_HEAD_SESSION_LEN or all */
	int table, count, flow, stamp, roll, alias; /* descriptors of maps, or -1 */
	struct shroud_entry *entries; /* the roll, or NULL */
	struct shroud_aliases *aliases; /* or NULL: in mode decoy only */
	int lock; /* descriptor of the directory that is locked, or -1 */
};

struct shroud_datapath_session {
	struct shroud_datapath *datapath;
	struct shroud_tag tag[2];
	unsigned int slot[2]; /* of the table, by side; they may be the same */
	unsigned int index; /* of counters, and in the roll */
	uint32_t encap;
};

/* error.c. Fills in *error (NULL allowed) with code and sentence; returns -1. */
int fail(struct shroud_datapath_error *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* device.c */
int device_resolve(struct device *device, const char *name, struct shroud_datapath_error *error);
int device_make_pair(const char *near, const char *far, struct shroud_datapath_error *error);
void device_delete(const char *name);
/* Have packets that are received not merged, where the device can be told. */
void device_stop_merging(const char *name);

/* process.c. Since when the process runs, in clock ticks after boot; 0: it does not. */
uint64_t process_start(unsigned int pid);
/* Whether the kernel still has the PPP session. */
bool kernel_has_session(const struct shroud_session *value);

/* pin.c. Pins live in datapath->directory. */
int pin_prepare(struct shroud_datapath *datapath, const char *bpffs,
		struct shroud_datapath_error *error);
int pin_lock(struct shroud_datapath *datapath, struct shroud_datapath_error *error);
void pin_unlock(struct shroud_datapath *datapath);
int pin_get(const struct shroud_datapath *datapath, const char *name);
int pin_put(const struct shroud_datapath *datapath, const char *name, int fd,
	    struct shroud_datapath_error *error);
void pin_remove(const struct shroud_datapath *datapath, const char *name);
void pin_remove_all(const struct shroud_datapath *datapath);

/* A file that is replaced or written to gets another one; no padding, as it is hashed. */
struct object_version {
	uint64_t device, inode, octets, changed, changed_ns;
};

/* object.c. Opens PATH, or else PATH.gz; a file descriptor, or -1. */
int object_open(const char *path, struct object_version *version,
		struct shroud_datapath_error *error);
/* The BPF of an opened file, for this byte order; freed by the caller. */
void *object_read(int fd, const char *path, size_t *octets, struct shroud_datapath_error *error);

/* stamp.c */
uint64_t stamp_digest(const struct shroud_datapath *datapath, const struct object_version *version);
/* Whether programs of this digest are on the device, and alive. */
bool stamp_is(const struct shroud_datapath *datapath, uint64_t digest);
int stamp_put(const struct shroud_datapath *datapath, uint64_t digest,
	      struct shroud_datapath_error *error);

/* key.c */
int key_make_tags(struct shroud_tag tag[2], const struct shroud_datapath_key *key,
		  const struct device *device, struct shroud_datapath_error *error);

/* size.c. Slots of the table, and log2 of the buckets of flows and of aliases. */
unsigned int size_slots(unsigned int sessions);
unsigned int size_flow_bits(unsigned int sessions);
unsigned int size_alias_bits(unsigned int sessions);

/* program.c. Sets the descriptors in *datapath. */
int program_load(struct shroud_datapath *datapath, const struct shroud_datapath_options *options,
		 struct shroud_datapath_error *error);

/* load.c. What the verifier says is passed on if it refuses. */
struct bpf_object;
int load_object(const struct shroud_datapath *datapath, struct bpf_object *object,
		const struct shroud_datapath_options *options, struct shroud_datapath_error *error);

/* attach.c */
int attach_program(struct shroud_datapath *datapath, const char *name, int program,
		   unsigned int index, int type, struct shroud_datapath_error *error);
bool attach_is_alive(const struct shroud_datapath *datapath, const char *name, unsigned int index);

/* BPF_TCX_INGRESS and BPF_TCX_EGRESS, which headers before Linux 6.6 lack. */
enum {
	ATTACH_TCX_INGRESS = 46,
	ATTACH_TCX_EGRESS = 47,
};

/* table.c. A slot is empty if its map descriptor is -1. */
int table_get(const struct shroud_datapath *datapath, unsigned int slot,
	      struct shroud_session *value, int *map);
/* The slot of a session, or -1. Closes nothing, opens nothing. */
int table_find(const struct shroud_datapath *datapath, const struct shroud_tag *tag,
	       enum shroud_side side, struct shroud_session *value);
int table_find_room(const struct shroud_datapath *datapath, const struct shroud_tag *tag);
/* Put another map into the slot, in one step; erase the old one. */
int table_swap(const struct shroud_datapath *datapath, unsigned int slot,
	       const struct shroud_session *value, struct shroud_datapath_error *error);
/* Change the map in the slot where it is. */
int table_change(const struct shroud_datapath *datapath, unsigned int slot,
		 const struct shroud_session *value, struct shroud_datapath_error *error);
void table_clear(const struct shroud_datapath *datapath, unsigned int slot);

/* roll.c. Under the lock, except note for a session of one's own. */
int roll_open(struct shroud_datapath *datapath, struct shroud_datapath_error *error);
void roll_close(struct shroud_datapath *datapath);
/* A free line, or -1. */
int roll_find_room(const struct shroud_datapath *datapath);
/* Write a session's line anew, but not its slots. */
void roll_note(const struct shroud_datapath *datapath, const struct shroud_session *value);
void roll_put_slot(const struct shroud_datapath *datapath, unsigned int index,
		   enum shroud_side side, unsigned int slot);
void roll_strike(const struct shroud_datapath *datapath, unsigned int index);

/* alias.c. What is known of flows, in mode decoy. */
int alias_open(struct shroud_datapath *datapath, struct shroud_datapath_error *error);
void alias_close(struct shroud_datapath *datapath);
/* Erase what was found under the session's keys, which no program uses any more. */
void alias_erase(const struct shroud_datapath *datapath, const struct shroud_session *value);

/* place.c. Put the session, of which value tells all but the counters, into the table and the
 * roll: at its own place if it is there, and its owner dead or this process. */
int place_session(struct shroud_datapath_session *session, struct shroud_session *value,
		  struct shroud_datapath_error *error);

/* peers.c: the table's entry for the addresses of an L2TP tunnel. hold puts it there for a
 * session that is not plain; refresh looks through the table whether there is any. */
int peers_hold(const struct shroud_datapath *datapath, const struct shroud_tag *tag,
	       struct shroud_datapath_error *error);
int peers_refresh(const struct shroud_datapath *datapath, const struct shroud_tag *tag,
		  struct shroud_datapath_error *error);

#endif
