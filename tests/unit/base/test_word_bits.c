#include "mailsignal/word_bits.h"

#include <criterion/criterion.h>

/* Byte by byte, as the header says what a word is. */
static bool is_word(char c, bool digits) {
  return ascii_is_alpha(c) || (unsigned char)c >= 0x80 || (digits && ascii_is_digit(c));
}

static void check_walk(struct span text, bool digits) {
  struct word_walk walk = {.text = text, .digits = digits};
  size_t start, end, at = 0;
  while (word_walk_next(&walk, &start, &end)) {
    while (at < text.len && !is_word(text.ptr[at], digits)) at++;
    cr_assert(start == at, "length %zu: word starts at %zu, not %zu", text.len, start, at);
    while (at < text.len && is_word(text.ptr[at], digits)) at++;
    cr_assert(end == at, "length %zu: word ends at %zu, not %zu", text.len, end, at);
  }
  while (at < text.len && !is_word(text.ptr[at], digits)) at++;
  cr_assert(at == text.len, "length %zu: the word at %zu was not found", text.len, at);
}

/* Words that cross the borders of blocks, end with them or begin with them; every byte there is. */
Test(word_bits, walks_over_texts_of_any_length) {
  char text[300];
  unsigned state = 1;
  for (size_t len = 0; len < sizeof text; len++) {
    for (int turn = 0; turn < 8; turn++) {
      for (size_t i = 0; i < len; i++) {
        state = state * 1103515245u + 12345u;
        unsigned c = state >> 16;
        text[i] = turn < 4 ? "a Z9.-\xC3\xA9"[c % 8] : (char)c;
      }
      check_walk((struct span){text, len}, turn % 2);
    }
  }
}

Test(word_bits, one_word_may_fill_everything) {
  char text[200];
  memset(text, 'x', sizeof text);
  for (size_t len = 1; len <= sizeof text; len++) {
    struct word_walk walk = {.text = {text, len}};
    size_t start, end;
    cr_assert(word_walk_next(&walk, &start, &end) && start == 0 && end == len, "length %zu", len);
    cr_assert_not(word_walk_next(&walk, &start, &end), "length %zu", len);
  }
}

Test(word_bits, tells_the_kinds_of_every_byte) {
  for (unsigned c = 0; c < 256; c++) {
    char bytes[16];
    memset(bytes, '.', sizeof bytes);
    bytes[5] = (char)c;
    struct ascii_bits bits = ascii_bits(bytes);
    cr_expect_eq(bits.alnum, (unsigned)ascii_is_alnum((char)c) << 5, "byte %02x", c);
    cr_expect_eq(bits.digits, (unsigned)ascii_is_digit((char)c) << 5, "byte %02x", c);
    cr_expect_eq(bits.capitals, (unsigned)ascii_is_upper((char)c) << 5, "byte %02x", c);
  }
}
