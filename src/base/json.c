#include "mailsignal/json.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "mailsignal/utf8.h"

static void before_value(struct json *json) {
  if (json->after_key) {
    json->after_key = false;
    return;
  }
  uint64_t bit = (uint64_t)1 << json->depth;
  if (json->has_items & bit) sbuf_byte(json->out, ',');
  json->has_items |= bit;
}

static void begin(struct json *json, char bracket) {
  before_value(json);
  sbuf_byte(json->out, bracket);
  json->depth++;
  assert(json->depth < 64);
  json->has_items &= ~((uint64_t)1 << json->depth);
}

static void end(struct json *json, char bracket) {
  assert(json->depth > 0 && !json->after_key);
  json->depth--;
  sbuf_byte(json->out, bracket);
}

void json_begin_object(struct json *json) { begin(json, '{'); }
void json_end_object(struct json *json) { end(json, '}'); }
void json_begin_array(struct json *json) { begin(json, '['); }
void json_end_array(struct json *json) { end(json, ']'); }

void json_key(struct json *json, const char *key) {
  before_value(json);
  sbuf_byte(json->out, '"');
  sbuf_add(json->out, span_of(key));
  sbuf_add(json->out, SPAN_LIT("\":"));
  json->after_key = true;
}

static void escape(struct sbuf *out, unsigned char c) {
  static const char short_forms[] = "\bb\tt\nn\ff\rr\"\"\\\\";
  for (const char *s = short_forms; *s; s += 2) {
    if (c != (unsigned char)s[0]) continue;
    sbuf_byte(out, '\\');
    sbuf_byte(out, s[1]);
    return;
  }
  sbuf_printf(out, "\\u%04x", c);
}

static bool is_plain(unsigned char c) {
  return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* One character beyond ASCII at *at; moves *at behind it. */
static void add_multibyte(struct sbuf *out, struct span value, size_t *at) {
  size_t start = *at;
  uint32_t code = utf8_next(value, at);
  if (code == UTF8_INVALID)
    sbuf_add(out, SPAN_LIT("\xEF\xBF\xBD"));
  else if (code == 0x2028 || code == 0x2029)
    sbuf_printf(out, "\\u%04x", (unsigned)code);
  else
    sbuf_add(out, span_slice(value, start, *at));
}

void json_add_string(struct json *json, struct span value) {
  before_value(json);
  struct sbuf *out = json->out;
  sbuf_byte(out, '"');
  for (size_t i = 0; i < value.len;) {
    size_t plain = i;
    while (i < value.len && is_plain((unsigned char)value.ptr[i])) i++;
    sbuf_add(out, span_slice(value, plain, i));
    if (i == value.len) break;
    unsigned char c = (unsigned char)value.ptr[i];
    if (c >= 0x80) {
      add_multibyte(out, value, &i);
    } else {
      escape(out, c);
      i++;
    }
  }
  sbuf_byte(out, '"');
}

void json_add_int(struct json *json, int64_t value) {
  before_value(json);
  sbuf_printf(json->out, "%lld", (long long)value);
}

void json_add_real(struct json *json, double value, int decimals) {
  assert(decimals >= 0 && decimals <= 9);
  before_value(json);
  if (!isfinite(value) || fabs(value) > 1e15) {
    sbuf_add(json->out, SPAN_LIT("null"));
    return;
  }
  long long scale = 1;
  for (int i = 0; i < decimals; i++) scale *= 10;
  /* Whole part and fraction as integers: printf's decimal point follows the locale. */
  long long whole = (long long)floor(fabs(value));
  long long fraction = llround((fabs(value) - (double)whole) * (double)scale);
  if (fraction == scale) {
    whole++;
    fraction = 0;
  }
  if (value < 0 && (whole || fraction)) sbuf_byte(json->out, '-');
  sbuf_printf(json->out, "%lld", whole);
  if (decimals) sbuf_printf(json->out, ".%0*lld", decimals, fraction);
}

void json_add_bool(struct json *json, bool value) {
  before_value(json);
  sbuf_add(json->out, value ? SPAN_LIT("true") : SPAN_LIT("false"));
}

void json_add_raw(struct json *json, struct span value) {
  before_value(json);
  sbuf_add(json->out, value);
}

void json_key_string(struct json *json, const char *key, struct span value) {
  if (value.len == 0) return;
  json_key(json, key);
  json_add_string(json, value);
}

void json_key_int(struct json *json, const char *key, int64_t value) {
  json_key(json, key);
  json_add_int(json, value);
}

void json_key_real(struct json *json, const char *key, double value, int decimals) {
  json_key(json, key);
  json_add_real(json, value, decimals);
}

void json_key_bool(struct json *json, const char *key, bool value) {
  json_key(json, key);
  json_add_bool(json, value);
}
