// SPDX-License-Identifier: GPL-2.0-or-later
#include "netlink.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static void *reserve(struct netlink *netlink, size_t octets)
{
	void *at = (char *)netlink->message + NLMSG_ALIGN(netlink->message->nlmsg_len);

	netlink->message->nlmsg_len =
		NLMSG_ALIGN(netlink->message->nlmsg_len) + (uint32_t)NLMSG_ALIGN(octets);
	return at;
}

void netlink_begin(struct netlink *netlink, uint16_t type, uint16_t flags, const void *payload,
		   size_t octets)
{
	memset(netlink, 0, sizeof(*netlink));
	netlink->message = (struct nlmsghdr *)(void *)netlink->room;
	netlink->message->nlmsg_len = NLMSG_HDRLEN;
	netlink->message->nlmsg_type = type;
	netlink->message->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	memcpy(reserve(netlink, octets), payload, octets);
}

void netlink_add(struct netlink *netlink, uint16_t type, const void *data, size_t octets)
{
	struct rtattr *attribute = reserve(netlink, RTA_LENGTH(octets));

	attribute->rta_type = type;
	attribute->rta_len = (uint16_t)RTA_LENGTH(octets);
	if (octets)
		memcpy(RTA_DATA(attribute), data, octets);
}

struct rtattr *netlink_nest(struct netlink *netlink, uint16_t type)
{
	struct rtattr *nest = reserve(netlink, RTA_LENGTH(0));

	nest->rta_type = type;
	return nest;
}

void netlink_end_nest(struct netlink *netlink, struct rtattr *nest)
{
	nest->rta_len =
		(uint16_t)((char *)netlink->message + netlink->message->nlmsg_len - (char *)nest);
}

static int exchange(int fd, struct netlink *netlink)
{
	struct timeval limit = { .tv_sec = 5 };
	ssize_t got;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (send(fd, netlink->message, netlink->message->nlmsg_len, 0) < 0)
		return errno;
	got = recv(fd, netlink->room, sizeof(netlink->room), 0);
	if (got < 0)
		return errno;
	netlink->message = (struct nlmsghdr *)(void *)netlink->room;
	if (!NLMSG_OK(netlink->message, (size_t)got))
		return EPROTO;
	if (netlink->message->nlmsg_type == NLMSG_ERROR)
		return -((struct nlmsgerr *)NLMSG_DATA(netlink->message))->error;
	return 0;
}

int netlink_ask(struct netlink *netlink)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), code;

	if (fd < 0)
		return errno;
	code = exchange(fd, netlink);
	close(fd);
	return code;
}

const struct rtattr *netlink_find(const struct rtattr *first, size_t octets, uint16_t type)
{
	const struct rtattr *at = first;

	while (RTA_OK(at, octets)) {
		if ((at->rta_type & NLA_TYPE_MASK) == type)
			return at;
		at = RTA_NEXT(at, octets);
	}
	return NULL;
}
