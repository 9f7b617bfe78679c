/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One machine on a pipe, for tests against another implementation.
 *   peer cpe|lns prefer|require PRIVATE-KEY REKEY MODES FRAMINGS (key in hexadecimal, ignored by
 *   the CPE; lists as in the options shroud-mode and shroud-framing)
 * Reads lines "MILLISECONDS EVENT [PACKET]", EVENT being network, message,
 * reject, plain, opened, timer, rekey, lost or down. Answers each with the actions, one a
 * line, then "deadline MILLISECONDS" or "deadline never", then "state WORD".
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../handshake/machine.h"
#include "../handshake/offer.h"

static const char *const events[] = {
	[SHROUD_EVENT_NETWORK] = "network",   [SHROUD_EVENT_MESSAGE] = "message",
	[SHROUD_EVENT_REJECT] = "reject",     [SHROUD_EVENT_PLAIN_NCP] = "plain",
	[SHROUD_EVENT_NCP_OPENED] = "opened", [SHROUD_EVENT_TIMER] = "timer",
	[SHROUD_EVENT_REKEY] = "rekey",       [SHROUD_EVENT_COUNTS] = "counts",
	[SHROUD_EVENT_LCP_DOWN] = "down",
};

static size_t from_hex(const char *text, uint8_t *out, size_t size)
{
	size_t n = 0;
	unsigned int octet;

	while (n < size && sscanf(text + 2 * n, "%2x", &octet) == 1)
		out[n++] = (uint8_t)octet;
	return n;
}

static void put_hex(const char *before, const uint8_t *data, size_t len)
{
	fputs(before, stdout);
	for (size_t i = 0; data && i < len; i++)
		printf("%02x", data[i]);
	if (!data)
		fputs("-", stdout);
}

static void put_cover(const struct shroud_cover *cover)
{
	static const char *const modes[] = { "hold", "keys", "plain" };

	size_t len = cover->decoy ? SHROUD_DIRECTION_LEN : SHROUD_KEYSET_LEN;

	printf("cover %s", modes[cover->mode]);
	put_hex(" ", cover->tx, len);
	put_hex(" ", cover->rx[0], len);
	put_hex(" ", cover->rx[1], len);
	puts(cover->lcp ? " lcp" : " native");
}

static void put_action(const struct shroud_machine *machine, const struct shroud_action *action)
{
	if (action->type == SHROUD_ACTION_SEND) {
		put_hex("send ", action->packet->data, action->packet->len);
		puts("");
	} else if (action->type == SHROUD_ACTION_COVER) {
		put_cover(&action->cover);
	} else if (action->type == SHROUD_ACTION_RECORD) {
		put_hex("record ", machine->peer_key, SHROUD_KEY_LEN);
		puts("");
	} else if (action->type == SHROUD_ACTION_RELEASE) {
		puts("release");
	} else if (action->type == SHROUD_ACTION_CLOSE) {
		puts("close");
	} else if (action->type == SHROUD_ACTION_OFFENCE) {
		puts("offence");
	}
}

static void answer(struct shroud_machine *machine, const struct shroud_event *event)
{
	struct shroud_actions actions;
	uint64_t deadline;

	shroud_machine_step(machine, event, &actions);
	for (size_t i = 0; i < actions.count; i++)
		put_action(machine, &actions.list[i]);
	deadline = shroud_machine_deadline(machine);
	if (deadline == SHROUD_NEVER)
		puts("deadline never");
	else
		printf("deadline %" PRIu64 "\n", deadline);
	printf("state %s\n", shroud_state_word(machine->state));
	fflush(stdout);
}

static bool parse(char *line, struct shroud_event *event, uint8_t *packet, size_t size)
{
	char name[16];
	int at = 0;

	if (sscanf(line, "%" SCNu64 " %15s %n", &event->now, name, &at) != 2)
		return false;
	if (strcmp(name, "lost") == 0) {
		event->type = SHROUD_EVENT_LCP_DOWN;
		event->by_peer = true;
		return true;
	}
	event->packet = packet;
	event->len = from_hex(line + at, packet, size);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		if (strcmp(name, events[i]) == 0) {
			event->type = (enum shroud_event_type)i;
			return true;
		}
	}
	return false;
}

int main(int argc, char **argv)
{
	static char line[8192];
	static uint8_t packet[4096];
	struct shroud_machine machine;
	struct shroud_config config = { .random = shroud_random_system };

	if (argc != 7 || !shroud_offer_parse_modes(argv[5], &config.offer) ||
	    !shroud_offer_parse_framings(argv[6], &config.offer))
		return 2;
	config.role = strcmp(argv[1], "cpe") == 0 ? SHROUD_ROLE_CPE : SHROUD_ROLE_LNS;
	config.policy =
		strcmp(argv[2], "require") == 0 ? SHROUD_POLICY_REQUIRE : SHROUD_POLICY_PREFER;
	from_hex(argv[3], config.identity.private_key, SHROUD_KEY_LEN);
	config.rekey = (uint32_t)strtoul(argv[4], NULL, 10);
	if (!shroud_keypair_derive(&config.identity, &config.random))
		return 2;
	shroud_machine_init(&machine, &config);
	while (fgets(line, sizeof(line), stdin)) {
		struct shroud_event event = { 0 };

		if (!parse(line, &event, packet, sizeof(packet))) {
			fprintf(stderr, "not an event: %s", line);
			return 2;
		}
		answer(&machine, &event);
	}
	return 0;
}
