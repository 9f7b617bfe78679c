/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "noise.h"

#include <string.h>

#include <mbedtls/hkdf.h>
#include <mbedtls/md.h>

#include "octets.h"

static const char protocol_name[] = "Noise_NX_25519_ChaChaPoly_SHA256";

static const mbedtls_md_info_t *sha256(void)
{
	return mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
}

/* MixHash: h = SHA-256(h || data) */
static void mix_hash(struct shroud_noise *noise, const uint8_t *data, size_t len)
{
	mbedtls_md_context_t context;

	mbedtls_md_init(&context);
	if (mbedtls_md_setup(&context, sha256(), 0) != 0 || mbedtls_md_starts(&context) != 0 ||
	    mbedtls_md_update(&context, noise->h, sizeof(noise->h)) != 0 ||
	    mbedtls_md_update(&context, data, len) != 0 ||
	    mbedtls_md_finish(&context, noise->h) != 0)
		noise->broken = true;
	mbedtls_md_free(&context);
}

/* MixKey, with Noise's HKDF, which is RFC 5869's with an empty info. */
static bool mix_key(struct shroud_noise *noise, const uint8_t *input)
{
	uint8_t out[2 * SHROUD_HASH_LEN];
	int error = mbedtls_hkdf(sha256(), noise->ck, sizeof(noise->ck), input, SHROUD_KEY_LEN,
				 NULL, 0, out, sizeof(out));

	memcpy(noise->ck, out, SHROUD_HASH_LEN);
	memcpy(noise->k, out + SHROUD_HASH_LEN, SHROUD_KEY_LEN);
	noise->n = 0;
	shroud_wipe(out, sizeof(out));
	return !error && !noise->broken;
}

static bool mix_dh(struct shroud_noise *noise, const uint8_t *private_key, const uint8_t *point,
		   const struct shroud_random *random)
{
	uint8_t shared[SHROUD_KEY_LEN];
	bool ok = shroud_x25519(private_key, point, shared, random) && mix_key(noise, shared);

	shroud_wipe(shared, sizeof(shared));
	return ok;
}

static bool encrypt_and_hash(struct shroud_noise *noise, const uint8_t *in, size_t len,
			     uint8_t *out)
{
	if (!shroud_aead_seal(noise->k, noise->n++, noise->h, sizeof(noise->h), in, len, out))
		return false;
	mix_hash(noise, out, len + SHROUD_TAG_LEN);
	return !noise->broken;
}

static bool decrypt_and_hash(struct shroud_noise *noise, const uint8_t *in, size_t len,
			     uint8_t *out)
{
	if (!shroud_aead_open(noise->k, noise->n++, noise->h, sizeof(noise->h), in, len, out))
		return false;
	mix_hash(noise, in, len);
	return !noise->broken;
}

bool shroud_noise_begin(struct shroud_noise *noise, uint32_t handshake_id,
			const struct shroud_random *random)
{
	uint8_t prologue[SHROUD_PROLOGUE_LEN] = SHROUD_PROLOGUE;

	_Static_assert(sizeof(protocol_name) - 1 == SHROUD_HASH_LEN, "h is the name itself");
	memset(noise, 0, sizeof(*noise));
	memcpy(noise->h, protocol_name, sizeof(noise->h));
	memcpy(noise->ck, noise->h, sizeof(noise->ck));
	prologue[9] = SHROUD_VERSION;
	prologue[10] = SHROUD_SUITE_NOISE_NX;
	shroud_put32(prologue + 11, handshake_id);
	mix_hash(noise, prologue, sizeof(prologue));
	return shroud_keypair_generate(&noise->ephemeral, random);
}

void shroud_noise_write_init(struct shroud_noise *noise, const uint8_t *payload, size_t payload_len,
			     uint8_t *body)
{
	memcpy(body, noise->ephemeral.public_key, SHROUD_KEY_LEN);
	memcpy(body + SHROUD_KEY_LEN, payload, payload_len);
	mix_hash(noise, body, SHROUD_KEY_LEN);
	mix_hash(noise, payload, payload_len);
}

void shroud_noise_read_init(struct shroud_noise *noise, const uint8_t *body, size_t body_len)
{
	memcpy(noise->remote_ephemeral, body, SHROUD_KEY_LEN);
	mix_hash(noise, body, SHROUD_KEY_LEN);
	mix_hash(noise, body + SHROUD_KEY_LEN, body_len - SHROUD_KEY_LEN);
}

bool shroud_noise_write_resp(struct shroud_noise *noise, const struct shroud_keypair *identity,
			     const uint8_t *payload, size_t payload_len, uint8_t *body,
			     const struct shroud_random *random)
{
	const uint8_t *re = noise->remote_ephemeral;
	uint8_t *s = body + SHROUD_KEY_LEN;

	memcpy(body, noise->ephemeral.public_key, SHROUD_KEY_LEN);
	mix_hash(noise, body, SHROUD_KEY_LEN);
	return mix_dh(noise, noise->ephemeral.private_key, re, random) &&
	       encrypt_and_hash(noise, identity->public_key, SHROUD_KEY_LEN, s) &&
	       mix_dh(noise, identity->private_key, re, random) &&
	       encrypt_and_hash(noise, payload, payload_len, s + SHROUD_KEY_LEN + SHROUD_TAG_LEN);
}

