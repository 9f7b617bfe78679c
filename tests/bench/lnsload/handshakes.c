/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An LNS's part of the key agreement, by the plugin's own state machine. Usage:
 *
 *	handshakes COUNT
 *
 * Plays COUNT handshakes against a CPE's machine, and prints COUNT, how many regions the LNS's
 * steps were, and the seconds of processor time that they took.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "machine.h"
#include "region.h"

static const struct shroud_config both = {
	.policy = SHROUD_POLICY_REQUIRE,
	.offer = { .modes = { 1 }, .mode_count = 1, .framings = { 1 }, .framing_count = 1 },
	.random = { .fill = NULL },
};

static struct shroud_machine cpe, lns;
static double seconds;
static unsigned long regions;

static void give_up(const char *what) __attribute__((noreturn));
static void give_up(const char *what)
{
	fprintf(stderr, "handshakes: %s\n", what);
	exit(1);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void step_lns(const struct shroud_event *event, struct shroud_actions *actions)
{
	double before = now();

	REGION_START();
	shroud_machine_step(&lns, event, actions);
	REGION_STOP();
	seconds += now() - before;
	regions++;
}

/* The packet that is to be sent, or one of no octets. */
static struct shroud_packet sent(const struct shroud_actions *actions)
{
	for (size_t i = 0; i < actions->count; i++)
		if (actions->list[i].type == SHROUD_ACTION_SEND)
			return *actions->list[i].packet;
	return (struct shroud_packet){ .len = 0 };
}

static struct shroud_event message(const struct shroud_packet *packet)
{
	return (struct shroud_event){ .type = SHROUD_EVENT_MESSAGE,
				      .packet = packet->data,
				      .len = packet->len };
}

static void shake(const struct shroud_config configs[2])
{
	const struct shroud_event network = { .type = SHROUD_EVENT_NETWORK };
	struct shroud_actions actions;
	struct shroud_packet packet;
	struct shroud_event event;

	shroud_machine_init(&cpe, &configs[0]);
	shroud_machine_init(&lns, &configs[1]);
	shroud_machine_step(&lns, &network, &actions);
	shroud_machine_step(&cpe, &network, &actions);
	for (packet = sent(&actions); packet.len; packet = sent(&actions)) {
		event = message(&packet);
		step_lns(&event, &actions);
		packet = sent(&actions);
		event = message(&packet);
		shroud_machine_step(&cpe, &event, &actions);
	}
	if (lns.state != SHROUD_STATE_COVERED || cpe.state != SHROUD_STATE_COVERED)
		give_up("no keys were agreed");
}

int main(int argc, char **argv)
{
	unsigned long count = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	struct shroud_config configs[2] = { both, both };

	if (!count)
		give_up("usage: handshakes COUNT");
	configs[0].role = SHROUD_ROLE_CPE;
	configs[1].role = SHROUD_ROLE_LNS;
	configs[0].random = configs[1].random = shroud_random_system;
	configs[1].rekey = SHROUD_REKEY_DEFAULT;
	if (!shroud_keypair_generate(&configs[1].identity, &shroud_random_system))
		give_up("no random numbers");
	for (unsigned long i = 0; i < count; i++)
		shake(configs);
	printf("HANDSHAKES count=%lu regions=%lu seconds=%.6f\n", count, regions, seconds);
	return 0;
}
