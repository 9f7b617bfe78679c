/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "line.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_pppox.h>

#define L2TP_PORT 1701
#define L2TP_TABLE "/proc/net/pppol2tp"

union address {
	struct sockaddr any;
	struct sockaddr_pppox pppoe;
	struct sockaddr_pppol2tp l2tp;
	char room[128];
};

static bool pppoe(const struct sockaddr_pppox *address, struct shroud_line *line)
{
	const struct pppoe_addr a = address->sa_addr.pppoe; /* a copy: the original is packed */
	const uint8_t *mac = a.remote;

	line->key.encap = SHROUD_DATAPATH_PPPOE;
	line->key.pppoe.session = ntohs(a.sid);
	line->key.pppoe.vlan_count = SHROUD_DATAPATH_VLANS_OF_DEVICE;
	memcpy(line->key.pppoe.peer, mac, sizeof(line->key.pppoe.peer));
	snprintf(line->device, sizeof(line->device), "%.*s", (int)sizeof(line->device) - 1, a.dev);
	snprintf(line->peer, sizeof(line->peer), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
		 mac[2], mac[3], mac[4], mac[5]);
	return true;
}

/* The number that *text begins with, and the text behind it and one delimiter. */
static unsigned long pull_number(const char **text, int base)
{
	char *end;
	unsigned long number = strtoul(*text, &end, base);

	*text = *end ? end + 1 : end;
	return number;
}

/*
 * The tunnel's own address and port, of which the socket's name says nothing:
 * from the kernel's table, whose row of a session begins with
 * SESSION 'name' ADDRESS/PORT TUNNEL/SESSION -> TUNNEL/SESSION (hexadecimal, the port decimal).
 */
static bool l2tp_row(const char *row, struct shroud_datapath_l2tp *key)
{
	const char *name = strstr(row, "SESSION '");
	const char *at = name ? strchr(name + strlen("SESSION '"), '\'') : NULL;
	unsigned long address, port, tunnel, session;

	if (!at)
		return false;
	at++;
	address = pull_number(&at, 16);
	port = pull_number(&at, 10);
	tunnel = pull_number(&at, 16);
	session = pull_number(&at, 16);
	if (tunnel != key->local_tunnel || session != key->local_session || !address || !port)
		return false;
	key->local.s_addr = htonl((uint32_t)address);
	key->local_port = (uint16_t)port;
	return true;
}

static bool l2tp_local(struct shroud_datapath_l2tp *key)
{
	char row[256];
	FILE *table = fopen(L2TP_TABLE, "re");
	bool found = false;

	while (table && !found && fgets(row, sizeof(row), table))
		found = l2tp_row(row, key);
	if (table)
		fclose(table);
	return found;
}

/* The address that packets to the peer are sent from. */
static bool route_source(struct shroud_datapath_l2tp *key)
{
	struct sockaddr_in peer = { .sin_family = AF_INET,
				    .sin_addr = key->peer,
				    .sin_port = htons(key->peer_port) };
	struct sockaddr_in local;
	socklen_t len = sizeof(local);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool ok = fd >= 0 && connect(fd, (struct sockaddr *)&peer, sizeof(peer)) == 0 &&
		  getsockname(fd, (struct sockaddr *)&local, &len) == 0;

	if (fd >= 0)
		close(fd);
	if (ok) {
		key->local = local.sin_addr;
		key->local_port = L2TP_PORT;
	}
	return ok;
}

static bool l2tp(const struct sockaddr_pppol2tp *address, struct shroud_line *line,
		 struct shroud_error *error)
{
	const struct pppol2tp_addr a = address->pppol2tp; /* a copy: the original is packed */
	struct shroud_datapath_l2tp *key = &line->key.l2tp;
	struct shroud_datapath_error no_route;
	char text[INET_ADDRSTRLEN];

	line->key.encap = SHROUD_DATAPATH_L2TP;
	key->peer = a.addr.sin_addr;
	key->peer_port = ntohs(a.addr.sin_port);
	key->local_tunnel = a.s_tunnel;
	key->local_session = a.s_session;
	key->peer_tunnel = a.d_tunnel;
	key->peer_session = a.d_session;
	inet_ntop(AF_INET, &key->peer, text, sizeof(text));
	snprintf(line->peer, sizeof(line->peer), "%s:%u", text, key->peer_port);
	if (!l2tp_local(key) && !route_source(key)) {
		shroud_error_set(error, "no route to the L2TP peer %s: %s", line->peer,
				 strerror(errno));
		return false;
	}
	if (shroud_datapath_route(key->peer, line->device, &no_route) == 0)
		return true;
	shroud_error_set(error, "%s", no_route.text);
	return false;
}

bool shroud_line_find(int fd, struct shroud_line *line, struct shroud_error *error)
{
	union address address;
	socklen_t len = sizeof(address);

	memset(&address, 0, sizeof(address));
	memset(line, 0, sizeof(*line));
	if (getsockname(fd, &address.any, &len) == 0 && address.any.sa_family == AF_PPPOX) {
		if (address.pppoe.sa_protocol == PX_PROTO_OE)
			return pppoe(&address.pppoe, line);
		if (address.l2tp.sa_protocol == PX_PROTO_OL2TP &&
		    address.l2tp.pppol2tp.addr.sin_family == AF_INET)
			return l2tp(&address.l2tp, line, error);
	}
	shroud_error_set(error, "only PPPoE and L2TP over IPv4 in the kernel can be covered, and "
				"this line is neither");
	return false;
}
