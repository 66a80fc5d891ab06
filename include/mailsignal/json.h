/* json.h - writes JSON (RFC 8259) into a string builder, without a tree.
 *
 * The writer puts the commas; the caller keeps begin/end in pairs (asserted). Strings may hold any
 * bytes: invalid UTF-8 becomes U+FFFD, controls are escaped, U+2028/2029 too. */
#ifndef MAILSIGNAL_JSON_H
#define MAILSIGNAL_JSON_H

#include <stdint.h>

#include "mailsignal/sbuf.h"

struct json {
  struct sbuf *out;
  uint64_t has_items; /* one bit a level */
  unsigned depth;
  bool after_key;
};

void json_begin_object(struct json *json);
void json_end_object(struct json *json);
void json_begin_array(struct json *json);
void json_end_array(struct json *json);
void json_key(struct json *json, const char *key);
void json_add_string(struct json *json, struct span value);
void json_add_int(struct json *json, int64_t value);
/* Fixed point with `decimals` (0-9) places, locale independent; NaN and infinities become null. */
void json_add_real(struct json *json, double value, int decimals);
void json_add_bool(struct json *json, bool value);
/* `value` is JSON already. */
void json_add_raw(struct json *json, struct span value);

/* Key and value in one; the string forms write nothing when the value is empty. */
void json_key_string(struct json *json, const char *key, struct span value);
void json_key_int(struct json *json, const char *key, int64_t value);
void json_key_real(struct json *json, const char *key, double value, int decimals);
void json_key_bool(struct json *json, const char *key, bool value);

#endif
