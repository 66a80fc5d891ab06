#include "text/fold.h"

#include <unicode/unorm2.h>

#include "mailsignal/limits.h"
#include "mailsignal/utf8.h"
#include "mailsignal/word_bits.h"
#include "text/sentence.h"

enum { FOLD_AT_ONCE = 16 }; /* bytes of ascii_bits() */

static void grow(struct folder *f, size_t more) {
  size_t room = f->capacity ? f->capacity : more;
  while (room - f->len < more) room *= 2;
  char *bytes = arena_alloc(f->arena, room);
  uint32_t *origin = ARENA_ARRAY(f->arena, uint32_t, room);
  if (f->len) {
    memcpy(bytes, f->bytes, f->len);
    memcpy(origin, f->origin, f->len * sizeof *origin);
  }
  f->bytes = bytes;
  f->origin = origin;
  f->capacity = room;
}

void fold_put(struct folder *f, const char *bytes, size_t n, size_t origin) {
  if (f->capacity - f->len < n) grow(f, n);
  for (size_t i = 0; i < n; i++) {
    f->bytes[f->len] = bytes[i];
    f->origin[f->len++] = (uint32_t)origin;
  }
}

void fold_put_blank(struct folder *f) {
  if (f->blank && f->len > f->line_start) fold_put(f, " ", 1, f->blank_origin);
  f->blank = false;
}

static void want_blank(struct folder *f, size_t origin) {
  if (!f->blank) f->blank_origin = origin;
  f->blank = true;
}

static void grow_tokens(struct arena *arena, struct folded *out) {
  void *tokens = out->tokens;
  arena_grow(arena, &tokens, out->n_tokens, &out->tokens_capacity, sizeof *out->tokens);
  out->tokens = tokens;
}

void fold_add_token(struct folder *f, size_t start, size_t end, enum token_kind kind,
                    unsigned shape) {
  if (start == end) return;
  struct token token = {(uint32_t)start, (uint32_t)end, (uint8_t)kind, (uint8_t)shape};
  struct folded *out = f->out;
  if (out->n_tokens == out->tokens_capacity) grow_tokens(f->arena, out);
  out->tokens[out->n_tokens++] = token;
}

static bool letter_or_digit_at(const struct folder *f, size_t at) {
  if (at >= f->text.len) return false;
  unsigned char c = (unsigned char)f->text.ptr[at];
  if (c < 0x80) return ascii_is_alnum((char)c);
  struct folded_char next;
  fold_char_read(f->text, at, &next);
  return next.kind == CHAR_LETTER;
}

static bool digit_at(const struct folder *f, size_t at) {
  return at < f->text.len && ascii_is_digit(f->text.ptr[at]);
}

/* An accent that stands apart joins the letter before it, where there is one letter for both. */
static bool compose(struct folder *f, size_t start, uint32_t mark) {
  struct span written = {f->bytes, f->len};
  size_t base = f->len > start ? utf8_floor(written, f->len - 1) : f->len, at = base;
  if (base == f->len) return false;
  UErrorCode error = U_ZERO_ERROR;
  const UNormalizer2 *nfc = unorm2_getNFCInstance(&error);
  if (U_FAILURE(error)) return false;
  UChar32 both = unorm2_composePair(nfc, (UChar32)utf8_next(written, &at), (UChar32)mark);
  if (both < 0) return false;
  struct sbuf letter = {.arena = f->arena};
  utf8_put(&letter, (uint32_t)both);
  uint32_t origin = f->origin[base];
  f->len = base;
  fold_put(f, letter.bytes, letter.len, origin);
  return true;
}

/* "e-mail", "re-order", "co-operate" are one word; other hyphens part words. */
static bool hyphen_joins(struct span before) {
  return span_eq(before, SPAN_LIT("e")) || span_eq(before, SPAN_LIT("re")) ||
         span_eq(before, SPAN_LIT("co"));
}

/* What the letters of a word were like. */
struct letters {
  bool any, small;
};

static void fold_ascii_byte(struct folder *f, struct letters *seen) {
  char c = f->text.ptr[f->at];
  seen->any |= !ascii_is_digit(c);
  seen->small |= ascii_is_lower(c);
  char lower = ascii_lower(c);
  fold_put(f, &lower, 1, f->at++);
}

/* The run of ASCII letters and digits at f->at; most words are nothing else. Sixteen bytes are written
 * at once, of which as many count as the word has: no loop has to guess where it ends. */
