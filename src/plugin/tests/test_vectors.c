/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Message codec, key agreement and an idle LNS against docs/vectors. */
#include "../handshake/machine.h"
#include "../handshake/octets.h"
#include "check.h"
#include "rows.h"

/* Random numbers that come out as they were put in. */
struct script {
	const uint8_t *octets;
	size_t left;
};

static bool from_script(void *context, uint8_t *out, size_t len)
{
	struct script *script = context;

	/* Blinding of the multiplication: anything does. */
	memset(out, 0x5a, len);
	if (len == SHROUD_KEY_LEN && script->left >= len) {
		memcpy(out, script->octets, len);
		script->left -= len;
	}
	return true;
}

struct handshake {
	uint8_t cpe_private[SHROUD_KEY_LEN], lns_private[SHROUD_KEY_LEN], chain[SHROUD_CHAIN_LEN];
	uint8_t offer[512], choice[512], init[1500], resp[1500], confirm[512], done[512];
	size_t offer_len, choice_len, init_len, resp_len, confirm_len, done_len;
	uint32_t id;
	struct shroud_keypair identity;
	uint8_t okm[SHROUD_DECOY_OKM_LEN];
	size_t okm_len;
	uint8_t ck[SHROUD_HASH_LEN], h[SHROUD_HASH_LEN];
	uint8_t confirm_key[SHROUD_KEY_LEN], done_key[SHROUD_KEY_LEN];
	const char *name;
};

static void load(const struct row *row, struct handshake *v)
{
	uint8_t id[4], public_key[SHROUD_KEY_LEN];

	v->name = row_text(row, "name");
	row_octets(row, "handshake_id", id, sizeof(id));
	v->id = shroud_get32(id);
	row_octets(row, "cpe_ephemeral_private", v->cpe_private, SHROUD_KEY_LEN);
	row_octets(row, "lns_ephemeral_private", v->lns_private, SHROUD_KEY_LEN);
	row_octets(row, "lns_static_private", v->identity.private_key, SHROUD_KEY_LEN);
	row_octets(row, "lns_static_public", public_key, SHROUD_KEY_LEN);
	row_octets(row, "chain", v->chain, SHROUD_CHAIN_LEN);
	v->offer_len = row_octets(row, "offer", v->offer, sizeof(v->offer));
	v->choice_len = row_octets(row, "choice", v->choice, sizeof(v->choice));
	v->init_len = row_octets(row, "init", v->init, sizeof(v->init));
	v->resp_len = row_octets(row, "resp", v->resp, sizeof(v->resp));
	v->confirm_len = row_octets(row, "confirm", v->confirm, sizeof(v->confirm));
	v->done_len = row_octets(row, "done", v->done, sizeof(v->done));
	row_octets(row, "ck", v->ck, SHROUD_HASH_LEN);
	row_octets(row, "h", v->h, SHROUD_HASH_LEN);
	row_octets(row, "confirm_key", v->confirm_key, SHROUD_KEY_LEN);
	row_octets(row, "done_key", v->done_key, SHROUD_KEY_LEN);
	v->okm_len = row_octets(row, "okm", v->okm, sizeof(v->okm));
	CHECK(shroud_keypair_derive(&v->identity, &shroud_random_system), v->name);
	CHECK_EQUAL(public_key, v->identity.public_key, SHROUD_KEY_LEN, v->name);
}

static void same_okm(const struct handshake *v, const struct shroud_okm *okm, uint8_t mode)
{
	bool decoy = mode == SHROUD_MODE_DECOY;
	size_t side = decoy ? (size_t)SHROUD_SIDE_LEN : (size_t)SHROUD_KEYSET_LEN;
	const uint8_t *common = v->okm + 2 * side;
	size_t length = decoy ? SHROUD_COMMON_LEN : 0;

	CHECK(v->okm_len == 2 * side + length + SHROUD_CHAIN_LEN, v->name);
	CHECK_EQUAL(v->okm, okm->up, side, v->name);
	CHECK_EQUAL(v->okm + side, okm->down, side, v->name);
	CHECK_EQUAL(common, okm->up + side, length, v->name);
	CHECK_EQUAL(common, okm->down + side, length, v->name);
	CHECK_EQUAL(common + length, okm->chain, SHROUD_CHAIN_LEN, v->name);
}

static void same_keys(const struct handshake *v, struct shroud_noise *noise, uint8_t mode)
{
	struct shroud_okm okm;

	CHECK_EQUAL(v->ck, noise->ck, SHROUD_HASH_LEN, v->name);
	CHECK_EQUAL(v->h, noise->h, SHROUD_HASH_LEN, v->name);
	CHECK(shroud_noise_okm(noise, mode, v->chain, &okm), v->name);
	same_okm(v, &okm, mode);
	CHECK(shroud_noise_split(noise), v->name);
	CHECK_EQUAL(v->confirm_key, noise->k_confirm, SHROUD_KEY_LEN, v->name);
	CHECK_EQUAL(v->done_key, noise->k_done, SHROUD_KEY_LEN, v->name);
}

