/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both machines, and an attacker in between who delays, repeats, changes and
 * invents. The input is a list of what happens. Whatever it is:
 * no keys of an untrusted LNS are used, a covered session never becomes plain or changes its mode
 * or framing, nothing is plain under require, mode plain needs both ends' wish, and no key outlives
 * LCP.
 */
#include <stdlib.h>

#include "../handshake/offer.h"
#include "pair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define STEPS_MAX 64
#define KEPT 8

struct input {
	const uint8_t *at;
	size_t left;
};

static struct pair pair;
static struct shroud_packet kept[KEPT];
static size_t kept_count;
static bool covered[2]; /* since LCP was opened */
static struct shroud_choice chosen[2]; /* then */
static bool wrong_pin;

static uint8_t next(struct input *input)
{
	if (input->left == 0)
		return 0;
	input->left--;
	return *input->at++;
}

static bool fill(void *context, uint8_t *out, size_t len)
{
	uint64_t *state = context;

	for (size_t i = 0; i < len; i++) {
		*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
		out[i] = (uint8_t)(*state >> 56);
	}
	return true;
}

static void require(bool condition)
{
	if (!condition)
		abort();
}

static bool all_zero(const void *memory, size_t len)
{
	const uint8_t *p = memory;

	while (len > 0 && p[len - 1] == 0)
		len--;
	return len == 0;
}

/* What is agreed holds until LCP is down, and goes together. */
static void check_choice(const struct shroud_machine *m, const struct shroud_choice *before,
			 bool was_covered)
{
	bool agreed = m->has_current || m->reason == SHROUD_REASON_AGREED;

	if (m->has_current && was_covered)
		require(m->choice.mode == before->mode && m->choice.framing == before->framing);
	if (agreed) {
		require(shroud_framing_fits(m->choice.mode, m->choice.framing));
		require(shroud_offer_has_mode(&m->config.offer, m->choice.mode));
		require(shroud_offer_has_framing(&m->config.offer, m->choice.framing));
	}
}

static void check_cover(const struct shroud_machine *m, const struct shroud_cover *cover)
{
	bool keys = cover->mode == SHROUD_COVER_KEYS;

	require(!(keys && !cover->decoy && cover->lcp));
	if (cover->mode == SHROUD_COVER_PLAIN)
		require(cover->lcp == (m->reason == SHROUD_REASON_AGREED) && !cover->tx);
}

static void check_side(struct side *side, bool *was_covered, struct shroud_choice *choice)
{
	const struct shroud_machine *m = &side->machine;
	const struct outcome *o = &side->last;
	bool cpe = m->config.role == SHROUD_ROLE_CPE;

	check_choice(m, choice, *was_covered);
	if (o->covered) {
		check_cover(m, &o->cover);
		require(!(*was_covered && o->cover.mode == SHROUD_COVER_PLAIN));
		require(m->config.policy != SHROUD_POLICY_REQUIRE ||
			o->cover.mode != SHROUD_COVER_PLAIN);
		require(!(cpe && wrong_pin && o->cover.mode == SHROUD_COVER_KEYS));
		require(o->cover.mode != SHROUD_COVER_KEYS || o->cover.rx[0]);
		*was_covered |= o->cover.tx != NULL;
		*choice = m->choice;
	}
	require(m->state != SHROUD_STATE_COVERED || m->has_current);
	require(m->state != SHROUD_STATE_PLAIN || !m->has_current);
	if (m->state == SHROUD_STATE_IDLE || m->state == SHROUD_STATE_CLOSING) {
		require(all_zero(&m->current, sizeof(m->current)));
		require(all_zero(&m->previous, sizeof(m->previous)));
		require(all_zero(&m->handshake, sizeof(m->handshake)));
	}
}

static void keep(const struct outcome *o)
{
	if (o->sends > 0)
		kept[kept_count++ % KEPT] = o->sent;
}

static void tell(bool lns, struct shroud_event event)
{
	struct side *side = lns ? &pair.lns : &pair.cpe;

	if (event.type == SHROUD_EVENT_LCP_DOWN)
		covered[lns] = false;
	happen(&pair, side, event);
	check_side(side, &covered[lns], &chosen[lns]);
	keep(&side->last);
}

static void tell_packet(bool lns, enum shroud_event_type type, const uint8_t *packet, size_t len)
{
	/* Of exactly the right size, so that AddressSanitizer sees a read behind it. */
	uint8_t *copy = malloc(len + 1);

	memcpy(copy, packet, len);
	tell(lns, (struct shroud_event){ .type = type, .packet = copy, .len = len });
	free(copy);
}

static void replay(struct input *input, bool change)
{
	struct shroud_packet packet = kept[next(input) % KEPT];
	bool lns = packet.data[SHROUD_OFF_KIND] % 2;

	if (change && packet.len > 0)
		packet.data[next(input) % packet.len] ^= next(input);
	if (change && next(input) % 4 == 0)
		lns = !lns;
	tell_packet(lns, SHROUD_EVENT_MESSAGE, packet.data, packet.len);
}