static void fold_ascii_run(struct folder *f, struct letters *seen) {
  while (f->at < f->text.len && f->source_len - f->at >= FOLD_AT_ONCE) {
    const char *text = f->text.ptr + f->at;
    struct ascii_bits bits = ascii_bits(text);
    size_t left = f->text.len - f->at;
    size_t len = (size_t)__builtin_ctz(~bits.alnum | 1u << FOLD_AT_ONCE);
    if (len > left) len = left;
    if (f->capacity - f->len < FOLD_AT_ONCE) grow(f, FOLD_AT_ONCE);
    char *bytes = f->bytes + f->len;
    uint32_t *origin = f->origin + f->len;
    for (size_t i = 0; i < FOLD_AT_ONCE; i++) bytes[i] = ascii_lower(text[i]);
    for (size_t i = 0; i < FOLD_AT_ONCE; i++) origin[i] = (uint32_t)(f->at + i);
    unsigned mine = (1u << len) - 1, letters = bits.alnum & ~bits.digits & mine;
    seen->any |= letters != 0;
    seen->small |= (letters & ~bits.capitals) != 0;
    f->len += len;
    f->at += len;
    if (len < FOLD_AT_ONCE) return;
  }
  while (f->at < f->text.len && ascii_is_alnum(f->text.ptr[f->at])) fold_ascii_byte(f, seen);
}

/* Whether a word surely ends at an ASCII byte that is neither letter nor digit. */
static bool ends_word(char c) {
  return (unsigned char)c < 0x80 && c != '\'' && c != '-';
}

/* Letters, digits and inner apostrophes. */
static void fold_word(struct folder *f) {
  fold_put_blank(f);
  size_t start = f->len, apostrophe = SPAN_NONE;
  struct letters seen = {false, false};
  unsigned shape = ascii_is_upper(f->text.ptr[f->at]) ? TOKEN_CAPITAL : 0;
  for (;;) {
    struct folded_char c;
    fold_ascii_run(f, &seen);
    if (f->at == f->text.len || ends_word(f->text.ptr[f->at])) break;
    fold_char_read(f->text, f->at, &c);
    if (c.kind == CHAR_LETTER || c.kind == CHAR_DIGIT) {
      if (c.capital && f->len == start) shape |= TOKEN_CAPITAL;
      seen.any |= c.kind == CHAR_LETTER;
      seen.small |= c.kind == CHAR_LETTER && !c.capital;
      bool mark = c.code >= 0x300 && c.code < 0x370;
      if (!mark || !compose(f, start, c.code)) fold_put(f, c.bytes, c.len, f->at);
    } else if (c.kind == CHAR_SIGN && f->len > start && letter_or_digit_at(f, c.next)) {
      bool hyphen = c.len == 1 && c.bytes[0] == '-';
      struct span written = {f->bytes + start, f->len - start};
      if (c.len != 1 || (!hyphen && c.bytes[0] != '\'')) break;
      if (hyphen && !hyphen_joins(written)) break;
      if (!hyphen && apostrophe == SPAN_NONE) apostrophe = f->len;
      if (!hyphen) fold_put(f, "'", 1, f->at);
    } else if (c.kind != CHAR_NOTHING) {
      break;
    }
    f->at = c.next;
  }
  if (f->len > start + 1 && seen.any && !seen.small) shape |= TOKEN_ALL_CAPS;
  fold_finish_word(f, start, apostrophe, shape);
}

/* Where a group of three digits behind a blank continues the number: "40 000 €". A plain blank does
 * so only before a currency; returns the offset of the group, or 0. */
static size_t digit_group(const struct folder *f) {
  struct folded_char c;
  if (f->at >= f->text.len) return 0;
  fold_char_read(f->text, f->at, &c);
  size_t at = c.next;
  if (c.kind != CHAR_SPACE || c.code == '\n') return 0;
  if (!digit_at(f, at) || !digit_at(f, at + 1) || !digit_at(f, at + 2) || digit_at(f, at + 3))
    return 0;
  if (c.code != ' ') return at;
  size_t behind = at + 3;
  if (behind < f->text.len && f->text.ptr[behind] == ' ') behind++;
  if (behind >= f->text.len) return 0;
  fold_char_read(f->text, behind, &c);
  return c.kind == CHAR_CURRENCY || span_istarts(span_from(f->text, behind), SPAN_LIT("eur")) ? at
                                                                                             : 0;
}

/* Digits with separators, and the dash of a range. */
static void fold_digits(struct folder *f) {
  for (size_t run = 0; f->at < f->text.len;) {
    struct folded_char c;
    fold_char_read(f->text, f->at, &c);
    size_t group = run <= 3 ? digit_group(f) : 0;
    bool separator = c.kind == CHAR_SIGN && c.len == 1 && strchr(".,:/'-", c.bytes[0]) &&
                     digit_at(f, c.next);
    if (c.kind == CHAR_DIGIT && c.len == 1) {
      run++;
    } else if (group) {
      f->at = group;
      run = 0;
      continue;
    } else if (separator) {
      run = 0;
    } else if (c.kind != CHAR_LETTER) {
      return;
    }
    fold_put(f, c.bytes, c.len, f->at);
    f->at = c.next;
  }
}

