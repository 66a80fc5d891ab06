/* learn.h - fits the learned rules: labelled text in, rules/learned/model.txt out.
 *
 * For each signal a logistic regression (L2, liblinear) over the features of one sentence, each
 * feature weighted by how rare it is. The labels' files are the groups of cross-validation, so that
 * a trade or an author never stands on both sides; scale and threshold come from predictions made
 * out of fold. The same input gives the same file, byte for byte. */
#ifndef MAILSIGNAL_LEARN_H
#define MAILSIGNAL_LEARN_H

#include "mailsignal/rules.h"

/* Text that shows no signal at all. */
struct learn_text {
  struct span text;
  char language[4];
};

struct learn_options {
  const char *const *label_files; /* JSON lines: {"text" or "new_text", "signals", "lang"} */
  size_t n_label_files;
  size_t n_ordinary; /* the last so many of them hold mail as it comes, few with a signal: thresholds
                      * leave nearly all of its clean mail alone */
  const struct learn_text *negatives; /* always trained on, never judged on */
  size_t n_negatives;
  const char *concepts;           /* concepts.txt; copied beside the model when it lies elsewhere */
  const char *out_dir;
  const struct ruleset *ruleset;  /* for folding words */
  double min_precision;           /* thresholds are chosen among those that keep it */
  void (*progress)(void *context, const char *line);
  void *context;
};

enum ms_status learn_model(const struct learn_options *options, struct ms_error *error);

#endif
