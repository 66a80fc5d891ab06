/* threshold.h - from scores to decisions: one threshold a signal, and how much rules' votes count.
 * Within src/learn. */
#ifndef MAILSIGNAL_LEARN_THRESHOLD_H
#define MAILSIGNAL_LEARN_THRESHOLD_H

#include "mailsignal/rules.h"

/* A text with what was meant, and scores made out of fold. Its best sentence decides. */
struct judged {
  uint16_t meant; /* bit set over enum signal_type */
  bool ordinary;  /* mail as it comes, where hardly any carries a signal */
  size_t n_sentences;
  float *logits;             /* calibrated; sentence by sentence, SIGNAL_COUNT each */
  const float *votes;        /* of rules, likewise */
  double best[SIGNAL_COUNT]; /* of the vote scale at hand */
};

struct judged_set {
  struct judged *items;
  size_t n;
};

struct decision {
  double threshold[SIGNAL_COUNT], vote_scale;
};

struct outcome {
  size_t hit[SIGNAL_COUNT], false_alarm[SIGNAL_COUNT], missed[SIGNAL_COUNT];
  size_t n, clean, flagged; /* texts; those without any signal; and of these, falsely reported */
  double precision, recall, f1, clean_flagged;
  double macro_f1; /* mean over the signals */
};

struct outcomes {
  struct outcome dense, ordinary;
};

struct outcomes threshold_judge(const struct judged_set *set, const struct decision *decision);

/* One probability for all signals from which on a text has them: best scores are calibrated to
 * probabilities for each signal (Platt 1999), as thresholds of their own would be fitted to the few
 * samples of each. The best F1, on dense and on ordinary mail, among those that keep the precision
 * and leave clean texts alone. */
void thresholds_choose(const struct judged_set *set, double min_precision, struct decision *out);

#endif
