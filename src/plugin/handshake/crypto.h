/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The primitives of the key agreement, over mbedTLS 2.28 or 3.6: X25519
 * (RFC 7748), ChaCha20-Poly1305 (RFC 8439), random numbers, wiping. Keys are
 * SHROUD_KEY_LEN octets, tags SHROUD_TAG_LEN.
 */
#ifndef SHROUD_CRYPTO_H
#define SHROUD_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../wire/shroud_wire.h"

/* Fills @len octets with random ones; false if there are none to be had. */
struct shroud_random {
	bool (*fill)(void *context, uint8_t *out, size_t len);
	void *context;
};

/* The kernel's random numbers. */
extern const struct shroud_random shroud_random_system;

struct shroud_keypair {
	uint8_t private_key[SHROUD_KEY_LEN];
	uint8_t public_key[SHROUD_KEY_LEN];
};

/* Overwrites memory in a way that the compiler does not drop. */
void shroud_wipe(void *memory, size_t len);
/* In constant time. */
bool shroud_key_equal(const uint8_t a[SHROUD_KEY_LEN], const uint8_t b[SHROUD_KEY_LEN]);

/* SHA-256. False: out of memory. */
bool shroud_digest(const uint8_t *data, size_t len, uint8_t out[SHROUD_HASH_LEN]);

/* X25519 (RFC 7748): the public key of pair->private_key. */
bool shroud_keypair_derive(struct shroud_keypair *pair, const struct shroud_random *random);
bool shroud_keypair_generate(struct shroud_keypair *pair, const struct shroud_random *random);

/* RFC 7748 section 6.1. False also for the all-zero result of a point of low order. */
bool shroud_x25519(const uint8_t *private_key, const uint8_t *point, uint8_t *out,
		   const struct shroud_random *random);

/* With Noise's nonce: 32 zero bits, then @n little-endian. Writes @len octets and the tag. */
bool shroud_aead_seal(const uint8_t *key, uint64_t n, const uint8_t *ad, size_t ad_len,
		      const uint8_t *in, size_t len, uint8_t *out);
/* @len counts the tag; writes @len - SHROUD_TAG_LEN octets. False: not authentic. */
bool shroud_aead_open(const uint8_t *key, uint64_t n, const uint8_t *ad, size_t ad_len,
		      const uint8_t *in, size_t len, uint8_t *out);

#endif
