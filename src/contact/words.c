#include "contact/block.h"
#include "mailsignal/utf8.h"

/* Longest run that is looked at as words: signatures have short lines. */
enum { MOST_WORDS = 200 };

static bool is_separator(uint32_t c) {
  switch (c) {
    case '|':
    case '/':
    case 0x2022:
    case 0xB7:
    case 0x2013:
    case 0x2014:
    case '~':
    case '>':
    case '<':
    case 0x25CF:
    case 0x2219:
    case 0x22C5:
    case 0x2502:
    case 0x2503:
    case 0xA6:
      return true;
    default:
      return false;
  }
}

/* "112/3" and "14/8" are one word, and "C/" is Spanish for street. */
static bool is_inner_slash(struct span text, size_t start, size_t at) {
  if (text.ptr[at] != '/' || at == start) return false;
  bool digits =
      ascii_is_digit(text.ptr[at - 1]) && at + 1 < text.len && ascii_is_digit(text.ptr[at + 1]);
  bool street = at == start + 1 && ascii_is_upper(text.ptr[start]) && at + 1 < text.len &&
                text.ptr[at + 1] == ' ';
  return digits || street;
}

static bool is_blank(uint32_t c) {
  return c == ' ' || c == '\t' || c == '\n' || c == 0xA0 || c == 0x202F || c == 0x2009 ||
         c == 0x3000;
}

static bool is_wrapping(uint32_t c) {
  return c == '(' || c == ')' || c == '[' || c == ']' || c == '"' || c == ';' || c == ':' ||
         c == '*' || c == '!' || c == '?' || c == 0x201C || c == 0x201D || c == 0x201E ||
         c == 0xAB || c == 0xBB || c == '_';
}

/* Letters beyond ASCII count as upper case where Latin, Greek and Cyrillic capitals stand. */
static bool is_upper(uint32_t c) {
  if (c < 0x80) return ascii_is_upper((char)c);
  if (c >= 0xC0 && c <= 0xDE) return c != 0xD7;
  if (c >= 0x100 && c < 0x180)
    return (c >= 0x139 && c <= 0x148) || c >= 0x179 ? c % 2 == 1 : c % 2 == 0;
  return (c >= 0x386 && c <= 0x3AB) || (c >= 0x400 && c <= 0x42F);
}

static bool is_letter(uint32_t c) {
  return c < 0x80 ? ascii_is_alpha((char)c)
                  : c >= 0xC0 && c != UTF8_INVALID && !(c >= 0x2000 && c < 0x2E80);
}

static void look_at_letters(struct word *word) {
  size_t upper = 0, lower = 0, digits = 0;
  bool first_upper = false;
  for (size_t at = 0; at < word->text.len;) {
    uint32_t c = utf8_next(word->text, &at);
    if (c < 0x80 && ascii_is_digit((char)c)) digits++;
    if (!is_letter(c)) continue;
    if (is_upper(c)) {
      if (upper + lower == 0) first_upper = true;
      upper++;
    } else {
      lower++;
    }
  }
  word->digits = (unsigned char)(digits > 255 ? 255 : digits);
  if (upper + lower == 0) word->letters = CASE_NONE;
  else if (lower == 0) word->letters = upper == 1 && digits == 0 ? CASE_TITLE : CASE_UPPER;
  else if (upper == 0) word->letters = CASE_LOWER;
  else word->letters = first_upper && upper == 1 ? CASE_TITLE : CASE_MIXED;
}

/* Short abbreviations collide with small words ("in", "or", "as"): they count in capitals only. */
static void drop_classes_by_case(struct word *word) {
  unsigned in_capitals = W_STATE | W_CREDENTIAL;
  if (word->folded.len <= 2 && word->letters != CASE_UPPER) word->entry.classes &= ~in_capitals;
  if (word->letters == CASE_LOWER && word->folded.len <= 3)
    word->entry.classes &= ~(unsigned)(W_CREDENTIAL | W_STATE | W_COUNTRY);
  if (word->letters == CASE_LOWER && word->folded.len <= 2)
    word->entry.classes &= ~(unsigned)W_LEGAL;
  if (word->letters == CASE_UPPER && word->folded.len <= 2)
    word->entry.classes &= ~(unsigned)W_FUNCTION;
}