static void refuse(struct input *input)
{
	uint8_t packet[4 + SHROUD_MESSAGE_MAX] = { SHROUD_LCP_CODE_REJECT };
	const struct shroud_packet *of = &kept[next(input) % KEPT];
	size_t quoted = next(input) % (of->len + 1);

	packet[3] = (uint8_t)(4 + quoted);
	memcpy(packet + 4, of->data, quoted);
	tell_packet(false, SHROUD_EVENT_REJECT, packet, 4 + quoted);
}

/* A message of the input's own, with the header made right. */
static void invent(struct input *input, bool lns)
{
	struct shroud_packet packet;
	uint8_t kind = next(input), id = next(input);
	size_t len = next(input);
	const struct shroud_machine *m = lns ? &pair.lns.machine : &pair.cpe.machine;

	if (len > input->left)
		len = input->left;
	shroud_message_push(&packet, kind % 6, id & 1 ? m->handshake.id : id, input->at, len);
	input->at += len;
	input->left -= len;
	tell_packet(lns, SHROUD_EVENT_MESSAGE, packet.data, packet.len);
}

static void wait_for(struct input *input)
{
	pair.now += (uint64_t)next(input) * next(input) * 10;
	for (int lns = 0; lns < 2; lns++) {
		const struct side *side = lns ? &pair.lns : &pair.cpe;

		for (int i = 0; shroud_machine_deadline(&side->machine) <= pair.now; i++) {
			require(i < 4 * SHROUD_TIMER_COUNT);
			tell(lns, (struct shroud_event){ .type = SHROUD_EVENT_TIMER });
		}
	}
}

static void one(struct input *input)
{
	uint8_t op = next(input);
	bool lns = op & 0x10;

	switch (op % 12) {
	case 0:
		tell(lns, (struct shroud_event){ .type = SHROUD_EVENT_NETWORK });
		break;
	case 1:
	case 2:
	case 3: /* the last message, to where it belongs: the usual course */
		if (kept_count > 0)
			tell_packet(kept[(kept_count - 1) % KEPT].data[SHROUD_OFF_KIND] % 2,
				    SHROUD_EVENT_MESSAGE, kept[(kept_count - 1) % KEPT].data,
				    kept[(kept_count - 1) % KEPT].len);
		break;
	case 4:
		replay(input, op & 0x20);
		break;
	case 5:
		refuse(input);
		break;
	case 6:
		invent(input, lns);
		break;
	case 7:
		tell(lns,
		     (struct shroud_event){ .type = SHROUD_EVENT_LCP_DOWN, .by_peer = op & 0x20 });
		break;
	case 8:
		tell(true, (struct shroud_event){ .type = SHROUD_EVENT_PLAIN_NCP });
		break;
	case 9:
		tell(lns, (struct shroud_event){ .type = SHROUD_EVENT_NCP_OPENED });
		break;
	case 10:
		tell(lns, (struct shroud_event){ .type = op & 0x20 ? SHROUD_EVENT_REKEY :
								     SHROUD_EVENT_COUNTS,
						 .passed = next(input),
						 .failed = next(input) });
		break;
	default:
		wait_for(input);
	}
}

/* Also what the options would refuse: plain under require, and modes without a framing. */
static struct shroud_offer offer_of(uint8_t which)
{
	static const char *const modes[] = { "head",  "decoy",       "decoy,head",
					     "plain", "decoy,plain", "plain,head" };
	static const char *const framings[] = { "native", "lcp", "lcp,native", "native,lcp" };
	struct shroud_offer offer = { 0 };

	shroud_offer_parse_modes(modes[which / 4 % 6], &offer);
	shroud_offer_parse_framings(framings[which % 4], &offer);
	return offer;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	uint64_t state = 1;
	uint8_t how = next(&input);

	pair_init(&pair, how & 1 ? SHROUD_POLICY_REQUIRE : SHROUD_POLICY_PREFER,
		  how & 2 ? SHROUD_POLICY_REQUIRE : SHROUD_POLICY_PREFER);
	pair.cpe.machine.config.random = pair.lns.machine.config.random =
		(struct shroud_random){ fill, &state };
	if (how & 8) {
		pair.cpe.machine.config.offer = offer_of(next(&input));
		pair.lns.machine.config.offer = offer_of(next(&input));
	}
	wrong_pin = how & 4;
	pair.cpe.machine.config.trust.pinned_count = wrong_pin;
	covered[0] = covered[1] = false;
	kept_count = 0;
	memset(kept, 0, sizeof(kept));
	for (int i = 0; i < STEPS_MAX && input.left > 0; i++)
		one(&input);
	shroud_machine_wipe(&pair.cpe.machine);
	shroud_machine_wipe(&pair.lns.machine);
	return 0;
}
