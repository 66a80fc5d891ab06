/* sense.h - how a sentence says what it says: negated, hedged, asked, reported, owned up to.
 *
 * Works on folded text (text.h): contractions are written out, so "isn't" is "is not". Every
 * finding is a struct sense_finding that explain can show. */
#ifndef MAILSIGNAL_SIGNAL_SENSE_H
#define MAILSIGNAL_SIGNAL_SENSE_H

#include "mailsignal/rules.h"

enum sense_kind {
  SENSE_NEGATED,      /* "no complaints", "not urgent at all": the statement does not hold */
  SENSE_HEDGED,       /* "might", "perhaps", "thinking of" */
  SENSE_HYPOTHETICAL, /* "if", "in case", "suppose" */
  SENSE_ASKED,        /* a question about the reader: "are you expanding?" */
  SENSE_REPORTED,     /* "they told me that", "apparently" */
  SENSE_OWN_FAULT,    /* "my mistake", "our end": no complaint about the reader */
  SENSE_NO_HURRY,     /* "no rush", "whenever suits": takes urgency back */
  SENSE_KIND_COUNT
};

struct sense_finding {
  enum sense_kind kind;
  struct span cue; /* the words, folded */
};

/* What holds for the words [start, end) (bytes of folded.bytes) of one sentence. A finding of each
 * kind at most. */
struct senses {
  struct sense_finding items[SENSE_KIND_COUNT];
  size_t n;
};

void sense_of(const struct folded *folded, size_t sentence, size_t start, size_t end,
              struct senses *out);
const struct sense_finding *sense_has(const struct senses *senses, enum sense_kind kind);

/* The label for explain, e.g. "hedged". */
const char *sense_name(enum sense_kind kind);

#endif
