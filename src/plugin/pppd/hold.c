/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "hold.h"

#include <stdint.h>
#include <string.h>

#define PACKET_MAX 1504 /* octets kept of one NCP packet; longer ones are dropped */

struct held {
	void (*open)(int unit);
	void (*input)(int unit, unsigned char *packet, int len);
	bool wants_open;
	enum shroud_hold_kind kind;
	int len; /* 0: nothing kept */
	unsigned char packet[PACKET_MAX];
};

enum { IPCP, IPV6CP, HELD };

static struct held held[HELD];
static bool holding;
static shroud_hold_arrival on_arrival;
static shroud_hold_stale is_stale;

static void open_ncp(struct held *h, int unit)
{
	if (holding)
		h->wants_open = true;
	else
		h->open(unit);
}

static void input_ncp(struct held *h, int unit, unsigned char *packet, int len)
{
	enum shroud_hold_kind kind = SHROUD_HOLD_PLAIN;

	if (!holding && is_stale()) {
		dbglog("shroud: dropped a plain packet that came before the keys");
		return;
	}
	if (holding)
		kind = on_arrival();
	if (!holding) {
		h->input(unit, packet, len);
	} else if (len > 0 && len <= PACKET_MAX) {
		memcpy(h->packet, packet, (size_t)len);
		h->len = len;
		h->kind = kind;
	}
}

static void open_ipcp(int unit)
{
	open_ncp(&held[IPCP], unit);
}

static void open_ipv6cp(int unit)
{
	open_ncp(&held[IPV6CP], unit);
}

static void input_ipcp(int unit, unsigned char *packet, int len)
{
	input_ncp(&held[IPCP], unit, packet, len);
}

static void input_ipv6cp(int unit, unsigned char *packet, int len)
{
	input_ncp(&held[IPV6CP], unit, packet, len);
}

static void wrap(struct held *h, unsigned protocol, void (*open)(int),
		 void (*input)(int, unsigned char *, int))
{
	for (int i = 0; protocols[i]; i++) {
		struct protent *ncp = protocols[i];

		if (ncp->protocol == protocol) {
			h->open = ncp->open;
			h->input = ncp->input;
			ncp->open = open;
			ncp->input = input;
		}
	}
}

void shroud_hold_install(shroud_hold_arrival arrival, shroud_hold_stale stale)
{
	on_arrival = arrival;
	is_stale = stale;
	wrap(&held[IPCP], PPP_IPCP, open_ipcp, input_ipcp);
	wrap(&held[IPV6CP], PPP_IPV6CP, open_ipv6cp, input_ipv6cp);
}

void shroud_hold_begin(void)
{
	holding = true;
	for (int i = 0; i < HELD; i++)
		held[i].len = 0;
}

void shroud_hold_release(enum shroud_hold_kind kind)
{
	holding = false;
	for (int i = 0; i < HELD; i++) {
		if (held[i].wants_open)
			held[i].open(0);
		held[i].wants_open = false;
	}
	for (int i = 0; i < HELD; i++) {
		int len = held[i].len;

		held[i].len = 0;
		if (len > 0 && held[i].kind == kind)
			held[i].input(0, held[i].packet, len);
	}
}

void shroud_hold_reset(void)
{
	for (int i = 0; i < HELD; i++) {
		held[i].wants_open = false;
		held[i].len = 0;
	}
}