/* "%" or a currency sign behind a number, perhaps behind one blank. */
static void fold_unit(struct folder *f) {
  size_t at = f->at;
  struct folded_char c;
  if (at < f->text.len && f->text.ptr[at] != '\n') {
    fold_char_read(f->text, at, &c);
    if (c.kind == CHAR_SPACE) at = c.next;
  }
  if (at >= f->text.len) return;
  fold_char_read(f->text, at, &c);
  if (c.kind != CHAR_CURRENCY && !(c.kind == CHAR_SIGN && c.bytes[0] == '%')) return;
  if (digit_at(f, c.next)) return;
  fold_put(f, c.bytes, c.len, at);
  f->at = c.next;
}

static void fold_number(struct folder *f, const struct folded_char *currency) {
  fold_put_blank(f);
  size_t start = f->len;
  if (currency) {
    fold_put(f, currency->bytes, currency->len, f->at);
    f->at = currency->next;
    if (!digit_at(f, f->at)) f->at++; /* the blank that is_amount() allowed */
  }
  fold_digits(f);
  fold_unit(f);
  fold_add_token(f, start, f->len, TOKEN_NUMBER, 0);
}

/* Whether a number follows the currency sign, perhaps behind one blank. */
static bool is_amount(const struct folder *f, const struct folded_char *currency) {
  return digit_at(f, currency->next) ||
         (currency->next < f->text.len && f->text.ptr[currency->next] == ' ' &&
          digit_at(f, currency->next + 1));
}

static const char address_borders[] = "<>\"()[],;|*";

/* Whether a sentence holds a sign without which there is no address. */
static bool may_have_address(struct span text, size_t start, size_t end) {
  struct span s = span_slice(text, start, end);
  if (span_find_byte(s, '@', 0) != SPAN_NONE || span_find_byte(s, ':', 0) != SPAN_NONE) return true;
  for (size_t at = 0; (at = span_find_byte(s, '.', at)) != SPAN_NONE; at++)
    if (at > 0 && ascii_lower(s.ptr[at - 1]) == 'w') return true; /* www. */
  return false;
}

/* Mail and web addresses stay whole. Looks at each chunk between white space once. */
static bool is_address(struct folder *f) {
  if (f->at < f->chunk_end) return f->at == f->address;
  size_t end = f->at;
  while (end < f->text.len && !ascii_is_alnum(f->text.ptr[end]) &&
         strchr(address_borders, f->text.ptr[end]))
    end++;
  f->address = end;
  bool found = end < f->text.len && ascii_lower(f->text.ptr[end]) == 'w' &&
               span_istarts(span_from(f->text, end), SPAN_LIT("www."));
  for (;; end++) {
    static const bool stops[256] = {[' '] = true,  ['\t'] = true, ['\n'] = true, ['\v'] = true,
                                    ['\f'] = true, ['\r'] = true, ['@'] = true,  [':'] = true};
    while (end < f->text.len && !stops[(unsigned char)f->text.ptr[end]]) end++;
    if (end == f->text.len || ascii_is_space(f->text.ptr[end])) break;
    if (f->text.ptr[end] == '@')
      found |= end > f->address;
    else
      found |= span_starts(span_from(f->text, end), SPAN_LIT("://"));
  }
  f->chunk_end = end;
  if (!found) f->address = SPAN_NONE;
  return f->at == f->address;
}

static void fold_address(struct folder *f) {
  size_t end = f->at;
  while (end < f->chunk_end && !strchr(address_borders, f->text.ptr[end])) end++;
  while (end > f->at + 1 && strchr(".?!:'", f->text.ptr[end - 1])) end--;
  fold_put_blank(f);
  size_t start = f->len;
  while (f->at < end) {
    struct folded_char c;
    fold_char_read(f->text, f->at, &c);
    if (c.kind != CHAR_SPACE && c.kind != CHAR_NOTHING) fold_put(f, c.bytes, c.len, f->at);
    f->at = c.next;
  }
  fold_add_token(f, start, f->len, TOKEN_WORD, 0);
}

static bool blank_at(const struct folder *f, size_t at) {
  return at >= f->text.len || ascii_is_space(f->text.ptr[at]);
}

