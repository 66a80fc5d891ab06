/* lexicon.h - the words and phrases by which a line shows what it is.
 *
 * One pass over a folded line (fold.h) finds every entry of lexicon.def and locales.c. The lookup
 * table is made at build time by make_lexicon.c, so that nothing is set up at run time. */
#ifndef ZONE_LEXICON_H
#define ZONE_LEXICON_H

#include <stdint.h>

#include "mailsignal/span.h"

/* Where a class counts. */
enum lex_place {
  LEX_ANYWHERE,
  LEX_AT_START, /* the line begins with it, apart from marks like * and - */
  LEX_HEADER,   /* the line begins with it, and a colon follows */
};

/* X(name, place) */
#define LEX_CLASSES(X)                                                                   \
  X(HDR_FROM, LEX_HEADER) X(HDR_DATE, LEX_HEADER) X(HDR_TO, LEX_HEADER)                  \
  X(HDR_CC, LEX_HEADER) X(HDR_SUBJECT, LEX_HEADER) X(HDR_OTHER, LEX_HEADER)              \
  X(ATTR_START, LEX_AT_START) X(ATTR_VERB, LEX_ANYWHERE)                                 \
  X(ORIGINAL, LEX_AT_START) X(FORWARDED, LEX_AT_START)                                   \
  X(VALEDICTION, LEX_AT_START) X(GREETING, LEX_AT_START) X(BANNER, LEX_ANYWHERE)         \
  X(CLIENT, LEX_AT_START) X(DEVICE, LEX_ANYWHERE) X(LEGAL, LEX_ANYWHERE) X(LEGAL_HINT, LEX_ANYWHERE)             \
  X(LIST, LEX_ANYWHERE) X(REGISTRY, LEX_ANYWHERE) X(OFFER, LEX_ANYWHERE)                 \
  X(TITLE, LEX_ANYWHERE) X(DEPARTMENT, LEX_ANYWHERE) X(COMPANY, LEX_ANYWHERE)            \
  X(TRADE, LEX_ANYWHERE) X(PHONE, LEX_ANYWHERE) X(ONLINE, LEX_ANYWHERE)                  \
  X(STREET, LEX_ANYWHERE) X(PLACE, LEX_ANYWHERE) X(CREDENTIAL, LEX_ANYWHERE)             \
  X(CALENDAR, LEX_ANYWHERE) X(PROSE, LEX_ANYWHERE) X(BEHALF, LEX_AT_START)

enum lex_class {
#define LEX_ENUM(name, place) LEX_##name,
  LEX_CLASSES(LEX_ENUM)
#undef LEX_ENUM
  LEX_CLASS_COUNT
};

#define LEX_BIT(name) ((uint64_t)1 << LEX_##name)

/* What a line holds. */
struct lex_hits {
  uint64_t classes;        /* LEX_BIT()s; bits of LEX_AT_START and LEX_HEADER only from the start */
  uint16_t words;          /* no counter goes beyond UINT16_MAX */
  uint16_t prose;          /* function words */
  uint16_t titles;
  uint16_t legal, legal_hints;
  uint16_t valediction_len; /* up to where the longest VALEDICTION at the start reaches */
};

/* `folded` is one line. */
void lexicon_scan(struct span folded, struct lex_hits *out);

#endif
