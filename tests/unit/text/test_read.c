#include <criterion/criterion.h>

#include "mailsignal/limits.h"
#include "mailsignal/text.h"

Test(text_read, gives_lines_without_their_ends) {
  static const struct {
    const char *text;
    const char *lines[4];
  } rows[] = {
      {"", {NULL}},
      {"a", {"a"}},
      {"a\n", {"a"}},
      {"a\n\nb", {"a", "", "b"}},
      {"\n", {""}},
  };
  struct arena *arena = arena_new();
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    struct text text;
    text_read(arena, span_of(rows[r].text), &text);
    for (size_t i = 0; i < text.n_lines; i++) {
      cr_assert(rows[r].lines[i], "row %zu: one line too many", r);
      cr_assert(span_eq(text_line(&text, i), span_of(rows[r].lines[i])), "row %zu line %zu", r, i);
    }
    cr_assert_null(rows[r].lines[text.n_lines], "row %zu: lines missing", r);
    cr_assert_not(text.cut, "row %zu", r);
  }
  arena_free(arena);
}

Test(text_read, cuts_long_text_between_characters) {
  struct arena *arena = arena_new();
  size_t len = LIMIT_TEXT_BYTES + 100;
  char *bytes = arena_alloc(arena, len);
  memset(bytes, 'a', len);
  memcpy(bytes + LIMIT_TEXT_BYTES - 1, "\xC3\xA9", 2); /* across the limit */
  struct text text;
  text_read(arena, (struct span){bytes, len}, &text);
  cr_assert(text.cut);
  cr_assert_eq(text.bytes.len, LIMIT_TEXT_BYTES - 1);
  cr_assert_eq(text.n_lines, 1);
  cr_assert_eq(text.lines[0].end, LIMIT_TEXT_BYTES - 1);
  arena_free(arena);
}

Test(text_read, cuts_at_the_limit_of_lines) {
  struct arena *arena = arena_new();
  size_t len = 2 * (LIMIT_LINES + 5);
  char *bytes = arena_alloc(arena, len);
  for (size_t i = 0; i < len; i++) bytes[i] = i % 2 ? '\n' : 'a';
  struct text text;
  text_read(arena, (struct span){bytes, len}, &text);
  cr_assert(text.cut);
  cr_assert_eq(text.n_lines, LIMIT_LINES);
  cr_assert_eq(text.bytes.len, 2 * LIMIT_LINES);
  arena_free(arena);
}
