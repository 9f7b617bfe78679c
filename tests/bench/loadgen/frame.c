/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "loadgen.h"

enum {
	ETH_TYPE = 12,
	IP = ETH_LEN,
	IP_TOTAL = IP + 2,
	IP_FLAGS = IP + 6,
	IP_TTL = IP + 8,
	IP_PROTOCOL = IP + 9,
	IP_SUM = IP + 10,
	IP_FROM = IP + 12,
	IP_TO = IP + 16,
	TCP = IP + IP_LEN,
	TCP_SEQ = TCP + 4,
	TCP_ACKNOWLEDGED = TCP + 8,
	TCP_OFFSET = TCP + 12,
	TCP_FLAGS = TCP + 13,
	TCP_WINDOW = TCP + 14,
	TCP_SUM = TCP + 16,
	TCP_OPTIONS = TCP + 20,
	PAYLOAD = TCP + TCP_LEN,
	PROTOCOL_TCP = 6,
};

/* RFC 9293 3.1, RFC 7323: 12 bytes each, so that both headers have TCP_LEN.
 * MSS 1460, window scale 14, no timestamps yet; timestamps of a data segment. */
static const uint8_t options_syn[] = { 2, 4, 0x05, 0xb4, 1, 3, 3, 14, 1, 1, 1, 1 };
static const uint8_t options_data[] = {
	1, 1, 8, 10, 0x51, 0x0a, 0x33, 0x0c, 0x4b, 0x91, 0x7e, 0xe2
};

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, (uint16_t)(value >> 16));
	put16(at + 2, (uint16_t)value);
}

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

/* RFC 1071 */
static uint32_t sum_add(uint32_t sum, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? bytes[i] : (uint32_t)bytes[i] << 8;
	return sum;
}

static uint16_t sum_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* xorshift32: binary that is neither text nor the start of a known protocol */
static void fill_noise(uint8_t *at, size_t len)
{
	uint32_t state = 0x9e3779b9;

	for (size_t i = 0; i < len; i++) {
		state ^= state << 13;
		state ^= state >> 17;
		state ^= state << 5;
		at[i] = (uint8_t)(state >> 11);
	}
}

static void fill_payload(uint8_t *at, size_t len, int text)
{
	static const char start[] = "GET / HTTP/1.1\r\n";
	size_t start_len = sizeof(start) - 1;

	fill_noise(at, len);
	if (text)
		memcpy(at, start, len < start_len ? len : start_len);
}

static void build_ip(uint8_t *frame, const struct flow *flow, uint32_t offset, size_t len)
{
	memcpy(frame, flow->to_mac, MAC_LEN);
	memcpy(frame + MAC_LEN, flow->from_mac, MAC_LEN);
	put16(frame + ETH_TYPE, 0x0800);
	frame[IP] = 0x45;
	frame[IP + 1] = 0;
	put16(frame + IP_TOTAL, (uint16_t)len);
	put16(frame + IP + 4, (uint16_t)(offset / PACKET_MIN));
	put16(frame + IP_FLAGS, 0x4000); /* don't fragment */
	frame[IP_TTL] = 64;
	frame[IP_PROTOCOL] = PROTOCOL_TCP;
	put16(frame + IP_SUM, 0);
	put32(frame + IP_FROM, flow->from.address);
	put32(frame + IP_TO, flow->to.address);
	put16(frame + IP_SUM, sum_fold(sum_add(0, frame + IP, IP_LEN)));
}

static void build_tcp(uint8_t *frame, const struct flow *flow, uint8_t flags, uint32_t offset,
		      size_t len)
{
	int syn = flags & TCP_SYN;
	uint32_t sum = PROTOCOL_TCP + (uint32_t)(len - IP_LEN);

	put16(frame + TCP, flow->from.port);
	put16(frame + TCP + 2, flow->to.port);
	put32(frame + TCP_SEQ, flow->isn + (syn ? 0 : 1) + offset);
	put32(frame + TCP_ACKNOWLEDGED, flags & TCP_ACK ? flow->peer_isn + 1 : 0);
	frame[TCP_OFFSET] = TCP_LEN / 4 << 4;
	frame[TCP_FLAGS] = flags;
	put16(frame + TCP_WINDOW, 0xffff);
	put16(frame + TCP_SUM, 0);
	put16(frame + TCP_SUM + 2, 0);
	memcpy(frame + TCP_OPTIONS, syn ? options_syn : options_data, sizeof(options_data));
	sum = sum_add(sum, frame + IP_FROM, 8);
	put16(frame + TCP_SUM, sum_fold(sum_add(sum, frame + TCP, len - IP_LEN)));
}

void frame_build(struct frame *frame, const struct flow *flow, uint8_t flags, uint32_t offset,
		 size_t len)
{
	if (flags & TCP_SYN)
		len = PACKET_MIN;
	if (len < PACKET_MIN || len > FRAME_MAX - ETH_LEN)
		die_plain("packet length out of range 52..1586");
	frame->len = ETH_LEN + len;
	fill_payload(frame->bytes + PAYLOAD, len - PACKET_MIN, flow->text);
	build_ip(frame->bytes, flow, offset, len);
	build_tcp(frame->bytes, flow, flags, offset, len);
}

int frame_parse(const uint8_t *bytes, size_t len, struct flow *flow, uint8_t *flags,
		size_t *packet_len)
{
	if (len < PAYLOAD || get16(bytes + ETH_TYPE) != 0x0800 || bytes[IP] != 0x45 ||
	    bytes[IP_PROTOCOL] != PROTOCOL_TCP || get16(bytes + IP_TOTAL) + (size_t)ETH_LEN > len)
		return -1;
	memcpy(flow->to_mac, bytes, MAC_LEN);
	memcpy(flow->from_mac, bytes + MAC_LEN, MAC_LEN);
	flow->from = (struct endpoint){ get32(bytes + IP_FROM), get16(bytes + TCP) };
	flow->to = (struct endpoint){ get32(bytes + IP_TO), get16(bytes + TCP + 2) };
	*flags = bytes[TCP_FLAGS];
	*packet_len = get16(bytes + IP_TOTAL);
	return 0;
}
