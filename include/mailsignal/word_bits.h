/* word_bits.h - where the words of a text begin and end, found 64 bytes at a time.
 *
 * A loop over bytes guesses the end of each word wrong; here a word costs two bit scans. A word is a
 * run of ASCII letters and bytes from 0x80 on, and of ASCII digits where the caller wants them.
 * Nothing is owned, nothing can fail. */
#ifndef MAILSIGNAL_WORD_BITS_H
#define MAILSIGNAL_WORD_BITS_H

#include <stdint.h>

#include "mailsignal/span.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { WORD_BLOCK = 64 };

/* One bit for each of the WORD_BLOCK bytes at p, the first one lowest: is it part of a word? */
static inline uint64_t word_bits(const char *p, bool digits) {
  uint64_t bits = 0;
#ifdef __SSE2__
  for (unsigned i = 0; i < WORD_BLOCK / 16; i++) {
    __m128i c = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
    __m128i lower = _mm_or_si128(c, _mm_set1_epi8(0x20));
    /* Moved so that the range ends where signed bytes do. */
    __m128i letter = _mm_cmpgt_epi8(_mm_add_epi8(lower, _mm_set1_epi8(127 - 'z')),
                                    _mm_set1_epi8(127 - 26));
    __m128i digit = _mm_cmpgt_epi8(_mm_add_epi8(c, _mm_set1_epi8(127 - '9')),
                                   _mm_set1_epi8(127 - 10));
    __m128i any = _mm_or_si128(letter, c);
    if (digits) any = _mm_or_si128(any, digit);
    bits |= (uint64_t)(unsigned)_mm_movemask_epi8(any) << (16 * i);
  }
#else
  for (unsigned i = 0; i < WORD_BLOCK; i++) {
    bool letter = ascii_is_alpha(p[i]) || (unsigned char)p[i] >= 0x80;
    bits |= (uint64_t)(letter || (digits && ascii_is_digit(p[i]))) << i;
  }
#endif
  return bits;
}

/* Sixteen bytes, a bit for each, the first one lowest; bytes from 0x80 on are nothing here. */
struct ascii_bits {
  unsigned alnum, digits, capitals;
};

static inline struct ascii_bits ascii_bits(const char *p) {
#ifdef __SSE2__
  __m128i c = _mm_loadu_si128((const __m128i *)(const void *)p);
  __m128i lower = _mm_or_si128(c, _mm_set1_epi8(0x20));
  __m128i letter = _mm_and_si128(_mm_cmpgt_epi8(lower, _mm_set1_epi8('a' - 1)),
                                 _mm_cmpgt_epi8(_mm_set1_epi8('z' + 1), lower));
  __m128i digit = _mm_and_si128(_mm_cmpgt_epi8(c, _mm_set1_epi8('0' - 1)),
                                _mm_cmpgt_epi8(_mm_set1_epi8('9' + 1), c));
  __m128i capital = _mm_and_si128(letter, _mm_cmpgt_epi8(_mm_set1_epi8('Z' + 1), c));
  return (struct ascii_bits){(unsigned)_mm_movemask_epi8(_mm_or_si128(letter, digit)),
                             (unsigned)_mm_movemask_epi8(digit),
                             (unsigned)_mm_movemask_epi8(capital)};
#else
  struct ascii_bits bits = {0, 0, 0};
  for (unsigned i = 0; i < 16; i++) {
    bits.alnum |= (unsigned)ascii_is_alnum(p[i]) << i;
    bits.digits |= (unsigned)ascii_is_digit(p[i]) << i;
    bits.capitals |= (unsigned)ascii_is_upper(p[i]) << i;
  }
  return bits;
#endif
}

/* Walks over the words of `text`; begin with {.text = text, .digits = ...}. */
struct word_walk {
  struct span text;
  bool digits;     /* are part of words */
  size_t next;     /* the block to be read next */
  uint64_t edges;  /* of the block before it: where words begin and end, not seen yet */
  uint64_t inside; /* 1 when a word runs on behind that block */
};

static inline size_t word_walk_edge(struct word_walk *w) {
  while (!w->edges) {
    if (w->next >= w->text.len) return w->text.len;
    char last[WORD_BLOCK];
    const char *block = w->text.ptr + w->next;
    size_t left = w->text.len - w->next;
    if (left < WORD_BLOCK) {
      memset(last, ' ', sizeof last);
      block = memcpy(last, block, left);
    }
    uint64_t bits = word_bits(block, w->digits);
    w->edges = bits ^ (bits << 1 | w->inside);
    w->inside = bits >> (WORD_BLOCK - 1);
    w->next += WORD_BLOCK;
  }
  size_t at = w->next - WORD_BLOCK + (size_t)__builtin_ctzll(w->edges);
  w->edges &= w->edges - 1;
  return at;
}

/* Gives the next word as [start, end); false behind the last. */
static inline bool word_walk_next(struct word_walk *w, size_t *start, size_t *end) {
  *start = word_walk_edge(w);
  if (*start == w->text.len) return false;
  *end = word_walk_edge(w);
  return true;
}

#endif
