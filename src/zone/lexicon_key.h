/* lexicon_key.h - what the lookup tables and their maker must agree on. */
#ifndef ZONE_LEXICON_KEY_H
#define ZONE_LEXICON_KEY_H

#include <stdint.h>

#include "mailsignal/span.h"

/* Three tables: entries by their whole first word, prefixes ("unsubscrib*") by their first three
 * bytes, ends of compounds ("*strasse") by their last three. */
enum lex_table { LEX_WORDS, LEX_PREFIXES, LEX_SUFFIXES, LEX_TABLE_COUNT };
enum { LEX_BUCKET_BITS = 12, LEX_BUCKETS = 1 << LEX_BUCKET_BITS };

struct lex_entry {
  uint32_t text; /* offset in lex_texts */
  uint8_t len;
  uint8_t kind;  /* enum lex_class */
};

static inline bool lex_word_byte(char c) { return ascii_is_alnum(c) || (unsigned char)c >= 0x80; }

/* Scripts without blanks between words: kana, ideographs, Hangul. */
static inline bool lex_is_cjk(char c) {
  return (unsigned char)c >= 0xE3 && (unsigned char)c <= 0xED;
}

#define LEX_HASH_START 2166136261u
static inline uint32_t lex_hash_byte(uint32_t hash, char c) {
  return (hash ^ (unsigned char)c) * 16777619u;
}
static inline unsigned lex_bucket(uint32_t hash) {
  return (hash * 2654435761u) >> (32 - LEX_BUCKET_BITS);
}

/* Where the first word of s, from `at` on, ends: in scripts without blanks, one character. */
static inline size_t lex_word_end(struct span s, size_t at) {
  if (lex_is_cjk(s.ptr[at])) return at + 3 < s.len ? at + 3 : s.len;
  size_t end = at + 1;
  while (end < s.len && lex_word_byte(s.ptr[end]) && !lex_is_cjk(s.ptr[end])) end++;
  return end;
}

static inline unsigned lex_bucket_of(struct span s, size_t start, size_t end) {
  uint32_t hash = LEX_HASH_START;
  for (size_t i = start; i < end; i++) hash = lex_hash_byte(hash, s.ptr[i]);
  return lex_bucket(hash);
}

#endif
