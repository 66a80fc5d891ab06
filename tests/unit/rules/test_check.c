#include <criterion/criterion.h>

#include "mailsignal/rule_book.h"
#include "rules_fixture.h"

#define TESTS ", tests: {match: [\"x\"], reject: [\"y\"]}}\n"

/* A rule file that loads, the warning that rules check gives, and its place; NULL for none. */
static const struct {
  const char *content, *code;
  size_t line, column;
} rows[] = {
    {"- {id: c.a, weight: 0.9, match: [\"grey parrot\"]" TESTS, NULL, 0, 0},
    {"- {id: c.a, weight: 0.9, match: [\"grey parrot\"], tests: {reject: [\"x\"]}}\n",
     "rule.no-match-test", 1, 3},
    {"- {id: c.a, weight: 0.9, match: [\"grey parrot\"], tests: {match: [\"x\"]}}\n",
     "rule.no-reject-test", 1, 3},
    {"- {id: c.a, weight: 0.9, match: [\"urgent\"]" TESTS, "pattern.single-word", 1, 35},
    {"- {id: c.a, weight: 0.9, match: [\"urgent+\"]" TESTS, "pattern.single-word", 1, 35},
    {"- {id: c.a, weight: 0.9, match: [\"(urgent|pressing)\"]" TESTS, NULL, 0, 0},
    {"- {id: c.a, weight: 0.9, match: [\"<money>\"]" TESTS, "pattern.single-class", 1, 35},
    {"- {id: c.a, weight: 0.9, match: [\"grey parrot\", \"grey parrot\"]" TESTS, "pattern.shadowed", 1,
     50},
    {"- {id: c.a, weight: 0.9, match: [\"grey parrot\", \"the grey parrot\"]" TESTS,
     "pattern.shadowed", 1, 50},
    {"- {id: c.a, weight: 0.9, match: [\"(grey|red) parrot\", \"red parrot\"]" TESTS,
     "pattern.shadowed", 1, 56},
    {"- {id: c.a, weight: 0.9, match: [\"grey parrot\"]" TESTS
     "- {id: c.b, weight: 0.8, match: [\"my grey parrot\"]" TESTS, "pattern.shadowed", 2, 35},
    {"- {id: c.a, weight: 0.7, match: [\"grey parrot\"]" TESTS
     "- {id: c.b, weight: 0.8, match: [\"my grey parrot\"]" TESTS, NULL, 0, 0}, /* b weighs more */
    {"- {id: c.a, weight: 0.9, match: [\"grey parrot\"], unless: [\"my\"]" TESTS
     "- {id: c.b, weight: 0.8, match: [\"my grey parrot\"]" TESTS, NULL, 0, 0},
    {"- {id: c.a, weight: 0.9, match: [\"grey parrot\"], lang: de" TESTS
     "- {id: c.b, weight: 0.8, match: [\"my grey parrot\"]" TESTS, NULL, 0, 0},
    {"- {id: c.a, weight: 0.9, match: [{regex: '(a+)+$'}]" TESTS, "regex.slow", 1, 43},
};
enum { N_ROWS = sizeof rows / sizeof *rows };

Test(check, warns_of_what_loads_but_deserves_a_look) {
  char folder[200];
  const char *dirs[] = {folder};
  fixture_folder(folder);
  for (int r = 0; r < N_ROWS; r++) {
    struct arena *arena = arena_new();
    struct diag_list faults = {.arena = arena};
    struct rule_book book;
    struct ruleset_options options = {.dirs = dirs, .n_dirs = 1};
    fixture_write(folder, "complaint.yaml", span_of(rows[r].content));
    cr_assert(rule_book_read(arena, &options, &faults, &book), "row %d is refused", r);
    rule_book_check(arena, &book, &faults);
    bool found = !rows[r].code && faults.n == 0;
    for (size_t i = 0; i < faults.n; i++) {
      const struct diag *d = &faults.items[i];
      found |= rows[r].code && strcmp(d->code, rows[r].code) == 0 && d->line == rows[r].line &&
               d->column == rows[r].column && d->severity != DIAG_ERROR;
    }
    for (size_t i = 0; i < faults.n && !found; i++) {
      struct span text = diag_format(arena, &faults.items[i]);
      cr_log_error("row %d: " SPAN_FMT, r, SPAN_ARG(text));
    }
    cr_expect(found, "row %d: not %s at %zu:%zu", r, rows[r].code ? rows[r].code : "silent",
              rows[r].line, rows[r].column);
    arena_free(arena);
  }
}