static bool is_state_not_form(const struct word *word) {
  bool written_plain =
      word->letters == CASE_UPPER && span_find_byte(word->text, '.', 0) == SPAN_NONE;
  return written_plain &&
         (span_eq(word->folded, SPAN_LIT("co")) || span_eq(word->folded, SPAN_LIT("pa")));
}

/* "Chirurgien-dentiste": a compound in which the second part is in lower case is no double name. */
static struct word_entry entry_of_compound(const struct word *word) {
  size_t hyphen = span_find_byte(word->text, '-', 0);
  if (hyphen == SPAN_NONE || hyphen + 1 >= word->text.len ||
      !ascii_is_lower(word->text.ptr[hyphen + 1]))
    return (struct word_entry){0};
  char folded[WORD_BYTES];
  size_t len = lexicon_fold(span_slice(word->text, 0, hyphen), folded);
  struct word_entry entry = lexicon_find((struct span){folded, len});
  entry.classes &= W_TITLE | W_DEPT | W_ORG | W_STREET | W_DECIDES | W_INFLUENCES;
  return entry;
}

static void finish_word(struct arena *arena, struct word *word) {
  char folded[WORD_BYTES];
  size_t len = lexicon_fold(word->text, folded);
  word->folded = arena_dup(arena, (struct span){folded, len});
  word->entry = lexicon_find(word->folded);
  look_at_letters(word);
  if (word->entry.classes == 0 && word->entry.label == LABEL_NONE)
    word->entry = entry_of_compound(word);
  drop_classes_by_case(word);
  if (is_state_not_form(word)) word->entry.classes &= ~(unsigned)(W_LEGAL | W_ORG);
}

struct word_reader {
  struct span text;
  size_t at;
  bool comma, dash;
};

/* Skips to the next word; false at the end. */
static bool skip_between(struct word_reader *reader) {
  while (reader->at < reader->text.len) {
    size_t at = reader->at;
    uint32_t c = utf8_next(reader->text, &at);
    bool lone_dash =
        (c == '-' || c == '+' || c == '&' || c == '@') &&
        (at >= reader->text.len || reader->text.ptr[at] == ' ' || reader->text.ptr[at] == '-');
    if (c == ',') reader->comma = true;
    else if (is_separator(c) || (lone_dash && c == '-')) reader->dash = true;
    else if (!is_blank(c) && !is_wrapping(c) && !lone_dash) return true;
    reader->at = at;
  }
  return false;
}

static bool next_word(struct word_reader *reader, struct word *word) {
  *word = (struct word){0};
  reader->comma = reader->dash = false;
  if (!skip_between(reader)) return false;
  size_t start = reader->at, end = start;
  while (reader->at < reader->text.len) {
    size_t at = reader->at;
    uint32_t c = utf8_next(reader->text, &at);
    bool ends = is_blank(c) || is_wrapping(c) || c == ',' || is_separator(c);
    if (ends && !is_inner_slash(reader->text, start, reader->at)) break;
    reader->at = end = at;
  }
  word->text = span_slice(reader->text, start, end);
  word->comma_before = reader->comma;
  word->dash_before = reader->dash;
  return true;
}

/* "Co. Clare" is a county. */
static void find_counties(struct word *words, size_t n) {
  for (size_t i = 0; i + 1 < n; i++) {
    if (!span_eq(words[i].folded, SPAN_LIT("co")) || words[i + 1].comma_before) continue;
    if (words[i + 1].entry.classes & W_STATE) words[i].entry.classes = W_STATE;
  }
}

size_t words_read(struct arena *arena, struct span text, struct word **out) {
  struct {
    struct word *items;
    size_t n, capacity;
  } list = {0};
  struct word_reader reader = {.text = text};
  struct word word;
  while (list.n < MOST_WORDS && next_word(&reader, &word)) {
    finish_word(arena, &word);
    ARENA_PUSH(arena, &list, word);
  }
  find_counties(list.items, list.n);
  *out = list.items;
  return list.n;
}
