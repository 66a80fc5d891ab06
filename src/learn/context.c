#include "learn/context.h"

#include <math.h>
#include <stdlib.h>

#include "learn/fit.h"
#include "rules/learned_image.h"

enum { FEWEST_MAILS = 10 };
static const double regularisation = 6; /* liblinear's C; rows have a length of about 1 */

static bool is_context_feature(const struct matrix_feature *f) {
  return f->kind == FEATURE_STEM || f->kind == FEATURE_CONCEPT;
}

/* How many sentences of an example have each feature, into counts. */
static void count_features(const struct matrix *m, const struct example *e, uint32_t *counts) {
  for (size_t s = 0; s < e->folded.n_sentences; s++)
    for (const struct feature_node *f = m->rows[e->first_row + s];
         f->index <= m->n_columns && f->index != -1; f++)
      counts[f->index - 1]++;
}

static void choose_columns(const struct dataset *data, const struct matrix *m,
                           struct context_data *out) {
  uint32_t *mails = ARENA_ARRAY(data->arena, uint32_t, (size_t)m->n_columns);
  uint32_t *counts = ARENA_ARRAY(data->arena, uint32_t, (size_t)m->n_columns);
  for (size_t i = 0; i < data->n; i++) {
    if (!data->items[i].mail) continue;
    memset(counts, 0, (size_t)m->n_columns * sizeof *counts);
    count_features(m, &data->items[i], counts);
    for (int c = 0; c < m->n_columns; c++) mails[c] += counts[c] > 0;
  }
  out->column_of = ARENA_ARRAY(data->arena, int, (size_t)m->n_columns);
  for (size_t i = 0; i < m->n_features; i++) {
    int column = m->features[i].column;
    if (column && is_context_feature(&m->features[i]) && mails[column - 1] >= FEWEST_MAILS)
      out->column_of[column - 1] = ++out->n_columns;
  }
}

/* Columns ascend with those of the matrix, as liblinear wants them. */
static struct feature_node *make_row(const struct dataset *data, const struct matrix *m,
                                     const struct context_data *context, const uint32_t *counts) {
  size_t n = 0, kept = 0;
  for (int c = 0; c < m->n_columns; c++)
    if (context->column_of[c] && counts[c]) n += counts[c], kept++;
  struct feature_node *row = ARENA_ARRAY(data->arena, struct feature_node, kept + 2);
  kept = 0;
  for (int c = 0; c < m->n_columns; c++)
    if (context->column_of[c] && counts[c])
      row[kept++] = (struct feature_node){context->column_of[c], counts[c] / sqrt((double)n)};
  row[kept++] = (struct feature_node){context->n_columns + 1, 1}; /* the bias */
  row[kept] = (struct feature_node){-1, 0};
  return row;
}

void context_build(const struct dataset *data, const struct matrix *m, struct context_data *out) {
  *out = (struct context_data){0};
  choose_columns(data, m, out);
  out->rows = ARENA_ARRAY(data->arena, struct feature_node *, data->n);
  uint32_t *counts = ARENA_ARRAY(data->arena, uint32_t, (size_t)m->n_columns);
  for (size_t i = 0; i < data->n; i++) {
    const struct example *e = &data->items[i];
    if (!e->mail && e->group != NEGATIVES) continue;
    memset(counts, 0, (size_t)m->n_columns * sizeof *counts);
    count_features(m, e, counts);
    out->rows[i] = make_row(data, m, out, counts);
  }
}

double *context_fit(const struct dataset *data, const struct context_data *context,
                    const uint8_t *fold_of_group, int without) {
  size_t n = 0;
  struct feature_node **x = calloc(data->n, sizeof *x);
  double *y = calloc(data->n, sizeof *y), *weights = NULL;
  for (size_t i = 0; x && y && i < data->n; i++) {
    const struct example *e = &data->items[i];
    if (!context->rows[i] || (e->group != NEGATIVES && (int)fold_of_group[e->group] == without))
      continue;
    x[n] = context->rows[i];
    y[n++] = e->all ? 1 : -1;
  }
  if (x && y) weights = fit_rows(x, y, n, context->n_columns, regularisation);
  free(x);
  free(y);
  return weights;
}

double context_predict(const struct context_data *context, const double *weights, size_t example) {
  const struct feature_node *row = context->rows[example];
  if (!row) return 0;
  double bias = weights[context->n_columns];
  return (double)learned_context((float)bias, (float)(fit_predict(row, weights) - bias), 1);
}
