#include "zone/lexicon.h"

#include "mailsignal/utf8.h"
#include "mailsignal/word_bits.h"
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

/* Is the entry this word, or does it begin with it and hold? */
static bool matches(struct span line, size_t start, const struct lex_word *word,
                    const struct lex_entry *entry) {
  if (entry->len == word->end - start && entry->len <= 8) {
    static const struct span texts = {lex_texts, sizeof lex_texts};
    return lex_load(texts, entry->text, entry->len) == word->head;
  }
  return holds(line, start, entry) && word_ends(line, start, start + entry->len);
}

/* The word may begin a phrase. */
static void scan_word(const struct scan *scan, size_t start, const struct lex_word *word) {
  struct span line = scan->line;
  uint32_t hash = lex_hash(word);
  const uint16_t *bucket = &lex_buckets[LEX_WORDS][lex_bucket(hash)];
  uint8_t tag = lex_tag(hash);
  char peek = word->end + 1 < line.len ? line.ptr[word->end + 1] : '\0';
  for (unsigned e = bucket[0]; e < bucket[1]; e++) {
    const struct lex_entry *entry = &lex_entries[e];
    if (entry->tag != tag || (entry->peek && (char)entry->peek != peek)) continue;
    if (matches(line, start, word, entry)) count(scan, entry, start);
  }
}

static bool filled(enum lex_table table, unsigned bucket) {
  return lex_filled[table][bucket / 64] >> bucket % 64 & 1;
}

static void scan_prefixes(const struct scan *scan, size_t start, unsigned bucket) {
  const uint16_t *entries = &lex_buckets[LEX_PREFIXES][bucket];
  for (unsigned e = entries[0]; e < entries[1]; e++)
    if (holds(scan->line, start, &lex_entries[e])) count(scan, &lex_entries[e], start);
}

static void scan_suffixes(const struct scan *scan, size_t start, size_t end, unsigned bucket) {
  const uint16_t *entries = &lex_buckets[LEX_SUFFIXES][bucket];
  for (unsigned e = entries[0]; e < entries[1]; e++) {
    const struct lex_entry *entry = &lex_entries[e];
    if (entry->len < end - start && holds(scan->line, end - entry->len, entry))
      count(scan, entry, end - entry->len);
  }
}

static void scan_affixes(const struct scan *scan, size_t start, const struct lex_word *word) {
  size_t len = word->end - start;
  if (len < LEX_AFFIX_KEY) return;
  unsigned bucket = lex_bucket(lex_prefix_hash(word));
  if (filled(LEX_PREFIXES, bucket)) scan_prefixes(scan, start, bucket);
  if (len < MIN_COMPOUND) return;
  bucket = lex_bucket(lex_suffix_hash(word, len));
  if (filled(LEX_SUFFIXES, bucket)) scan_suffixes(scan, start, word->end, bucket);
}

/* Entries like "[external" begin with a sign. */
static void scan_sign(const struct scan *scan) {
  if (scan->first == 0 || scan->first >= scan->line.len) return;
  struct lex_word word = lex_word_at(scan->line, scan->first - 1);
  scan_word(scan, scan->first - 1, &word);
}

static void scan_ascii(struct scan *scan) {
  struct word_walk walk = {.text = scan->line, .digits = true};
  bool any = false;
  for (size_t start, end; word_walk_next(&walk, &start, &end); any = true) {
    if (!any) {
      scan->first = start;
      scan_sign(scan);
    }
    struct lex_word word = lex_word_of(scan->line, start, end);
    add(&scan->out->words);
    scan_word(scan, start, &word);
    scan_affixes(scan, start, &word);
  }
}

/* Scripts without blanks are cut into characters; two make a word on average. */
static void scan_any(struct scan *scan) {
  struct span line = scan->line;
  while (scan->first < line.len && !lex_word_byte(line.ptr[scan->first])) scan->first++;
  scan_sign(scan);
  bool paired = false;
  for (size_t i = scan->first; i < line.len;) {
    if (!lex_word_byte(line.ptr[i])) {
      i++;
      continue;
    }
    struct lex_word word = lex_word_at(line, i);
    paired = lex_is_cjk(line.ptr[i]) && !paired;
    if (!lex_is_cjk(line.ptr[i]) || paired) add(&scan->out->words);
    scan_word(scan, i, &word);
    scan_affixes(scan, i, &word);
    i = word.end;
  }
}

void lexicon_scan(struct span folded, struct lex_hits *out) {
  *out = (struct lex_hits){0};
  struct scan scan = {folded, 0, out};
  if (utf8_is_ascii(folded)) scan_ascii(&scan);
  else scan_any(&scan);
}
