#include "zone/lexicon.h"

#include "zone/lexicon_key.h"
#include "zone/lexicon_table.inc"

_Static_assert(LEX_CLASS_COUNT <= 64, "classes are bits of a word");

enum { MIN_COMPOUND = 6 /* bytes */ };

static const uint8_t places[LEX_CLASS_COUNT] = {
#define LEX_PLACE(name, place) place,
    LEX_CLASSES(LEX_PLACE)
#undef LEX_PLACE
};

struct scan {
  struct span line;
  size_t first; /* of the line's first word: marks before it do not count */
  struct lex_hits *out;
};

static bool colon_follows(struct span line, size_t at) {
  while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '*')) at++;
  return at < line.len && line.ptr[at] == ':';
}

static void add(uint16_t *counter) {
  if (*counter < UINT16_MAX) (*counter)++;
}

static void count(const struct scan *scan, const struct lex_entry *entry, size_t at) {
  bool at_start = at == scan->first;
  size_t end = at + entry->len;
  if (places[entry->kind] != LEX_ANYWHERE && !at_start) return;
  if (places[entry->kind] == LEX_HEADER && !colon_follows(scan->line, end)) return;
  struct lex_hits *out = scan->out;
  uint64_t bit = (uint64_t)1 << entry->kind;
  out->classes |= bit;
  if (entry->kind == LEX_PROSE) add(&out->prose);
  if (entry->kind == LEX_TITLE) add(&out->titles);
  if (entry->kind == LEX_LEGAL) add(&out->legal);
  if (entry->kind == LEX_LEGAL_HINT) add(&out->legal_hints);
  if (entry->kind == LEX_VALEDICTION && end > out->valediction_len && end <= UINT16_MAX)
    out->valediction_len = (uint16_t)end;
}

static bool holds(struct span line, size_t at, const struct lex_entry *entry) {
  return entry->len <= line.len - at && memcmp(line.ptr + at, lex_texts + entry->text, entry->len) == 0;
}

/* Does an entry that ends at `end` end with a word? */
static bool word_ends(struct span line, size_t at, size_t end) {
  return end == line.len || !lex_word_byte(line.ptr[end]) || !lex_word_byte(line.ptr[end - 1]) ||
         lex_is_cjk(line.ptr[at]);
}

/* The word may begin a phrase. */
static void scan_word(const struct scan *scan, size_t start, const struct lex_word *word) {
  struct span line = scan->line;
  const uint16_t *bucket = &lex_buckets[LEX_WORDS][lex_bucket(word->hash)];
  uint8_t tag = lex_tag(word->hash);
  char peek = word->end + 1 < line.len ? line.ptr[word->end + 1] : '\0';
  for (unsigned e = bucket[0]; e < bucket[1]; e++) {
    const struct lex_entry *entry = &lex_entries[e];
    if (entry->tag != tag || (entry->peek && (char)entry->peek != peek)) continue;
    if (holds(line, start, entry) && word_ends(line, start, start + entry->len))
      count(scan, entry, start);
  }
}

static void scan_affixes(const struct scan *scan, size_t start, const struct lex_word *word) {
  struct span line = scan->line;
  size_t len = word->end - start;
  if (len < LEX_AFFIX_KEY) return;
  const uint16_t *bucket = &lex_buckets[LEX_PREFIXES][lex_bucket(word->start_hash)];
  for (unsigned e = bucket[0]; e < bucket[1]; e++)
    if (holds(line, start, &lex_entries[e])) count(scan, &lex_entries[e], start);
  if (len < MIN_COMPOUND) return;
  uint32_t hash = lex_hash(span_slice(line, word->end - LEX_AFFIX_KEY, word->end));
  bucket = &lex_buckets[LEX_SUFFIXES][lex_bucket(hash)];
  for (unsigned e = bucket[0]; e < bucket[1]; e++) {
    const struct lex_entry *entry = &lex_entries[e];
    if (entry->len < len && holds(line, word->end - entry->len, entry))
      count(scan, entry, word->end - entry->len);
  }
}

void lexicon_scan(struct span folded, struct lex_hits *out) {
  *out = (struct lex_hits){0};
  struct scan scan = {folded, 0, out};
  while (scan.first < folded.len && !lex_word_byte(folded.ptr[scan.first])) scan.first++;
  if (scan.first > 0 && scan.first < folded.len) { /* entries like "[external" begin with a sign */
    struct lex_word word = lex_word_at(folded, scan.first - 1);
    scan_word(&scan, scan.first - 1, &word);
  }
  bool paired = false;
  for (size_t i = scan.first; i < folded.len;) {
    if (!lex_word_byte(folded.ptr[i])) {
      i++;
      continue;
    }
    struct lex_word word = lex_word_at(folded, i);
    /* Without blanks, two characters make a word on average. */
    paired = lex_is_cjk(folded.ptr[i]) && !paired;
    if (!lex_is_cjk(folded.ptr[i]) || paired) add(&out->words);
    scan_word(&scan, i, &word);
    scan_affixes(&scan, i, &word);
    i = word.end;
  }
}
