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
  /* Of LEX_WORDS: they tell nearly every wrong entry of a bucket without a look at its text. */
  uint8_t tag;   /* of the first word's hash */
  uint8_t peek;  /* the byte that comes second after the first word, or 0 */
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

/* The bytes of one of the affix tables' keys. */
enum { LEX_AFFIX_KEY = 3 };

struct lex_word {
  size_t end;
  uint32_t hash;
  uint32_t start_hash; /* of the first LEX_AFFIX_KEY bytes, where the word has as many */
};

/* The word of s that begins at `at`, whatever stands there: in scripts without blanks, one
 * character. */
static inline struct lex_word lex_word_at(struct span s, size_t at) {
  struct lex_word word = {.end = at, .hash = LEX_HASH_START};
  bool cjk = lex_is_cjk(s.ptr[at]);
  size_t most = cjk && s.len - at > 3 ? at + 3 : s.len;
  do {
    word.hash = lex_hash_byte(word.hash, s.ptr[word.end++]);
    if (word.end - at == LEX_AFFIX_KEY) word.start_hash = word.hash;
  } while (word.end < most &&
           (cjk || (lex_word_byte(s.ptr[word.end]) && !lex_is_cjk(s.ptr[word.end]))));
  return word;
}

static inline uint32_t lex_hash(struct span s) {
  uint32_t hash = LEX_HASH_START;
  for (size_t i = 0; i < s.len; i++) hash = lex_hash_byte(hash, s.ptr[i]);
  return hash;
}

static inline uint8_t lex_tag(uint32_t hash) { return (uint8_t)hash; }

#endif
