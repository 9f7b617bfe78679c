// SPDX-License-Identifier: GPL-2.0-or-later
/* Which device to attach to, and the veth pair of the detour. */
#include <errno.h>
#include <linux/ethtool.h>
#include <net/if_arp.h>
#include <linux/if_link.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "internal.h"
#include "netlink.h"

struct link {
	char name[IF_NAMESIZE];
	unsigned int index, below; /* interface indices; below: 0 if none */
	unsigned short type; /* ARPHRD_ */
	bool is_vlan, elsewhere; /* elsewhere: the device below is in another namespace */
	uint16_t vlan;
};

static uint32_t attribute_u32(const struct rtattr *attribute)
{
	uint32_t value = 0;

	if (attribute && RTA_PAYLOAD(attribute) >= sizeof(value))
		memcpy(&value, RTA_DATA(attribute), sizeof(value));
	return value;
}

static void read_vlan(struct link *link, const struct rtattr *info)
{
	const struct rtattr *kind = netlink_find(RTA_DATA(info), RTA_PAYLOAD(info), IFLA_INFO_KIND);
	const struct rtattr *data = netlink_find(RTA_DATA(info), RTA_PAYLOAD(info), IFLA_INFO_DATA);
	const struct rtattr *id;

	if (!kind || !data || strncmp(RTA_DATA(kind), "vlan", RTA_PAYLOAD(kind)))
		return;
	id = netlink_find(RTA_DATA(data), RTA_PAYLOAD(data), IFLA_VLAN_ID);
	if (!id || RTA_PAYLOAD(id) < sizeof(link->vlan))
		return;
	link->is_vlan = true;
	memcpy(&link->vlan, RTA_DATA(id), sizeof(link->vlan));
}

static void read_link(struct link *link, struct nlmsghdr *message)
{
	const struct ifinfomsg *head = NLMSG_DATA(message);
	size_t octets = IFLA_PAYLOAD(message);
	const struct rtattr *first = IFLA_RTA(head), *name, *info;

	memset(link, 0, sizeof(*link));
	link->index = (unsigned int)head->ifi_index;
	link->type = head->ifi_type;
	name = netlink_find(first, octets, IFLA_IFNAME);
	if (name)
		snprintf(link->name, sizeof(link->name), "%s", (const char *)RTA_DATA(name));
	link->below = attribute_u32(netlink_find(first, octets, IFLA_LINK));
	link->elsewhere = netlink_find(first, octets, IFLA_LINK_NETNSID) != NULL;
	info = netlink_find(first, octets, IFLA_LINKINFO);
	if (info)
		read_vlan(link, info);
}

static int get_link(struct link *link, const char *name, unsigned int index)
{
	struct ifinfomsg head = { .ifi_family = AF_UNSPEC, .ifi_index = (int)index };
	struct netlink netlink;
	int code;

	netlink_begin(&netlink, RTM_GETLINK, 0, &head, sizeof(head));
	if (name)
		netlink_add(&netlink, IFLA_IFNAME, name, strlen(name) + 1);
	code = netlink_ask(&netlink);
	if (!code)
		read_link(link, netlink.message);
	return code;
}

/* Outermost first: each device further down is further out. */
static void add_vlan(struct device *device, uint16_t id)
{
	device->vlan[1] = device->vlan[0];
	device->vlan[0] = id;
	device->vlans++;
}

int device_resolve(struct device *device, const char *name, struct shroud_datapath_error *error)
{
	struct link link;
	int code;

	memset(device, 0, sizeof(*device));
	if (strlen(name) >= IF_NAMESIZE)
		return fail(error, EINVAL, "'%s' is too long for the name of a network device",
			    name);
	code = get_link(&link, name, 0);
	if (code)
		return fail(error, code, "network device '%s': %s", name, strerror(code));
	/* veth and DSA devices have an IFLA_LINK too, which is not below them. */
	while (link.is_vlan) {
		if (device->vlans == 2)
			return fail(error, EINVAL, "'%s' has more than two VLAN tags", name);
		if (!link.below || link.elsewhere)
			return fail(error, EINVAL,
				    "the device below '%s' is in another network namespace",
				    link.name);
		add_vlan(device, link.vlan);
		code = get_link(&link, NULL, link.below);
		if (code)
			return fail(error, code, "the device below '%s': %s", name, strerror(code));
	}
	if (link.type != ARPHRD_ETHER)
		return fail(error, EINVAL, "'%s' is not an Ethernet device", link.name);
	memcpy(device->name, link.name, sizeof(device->name));
	device->index = link.index;
	return 0;
}

int shroud_datapath_route(struct in_addr peer, char name[IF_NAMESIZE],
			  struct shroud_datapath_error *error)
{
	struct rtmsg head = { .rtm_family = AF_INET, .rtm_dst_len = 32 };
	struct netlink netlink;
	unsigned int index;
	int code;

