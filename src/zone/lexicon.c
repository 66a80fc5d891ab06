#include "zone/lexicon.h"

#include "zone/lexicon_key.h"
#include "zone/lexicon_table.inc"

_Static_assert(LEX_CLASS_COUNT <= 64, "classes are bits of a word");

static const uint8_t places[LEX_CLASS_COUNT] = {
#define LEX_PLACE(name, place) place,
    LEX_CLASSES(LEX_PLACE)
#undef LEX_PLACE
};

static bool is_word_byte(char c) { return ascii_is_alnum(c) || (unsigned char)c >= 0x80; }

/* Scripts without blanks between words: kana, ideographs, Hangul. */
static bool is_cjk(char c) { return (unsigned char)c >= 0xE3 && (unsigned char)c <= 0xED; }

enum { MIN_COMPOUND = 6 }; /* bytes */

static bool matches(const struct lex_entry *entry, struct span line, size_t at) {
  const char *text = lex_texts + entry->text;
  if (entry->suffix || entry->len > line.len - at || memcmp(line.ptr + at, text, entry->len) != 0) return false;
  size_t end = at + entry->len;
  if (entry->prefix || end == line.len || !is_word_byte(line.ptr[end])) return true;
  return !is_word_byte(line.ptr[end - 1]) || is_cjk(text[0]);
}

static bool colon_follows(struct span line, size_t at) {
  while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '*')) at++;
  return at < line.len && line.ptr[at] == ':';
}

static void count(const struct lex_entry *entry, struct span line, size_t at, bool at_start,
                  struct lex_hits *out) {
  if (places[entry->kind] != LEX_ANYWHERE && !at_start) return;
  if (places[entry->kind] == LEX_HEADER && !colon_follows(line, at + entry->len)) return;
  uint64_t bit = (uint64_t)1 << entry->kind;
  out->classes |= bit;
  if (at_start) out->first |= bit;
  if (entry->kind == LEX_PROSE && out->prose < UINT16_MAX) out->prose++;
  if (entry->kind == LEX_TITLE && out->titles < UINT16_MAX) out->titles++;
  if (entry->kind == LEX_LEGAL && out->legal < UINT16_MAX) out->legal++;
  if (entry->kind == LEX_LEGAL_HINT && out->legal_hints < UINT16_MAX) out->legal_hints++;
  size_t end = at + entry->len;
  if (bit & (LEX_BIT(VALEDICTION) | LEX_BIT(GREETING)) && end > out->start_len && end <= UINT16_MAX)
    out->start_len = (uint16_t)end;
}

static void scan_word(struct span line, size_t at, bool at_start, struct lex_hits *out) {
  unsigned bucket = lex_bucket(line, at);
  for (unsigned e = lex_buckets[bucket]; e < lex_buckets[bucket + 1]; e++)
    if (matches(&lex_entries[e], line, at)) count(&lex_entries[e], line, at, at_start, out);
}

/* The word [start, end). */
static void scan_compound(struct span line, size_t start, size_t end, struct lex_hits *out) {
  if (end - start < MIN_COMPOUND) return;
  unsigned bucket = lex_bucket_end(line, end);
  for (unsigned e = lex_buckets[bucket]; e < lex_buckets[bucket + 1]; e++) {
    const struct lex_entry *entry = &lex_entries[e];
    if (!entry->suffix || entry->len >= end - start) continue;
    if (memcmp(line.ptr + end - entry->len, lex_texts + entry->text, entry->len) == 0)
      count(entry, line, start, false, out);
  }
}

void lexicon_scan(struct span folded, struct lex_hits *out) {
  *out = (struct lex_hits){0};
  size_t first = 0; /* of the line's first word: marks before it do not count */
  while (first < folded.len && !is_word_byte(folded.ptr[first])) first++;
  /* Entries like "[external" begin with a sign. */
  if (first > 0 && first < folded.len) scan_word(folded, first - 1, false, out);
  size_t start = first; /* of the word at hand */
  for (size_t i = first; i < folded.len; i++) {
    char c = folded.ptr[i];
    bool inside = i > first && is_word_byte(folded.ptr[i - 1]);
    if (!is_word_byte(c)) {
      if (inside) scan_compound(folded, start, i, out);
      continue;
    }
    if (!inside) {
      start = i;
      if (out->words < UINT16_MAX) out->words++;
    }
    if (!inside || is_cjk(c)) scan_word(folded, i, i == first, out);
  }
  if (folded.len > start && is_word_byte(folded.ptr[folded.len - 1]))
    scan_compound(folded, start, folded.len, out);
}
