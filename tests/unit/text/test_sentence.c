#include <criterion/criterion.h>
#include <stdlib.h>

#include "mailsignal/limits.h"
#include "mailsignal/sbuf.h"
#include "text/sentence.h"

/* The sentences of `text` as written, joined with " | ". */
static const char *split(struct arena *arena, const char *text) {
  struct passage passage = {span_of(text), 0, strlen(text), FIELD_BODY};
  struct sentence_ranges ranges = {0};
  struct sbuf out = {.arena = arena};
  uint32_t paragraph = 0;
  sentence_split(arena, &passage, &paragraph, &ranges);
  for (size_t i = 0; i < ranges.n; i++) {
    if (i) sbuf_add(&out, SPAN_LIT(" | "));
    sbuf_add(&out, span_slice(passage.text, ranges.items[i].start, ranges.items[i].end));
  }
  sbuf_byte(&out, 0);
  return out.bytes;
}

Test(sentence, ends_where_a_reader_would_end_it) {
  static const struct {
    const char *text, *sentences;
  } rows[] = {
      {"One. Two! Three?", "One. | Two! | Three?"},
      {"Ask Mr. Smith and Dr. Jones.", "Ask Mr. Smith and Dr. Jones."},
      {"Tools, e.g. hammers, i.e. things. Next.", "Tools, e.g. hammers, i.e. things. | Next."},
      {"See No. 5 for details. No. We will not.", "See No. 5 for details. | No. | We will not."},
      {"It costs 3.50 or 1.000,00. Fine.", "It costs 3.50 or 1.000,00. | Fine."},
      {"J. R. Tolkien wrote. It is me. So am I. Yes.",
       "J. R. Tolkien wrote. | It is me. | So am I. | Yes."},
      {"See www.acme.com/a.b and mail a.b@acme.com today. Ok.",
       "See www.acme.com/a.b and mail a.b@acme.com today. | Ok."},
      {"we are done. please cancel it.", "we are done. | please cancel it."},
      {"Well... we are leaving. Bye", "Well... we are leaving. | Bye"},
      {"Wir kommen am 5. März z. B. nach Köln. Danke.",
       "Wir kommen am 5. März z. B. nach Köln. | Danke."},
      {"Acme Inc. is late. We buy from Acme Inc. They are late.",
       "Acme Inc. is late. | We buy from Acme Inc. | They are late."},
      {"He said \"no.\" Then he left.", "He said \"no.\" | Then he left."},
      {"Meet at 9 a.m. Then we go on.", "Meet at 9 a.m. | Then we go on."},
      {"Really?! Yes.", "Really?! | Yes."},
      {"", ""},
      {" \n \n", ""},
      {"...", "..."},
  };
  struct arena *arena = arena_new();
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
    cr_assert_str_eq(split(arena, rows[r].text), rows[r].sentences, "row %zu: %s", r,
                     split(arena, rows[r].text));
  arena_free(arena);
}

Test(sentence, lines_join_where_they_were_wrapped_and_part_where_they_were_ended) {
  static const struct {
    const char *text, *sentences;
  } rows[] = {
      {"We are sorry to say that we will move to another\nprovider in March.",
       "We are sorry to say that we will move to another\nprovider in March."},
      {"We have decided to leave you for a company called\nInitech in the spring of this year.",
       "We have decided to leave you for a company called\nInitech in the spring of this year."},
      {"- first item\n- second item\n", "first item | second item"},
      {"1. first\n2) second\nb) third", "first | second | third"},
      {"Please send:\nthe quote\nand the terms", "Please send: | the quote\nand the terms"},
      {"Hi Bob,\n\nAll well\n\nJane", "Hi Bob, | All well | Jane"},
      {"Name: Joe\nPhone: 12", "Name: Joe | Phone: 12"},
      {"a\r\nb\r\n\r\nc", "a\r\nb | c"},
  };
  struct arena *arena = arena_new();
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
    cr_assert_str_eq(split(arena, rows[r].text), rows[r].sentences, "row %zu: %s", r,
                     split(arena, rows[r].text));
  arena_free(arena);
}

Test(sentence, knows_paragraphs_and_questions) {
  const char text[] = "One. Is it two?\n\nThree.\n\n\n- four\n- five?";
  static const struct {
    uint32_t paragraph;
    bool question;
  } rows[] = {{7, false}, {7, true}, {8, false}, {9, false}, {9, true}};
  struct arena *arena = arena_new();
  struct passage passage = {span_of(text), 0, strlen(text), FIELD_BODY};
  struct sentence_ranges ranges = {0};
  uint32_t paragraph = 7;
  sentence_split(arena, &passage, &paragraph, &ranges);
  cr_assert_eq(ranges.n, 5);
  for (size_t r = 0; r < ranges.n; r++) {
    cr_assert_eq(ranges.items[r].paragraph, rows[r].paragraph, "row %zu", r);
    cr_assert_eq(ranges.items[r].question, rows[r].question, "row %zu", r);
  }
  cr_assert_eq(paragraph, 10);
  arena_free(arena);
}

Test(sentence, long_ones_are_split_between_words_and_characters) {
  struct arena *arena = arena_new();
  size_t len = 3 * LIMIT_SENTENCE_BYTES;
  char *words = arena_alloc(arena, len), *letters = arena_alloc(arena, len);
  for (size_t i = 0; i < len; i++) {
    words[i] = i % 10 == 9 ? ' ' : 'x';
    letters[i] = i % 2 ? '\xA9' : '\xC3';
  }
  const char *texts[] = {words, letters};
  for (size_t r = 0; r < 2; r++) {
    struct passage passage = {{texts[r], len}, 0, len, FIELD_BODY};
    struct sentence_ranges ranges = {0};
    uint32_t paragraph = 0;
    sentence_split(arena, &passage, &paragraph, &ranges);
    cr_assert_geq(ranges.n, 3, "row %zu", r);
    for (size_t i = 0; i < ranges.n; i++) {
      size_t start = ranges.items[i].start, end = ranges.items[i].end;
      cr_assert_leq(end - start, LIMIT_SENTENCE_BYTES, "row %zu", r);
      cr_assert(r == 0 ? (end - start) % 10 == 9 : (end - start) % 2 == 0, "row %zu", r);
    }
  }
  arena_free(arena);
}
