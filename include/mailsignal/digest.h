/* digest.h - hashes: SHA-256 and HMAC-SHA-256 (FIPS 180-4, RFC 2104) through GLib, UUID version 5
 * (RFC 9562, section 5.5), and a fast hash for tables (FNV-1a, 32 bit). */
#ifndef MAILSIGNAL_DIGEST_H
#define MAILSIGNAL_DIGEST_H

#include <stdint.h>

#include "mailsignal/span.h"

enum { SHA256_HEX_BYTES = 65, UUID_TEXT_BYTES = 37 }; /* with the NUL */

/* Lower-case hex. The pieces are hashed one after the other, without separator. */
void digest_sha256(const struct span *pieces, size_t n, char hex[SHA256_HEX_BYTES]);
void digest_hmac_sha256(struct span key, struct span data, char hex[SHA256_HEX_BYTES]);

/* The name-based UUID of `name` within `namespace_id` (16 bytes), as lower-case text. */
void digest_uuid5(const unsigned char namespace_id[16], struct span name,
                  char text[UUID_TEXT_BYTES]);
/* False when `text` is no UUID in its 36-character form. */
bool digest_uuid_parse(struct span text, unsigned char bytes[16]);
/* Likewise; the UUID in lower case, in which PostgreSQL writes it. */
bool digest_uuid_lower(struct span text, char lower[UUID_TEXT_BYTES]);

#define FNV1A_START 2166136261u
static inline uint32_t fnv1a(uint32_t hash, const char *bytes, size_t len) {
  for (size_t i = 0; i < len; i++) hash = (hash ^ (unsigned char)bytes[i]) * 16777619u;
  return hash;
}

#endif
