#include "cli/base64.h"

#include <stdint.h>

enum { XX = 0x80 }; /* no digit: a bit above the six */

/* Of the bytes 0 to 127. */
static const unsigned char digits[128] = {
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, 62, XX, XX, XX, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, XX, XX, XX, XX, XX, XX,
    XX, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, XX, XX, XX, XX, XX,
    XX, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, XX, XX, XX, XX, XX,
};

static uint32_t digit(char c) { return (unsigned char)c < 128 ? digits[(unsigned char)c] : XX; }

static void put3(char *out, uint32_t group) {
  out[0] = (char)(group >> 16);
  out[1] = (char)(group >> 8);
  out[2] = (char)group;
}

/* How many characters at the front of `text` are line breaks or an escape of one. */
static size_t break_len(struct span text) {
  if (text.ptr[0] == '\n' || text.ptr[0] == '\r') return 1;
  bool escaped = text.len > 1 && text.ptr[0] == '\\' && (text.ptr[1] == 'n' || text.ptr[1] == 'r');
  return escaped ? 2 : 0;
}

/* What stands behind the last whole group: its digits and padding. */
struct tail {
  uint32_t group;
  unsigned digits, padding;
};

/* One character, or an escape, at the front of `text`. False: it does not belong there. */
static bool take_one(struct span *text, struct tail *tail) {
  size_t skip = break_len(*text);
  if (skip == 0 && text->ptr[0] == '=' && tail->digits >= 2 && tail->digits + tail->padding < 4) {
    tail->padding++;
    skip = 1;
  } else if (skip == 0) {
    bool slash = text->len > 1 && text->ptr[0] == '\\' && text->ptr[1] == '/';
    uint32_t value = digit(slash ? '/' : text->ptr[0]);
    if (value & XX || tail->padding) return false;
    tail->group = tail->group << 6 | value;
    tail->digits++;
    skip = slash ? 2 : 1;
  }
  *text = span_from(*text, skip);
  return true;
}

size_t base64_decode(struct span text, char *out) {
  struct tail tail = {0};
  size_t len = 0;
  while (text.len) {
    if (tail.digits == 0) /* whole groups at once */
      for (; text.len >= 4; text.ptr += 4, text.len -= 4, len += 3) {
        const char *c = text.ptr;
        uint32_t a = digit(c[0]), b = digit(c[1]), d = digit(c[2]), e = digit(c[3]);
        if ((a | b | d | e) & XX) break;
        put3(out + len, a << 18 | b << 12 | d << 6 | e);
      }
    if (text.len == 0) break;
    if (!take_one(&text, &tail)) return SPAN_NONE;
    if (tail.digits < 4) continue;
    put3(out + len, tail.group);
    len += 3;
    tail = (struct tail){0};
  }
  if (tail.digits == 1 || (tail.padding && tail.digits + tail.padding != 4)) return SPAN_NONE;
  if (tail.digits == 2) out[len++] = (char)(tail.group >> 4);
  if (tail.digits == 3) {
    out[len++] = (char)(tail.group >> 10);
    out[len++] = (char)(tail.group >> 2);
  }
  return len;
}
