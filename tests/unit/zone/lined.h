/* lined.h - test texts with the expected zone in front of each line.
 *
 *     "b Hi Bob\n"  body      "o Thanks\n"  sign-off   "s Jane Doe\n"  signature
 *     "q > old\n"   quote     "f From: x\n" forward    "p Sent ...\n"  boilerplate
 *
 * An empty line may stand without letter: its zone is not compared. */
#ifndef TESTS_ZONE_LINED_H
#define TESTS_ZONE_LINED_H

#include <criterion/criterion.h>

#include "mailsignal/sbuf.h"
#include "mailsignal/zone.h"

struct lined_row {
  const char *about;
  const char *from; /* "Jane Doe <jane@acme.io>" or NULL */
  const char *lines;
};

static inline struct mail_address lined_address(const char *from) {
  struct span s = span_of(from);
  size_t open = span_find_byte(s, '<', 0);
  if (open == SPAN_NONE) return (struct mail_address){.address = s};
  return (struct mail_address){span_trim(span_slice(s, 0, open)),
                               span_slice(s, open + 1, s.len - 1)};
}

static inline char zone_letter(const struct zones *zones, size_t at) {
  for (size_t i = 0; i < zones->n; i++)
    if (at >= zones->items[i].start && at < zones->items[i].end)
      return "bosqfp"[zones->items[i].kind];
  return '-';
}

/* Zones cover [0, end) in order and without gaps, and neighbours differ. */
static inline void lined_check_cover(const struct zones *zones, size_t end, const char *about) {
  size_t at = 0;
  for (size_t i = 0; i < zones->n; i++) {
    cr_assert_eq(zones->items[i].start, at, "%s: gap before zone %zu", about, i);
    cr_assert_gt(zones->items[i].end, at, "%s: zone %zu is empty", about, i);
    if (i > 0) cr_assert_neq(zones->items[i].kind, zones->items[i - 1].kind, "%s: zone %zu", about, i);
    at = zones->items[i].end;
  }
  cr_assert_eq(at, end, "%s: zones end at %zu of %zu", about, at, end);
}

static inline void lined_run(struct arena *arena, const struct lined_row *row, struct zones *zones) {
  struct span rest = span_of(row->lines), line;
  struct sbuf plain = {.arena = arena};
  while (span_split(&rest, '\n', &line)) {
    sbuf_add(&plain, span_from(line, 2));
    sbuf_byte(&plain, '\n');
  }
  struct text text;
  struct zone_hints hints = {.sender = lined_address(row->from ? row->from : "")};
  text_read(arena, sbuf_span(&plain), &text);
  zone_find(arena, &text, &hints, zones);
  lined_check_cover(zones, text.bytes.len, row->about);
  rest = span_of(row->lines);
  size_t n = 0;
  while (span_split(&rest, '\n', &line)) {
    if (line.len > 2) {
      char got = zone_letter(zones, text.lines[n].start);
      cr_expect_eq(got, line.ptr[0], "%s: line %zu '" SPAN_FMT "' is %c", row->about, n + 1,
                   SPAN_ARG(span_from(line, 2)), got);
    }
    n++;
  }
}

static inline void lined_run_all(const struct lined_row *rows, size_t n) {
  struct arena *arena = arena_new();
  for (size_t i = 0; i < n; i++) {
    struct zones zones;
    lined_run(arena, &rows[i], &zones);
    arena_reset(arena);
  }
  arena_free(arena);
}

#define LINED_RUN(rows) lined_run_all((rows), sizeof(rows) / sizeof *(rows))

#endif