static void as_cpe(const struct handshake *v)
{
	struct script script = { v->cpe_private, SHROUD_KEY_LEN };
	const struct shroud_random random = { from_script, &script };
	struct shroud_noise noise, before;
	uint8_t body[1500], payload[1500], identity[SHROUD_KEY_LEN];
	size_t resp_body = v->resp_len - SHROUD_HEADER_LEN;
	struct shroud_choice choice;

	CHECK(shroud_noise_begin(&noise, v->id, &random), v->name);
	shroud_noise_write_init(&noise, v->offer, v->offer_len, body);
	CHECK_EQUAL(v->init + SHROUD_HEADER_LEN, body, v->init_len - SHROUD_HEADER_LEN, v->name);
	memcpy(body, v->resp + SHROUD_HEADER_LEN, resp_body);
	before = noise;
	for (size_t i = 0; i < resp_body; i += 7) {
		body[i] ^= 1;
		CHECK(!shroud_noise_read_resp(&noise, body, resp_body, payload, identity, &random),
		      "a changed octet");
		body[i] ^= 1;
	}
	CHECK(!shroud_noise_read_resp(&noise, body, resp_body - 1, payload, identity, &random),
	      "one octet short");
	CHECK_EQUAL(before.h, noise.h, SHROUD_HASH_LEN, "a failure changes nothing");
	CHECK_EQUAL(before.ck, noise.ck, SHROUD_HASH_LEN, "a failure changes nothing");
	CHECK(shroud_noise_read_resp(&noise, body, resp_body, payload, identity, &random), v->name);
	CHECK_EQUAL(v->identity.public_key, identity, SHROUD_KEY_LEN, v->name);
	CHECK_EQUAL(v->choice, payload, v->choice_len, v->name);
	CHECK(shroud_choice_pull(payload, v->choice_len, &choice), v->name);
	same_keys(v, &noise, choice.mode);
}

static void as_lns(const struct handshake *v)
{
	struct script script = { v->lns_private, SHROUD_KEY_LEN };
	const struct shroud_random random = { from_script, &script };
	struct shroud_noise noise;
	uint8_t body[1500], payload[1500];

	CHECK(shroud_noise_begin(&noise, v->id, &random), v->name);
	shroud_noise_read_init(&noise, v->init + SHROUD_HEADER_LEN,
			       v->init_len - SHROUD_HEADER_LEN);
	CHECK(shroud_noise_write_resp(&noise, &v->identity, v->choice, v->choice_len, body,
				      &random),
	      v->name);
	CHECK_EQUAL(v->resp + SHROUD_HEADER_LEN, body, v->resp_len - SHROUD_HEADER_LEN, v->name);
	same_keys(v, &noise, SHROUD_MODE_HEAD);
	CHECK(shroud_noise_open(v->confirm_key, v->confirm + SHROUD_HEADER_LEN,
				v->confirm_len - SHROUD_HEADER_LEN, payload),
	      v->name);
	CHECK(shroud_noise_open(v->done_key, v->done + SHROUD_HEADER_LEN,
				v->done_len - SHROUD_HEADER_LEN, payload),
	      v->name);
	CHECK(!shroud_noise_open(v->done_key, v->confirm + SHROUD_HEADER_LEN,
				 v->confirm_len - SHROUD_HEADER_LEN, payload),
	      v->name);
}

static void test_proof(const struct handshake *v)
{
	struct shroud_offer offer;
	uint8_t proof[SHROUD_PROOF_LEN];

	CHECK(shroud_offer_pull(v->offer, v->offer_len, &offer), v->name);
	if (!offer.has_proof)
		return;
	CHECK(shroud_noise_proof(v->chain, v->id, v->init + SHROUD_HEADER_LEN, proof), v->name);
	CHECK_EQUAL(offer.proof, proof, sizeof(proof), v->name);
}

static void test_handshake(const struct row *row)
{
	static struct handshake v;

	load(row, &v);
	as_cpe(&v);
	as_lns(&v);
	test_proof(&v);
}

static void test_fields(const struct row *row, const struct shroud_message *message)
{
	const char *name = row_text(row, "name");
	uint8_t octets[4], body[1500];

	row_octets(row, "magic", octets, 4);
	CHECK(message->magic == shroud_get32(octets), name);
	row_octets(row, "handshake_id", octets, 4);
	CHECK(message->handshake_id == shroud_get32(octets), name);
	CHECK(message->kind == atoi(row_text(row, "kind")), name);
	CHECK(message->version == atoi(row_text(row, "version")), name);
	CHECK(message->suite == atoi(row_text(row, "suite")), name);
	CHECK(message->body_len == row_octets(row, "body", body, sizeof(body)), name);
	CHECK_EQUAL(body, message->body, message->body_len, name);
}