static bool read_resp(struct shroud_noise *noise, const uint8_t *body, size_t body_len,
		      uint8_t *payload, uint8_t identity[SHROUD_KEY_LEN],
		      const struct shroud_random *random)
{
	const size_t s_len = SHROUD_KEY_LEN + SHROUD_TAG_LEN;
	const uint8_t *s = body + SHROUD_KEY_LEN;
	const uint8_t *e = noise->ephemeral.private_key;

	if (body_len < SHROUD_RESP_MIN_LEN)
		return false;
	mix_hash(noise, body, SHROUD_KEY_LEN);
	return mix_dh(noise, e, body, random) && decrypt_and_hash(noise, s, s_len, identity) &&
	       mix_dh(noise, e, identity, random) &&
	       decrypt_and_hash(noise, s + s_len, body_len - SHROUD_KEY_LEN - s_len, payload);
}

bool shroud_noise_read_resp(struct shroud_noise *noise, const uint8_t *body, size_t body_len,
			    uint8_t *payload, uint8_t identity[SHROUD_KEY_LEN],
			    const struct shroud_random *random)
{
	struct shroud_noise attempt = *noise;
	bool ok = read_resp(&attempt, body, body_len, payload, identity, random);

	if (ok)
		*noise = attempt;
	shroud_wipe(&attempt, sizeof(attempt));
	return ok;
}

/* Octets of one direction, without what the directions share. */
static size_t side_len(uint8_t mode)
{
	if (mode == SHROUD_MODE_DECOY)
		return SHROUD_SIDE_LEN;
	return mode == SHROUD_MODE_PLAIN ? 0 : SHROUD_KEYSET_LEN;
}

bool shroud_noise_okm(const struct shroud_noise *noise, uint8_t mode,
		      const uint8_t chain[SHROUD_CHAIN_LEN], struct shroud_okm *okm)
{
	uint8_t info[sizeof(SHROUD_DATA_KEYS_INFO)] = SHROUD_DATA_KEYS_INFO;
	uint8_t ikm[SHROUD_HASH_LEN + SHROUD_CHAIN_LEN];
	uint8_t out[SHROUD_DECOY_OKM_LEN];
	size_t side = side_len(mode);
	size_t common = mode == SHROUD_MODE_DECOY ? SHROUD_COMMON_LEN : 0;
	int error;

	info[sizeof(info) - 1] = mode;
	memcpy(ikm, noise->ck, SHROUD_HASH_LEN);
	memcpy(ikm + SHROUD_HASH_LEN, chain, SHROUD_CHAIN_LEN);
	error = mbedtls_hkdf(sha256(), noise->h, sizeof(noise->h), ikm, sizeof(ikm), info,
			     sizeof(info), out, 2 * side + common + SHROUD_CHAIN_LEN);
	memset(okm, 0, sizeof(*okm));
	memcpy(okm->up, out, side);
	memcpy(okm->up + side, out + 2 * side, common);
	memcpy(okm->down, out + side, side);
	memcpy(okm->down + side, out + 2 * side, common);
	memcpy(okm->chain, out + 2 * side + common, SHROUD_CHAIN_LEN);
	shroud_wipe(ikm, sizeof(ikm));
	shroud_wipe(out, sizeof(out));
	return !error;
}

bool shroud_noise_proof(const uint8_t chain[SHROUD_CHAIN_LEN], uint32_t handshake_id,
			const uint8_t e[SHROUD_KEY_LEN], uint8_t proof[SHROUD_PROOF_LEN])
{
	static const char label[] = SHROUD_REKEY_LABEL;
	uint8_t data[sizeof(label) - 1 + 4 + SHROUD_KEY_LEN];
	uint8_t mac[SHROUD_HASH_LEN];
	int error;

	memcpy(data, label, sizeof(label) - 1);
	shroud_put32(data + sizeof(label) - 1, handshake_id);
	memcpy(data + sizeof(label) + 3, e, SHROUD_KEY_LEN);
	error = mbedtls_md_hmac(sha256(), chain, SHROUD_CHAIN_LEN, data, sizeof(data), mac);
	memcpy(proof, mac, SHROUD_PROOF_LEN);
	return !error;
}

bool shroud_noise_split(struct shroud_noise *noise)
{
	uint8_t out[2 * SHROUD_KEY_LEN];
	int error = mbedtls_hkdf(sha256(), noise->ck, sizeof(noise->ck), NULL, 0, NULL, 0, out,
				 sizeof(out));

	shroud_wipe(noise, sizeof(*noise));
	memcpy(noise->k_confirm, out, SHROUD_KEY_LEN);
	memcpy(noise->k_done, out + SHROUD_KEY_LEN, SHROUD_KEY_LEN);
	shroud_wipe(out, sizeof(out));
	return !error;
}

bool shroud_noise_seal(const uint8_t key[SHROUD_KEY_LEN], uint8_t body[SHROUD_SEAL_LEN])
{
	return shroud_aead_seal(key, 0, NULL, 0, (const uint8_t *)"", 0, body);
}

bool shroud_noise_open(const uint8_t key[SHROUD_KEY_LEN], const uint8_t *body, size_t body_len,
		       uint8_t *payload)
{
	return shroud_aead_open(key, 0, NULL, 0, body, body_len, payload);
}