static void fold_sign(struct folder *f, const struct folded_char *c) {
  char sign = c->len == 1 ? c->bytes[0] : 0;
  bool before_blank = blank_at(f, c->next);
  size_t at = f->at;
  f->at = c->next;
  if (sign && strchr("*_`|~^", sign)) {
    if (sign == '|') want_blank(f, at);
    return;
  }
  if (sign == '&' && f->blank && before_blank) {
    fold_put_blank(f);
    fold_put(f, "and", 3, at);
    fold_add_token(f, f->len - 3, f->len, TOKEN_WORD, 0);
    return;
  }
  bool between_words = sign == '-' && !f->blank && !before_blank;
  if (between_words) { /* "follow-up" */
    want_blank(f, at);
    return;
  }
  bool repeated = f->len >= f->line_start + 2 && sign && f->bytes[f->len - 1] == sign &&
                  f->bytes[f->len - 2] == sign;
  if (repeated) return;
  bool attach = before_blank || (sign && strchr(",;:.!?)]}>", sign));
  if (attach) f->blank = false;
  fold_put_blank(f);
  size_t start = f->len;
  fold_put(f, c->bytes, c->len, at);
  fold_add_token(f, start, f->len, TOKEN_SIGN, 0);
  if (attach && before_blank) want_blank(f, c->next);
}

static void fold_next(struct folder *f) {
  struct folded_char c;
  if (f->text.ptr[f->at] == ' ') {
    want_blank(f, f->at++);
    return;
  }
  if (ascii_is_alpha(f->text.ptr[f->at])) {
    if (is_address(f))
      fold_address(f);
    else
      fold_word(f);
    return;
  }
  fold_char_read(f->text, f->at, &c);
  if (c.kind == CHAR_SPACE) {
    want_blank(f, f->at);
    f->at = c.next;
  } else if (c.kind == CHAR_NOTHING) {
    f->at = c.next;
  } else if (is_address(f)) {
    fold_address(f);
  } else if (c.kind == CHAR_LETTER) {
    fold_word(f);
  } else if (c.kind == CHAR_DIGIT) {
    fold_number(f, NULL);
  } else if (c.kind == CHAR_CURRENCY && is_amount(f, &c)) {
    fold_number(f, &c);
  } else {
    fold_sign(f, &c);
  }
}

static void fold_sentence(struct folder *f, const struct passage *passage,
                          const struct sentence_range *range) {
  f->text = span_slice(passage->text, 0, range->end);
  f->source_len = passage->text.len;
  f->at = range->start;
  f->address = SPAN_NONE;
  f->chunk_end = may_have_address(f->text, range->start, range->end) ? range->start : range->end;
  f->line_start = f->len;
  f->first_token = f->out->n_tokens;
  f->question = range->question;
  f->blank = false;
  while (f->at < range->end) fold_next(f);
  if (f->len == f->line_start) return;
  struct sentence sentence = {.start = range->start,
                              .end = range->end,
                              .folded_start = f->line_start,
                              .folded_end = f->len,
                              .first_token = f->first_token,
                              .n_tokens = f->out->n_tokens - f->first_token,
                              .paragraph = range->paragraph,
                              .field = (uint8_t)passage->field,
                              .question = range->question};
  struct folded *out = f->out;
  void *sentences = out->sentences;
  arena_grow(f->arena, &sentences, out->n_sentences, &out->sentences_capacity, sizeof sentence);
  out->sentences = sentences;
  out->sentences[out->n_sentences++] = sentence;
  fold_put(f, "\n", 1, range->end);
}

void text_fold(struct arena *arena, const struct fold_lexicon *lexicon,
               const struct passage *passages, size_t n, struct folded *out) {
  *out = (struct folded){0};
  struct folder f = {.arena = arena, .lexicon = lexicon, .out = out};
  uint32_t paragraph = 0;
  size_t expected = 64;
  for (size_t i = 0; i < n; i++)
    expected += span_slice(passages[i].text, passages[i].start, passages[i].end).len * 9 / 8;
  grow(&f, expected);
  out->tokens_capacity = expected / 4;
  out->tokens = ARENA_ARRAY(arena, struct token, out->tokens_capacity);
  for (size_t i = 0; i < n && !out->cut; i++) {
    struct sentence_ranges ranges = {0};
    sentence_split(arena, &passages[i], &paragraph, &ranges);
    for (size_t r = 0; r < ranges.n; r++) {
      if (out->n_sentences == LIMIT_SENTENCES) {
        out->cut = true;
        break;
      }
      fold_sentence(&f, &passages[i], &ranges.items[r]);
    }
  }
  out->bytes = (struct span){f.bytes ? f.bytes : "", f.len};
  out->origin = f.origin;
}
