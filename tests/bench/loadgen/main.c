/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>
#include <netinet/ether.h>
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
	"loadgen send [the same] -s client|server [-p noise|text] [-r REGION]\n"
	"                                             send COUNT packets of LEN bytes\n"
	"loadgen capture -i DEVICE -n COUNT -F FILE -- COMMAND...\n"
	"                                             keep what leaves while COMMAND runs\n"
	"loadgen replay -i DEVICE -n COUNT -F FILE -r REGION\n";

static void usage_exit(void) __attribute__((noreturn));
static void usage_exit(void)
{
	fputs(usage, stderr);
	exit(2);
}

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
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		die("memory");
	return memory;
}

static void parse_mac(const char *text, uint8_t mac[MAC_LEN])
{
	struct ether_addr address;

	if (!ether_aton_r(text, &address))
		die_plain("a MAC address looks like 02:00:00:00:00:01");
	memcpy(mac, address.ether_addr_octet, MAC_LEN);
}

static unsigned int parse_number(const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (*end || end == text || !number || number > 65535)
		die_plain("a number must be in 1..65535");
	return (unsigned int)number;
}

static struct endpoint parse_endpoint(const char *text)
{
	const char *colon = strchr(text, ':');
	char address[INET_ADDRSTRLEN] = "";
	struct in_addr parsed;

	if (colon && colon - text < (ptrdiff_t)sizeof(address))
		memcpy(address, text, (size_t)(colon - text));
	if (!colon || inet_pton(AF_INET, address, &parsed) != 1)
		die_plain("an endpoint looks like 192.0.2.1:443");
	return (struct endpoint){ ntohl(parsed.s_addr), (uint16_t)parse_number(colon + 1) };
}

/* Returns whether TEXT is the second of two words. */
static int parse_choice(const char *text, const char *first, const char *second)
{
	int is_second = !strcmp(text, second);

	if (!is_second && strcmp(text, first)) {
		fprintf(stderr, "loadgen: '%s' is neither %s nor %s\n", text, first, second);
		exit(1);
	}
	return is_second;
}

static struct options parse(int argc, char **argv)
{
	struct options options = { 0 };
	size_t count = 0;
	int option;

	while ((option = getopt(argc, argv, "+i:m:f:t:l:n:s:p:r:F:")) != -1) {
		if (count + 1 < sizeof(options.given))
			options.given[count++] = (char)option;
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
			options.server = parse_choice(optarg, "client", "server");
			break;
		case 'p':
			options.text = parse_choice(optarg, "noise", "text");
			break;
		case 'r':
			options.name = optarg;
			break;
		case 'F':
			options.file = optarg;
			break;
		default:
			usage_exit();
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
			     .peer_isn = options->server ? CLIENT_ISN : SERVER_ISN,
			     .text = options->text };
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

static void calibrate(const struct options *options)
{
	(void)options;
	load_calibrate();
}

static void block(const struct options *options)
{
	block_start(options->interface, options->name);
}

static void unblock(const struct options *options)
{
	block_stop(options->name);
}

static void headroom(const struct options *options)
{
	headroom_start(options->interface);
}

static const struct verb {
	const char *name;
	const char *needs; /* letters of the options that it cannot do without */
	void (*run)(const struct options *options);
} verbs[] = {
	{ "calibrate", "", calibrate },      { "block", "ir", block },
	{ "unblock", "r", unblock },         { "headroom", "i", headroom },
	{ "serve", "iF", connection_serve }, { "open", "imftln", connection_open },
	{ "send", "imftlns", packets_send }, { "capture", "inF", frames_capture },
	{ "replay", "inFr", frames_replay },
};

int main(int argc, char **argv)
{
	if (argc < 2)
		usage_exit();
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		struct options options;

		if (strcmp(argv[1], verbs[i].name))
			continue;
		options = parse(argc - 1, argv + 1);
		for (const char *need = verbs[i].needs; *need; need++)
			if (!strchr(options.given, *need))
				usage_exit();
		verbs[i].run(&options);
		return 0;
	}
	usage_exit();
}
