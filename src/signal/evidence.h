/* evidence.h - what one sentence says for one signal: rule hits and learned score, after language
 * sense, as a sum that explain can print. */
#ifndef MAILSIGNAL_SIGNAL_EVIDENCE_H
#define MAILSIGNAL_SIGNAL_EVIDENCE_H

#include "mailsignal/signal.h"
#include "signal/sense.h"
#include "signal/when.h"

enum { MAX_EVIDENCE_HITS = 8, MAX_EVIDENCE_TERMS = 12 };

struct evidence {
  enum signal_type type;
  size_t sentence;
  double strength;           /* the sum of the terms, not capped */
  struct signal_term terms[MAX_EVIDENCE_TERMS];
  size_t n_terms;
  const struct hit *hits[MAX_EVIDENCE_HITS]; /* strongest first */
  size_t n_hits;
};

/* Everything of one message that evidence is made of. */
struct reading {
  struct arena *arena;
  const struct ruleset *ruleset;
  const struct signal_input *input;
  struct folded folded;
  struct hits hits;
  float *logits;             /* NULL: no learned rules */
  day_number today;
};

/* Folds the sender's own words, scores them and matches the rules; with `all_rules` also those that
 * cannot lift their sentence over a threshold. */
void reading_make(struct reading *reading, struct match_scratch *scratch, bool all_rules,
                  defect_set *defects);

/* The evidence of a sentence for a signal; strength 0 when there is none. `first` is the index of the
 * sentence's first hit in reading->hits. */
struct evidence evidence_of(const struct reading *reading, size_t sentence, size_t first,
                            enum signal_type type);

#endif
