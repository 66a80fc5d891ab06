/* fit.h - logistic regression, cross-validation and calibration. Within src/learn. */
#ifndef MAILSIGNAL_LEARN_FIT_H
#define MAILSIGNAL_LEARN_FIT_H

#include "learn/matrix.h"

/* Weights of columns 1 ... n_columns, and the bias behind them, for one signal; malloc'ed. Rows of
 * `without` (a fold; -1 = none) are left out. */
double *fit_signal(const struct dataset *data, const struct matrix *m, const uint8_t *fold_of_group,
                   int without, enum signal_type type);
double fit_predict(const struct feature_node *row, const double *weights);

/* Logistic regression over `n` rows, each with n_columns + 1 as the bias: its weights, malloc'ed;
 * NULL: out of memory. The same rows give the same weights. */
double *fit_rows(struct feature_node **x, double *y, size_t n, int n_columns, double c);

/* p = 1 / (1 + exp(-(scale * logit + shift))) fitted to outcomes (Platt 1999). */
void fit_scale(const double *logits, const bool *outcomes, size_t n, double *scale, double *shift);

#endif
