#include "mailsignal/digest.h"

#include <glib.h>
#include <stdio.h>

void digest_sha256(const struct span *pieces, size_t n, char hex[SHA256_HEX_BYTES]) {
  GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
  for (size_t i = 0; i < n; i++)
    g_checksum_update(sum, (const guchar *)pieces[i].ptr, (gssize)pieces[i].len);
  snprintf(hex, SHA256_HEX_BYTES, "%s", g_checksum_get_string(sum));
  g_checksum_free(sum);
}

void digest_hmac_sha256(struct span key, struct span data, char hex[SHA256_HEX_BYTES]) {
  GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, (const guchar *)key.ptr, key.len);
  g_hmac_update(hmac, (const guchar *)data.ptr, (gssize)data.len);
  snprintf(hex, SHA256_HEX_BYTES, "%s", g_hmac_get_string(hmac));
  g_hmac_unref(hmac);
}

void digest_uuid5(const unsigned char namespace_id[16], struct span name,
                  char text[UUID_TEXT_BYTES]) {
  guint8 d[20];
  gsize len = sizeof d;
  GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA1);
  g_checksum_update(sum, namespace_id, 16);
  g_checksum_update(sum, (const guchar *)name.ptr, (gssize)name.len);
  g_checksum_get_digest(sum, d, &len);
  g_checksum_free(sum);
  d[6] = (guint8)((d[6] & 0x0F) | 0x50);
  d[8] = (guint8)((d[8] & 0x3F) | 0x80);
  snprintf(text, UUID_TEXT_BYTES,
           "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", d[0], d[1], d[2],
           d[3], d[4], d[5], d[6], d[7], d[8], d[9], d[10], d[11], d[12], d[13], d[14], d[15]);
}

static int hex_value(char c) {
  if (ascii_is_digit(c)) return c - '0';
  c = ascii_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool digest_uuid_parse(struct span text, unsigned char bytes[16]) {
  if (text.len != 36) return false;
  size_t nibble = 0;
  for (size_t i = 0; i < text.len; i++) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text.ptr[i] != '-') return false;
      continue;
    }
    int value = hex_value(text.ptr[i]);
    if (value < 0) return false;
    unsigned char *byte = &bytes[nibble / 2];
    *byte = (unsigned char)(nibble % 2 ? *byte | value : value << 4);
    nibble++;
  }
  return true;
}

bool digest_uuid_lower(struct span text, char lower[UUID_TEXT_BYTES]) {
  unsigned char bytes[16];
  if (!digest_uuid_parse(text, bytes)) return false;
  for (size_t i = 0; i < text.len; i++) lower[i] = ascii_lower(text.ptr[i]);
  lower[text.len] = '\0';
  return true;
}
