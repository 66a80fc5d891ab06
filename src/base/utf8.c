#include "mailsignal/utf8.h"

/* What the lead byte says: number of continuation bytes, and the range of the first of them,
 * which excludes overlong forms, surrogates and values beyond U+10FFFF (Unicode table 3-7). */
struct lead {
  unsigned char tail, low, high;
};

static struct lead classify(unsigned char c) {
  if (c < 0xC2 || c > 0xF4) return (struct lead){0, 0, 0};
  if (c < 0xE0) return (struct lead){1, 0x80, 0xBF};
  if (c == 0xE0) return (struct lead){2, 0xA0, 0xBF};
  if (c == 0xED) return (struct lead){2, 0x80, 0x9F};
  if (c < 0xF0) return (struct lead){2, 0x80, 0xBF};
  if (c == 0xF0) return (struct lead){3, 0x90, 0xBF};
  if (c == 0xF4) return (struct lead){3, 0x80, 0x8F};
  return (struct lead){3, 0x80, 0xBF};
}

uint32_t utf8_next(struct span s, size_t *at) {
  unsigned char first = (unsigned char)s.ptr[(*at)++];
  if (first < 0x80) return first;
  struct lead lead = classify(first);
  if (lead.tail == 0) return UTF8_INVALID;
  uint32_t code = first & (0x3Fu >> lead.tail);
  unsigned char low = lead.low, high = lead.high;
  for (unsigned i = 0; i < lead.tail; i++) {
    if (*at >= s.len) return UTF8_INVALID;
    unsigned char c = (unsigned char)s.ptr[*at];
    if (c < low || c > high) return UTF8_INVALID;
    code = code << 6 | (c & 0x3Fu);
    low = 0x80;
    high = 0xBF;
    (*at)++;
  }
  return code;
}

void utf8_put(struct sbuf *out, uint32_t code) {
  if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = 0xFFFD;
  if (code < 0x80) {
    sbuf_byte(out, (char)code);
    return;
  }
  if (code < 0x800) {
    sbuf_byte(out, (char)(0xC0 | code >> 6));
  } else if (code < 0x10000) {
    sbuf_byte(out, (char)(0xE0 | code >> 12));
    sbuf_byte(out, (char)(0x80 | (code >> 6 & 0x3F)));
  } else {
    sbuf_byte(out, (char)(0xF0 | code >> 18));
    sbuf_byte(out, (char)(0x80 | (code >> 12 & 0x3F)));
    sbuf_byte(out, (char)(0x80 | (code >> 6 & 0x3F)));
  }
  sbuf_byte(out, (char)(0x80 | (code & 0x3F)));
}

bool utf8_is_ascii(struct span s) {
  size_t i = 0;
  for (; i + 8 <= s.len; i += 8) {
    uint64_t word;
    memcpy(&word, s.ptr + i, sizeof word);
    if (word & 0x8080808080808080u) return false;
  }
  for (; i < s.len; i++)
    if ((unsigned char)s.ptr[i] >= 0x80) return false;
  return true;
}

bool utf8_is_valid(struct span s) {
  if (utf8_is_ascii(s)) return true;
  for (size_t i = 0; i < s.len;)
    if (utf8_next(s, &i) == UTF8_INVALID) return false;
  return true;
}

size_t utf8_floor(struct span s, size_t at) {
  if (at >= s.len) return s.len;
  size_t start = at;
  while (start > 0 && at - start < 3 && ((unsigned char)s.ptr[start] & 0xC0) == 0x80) start--;
  return start;
}