static void test_packet(const struct row *row)
{
	const char *name = row_text(row, "name"), *verdict = row_text(row, "verdict");
	struct shroud_message message;
	uint8_t octets[1500];
	size_t len = row_octets(row, "packet", octets, sizeof(octets));
	/* Of exactly the right size, so that AddressSanitizer sees a read behind it. */
	uint8_t *packet = malloc(len + 1);
	enum shroud_message_verdict expected =
		strcmp(verdict, "message") == 0 ? SHROUD_MESSAGE_OK :
		strcmp(verdict, "discard") == 0 ? SHROUD_MESSAGE_BROKEN :
						  SHROUD_MESSAGE_FOREIGN;

	memcpy(packet + 1, octets, len);
	CHECK(shroud_message_pull(packet + 1, len, &message) == expected, name);
	if (expected == SHROUD_MESSAGE_OK)
		test_fields(row, &message);
	free(packet);
}

static bool choice_from_offer_1_2(const uint8_t *payload, size_t len)
{
	struct shroud_choice choice;

	return shroud_choice_pull(payload, len, &choice) && choice.mode >= 1 && choice.mode <= 2 &&
	       choice.framing == 1;
}

static void test_payload(const struct row *row)
{
	const char *in = row_text(row, "in"), *name = row_text(row, "name");
	struct shroud_offer offer;
	uint8_t payload[1500];
	size_t len = row_octets(row, "payload", payload, sizeof(payload));
	bool good = strcmp(row_text(row, "verdict"), "good") == 0;

	if (strcmp(in, "INIT") == 0)
		CHECK(shroud_offer_pull(payload, len, &offer) == good, name);
	else if (strcmp(in, "RESP") == 0)
		CHECK(choice_from_offer_1_2(payload, len) == good, name);
	else
		CHECK(shroud_params_valid(payload, len) == good, name);
}

static void test_answer(const struct row *row)
{
	struct shroud_config config = {
		.role = SHROUD_ROLE_LNS,
		.policy = SHROUD_POLICY_PREFER,
		.offer = { .modes = { 1 }, .mode_count = 1, .framings = { 1 }, .framing_count = 1 },
		.rekey = SHROUD_REKEY_DEFAULT,
		.random = shroud_random_system,
	};
	const char *name = row_text(row, "name"), *answer = row_text(row, "answer");
	uint8_t packet[1500], expected[64];
	struct shroud_event event = { .type = SHROUD_EVENT_NETWORK, .packet = packet };
	struct shroud_actions actions;
	struct shroud_machine machine;
	const struct shroud_packet *sent = NULL;

	row_octets(row, "lns_static_private", config.identity.private_key, SHROUD_KEY_LEN);
	CHECK(shroud_keypair_derive(&config.identity, &config.random), name);
	shroud_machine_init(&machine, &config);
	shroud_machine_step(&machine, &event, &actions);
	event.type = SHROUD_EVENT_MESSAGE;
	event.len = row_octets(row, "packet", packet, sizeof(packet));
	shroud_machine_step(&machine, &event, &actions);
	for (size_t i = 0; i < actions.count; i++) {
		if (actions.list[i].type == SHROUD_ACTION_SEND)
			sent = actions.list[i].packet;
	}
	if (strcmp(answer, "none") == 0) {
		CHECK(!sent, name);
	} else if (CHECK(sent != NULL, name) && strcmp(answer, "RESP") == 0) {
		CHECK(sent->data[SHROUD_OFF_KIND] == SHROUD_KIND_RESP, name);
	} else if (sent) {
		/* Identifier and Magic-Number are the sender's. */
		CHECK(row_octets(row, "abort", expected, sizeof(expected)) == sent->len, name);
		CHECK_EQUAL(expected + SHROUD_OFF_OUI, sent->data + SHROUD_OFF_OUI,
			    sent->len - SHROUD_OFF_OUI, name);
	}
	shroud_machine_wipe(&machine);
}

int main(int argc, char **argv)
{
	static struct row row;
	FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;

	if (!file) {
		fprintf(stderr, "usage: test_vectors FILE (as vectors.py writes it)\n");
		return 2;
	}
	while (row_read(file, &row)) {
		if (strcmp(row.section, "vectors") == 0)
			test_handshake(&row);
		else if (strcmp(row.section, "packets") == 0)
			test_packet(&row);
		else if (strcmp(row.section, "payloads") == 0)
			test_payload(&row);
		else
			test_answer(&row);
	}
	fclose(file);
	return check_result("vectors");
}