	netlink_begin(&netlink, RTM_GETROUTE, 0, &head, sizeof(head));
	netlink_add(&netlink, RTA_DST, &peer, sizeof(peer));
	code = netlink_ask(&netlink);
	if (code)
		return fail(error, code, "no route to the L2TP peer: %s", strerror(code));
	index = attribute_u32(netlink_find(RTM_RTA(NLMSG_DATA(netlink.message)),
					   RTM_PAYLOAD(netlink.message), RTA_OIF));
	if (!if_indextoname(index, name))
		return fail(error, errno, "the route to the L2TP peer has no device");
	return 0;
}

static int make_veth(const char *near, const char *far)
{
	struct ifinfomsg head = { .ifi_family = AF_UNSPEC },
			 peer_head = { .ifi_family = AF_UNSPEC };
	struct rtattr *info, *data, *peer;
	struct netlink netlink;

	netlink_begin(&netlink, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, &head,
		      sizeof(head));
	netlink_add(&netlink, IFLA_IFNAME, near, strlen(near) + 1);
	info = netlink_nest(&netlink, IFLA_LINKINFO);
	netlink_add(&netlink, IFLA_INFO_KIND, "veth", strlen("veth"));
	data = netlink_nest(&netlink, IFLA_INFO_DATA);
	peer = netlink_nest(&netlink, VETH_INFO_PEER);
	memcpy((char *)netlink.message + netlink.message->nlmsg_len, &peer_head, sizeof(peer_head));
	netlink.message->nlmsg_len += sizeof(peer_head);
	netlink_add(&netlink, IFLA_IFNAME, far, strlen(far) + 1);
	netlink_end_nest(&netlink, peer);
	netlink_end_nest(&netlink, data);
	netlink_end_nest(&netlink, info);
	return netlink_ask(&netlink);
}

static int set_offload(int fd, const char *name, uint32_t command)
{
	struct ethtool_value value = { .cmd = command, .data = 0 };
	struct ifreq request = { .ifr_data = (void *)&value };

	snprintf(request.ifr_name, IF_NAMESIZE, "%s", name);
	return ioctl(fd, SIOCETHTOOL, &request);
}

/* Transmit offloads off: what goes in at one end comes out segmented, with its
 * checksums filled in. Up, without ARP; frames pass that are longer than the
 * device's MTU by two VLAN tags and PPPoE. */
static int set_up(int fd, const char *name)
{
	struct ifreq request = { .ifr_mtu = 9000 };

	snprintf(request.ifr_name, IF_NAMESIZE, "%s", name);
	if (set_offload(fd, name, ETHTOOL_STXCSUM) || set_offload(fd, name, ETHTOOL_SSG) ||
	    set_offload(fd, name, ETHTOOL_STSO) || set_offload(fd, name, ETHTOOL_SGSO) ||
	    set_offload(fd, name, ETHTOOL_SGRO) || ioctl(fd, SIOCSIFMTU, &request))
		return errno;
	request.ifr_flags = IFF_UP | IFF_NOARP;
	return ioctl(fd, SIOCSIFFLAGS, &request) ? errno : 0;
}

int device_make_pair(const char *near, const char *far, struct shroud_datapath_error *error)
{
	int code = make_veth(near, far), fd;

	if (code)
		return fail(error, code, "can not make the veth pair '%s': %s", near,
			    strerror(code));
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	code = fd < 0 ? errno : set_up(fd, near);
	if (!code)
		code = set_up(fd, far);
	if (fd >= 0)
		close(fd);
	if (!code)
		return 0;
	device_delete(near);
	return fail(error, code, "can not set up the veth pair '%s': %s", near, strerror(code));
}

void device_delete(const char *name)
{
	struct ifinfomsg head = { .ifi_family = AF_UNSPEC };
	struct netlink netlink;

	netlink_begin(&netlink, RTM_DELLINK, NLM_F_ACK, &head, sizeof(head));
	netlink_add(&netlink, IFLA_IFNAME, name, strlen(name) + 1);
	netlink_ask(&netlink);
}

void device_stop_merging(const char *name)
{
	struct ethtool_value value = { .cmd = ETHTOOL_GFLAGS };
	struct ifreq request = { .ifr_data = (void *)&value };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	set_offload(fd, name, ETHTOOL_SGRO);
	snprintf(request.ifr_name, IF_NAMESIZE, "%s", name);
	if (!ioctl(fd, SIOCETHTOOL, &request) && value.data & ETH_FLAG_LRO) {
		value.cmd = ETHTOOL_SFLAGS;
		value.data &= ~(uint32_t)ETH_FLAG_LRO;
		ioctl(fd, SIOCETHTOOL, &request);
	}
	close(fd);
}
