/* context.h - the vocabulary of a whole mail: whether a mail of its kind carries any signal at all,
 * as customers' letters to a supplier do far more often than, say, a mailing list's. Within
 * src/learn. */
#ifndef MAILSIGNAL_LEARN_CONTEXT_H
#define MAILSIGNAL_LEARN_CONTEXT_H

#include "learn/matrix.h"

struct context_data {
  int n_columns;
  int *column_of;             /* by column of the matrix, from 0; 0: not a context feature */
  struct feature_node **rows; /* by example; NULL: neither a whole mail nor a negative */
};

void context_build(const struct dataset *data, const struct matrix *m, struct context_data *out);

/* As fit_signal(), over whole mails and negatives. */
double *context_fit(const struct dataset *data, const struct context_data *context,
                    const uint8_t *fold_of_group, int without);

/* Of one example, as learned_context() of src/rules would say it. */
double context_predict(const struct context_data *context, const double *weights, size_t example);

#endif
