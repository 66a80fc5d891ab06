/* matrix.h - the dataset as sparse rows of features. Within src/learn. */
#ifndef MAILSIGNAL_LEARN_MATRIX_H
#define MAILSIGNAL_LEARN_MATRIX_H

#include <linear.h>

#include "learn/dataset.h"
#include "rules/learned_features.h"

struct matrix_feature {
  uint64_t key;
  enum feature_kind kind;
  size_t n;
  struct span parts[3];
  uint32_t rows; /* sentences that have it */
  int column;    /* from 1; 0: too rare, left out */
};

struct matrix {
  struct matrix_feature *features;
  size_t n_features, capacity;
  int n_columns;
  struct feature_node **rows; /* one a sentence, in the order of the dataset */
  uint16_t *labels;
  const struct example **examples; /* of each row */
};

/* `words` becomes the model text's "words" lines. */
void matrix_build(const struct dataset *data, const struct learn_options *options,
                  struct span concepts, struct matrix *out, struct span *words,
                  struct ms_error *error);

/* What a present feature counts: rare ones more, (rows / 20)^-0.35. */
double matrix_value(const struct matrix_feature *feature);

#endif
