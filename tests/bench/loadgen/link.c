/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>
#include <net/ethernet.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

#include "loadgen.h"

enum { RECEIVE_BUFFER = 16 << 20 };

int link_open(const char *interface, uint8_t mac[MAC_LEN], enum link_use use)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET };
	struct ifreq request = { 0 };
	int buffer = RECEIVE_BUFFER;
	int bypass = use == LINK_REPLAY;
	int link = socket(AF_PACKET, SOCK_RAW, 0);

	if (link < 0)
		die("packet socket");
	if (setsockopt(link, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)))
		die("receive buffer");
	if (setsockopt(link, SOL_PACKET, PACKET_QDISC_BYPASS, &bypass, sizeof(bypass)))
		die("queue bypass");
	memcpy(request.ifr_name, interface, IFNAMSIZ);
	if (ioctl(link, SIOCGIFHWADDR, &request))
		die(interface);
	memcpy(mac, request.ifr_hwaddr.sa_data, MAC_LEN);
	if (ioctl(link, SIOCGIFINDEX, &request))
		die(interface);
	address.sll_ifindex = request.ifr_ifindex;
	address.sll_protocol = use == LINK_SEND_RECEIVE ? htons(ETH_P_ALL) : 0;
	if (bind(link, (struct sockaddr *)&address, sizeof(address)))
		die(interface);
	return link;
}

static int64_t now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int link_receive(int link, uint8_t *bytes, size_t size, int timeout_ms, int outgoing)
{
	struct pollfd poller = { .fd = link, .events = POLLIN };
	int64_t deadline = now_ms() + timeout_ms;

	for (;;) {
		struct sockaddr_ll from = { 0 };
		socklen_t from_len = sizeof(from);
		int64_t left = deadline - now_ms();
		ssize_t len;

		if (timeout_ms >= 0 && (left <= 0 || poll(&poller, 1, (int)left) <= 0))
			return -1;
		len = recvfrom(link, bytes, size, 0, (struct sockaddr *)&from, &from_len);
		if (len < 0)
			die("receive");
		if ((from.sll_pkttype == PACKET_OUTGOING) == !!outgoing && len > RUNT_LEN)
			return (int)len;
	}
}

void link_send(int link, const struct frame *frame)
{
	if (send(link, frame->bytes, frame->len, 0) != (ssize_t)frame->len)
		die("send");
}
