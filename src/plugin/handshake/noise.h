/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Noise_NX_25519_ChaChaPoly_SHA256 (Noise Protocol Framework, revision 34) as
 * docs/protocol.md section 4 uses it. Message bodies in, message bodies out;
 * no I/O. After a function has returned false the handshake is to be wiped,
 * unless its comment says otherwise. Keys are SHROUD_KEY_LEN octets.
 */
#ifndef SHROUD_NOISE_H
#define SHROUD_NOISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto.h"

/* State of one handshake, either role. Wipe it when it is over. */
struct shroud_noise {
	uint8_t ck[SHROUD_HASH_LEN];
	uint8_t h[SHROUD_HASH_LEN];
	uint8_t k[SHROUD_KEY_LEN];
	uint64_t n;
	bool broken; /* out of memory while hashing: no keys come out of this */
	struct shroud_keypair ephemeral;
	uint8_t remote_ephemeral[SHROUD_KEY_LEN];
	/* Cipher states of Split(): CONFIRM and DONE, one message each. */
	uint8_t k_confirm[SHROUD_KEY_LEN];
	uint8_t k_done[SHROUD_KEY_LEN];
};

/* Octets that a sealed CONFIRM or DONE with an empty payload takes. */
#define SHROUD_SEAL_LEN SHROUD_TAG_LEN

/* What a direction's keys take: in mode head SHROUD_KEYSET_LEN octets and zeros, in mode decoy its
 * own and the common ones, in mode plain nothing but zeros. */
#define SHROUD_DIRECTION_LEN (SHROUD_SIDE_LEN + SHROUD_COMMON_LEN)

/* What one handshake yields: section 4.3, and docs/decoy.md section 3. */
struct shroud_okm {
	uint8_t up[SHROUD_DIRECTION_LEN];
	uint8_t down[SHROUD_DIRECTION_LEN];
	uint8_t chain[SHROUD_CHAIN_LEN]; /* binds the next rekey to this handshake */
	uint8_t phase; /* 0 or 1: not what is in chain's handshake; the caller's */
};

/* Begin a handshake: prologue of section 4.1, and an ephemeral key pair. */
bool shroud_noise_begin(struct shroud_noise *noise, uint32_t handshake_id,
			const struct shroud_random *random);

/* Message 1 of the CPE: SHROUD_KEY_LEN + payload_len octets to @body. */
void shroud_noise_write_init(struct shroud_noise *noise, const uint8_t *payload, size_t payload_len,
			     uint8_t *body);
/* Message 1 at the LNS: body_len is at least SHROUD_INIT_MIN_LEN. */
void shroud_noise_read_init(struct shroud_noise *noise, const uint8_t *body, size_t body_len);

/*
 * Message 2 of the LNS: SHROUD_RESP_MIN_LEN + payload_len octets to @body.
 * False: the peer's key is of low order, or no random numbers.
 */
bool shroud_noise_write_resp(struct shroud_noise *noise, const struct shroud_keypair *identity,
			     const uint8_t *payload, size_t payload_len, uint8_t *body,
			     const struct shroud_random *random);
/*
 * Message 2 at the CPE: body_len - SHROUD_RESP_MIN_LEN octets to @payload, the
 * LNS's static key to @identity. False, and *noise as it was, if it does not
 * decrypt or a Diffie-Hellman result is zero.
 */
bool shroud_noise_read_resp(struct shroud_noise *noise, const uint8_t *body, size_t body_len,
			    uint8_t *payload, uint8_t identity[SHROUD_KEY_LEN],
			    const struct shroud_random *random);

/* Section 4.3, after message 2. @chain is that of the keys in use, or zero if there are none. */
bool shroud_noise_okm(const struct shroud_noise *noise, uint8_t mode,
		      const uint8_t chain[SHROUD_CHAIN_LEN], struct shroud_okm *okm);

/* Section 5.6: PROOF of an INIT whose body begins with @e. */
bool shroud_noise_proof(const uint8_t chain[SHROUD_CHAIN_LEN], uint32_t handshake_id,
			const uint8_t e[SHROUD_KEY_LEN], uint8_t proof[SHROUD_PROOF_LEN]);

/* Split(): keys of CONFIRM and DONE; erases everything else of the handshake. */
bool shroud_noise_split(struct shroud_noise *noise);

/* Seal an empty payload under the key of CONFIRM or DONE, nonce 0. */
bool shroud_noise_seal(const uint8_t key[SHROUD_KEY_LEN], uint8_t body[SHROUD_SEAL_LEN]);
/* Open one: body_len - SHROUD_TAG_LEN octets to @payload. False: not authentic. */
bool shroud_noise_open(const uint8_t key[SHROUD_KEY_LEN], const uint8_t *body, size_t body_len,
		       uint8_t *payload);

#endif
