/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests to rtnetlink, one at a time. */
#ifndef SHROUD_NETLINK_H
#define SHROUD_NETLINK_H

#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdint.h>

enum {
	NETLINK_ROOM = 16384, /* octets: more than the answer about one device */
};

struct netlink {
	struct nlmsghdr *message; /* being built, then the answer */
	_Alignas(struct nlmsghdr) char room[NETLINK_ROOM];
};

/* payload: the fixed part behind the message header, copied. */
void netlink_begin(struct netlink *netlink, uint16_t type, uint16_t flags, const void *payload,
		   size_t octets);
void netlink_add(struct netlink *netlink, uint16_t type, const void *data, size_t octets);
struct rtattr *netlink_nest(struct netlink *netlink, uint16_t type);
void netlink_end_nest(struct netlink *netlink, struct rtattr *nest);

/* Send and wait for the answer (at most 5 s): 0, or an errno. */
int netlink_ask(struct netlink *netlink);

/* The attribute among octets of them from first on, or NULL. */
const struct rtattr *netlink_find(const struct rtattr *first, size_t octets, uint16_t type);

#endif
