/* lexicon_key.h - what the lookup tables and their maker must agree on. */
#ifndef ZONE_LEXICON_KEY_H
#define ZONE_LEXICON_KEY_H

#include <endian.h>
#include <stdint.h>

#include "mailsignal/span.h"

/* Entries by their whole first word, prefixes ("unsubscrib*") by their first three bytes, ends of
 * compounds ("*strasse") by their last three. */
enum lex_table { LEX_WORDS, LEX_PREFIXES, LEX_SUFFIXES, LEX_TABLE_COUNT };

struct lex_entry {
  uint32_t text; /* offset in lex_texts */
  uint8_t len;
  uint8_t kind;  /* enum lex_class */
  uint8_t more;  /* of words: 1 when the next entry has the same first word */
  uint8_t peek;  /* of words: the byte that comes second after the first word, or 0 */
};

/* An open hash table of first words: one slot tells whether a word is known. */
enum { LEX_SLOT_BITS = 13, LEX_SLOTS = 1 << LEX_SLOT_BITS, LEX_NO_ENTRY = UINT16_MAX };
struct lex_slot {
  uint16_t tag;   /* of the word's hash */
  uint16_t entry; /* the first one; LEX_NO_ENTRY in a free slot */
};

/* Affixes are few: lists of entries, and a bit for each list that is not empty. */
enum { LEX_BUCKET_BITS = 12, LEX_BUCKETS = 1 << LEX_BUCKET_BITS };

static inline bool lex_word_byte(char c) { return ascii_is_alnum(c) || (unsigned char)c >= 0x80; }

/* Scripts without blanks between words: kana, ideographs, Hangul. */
static inline bool lex_is_cjk(char c) {
  return (unsigned char)c >= 0xE3 && (unsigned char)c <= 0xED;
}

/* The bytes of one of the affix tables' keys. */
enum { LEX_AFFIX_KEY = 3 };

struct lex_word {
  size_t end;
  uint64_t head; /* its first eight bytes, the first one lowest, or all */
  uint64_t tail; /* its last eight bytes, or head */
};

/* n bytes of s from `at`, 1 to 8, the first one lowest. Reads eight at once wherever s has them. */
static inline uint64_t lex_load(struct span s, size_t at, size_t n) {
  uint64_t bytes = 0;
  size_t left = s.len - at;
  if (left >= 8) {
    memcpy(&bytes, s.ptr + at, 8);
    bytes = le64toh(bytes);
  } else if (s.len >= 8) {
    memcpy(&bytes, s.ptr + s.len - 8, 8);
    bytes = le64toh(bytes) >> (8 * (8 - left));
  } else {
    for (size_t i = 0; i < left; i++) bytes |= (uint64_t)(unsigned char)s.ptr[at + i] << (8 * i);
  }
  return n < 8 ? bytes & (((uint64_t)1 << (8 * n)) - 1) : bytes;
}

static inline struct lex_word lex_word_of(struct span s, size_t start, size_t end) {
  size_t len = end - start;
  struct lex_word word = {.end = end, .head = lex_load(s, start, len < 8 ? len : 8)};
  word.tail = len > 8 ? lex_load(s, end - 8, 8) : word.head;
  return word;
}

/* The word of s that begins at `at`, whatever stands there: in scripts without blanks, one
 * character. */
static inline struct lex_word lex_word_at(struct span s, size_t at) {
  bool cjk = lex_is_cjk(s.ptr[at]);
  size_t most = cjk && s.len - at > 3 ? at + 3 : s.len, end = at;
  do end++;
  while (end < most && (cjk || (lex_word_byte(s.ptr[end]) && !lex_is_cjk(s.ptr[end]))));
  return lex_word_of(s, at, end);
}

/* Of a word; its length and what stands between head and tail are left to the comparison. */
static inline uint32_t lex_hash(const struct lex_word *word) {
  uint64_t mixed = (word->head ^ (word->tail >> 7)) * 0x9E3779B97F4A7C15u;
  return (uint32_t)(mixed >> 32);
}

/* Of the LEX_AFFIX_KEY bytes by which prefixes and ends of compounds are found. */
static inline uint32_t lex_prefix_hash(const struct lex_word *word) {
  return (uint32_t)(word->head & 0xFFFFFF) * 2654435761u;
}
static inline uint32_t lex_suffix_hash(const struct lex_word *word, size_t len) {
  size_t behind = len < 8 ? 8 * (len - LEX_AFFIX_KEY) : 8 * (8 - LEX_AFFIX_KEY);
  return (uint32_t)(word->tail >> behind & 0xFFFFFF) * 2654435761u;
}

static inline unsigned lex_bucket(uint32_t hash) { return hash >> (32 - LEX_BUCKET_BITS); }
static inline unsigned lex_slot(uint32_t hash) { return hash >> (32 - LEX_SLOT_BITS); }
static inline uint16_t lex_tag(uint32_t hash) { return (uint16_t)hash; }

#endif
