/* features.h - what the line classifier sees of a line near the end of the sender's text.
 *
 * After Carvalho & Cohen, "Learning to Extract Signature and Reply Lines from Email" (CEAS 2004):
 * yes-or-no features of the line itself and of its neighbours. */
#ifndef ZONE_FEATURES_H
#define ZONE_FEATURES_H

#include <stdint.h>

#include "zone/page.h"

/* Of the line itself. The first block is repeated for the line above and the line below. */
#define LOCAL_FEATURES(X)                                                                    \
  X(VALEDICTION) X(NAME_ONLY) X(NAME_FULL) X(NAME_PART) X(PHONE) X(PHONE_LABEL) X(EMAIL)     \
  X(URL) X(TITLE) X(COMPANY) X(STREET) X(SEPARATED) X(PROSE) X(SENTENCE_END) X(CAPITALISED)  \
  X(GREETING) X(BULLET) X(LONG) X(COLUMNS)

#define OWN_FEATURES(X)                                                                      \
  X(BIAS) X(LAST) X(LAST_2) X(LAST_3) X(LAST_5) X(LAST_9) X(FAR) X(FIRST) X(SECOND)          \
  X(BLANK_ABOVE) X(BLANK_BELOW) X(GAP_ABOVE) X(WORDS_1) X(WORDS_2) X(WORDS_3) X(WORDS_4)     \
  X(WORDS_6) X(WORDS_10) X(WORDS_16) X(WORDS_MANY) X(PROSE_0) X(PROSE_1) X(PROSE_2)          \
  X(PROSE_MANY) X(ENDS_COMMA) X(ENDS_COLON) X(ENDS_QUESTION) X(ENDS_EXCLAMATION)             \
  X(ENDS_STOP) X(LOWER_START) X(DIGIT_START) X(CAPITALS) X(DIGITS_0) X(DIGITS_FEW)           \
  X(DIGITS_SOME) X(DIGITS_MANY) X(DIGIT_SHARE) X(OWN_ADDRESS) X(OWN_DOMAIN) X(OTHER_EMAIL)   \
  X(INITIALS) X(COMMAS) X(TABS) X(TITLES_2) X(DEPARTMENT) X(TRADE) X(PLACE) X(CREDENTIAL)    \
  X(CALENDAR) X(REGISTRY) X(OFFER) X(LEGAL) X(LEGAL_HINT) X(BEHALF) X(ONLINE) X(SLOGAN)      \
  X(BRACKETS) X(MONEY) X(CONTACT_TITLE) X(PHONE_AND_LABEL) X(STREET_DIGITS) X(NAME_TITLE)    \
  X(VALEDICTION_LONG) X(VALEDICTION_NAME) X(AFTER_DELIMITER) X(AFTER_RULE)                   \
  X(AFTER_VALEDICTION) X(AFTER_VALEDICTION_2) X(AFTER_VALEDICTION_4) X(AFTER_NAME_LINE)      \
  X(NAME_AGAIN_BELOW) X(CONTACT_BELOW) X(NO_CONTACT_BELOW) X(CONTACT_ABOVE) X(TITLE_BELOW)   \
  X(COMPANY_BELOW) X(MARKED) X(MARKED_BELOW) X(BEFORE_LONG) X(PARAGRAPH_PROSE)               \
  X(PARAGRAPH_SHORT) X(PARAGRAPH_ALONE) X(NOTHING_ABOVE) X(INTRODUCED) X(CODE) X(RULE)       \
  X(RUN_OWNED) X(RUN_CLOSED) X(POSTSCRIPT)

enum feature {
#define FEATURE_ENUM(name) FEATURE_##name,
#define FEATURE_ABOVE(name) FEATURE_ABOVE_##name,
#define FEATURE_BELOW(name) FEATURE_BELOW_##name,
  LOCAL_FEATURES(FEATURE_ENUM) LOCAL_FEATURES(FEATURE_ABOVE) LOCAL_FEATURES(FEATURE_BELOW)
  OWN_FEATURES(FEATURE_ENUM)
#undef FEATURE_ENUM
#undef FEATURE_ABOVE
#undef FEATURE_BELOW
  FEATURE_COUNT
};

enum { FEATURE_WORDS = (FEATURE_COUNT + 63) / 64, FEATURE_LINES = 32 };

struct features {
  uint64_t bits[FEATURE_WORDS];
};

static inline void feature_set(struct features *f, enum feature feature) {
  f->bits[feature / 64] |= (uint64_t)1 << feature % 64;
}
static inline bool feature_has(const struct features *f, enum feature feature) {
  return f->bits[feature / 64] >> feature % 64 & 1;
}

const char *feature_name(enum feature feature);

/* The lines that the classifier looks at, from the top down. */
struct block {
  size_t lines[FEATURE_LINES]; /* of the page */
  size_t n;
  size_t skipped;              /* lines of the sender above them */
};

/* Chooses the lines; false where the sender has written nothing. */
bool features_block(const struct page *page, struct block *out);
void features_find(const struct page *page, const struct block *block, struct features *out);

#endif
