/* model_file.h - rules/learned/model.txt: fitted weights, written by `mailsignal rules learn`.
 *
 *     # comment
 *     signal complaint bias -3.10 scale 0.92 threshold -0.35
 *     votes 1.00
 *     context bias -1.10 share 0.60
 *     words en bring brings bringing
 *     f u renew	re+2.10 ch-.31
 *     f q @we want @more	up+1.20
 *
 * `votes` says how much a rule's vote counts, `context` how much the whole text's vocabulary does;
 * `words` lists spellings seen in training; `f` is a feature: its kind (learned_features.h), its parts,
 * a tab, and the log-odds it adds by signal: co ur bu cm ex re up rf ch, and an for the context.
 * Within src/rules. */
#ifndef MAILSIGNAL_RULES_MODEL_FILE_H
#define MAILSIGNAL_RULES_MODEL_FILE_H

#include "rules/learned.h"
#include "rules/learned_image.h"

struct model_word {
  struct span text;
  uint16_t language;
};

struct model_weight {
  uint32_t signal;
  float value;
};

struct model_feature {
  char kind;
  uint8_t n;
  struct span parts[3];
  uint32_t first, n_weights; /* of model->weights */
};

struct model_text {
  float bias[SIGNAL_COUNT], scale[SIGNAL_COUNT], threshold[SIGNAL_COUNT];
  float vote_scale, context_bias, context_share;
  struct model_words {
    struct model_word *items;
    size_t n, capacity;
  } words;
  struct model_features {
    struct model_feature *items;
    size_t n, capacity;
  } features;
  struct model_weights {
    struct model_weight *items;
    size_t n, capacity;
  } weights;
};

/* Faults: learned.model. Spans point into the file. */
void model_read(struct arena *arena, const struct learned_file *file, struct model_text *out,
                struct diag_list *faults);

/* Two letters, e.g. "co" for SIGNAL_COMPLAINT; "an" for LEARNED_CONTEXT. */
const char *model_signal_code(int signal);

#endif
