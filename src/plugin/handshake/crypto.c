/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "crypto.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include <mbedtls/chachapoly.h>
#include <mbedtls/ecp.h>
#include <mbedtls/md.h>
#include <mbedtls/platform_util.h>

#define NONCE_LEN 12

static const uint8_t base_point[SHROUD_KEY_LEN] = { 9 };

void shroud_wipe(void *memory, size_t len)
{
	mbedtls_platform_zeroize(memory, len);
}

bool shroud_key_equal(const uint8_t a[SHROUD_KEY_LEN], const uint8_t b[SHROUD_KEY_LEN])
{
	volatile uint8_t difference = 0;

	for (size_t i = 0; i < SHROUD_KEY_LEN; i++)
		difference |= a[i] ^ b[i];
	return difference == 0;
}

bool shroud_digest(const uint8_t *data, size_t len, uint8_t out[SHROUD_HASH_LEN])
{
	return mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), data, len, out) == 0;
}

static bool fill_from_kernel(void *context, uint8_t *out, size_t len)
{
	(void)context;
	while (len > 0) {
		ssize_t got = getrandom(out, len, 0);

		if (got < 0 && errno != EINTR)
			return false;
		if (got > 0) {
			out += got;
			len -= (size_t)got;
		}
	}
	return true;
}

const struct shroud_random shroud_random_system = { .fill = fill_from_kernel };

/* mbedTLS wants random numbers to blind the multiplication with. */
static int blinding(void *context, unsigned char *out, size_t len)
{
	const struct shroud_random *random = context;

	return random->fill(random->context, out, len) ? 0 : MBEDTLS_ERR_ECP_RANDOM_FAILED;
}

struct multiplication {
	mbedtls_ecp_group group;
	mbedtls_mpi scalar;
	mbedtls_ecp_point point;
	mbedtls_ecp_point result;
};

static int multiply(struct multiplication *m, const uint8_t *private_key, const uint8_t *point,
		    uint8_t *out, const struct shroud_random *random)
{
	uint8_t clamped[SHROUD_KEY_LEN];
	size_t len;
	int error;

	memcpy(clamped, private_key, sizeof(clamped));
	clamped[0] &= 0xf8;
	clamped[31] = (uint8_t)((clamped[31] & 0x7f) | 0x40);
	error = mbedtls_ecp_group_load(&m->group, MBEDTLS_ECP_DP_CURVE25519);
	if (!error)
		error = mbedtls_mpi_read_binary_le(&m->scalar, clamped, sizeof(clamped));
	shroud_wipe(clamped, sizeof(clamped));
	if (!error)
		error = mbedtls_ecp_point_read_binary(&m->group, &m->point, point, SHROUD_KEY_LEN);
	if (!error)
		error = mbedtls_ecp_mul(&m->group, &m->result, &m->scalar, &m->point, blinding,
					(void *)(uintptr_t)random);
	if (!error)
		error = mbedtls_ecp_point_write_binary(&m->group, &m->result,
						       MBEDTLS_ECP_PF_UNCOMPRESSED, &len, out,
						       SHROUD_KEY_LEN);
	return error;
}

bool shroud_x25519(const uint8_t *private_key, const uint8_t *point, uint8_t *out,
		   const struct shroud_random *random)
{
	static const uint8_t zero[SHROUD_KEY_LEN];
	struct multiplication m;
	int error;

	mbedtls_ecp_group_init(&m.group);
	mbedtls_mpi_init(&m.scalar);
	mbedtls_ecp_point_init(&m.point);
	mbedtls_ecp_point_init(&m.result);
	error = multiply(&m, private_key, point, out, random);
	mbedtls_ecp_point_free(&m.result);
	mbedtls_ecp_point_free(&m.point);
	mbedtls_mpi_free(&m.scalar);
	mbedtls_ecp_group_free(&m.group);
	return !error && !shroud_key_equal(out, zero);
}

bool shroud_keypair_derive(struct shroud_keypair *pair, const struct shroud_random *random)
{
	return shroud_x25519(pair->private_key, base_point, pair->public_key, random);
}

bool shroud_keypair_generate(struct shroud_keypair *pair, const struct shroud_random *random)
{
	return random->fill(random->context, pair->private_key, sizeof(pair->private_key)) &&
	       shroud_keypair_derive(pair, random);
}

static void put_nonce(uint8_t nonce[NONCE_LEN], uint64_t n)
{
	memset(nonce, 0, NONCE_LEN);
	for (int i = 0; i < 8; i++)
		nonce[4 + i] = (uint8_t)(n >> (8 * i));
}

bool shroud_aead_seal(const uint8_t *key, uint64_t n, const uint8_t *ad, size_t ad_len,
		      const uint8_t *in, size_t len, uint8_t *out)
{
	mbedtls_chachapoly_context context;
	uint8_t nonce[NONCE_LEN];
	int error;

	put_nonce(nonce, n);
	mbedtls_chachapoly_init(&context);
	error = mbedtls_chachapoly_setkey(&context, key);
	if (!error)
		error = mbedtls_chachapoly_encrypt_and_tag(&context, len, nonce, ad, ad_len, in,
							   out, out + len);
	mbedtls_chachapoly_free(&context);
	return !error;
}

bool shroud_aead_open(const uint8_t *key, uint64_t n, const uint8_t *ad, size_t ad_len,
		      const uint8_t *in, size_t len, uint8_t *out)
{
	mbedtls_chachapoly_context context;
	uint8_t nonce[NONCE_LEN];
	int error;

	if (len < SHROUD_TAG_LEN)
		return false;
	len -= SHROUD_TAG_LEN;
	put_nonce(nonce, n);
	mbedtls_chachapoly_init(&context);
	error = mbedtls_chachapoly_setkey(&context, key);
	if (!error)
		error = mbedtls_chachapoly_auth_decrypt(&context, len, nonce, ad, ad_len, in + len,
							in, out);
	mbedtls_chachapoly_free(&context);
	return !error;
}
