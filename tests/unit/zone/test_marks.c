/* What HTML said about parts of the text. Each row marks from the line that starts with `from` up
 * to, not including, the line that starts with `to` (NULL: to the end). */
#include "lined.h"

static const struct {
  const char *about;
  enum text_mark_kind kind;
  const char *from, *to, *text, *letters; /* a letter for each line that is not blank */
} rows[] = {
    {"a blockquote has no > of its own", MARK_QUOTE, "Could", NULL,
     "Tuesday is fine for us, see you then.\n\nOn 4 Mar 2025 at 10:11, Bob <bob@b.example> wrote:\n\n"
     "Could we meet?\nBob\n",
     "bqqq"},
    {"text below a blockquote is the sender's", MARK_QUOTE, "Could", "Tuesday",
     "Could we meet?\nBob\n\nTuesday is fine for us, see you then.\n", "qqb"},
    {"a forward within the mark", MARK_QUOTE, "----------", NULL,
     "For your file, nothing to do.\n\n---------- Forwarded message ---------\n"
     "From: Bob <bob@b.example>\nDate: 4 Mar 2025\nSubject: x\n\nold text\n",
     "bfffff"},
    {"a reply header that no words give away", MARK_REPLY_HEADER, "Bob 4/3", "old",
     "Tuesday is fine for us, see you then.\n\nBob 4/3 prices\nold text\nmore old text\n", "bqqq"},
    {"a client's footer in words nobody knows", MARK_CLIENT_FOOTER, "Seolta", NULL,
     "Tuesday is fine for us, see you then.\n\nSeolta om ghuthan\n", "bp"},
};

static size_t offset_of(struct span text, const char *start) {
  if (!start) return text.len;
  size_t at = span_find(text, span_of(start), 0);
  cr_assert_neq(at, SPAN_NONE, "no '%s'", start);
  return at;
}

Test(marks, of_html) {
  struct arena *arena = arena_new();
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    struct span bytes = span_of(rows[r].text);
    struct text_mark mark = {rows[r].kind, 1, offset_of(bytes, rows[r].from),
                             offset_of(bytes, rows[r].to)};
    struct zone_hints hints = {.marks = &mark, .n_marks = 1};
    struct text text;
    struct zones zones;
    text_read(arena, bytes, &text);
    zone_find(arena, &text, &hints, &zones);
    lined_check_cover(&zones, bytes.len, rows[r].about);
    const char *expected = rows[r].letters;
    for (size_t i = 0; i < text.n_lines; i++) {
      if (text.lines[i].start == text.lines[i].end) continue;
      char got = zone_letter(&zones, text.lines[i].start);
      cr_expect_eq(got, *expected, "%s: line %zu is %c", rows[r].about, i + 1, got);
      expected++;
    }
    arena_reset(arena);
  }
  arena_free(arena);
}

Test(marks, beyond_the_text_do_no_harm) {
  struct arena *arena = arena_new();
  struct text text;
  struct zones zones;
  struct text_mark marks[] = {{MARK_QUOTE, 1, 0, 1000}, {MARK_SIGNATURE, 1, 900, 1000},
                              {MARK_ATTRIBUTION, 1, 3, 3}, {MARK_RULE, 0, 5, 5}};
  text_read(arena, SPAN_LIT("One.\nTwo.\n"), &text);
  zone_find(arena, &text, &(struct zone_hints){.marks = marks, .n_marks = 4}, &zones);
  lined_check_cover(&zones, text.bytes.len, "marks");
  cr_assert_eq(zone_letter(&zones, 0), 'q');
  arena_free(arena);
}
