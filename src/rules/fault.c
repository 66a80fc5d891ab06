#include "rules/fault.h"

#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 3, 0))) static struct diag *add(struct diag_list *faults, struct diag diag, const char *format,
                        va_list args) {
  char text[400];
  vsnprintf(text, sizeof text, format, args);
  diag.message = arena_dup(faults->arena, span_of(text));
  diag.file = arena_dup(faults->arena, diag.file);
  diag_add(faults, diag);
  return &faults->items[faults->n - 1];
}

struct diag *fault_error(struct diag_list *faults, const char *code, struct place place,
                         const char *format, ...) {
  struct diag diag = {DIAG_ERROR, code, place.file, place.line, place.column, {0}, {0}};
  va_list args;
  va_start(args, format);
  struct diag *added = add(faults, diag, format, args);
  va_end(args);
  return added;
}

struct diag *fault_warning(struct diag_list *faults, const char *code, struct place place,
                           const char *format, ...) {
  struct diag diag = {DIAG_WARNING, code, place.file, place.line, place.column, {0}, {0}};
  va_list args;
  va_start(args, format);
  struct diag *added = add(faults, diag, format, args);
  va_end(args);
  return added;
}

enum { LONGEST_NAME = 63 };

/* Levenshtein distance, with one row kept. Longer names than LONGEST_NAME are far from all. */
static size_t distance(struct span a, struct span b) {
  if (a.len > LONGEST_NAME || b.len > LONGEST_NAME) return LONGEST_NAME;
  size_t row[LONGEST_NAME + 1];
  for (size_t j = 0; j <= b.len; j++) row[j] = j;
  for (size_t i = 1; i <= a.len; i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.len; j++) {
      size_t replaced = diagonal + (a.ptr[i - 1] != b.ptr[j - 1]);
      diagonal = row[j];
      if (row[j] + 1 < replaced) replaced = row[j] + 1;
      row[j] = row[j - 1] + 1 < replaced ? row[j - 1] + 1 : replaced;
    }
  }
  return row[b.len];
}

struct span fault_suggest(struct arena *arena, struct span word, const struct span *known,
                          size_t n) {
  size_t best = word.len < 4 ? 2 : 1 + word.len / 3, found = n;
  for (size_t i = 0; i < n; i++) {
    size_t d = distance(word, known[i]);
    if (d >= best) continue;
    best = d;
    found = i;
  }
  if (found == n) return (struct span){0};
  return arena_printf(arena, "did you mean '" SPAN_FMT "'?", SPAN_ARG(known[found]));
}
