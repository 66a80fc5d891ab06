#include "learn/fit.h"

#include <math.h>
#include <stdlib.h>

static const double regularisation = 0.1; /* liblinear's C */
static const double tolerance = 0.05;

static void say_nothing(const char *text) { (void)text; }

double *fit_rows(struct feature_node **x, double *y, size_t n, int n_columns, double c) {
  struct problem problem = {.l = (int)n, .n = n_columns + 1, .y = y, .x = x, .bias = -1};
  struct parameter parameter = {.solver_type = L2R_LR_DUAL, .C = c, .eps = tolerance};
  set_print_string_function(say_nothing);
  srand(1); /* liblinear shuffles with rand(): the same data gives the same weights */
  double *weights = calloc((size_t)n_columns + 1, sizeof *weights);
  struct model *fitted = n && weights ? train(&problem, &parameter) : NULL;
  if (fitted) {
    double sign = fitted->nr_class < 2 || fitted->label[0] == 1 ? 1 : -1;
    for (int i = 0; i < n_columns + 1 && fitted->nr_class == 2; i++)
      weights[i] = sign * fitted->w[i];
    free_and_destroy_model(&fitted);
  }
  return weights;
}

double *fit_signal(const struct dataset *data, const struct matrix *m, const uint8_t *fold_of_group,
                   int without, enum signal_type type) {
  size_t n = 0;
  struct feature_node **x = calloc(data->n_rows, sizeof *x);
  double *y = calloc(data->n_rows, sizeof *y), *weights = NULL;
  for (size_t r = 0; x && y && r < data->n_rows; r++) {
    uint32_t group = m->examples[r]->group;
    if (group != NEGATIVES && (int)fold_of_group[group] == without) continue;
    x[n] = m->rows[r];
    y[n++] = m->labels[r] >> type & 1 ? 1 : -1;
  }
  if (x && y) weights = fit_rows(x, y, n, m->n_columns, regularisation);
  free(x);
  free(y);
  return weights;
}

double fit_predict(const struct feature_node *row, const double *weights) {
  double sum = 0;
  for (; row->index != -1; row++) sum += weights[row->index - 1] * row->value;
  return sum;
}

/* Newton's method on two parameters; the likelihood is concave. */
void fit_scale(const double *logits, const bool *outcomes, size_t n, double *scale, double *shift) {
  double a = 1, b = 0;
  for (int round = 0; round < 30; round++) {
    double ga = 0, gb = 0, haa = 1e-6, hab = 0, hbb = 1e-6;
    for (size_t i = 0; i < n; i++) {
      double p = 1 / (1 + exp(-(a * logits[i] + b))), d = (outcomes[i] ? 1 : 0) - p,
             w = p * (1 - p);
      ga += d * logits[i];
      gb += d;
      haa += w * logits[i] * logits[i];
      hab += w * logits[i];
      hbb += w;
    }
    double det = haa * hbb - hab * hab;
    if (fabs(det) < 1e-12) break;
    double da = (hbb * ga - hab * gb) / det, db = (haa * gb - hab * ga) / det;
    a += da;
    b += db;
    if (fabs(da) + fabs(db) < 1e-8) break;
  }
  *scale = a;
  *shift = b;
}
