#include "mail/html_entity.h"

#include <stdint.h>

static const struct entity {
  char name[33], utf8[7];
} entities[] = {
#include "mail/html_entities.inc"
};

enum { LONGEST_NAME = 32, LONGEST_BARE = 6, SHORTEST_BARE = 2 };

static const struct entity *find(struct span name) {
  size_t low = 0, high = sizeof entities / sizeof *entities;
  while (low < high) {
    size_t middle = (low + high) / 2;
    const struct entity *e = &entities[middle];
    int order = strncmp(e->name, name.ptr, name.len);
    if (order == 0 && e->name[name.len] == '\0') return e;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return NULL;
}

/* What browsers make of references to C1 controls: windows-1252. */
static uint32_t repair(uint32_t code) {
  static const uint16_t c1[32] = {0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                  0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
                                  0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                  0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};
  if (code >= 0x80 && code < 0xA0) return c1[code - 0x80];
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return 0xFFFD;
  return code;
}

static size_t encode(uint32_t code, char utf8[HTML_ENTITY_BYTES]) {
  if (code < 0x80) {
    utf8[0] = (char)code;
    return 1;
  }
  size_t tail = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  static const unsigned char lead[] = {0, 0xC0, 0xE0, 0xF0};
  utf8[0] = (char)(lead[tail] | code >> (6 * tail));
  for (size_t i = 1; i <= tail; i++) utf8[i] = (char)(0x80 | (code >> (6 * (tail - i)) & 0x3F));
  return tail + 1;
}

static int digit_value(char c, bool hex) {
  if (ascii_is_digit(c)) return c - '0';
  c = ascii_lower(c);
  return hex && c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static size_t read_number(struct span s, size_t at, char utf8[HTML_ENTITY_BYTES], size_t *len) {
  size_t i = at + 2;
  bool hex = i < s.len && (s.ptr[i] == 'x' || s.ptr[i] == 'X');
  if (hex) i++;
  size_t first = i;
  uint32_t code = 0;
  for (; i < s.len; i++) {
    int digit = digit_value(s.ptr[i], hex);
    if (digit < 0) break;
    if (code <= 0x10FFFF) code = code * (hex ? 16 : 10) + (uint32_t)digit;
  }
  if (i == first) return 0;
  *len = encode(repair(code), utf8);
  if (i < s.len && s.ptr[i] == ';') i++;
  return i - at;
}

size_t html_entity(struct span s, size_t at, char utf8[HTML_ENTITY_BYTES], size_t *len) {
  if (at + 1 < s.len && s.ptr[at + 1] == '#') return read_number(s, at, utf8, len);
  size_t end = at + 1;
  while (end < s.len && end - at <= LONGEST_NAME && ascii_is_alnum(s.ptr[end])) end++;
  const struct entity *found = NULL;
  size_t used = 0;
  if (end < s.len && s.ptr[end] == ';') {
    used = end + 1 - at;
    found = find(span_slice(s, at + 1, end + 1));
  }
  /* "&ampx" and "&nbsp " : the longest name that may go without a semicolon. */
  size_t run = end - at - 1;
  for (size_t n = run < LONGEST_BARE ? run : LONGEST_BARE; !found && n >= SHORTEST_BARE; n--) {
    used = n + 1;
    found = find(span_slice(s, at + 1, at + 1 + n));
  }
  if (!found) return 0;
  *len = strlen(found->utf8);
  memcpy(utf8, found->utf8, *len);
  return used;
}
