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

/* What is counted, by class; most classes are only marked. */
enum counter { COUNT_NOTHING, COUNT_PROSE, COUNT_TITLES, COUNT_LEGAL, COUNT_LEGAL_HINTS, COUNTERS };
static const uint8_t counters[LEX_CLASS_COUNT] = {[LEX_PROSE] = COUNT_PROSE,
                                                  [LEX_TITLE] = COUNT_TITLES,
                                                  [LEX_LEGAL] = COUNT_LEGAL,
                                                  [LEX_LEGAL_HINT] = COUNT_LEGAL_HINTS};

struct scan {
  struct span line;
  size_t first; /* of the line's first word: marks before it do not count */
  struct lex_hits *out;
  size_t counts[COUNTERS];
};

static bool colon_follows(struct span line, size_t at) {
  while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '*')) at++;
  return at < line.len && line.ptr[at] == ':';
}

static uint16_t at_most(size_t n) { return n < UINT16_MAX ? (uint16_t)n : UINT16_MAX; }

/* Runs for nearly every word: what can be wrongly guessed is kept out of it. */
static void count(struct scan *scan, const struct lex_entry *entry, size_t at) {
  if (places[entry->kind] != LEX_ANYWHERE) {
    size_t end = at + entry->len;
    if (at != scan->first) return;
    if (places[entry->kind] == LEX_HEADER && !colon_follows(scan->line, end)) return;
    if (entry->kind == LEX_VALEDICTION && end > scan->out->valediction_len)
      scan->out->valediction_len = at_most(end);
  }
  scan->out->classes |= (uint64_t)1 << entry->kind;
  scan->counts[counters[entry->kind]]++;
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

/* NULL for a word with which no entry begins. */
static const struct lex_entry *entries_of(const struct lex_word *word) {
  uint32_t hash = lex_hash(word);
  for (unsigned at = lex_slot(hash); lex_slots[at].entry != LEX_NO_ENTRY; at = (at + 1) % LEX_SLOTS)
    if (lex_slots[at].tag == lex_tag(hash)) return &lex_entries[lex_slots[at].entry];
  return NULL;
}

/* The word may begin a phrase. */
static void scan_word(struct scan *scan, size_t start, const struct lex_word *word) {
  struct span line = scan->line;
  const struct lex_entry *entry = entries_of(word);
  if (!entry) return;
  char peek = word->end + 1 < line.len ? line.ptr[word->end + 1] : '\0';
  for (;; entry++) {
    if ((!entry->peek || (char)entry->peek == peek) && matches(line, start, word, entry))
      count(scan, entry, start);
    if (!entry->more) return;
  }
}

static bool filled(enum lex_table table, unsigned bucket) {
  return lex_filled[table - 1][bucket / 64] >> bucket % 64 & 1;
}

static void scan_prefixes(struct scan *scan, size_t start, unsigned bucket) {
  const uint16_t *entries = &lex_buckets[LEX_PREFIXES - 1][bucket];
  for (unsigned e = entries[0]; e < entries[1]; e++)
    if (holds(scan->line, start, &lex_entries[e])) count(scan, &lex_entries[e], start);
}

static void scan_suffixes(struct scan *scan, size_t start, size_t end, unsigned bucket) {
  const uint16_t *entries = &lex_buckets[LEX_SUFFIXES - 1][bucket];
  for (unsigned e = entries[0]; e < entries[1]; e++) {
    const struct lex_entry *entry = &lex_entries[e];
    if (entry->len < end - start && holds(scan->line, end - entry->len, entry))
      count(scan, entry, end - entry->len);
  }
}

static void scan_affixes(struct scan *scan, size_t start, const struct lex_word *word) {
  size_t len = word->end - start;
  if (len < LEX_AFFIX_KEY) return;
  unsigned bucket = lex_bucket(lex_prefix_hash(word));
  if (filled(LEX_PREFIXES, bucket)) scan_prefixes(scan, start, bucket);
  if (len < MIN_COMPOUND) return;
  bucket = lex_bucket(lex_suffix_hash(word, len));
  if (filled(LEX_SUFFIXES, bucket)) scan_suffixes(scan, start, word->end, bucket);
}

/* Entries like "[external" begin with a sign. */
static void scan_sign(struct scan *scan) {
  if (scan->first == 0 || scan->first >= scan->line.len) return;
  struct lex_word word = lex_word_at(scan->line, scan->first - 1);
  scan_word(scan, scan->first - 1, &word);
}

static void scan_ascii(struct scan *scan) {
  struct word_walk walk = {.text = scan->line, .digits = true};
  size_t words = 0;
  for (size_t start, end; word_walk_next(&walk, &start, &end);) {
    if (words == 0) {
      scan->first = start;
      scan_sign(scan);
    }
    struct lex_word word = lex_word_of(scan->line, start, end);
    words++;
    scan_word(scan, start, &word);
    scan_affixes(scan, start, &word);
  }
  scan->out->words = at_most(words);
}

/* Scripts without blanks are cut into characters; two make a word on average. */
static void scan_any(struct scan *scan) {
  struct span line = scan->line;
  while (scan->first < line.len && !lex_word_byte(line.ptr[scan->first])) scan->first++;
  scan_sign(scan);
  bool paired = false;
  size_t words = 0;
  for (size_t i = scan->first; i < line.len;) {
    if (!lex_word_byte(line.ptr[i])) {
      i++;
      continue;
    }
    struct lex_word word = lex_word_at(line, i);
    paired = lex_is_cjk(line.ptr[i]) && !paired;
    words += !lex_is_cjk(line.ptr[i]) || paired;
    scan_word(scan, i, &word);
    scan_affixes(scan, i, &word);
    i = word.end;
  }
  scan->out->words = at_most(words);
}

void lexicon_scan(struct span folded, struct lex_hits *out) {
  *out = (struct lex_hits){0};
  struct scan scan = {.line = folded, .out = out};
  if (utf8_is_ascii(folded)) scan_ascii(&scan);
  else scan_any(&scan);
  out->prose = at_most(scan.counts[COUNT_PROSE]);
  out->titles = at_most(scan.counts[COUNT_TITLES]);
  out->legal = at_most(scan.counts[COUNT_LEGAL]);
  out->legal_hints = at_most(scan.counts[COUNT_LEGAL_HINTS]);
}
