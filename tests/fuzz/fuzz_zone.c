/* Zones of any text: in order, without gaps, on line borders.
 *
 * The first byte of the input asks for marks, which HTML would bring, over pseudo-random parts of
 * the text. */
#include <stdint.h>

#include "mailsignal/zone.h"

enum { MAX_MARKS = 8 };

static size_t add_marks(struct text_mark *marks, uint8_t seed, size_t len) {
  size_t n = seed % (MAX_MARKS + 1);
  uint32_t random = seed + 1u;
  for (size_t i = 0; i < n; i++) {
    random = random * 1664525u + 1013904223u;
    size_t start = random % (len + 1);
    random = random * 1664525u + 1013904223u;
    marks[i] = (struct text_mark){(enum text_mark_kind)(random >> 8 & 7), 1, start,
                                  start + random % (len + 1 - start)};
    if (marks[i].kind > MARK_TABLE) marks[i].kind = MARK_QUOTE;
  }
  return n;
}

static void check(const struct text *text, const struct zones *zones) {
  size_t at = 0, line = 0;
  for (size_t i = 0; i < zones->n; i++) {
    const struct zone *zone = &zones->items[i];
    if (zone->start != at || zone->end <= zone->start) __builtin_trap();
    while (line < text->n_lines && text->lines[line].start < zone->start) line++;
    if (line == text->n_lines || text->lines[line].start != zone->start) __builtin_trap();
    at = zone->end;
  }
  if (at != text->bytes.len) __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  struct arena *arena = arena_new();
  struct text text;
  struct zones zones;
  struct text_mark marks[MAX_MARKS];
  text_read(arena, (struct span){(const char *)data + 1, size - 1}, &text);
  struct zone_hints hints = {
      .sender = {SPAN_LIT("Jane Doe"), SPAN_LIT("jane.doe@acme.example")},
      .marks = marks,
      .n_marks = add_marks(marks, data[0], text.bytes.len),
  };
  zone_find(arena, &text, &hints, &zones);
  check(&text, &zones);
  arena_free(arena);
  return 0;
}
