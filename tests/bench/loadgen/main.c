/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loadgen.h"

static const char usage[] =
	"loadgen calibrate                            count a loop of known length\n"
	"loadgen block -i DEVICE -r NAME              drop and count all at ingress\n"
	"loadgen unblock -r NAME                      stop that, print the count\n"
	"loadgen headroom -i DEVICE                   give what it sends room for headers\n"
	"loadgen serve -i DEVICE -F FILE              server end; FILE gets the peer\n"
	"loadgen open -i DEVICE -m MAC -f ADDRESS:PORT -t ADDRESS:PORT -l LEN -n COUNT\n"
	"                                             open, exchange COUNT packets each way\n"
	"loadgen send [the same] -s client|server [-r REGION]\n"
	"                                             send COUNT packets of LEN bytes\n"
	"loadgen capture -i DEVICE -n COUNT -F FILE -- COMMAND...\n"
	"                                             keep what leaves while COMMAND runs\n"
	"loadgen replay -i DEVICE -n COUNT -F FILE -r REGION\n";

void die(const char *what)
{
	fprintf(stderr, "loadgen: ");
	perror(what);
	exit(1);
}

void die_plain(const char *what)
{
	fprintf(stderr, "loadgen: %s\n", what);
	exit(1);
}

void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (!memory)
		die("memory");
	return memory;
}

static void parse_mac(const char *text, uint8_t mac[MAC_LEN])
{
	char end;

	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx%c", mac, mac + 1, mac + 2, mac + 3, mac + 4,
		   mac + 5, &end) != MAC_LEN)
		die_plain("a MAC address looks like 02:00:00:00:00:01");
}

static struct endpoint parse_endpoint(const char *text)
{
	unsigned char a, b, c, d;
	uint16_t port;
	char end;

	if (sscanf(text, "%hhu.%hhu.%hhu.%hhu:%hu%c", &a, &b, &c, &d, &port, &end) != 5)
		die_plain("an endpoint looks like 192.0.2.1:443");
	return (struct endpoint){ (uint32_t)a << 24 | (uint32_t)b << 16 | (uint32_t)c << 8 | d,
				  port };
}

static unsigned int parse_number(const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (*end || end == text || number > 65536)
		die_plain("a number must be in 0..65536");
	return (unsigned int)number;
}

static void parse_side(const char *text, struct options *options)
{
	options->server = !strcmp(text, "server");
	if (!options->server && strcmp(text, "client"))
		die_plain("the side is client or server");
}

static struct options parse(int argc, char **argv)
{
	struct options options = { 0 };
	int option;

	while ((option = getopt(argc, argv, "+i:m:f:t:l:n:s:r:F:")) != -1) {
		switch (option) {
		case 'i':
			snprintf(options.interface, sizeof(options.interface), "%s", optarg);
			break;
		case 'm':
			parse_mac(optarg, options.to_mac);
			break;
		case 'f':
			options.from = parse_endpoint(optarg);
			break;
		case 't':
			options.to = parse_endpoint(optarg);
			break;
		case 'l':
			options.len = parse_number(optarg);
			break;
		case 'n':
			options.count = parse_number(optarg);
			break;
		case 's':
			parse_side(optarg, &options);
			break;
		case 'r':
			options.name = optarg;
			break;
		case 'F':
			options.file = optarg;
			break;
		default:
			fputs(usage, stderr);
			exit(2);
		}
	}
	options.command = argv + optind;
	return options;
}

/* Without a region it sends one by one into a line that drops nothing. */
static void packets_send(const struct options *options)
{
	struct flow flow = { .from = options->from,
			     .to = options->to,
			     .isn = options->server ? SERVER_ISN : CLIENT_ISN,
			     .peer_isn = options->server ? CLIENT_ISN : SERVER_ISN };
	struct frame *frames = allocate(options->count, sizeof(*frames));
	int link = link_open(options->interface, flow.from_mac, LINK_SEND);

	memcpy(flow.to_mac, options->to_mac, MAC_LEN);
	for (unsigned int i = 0; i < options->count; i++)
		frame_build(&frames[i], &flow, TCP_ACK,
			    BURST_OFFSET + i * (options->len - PACKET_MIN), options->len);
	if (options->name)
		load_run(link, frames, options->count, options->name);
	else
		load_send(link, frames, options->count);
	free(frames);
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	struct options options = parse(argc - 1, argv + 1);

	if (!strcmp(verb, "calibrate"))
		load_calibrate();
	else if (!strcmp(verb, "block"))
		block_start(options.interface, options.name);
	else if (!strcmp(verb, "unblock"))
		block_stop(options.name);
	else if (!strcmp(verb, "headroom"))
		headroom_start(options.interface);
	else if (!strcmp(verb, "serve"))
		connection_serve(&options);
	else if (!strcmp(verb, "open"))
		connection_open(&options);
	else if (!strcmp(verb, "send"))
		packets_send(&options);
	else if (!strcmp(verb, "capture"))
		frames_capture(&options);
	else if (!strcmp(verb, "replay"))
		frames_replay(&options);
	else {
		fputs(usage, stderr);
		return 2;
	}
	return 0;
}
