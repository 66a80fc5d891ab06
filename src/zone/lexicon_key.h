/* lexicon_key.h - what the lookup table and its maker must agree on. */
#ifndef ZONE_LEXICON_KEY_H
#define ZONE_LEXICON_KEY_H

#include <stdint.h>

#include "mailsignal/span.h"

enum { LEX_BUCKETS = 2048 };

struct lex_entry {
  uint32_t text;  /* offset in lex_texts */
  uint8_t len;
  uint8_t kind; /* enum lex_class */
  bool prefix;    /* the word may go on */
  bool suffix;    /* the end of a compound */
};

/* By the first three bytes, where the word is that long: shorter words end the key. */
static inline unsigned lex_bucket(struct span s, size_t at) {
  unsigned key = 0;
  for (size_t i = at; i < at + 3; i++) {
    bool ends = i >= s.len || (i > at && !ascii_is_alnum(s.ptr[i]) && (signed char)s.ptr[i] >= 0);
    if (ends) break;
    key = key * 167 + (unsigned char)s.ptr[i];
  }
  return (key * 2654435761u) >> 21;
}

/* For ends of compounds: by the last three bytes before `end`. */
static inline unsigned lex_bucket_end(struct span s, size_t end) {
  unsigned key = 1;
  for (size_t i = end; i > 0 && i + 3 > end; i--) key = key * 167 + (unsigned char)s.ptr[i - 1];
  return (key * 2654435761u) >> 21;
}

#endif
