#include "mailsignal/learn.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "learn/context.h"
#include "learn/fit.h"
#include "learn/threshold.h"
#include "mailsignal/sbuf.h"
#include "rules/learned_image.h"
#include "rules/model_file.h"

enum { FOLDS = 6, ENOUGH_MAILS = 100 };
static const double smallest_weight = 0.097; /* log-odds; smaller ones are left out of the file */
static const double context_share = 0.6;    /* of the context's log-odds that a sentence gets */

struct learning {
  const struct learn_options *options;
  struct arena *arena;
  struct dataset data;
  struct matrix matrix;
  struct span concepts, words;
  uint8_t *fold_of_group;
  double *held_out[SIGNAL_COUNT]; /* logits of each row, made without its fold */
  double *weights[SIGNAL_COUNT];
  struct context_data context;
  double *context_held_out; /* of each example */
  double *context_weights;
  double scale[SIGNAL_COUNT], shift[SIGNAL_COUNT];
  struct decision decision;
  struct sbuf report; /* comment lines for the head of the file */
};

__attribute__((format(printf, 2, 3))) static void say(struct learning *l, const char *format, ...) {
  char line[400];
  va_list args;
  va_start(args, format);
  vsnprintf(line, sizeof line, format, args);
  va_end(args);
  sbuf_printf(&l->report, "# %s\n", line);
  if (l->options->progress) l->options->progress(l->options->context, line);
}

static enum ms_status read_concepts(struct learning *l, struct ms_error *error) {
  const char *path = l->options->concepts;
  FILE *file = fopen(path, "rb");
  if (!file) return ms_fail(error, MS_NO_INPUT, "%s: %s", path, strerror(errno));
  struct sbuf bytes = {.arena = l->arena};
  char chunk[65536];
  for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;)
    sbuf_add(&bytes, (struct span){chunk, got});
  fclose(file);
  l->concepts = sbuf_span(&bytes);
  return MS_OK;
}

/* Groups to folds, the largest first, each into the smallest fold. */
static void make_folds(struct learning *l) {
  size_t groups = l->options->n_label_files, sizes[FOLDS] = {0};
  size_t *rows = ARENA_ARRAY(l->arena, size_t, groups);
  l->fold_of_group = ARENA_ARRAY(l->arena, uint8_t, groups);
  for (size_t i = 0; i < l->data.n; i++)
    if (l->data.items[i].group != NEGATIVES)
      rows[l->data.items[i].group] += l->data.items[i].folded.n_sentences;
  for (size_t done = 0; done < groups; done++) {
    size_t largest = SPAN_NONE, fold = 0;
    for (size_t g = 0; g < groups; g++)
      if (rows[g] != SPAN_NONE && (largest == SPAN_NONE || rows[g] > rows[largest])) largest = g;
    for (size_t f = 1; f < FOLDS; f++)
      if (sizes[f] < sizes[fold]) fold = f;
    l->fold_of_group[largest] = (uint8_t)fold;
    sizes[fold] += rows[largest];
    rows[largest] = SPAN_NONE;
  }
}

static bool is_in_fold(const struct learning *l, size_t row, int fold) {
  uint32_t group = l->matrix.examples[row]->group;
  return group != NEGATIVES && l->fold_of_group[group] == fold;
}

static enum ms_status predict_held_out(struct learning *l, struct ms_error *error) {
  for (int t = 0; t < SIGNAL_COUNT; t++) {
    l->held_out[t] = ARENA_ARRAY(l->arena, double, l->data.n_rows);
    for (int fold = 0; fold < FOLDS; fold++) {
      double *weights =
          fit_signal(&l->data, &l->matrix, l->fold_of_group, fold, (enum signal_type)t);
      if (!weights) return ms_fail(error, MS_SOFTWARE, "out of memory");
      for (size_t r = 0; r < l->data.n_rows; r++)
        if (is_in_fold(l, r, fold)) l->held_out[t][r] = fit_predict(l->matrix.rows[r], weights);
      free(weights);
    }
    if (l->options->progress)
      l->options->progress(l->options->context, signal_type_name((enum signal_type)t));
  }
  return MS_OK;
}

static enum ms_status predict_context(struct learning *l, struct ms_error *error) {
  context_build(&l->data, &l->matrix, &l->context);
  l->context_held_out = ARENA_ARRAY(l->arena, double, l->data.n);
  for (int fold = -1; fold < FOLDS; fold++) {
    double *weights = context_fit(&l->data, &l->context, l->fold_of_group, fold);
    if (!weights) return ms_fail(error, MS_SOFTWARE, "out of memory");
    for (size_t i = 0; i < l->data.n; i++) {
      uint32_t group = l->data.items[i].group;
      if (group != NEGATIVES && l->fold_of_group[group] == fold)
        l->context_held_out[i] = context_predict(&l->context, weights, i);
    }
    if (fold < 0) l->context_weights = weights;
    else free(weights);
  }
  return MS_OK;
}

static void calibrate(struct learning *l) {
  bool *outcomes = ARENA_ARRAY(l->arena, bool, l->data.n_rows);
  double *logits = ARENA_ARRAY(l->arena, double, l->data.n_rows);
  for (int t = 0; t < SIGNAL_COUNT; t++) {
    size_t n = 0;
    for (size_t r = 0; r < l->data.n_rows; r++) {
      if (l->matrix.examples[r]->group == NEGATIVES) continue;
      logits[n] = l->held_out[t][r];
      outcomes[n++] = l->matrix.labels[r] >> t & 1;
    }
    fit_scale(logits, outcomes, n, &l->scale[t], &l->shift[t]);
  }
}

static bool is_ordinary(const struct learning *l, const struct example *e) {
  return e->group != NEGATIVES && e->group >= l->options->n_label_files - l->options->n_ordinary;
}

/* Whole mails decide where there are enough of them: their many plain sentences are as in life. */
static bool is_judged(const struct learning *l, const struct example *e) {
  if (e->group == NEGATIVES) return false;
  return e->mail || l->data.n_mails < ENOUGH_MAILS;
}

static void judge_sentence(const struct learning *l, size_t row, float prior, float *logits) {
  for (size_t t = 0; t < SIGNAL_COUNT; t++)
    logits[t] = (float)(l->scale[t] * l->held_out[t][row] + l->shift[t]);
  learned_settle(logits, prior, logits);
}

static struct judged_set judged_set_make(struct learning *l) {
  struct judged_set set = {.items = ARENA_ARRAY(l->arena, struct judged, l->data.n)};
  for (size_t i = 0; i < l->data.n; i++) {
    const struct example *e = &l->data.items[i];
    size_t n = e->folded.n_sentences;
    if (!is_judged(l, e)) continue;
    struct judged *j = &set.items[set.n++];
    *j = (struct judged){
        .meant = e->all, .ordinary = is_ordinary(l, e), .n_sentences = n, .votes = e->votes};
    j->logits = ARENA_ARRAY(l->arena, float, n *SIGNAL_COUNT);
    float prior =
        learned_length_prior(&e->folded) + (float)(context_share * l->context_held_out[i]);
    for (size_t s = 0; s < n; s++)
      judge_sentence(l, e->first_row + s, prior, j->logits + s * SIGNAL_COUNT);
  }
  return set;
}

static void say_outcome(struct learning *l, const char *what, const struct outcome *o) {
  if (o->n == 0) return;
  say(l,
      "out of fold, %zu %s: precision %.3f, recall %.3f, F1 %.3f (mean of signals %.3f), clean "
      "ones flagged %.3f",
      o->n, what, o->precision, o->recall, o->f1, o->macro_f1, o->clean_flagged);
  for (int t = 0; t < SIGNAL_COUNT; t++) {
    double hit = (double)o->hit[t];
    say(l, "  %-19s precision %.2f recall %.2f", signal_type_name((enum signal_type)t),
        hit / fmax(1, hit + (double)o->false_alarm[t]), hit / fmax(1, hit + (double)o->missed[t]));
  }
}

static void decide(struct learning *l) {
  struct judged_set set = judged_set_make(l);
  thresholds_choose(&set, l->options->min_precision, &l->decision);
  struct outcomes o = threshold_judge(&set, &l->decision);
  say_outcome(l, l->data.n_mails >= ENOUGH_MAILS ? "whole mails" : "texts", &o.dense);
  say_outcome(l, "ordinary mails", &o.ordinary);
}

static enum ms_status fit_all(struct learning *l, struct ms_error *error) {
  for (int t = 0; t < SIGNAL_COUNT; t++) {
    l->weights[t] = fit_signal(&l->data, &l->matrix, l->fold_of_group, -1, (enum signal_type)t);
    if (!l->weights[t]) return ms_fail(error, MS_SOFTWARE, "out of memory");
  }
  return MS_OK;
}

/* False: not worth a place in the file. */
static bool weight_of(const struct learning *l, const struct matrix_feature *f, int t, double *w) {
  if (t == LEARNED_CONTEXT) {
    int column = l->context.column_of[f->column - 1];
    *w = column ? l->context_weights[column - 1] : 0;
    return column > 0;
  }
  *w = l->weights[t][f->column - 1] * matrix_value(f);
  return fabs(*w) >= smallest_weight;
}

/* "+0.25" as "+.25": the file holds some 130,000 of them. */
static void write_weight(FILE *file, const char *before, int code, double weight) {
  char text[24];
  snprintf(text, sizeof text, "%+.2f", weight);
  fprintf(file, "%s%s%c%s", before, model_signal_code(code), text[0], text + (text[1] == '0' ? 2 : 1));
}

static void write_feature(const struct learning *l, FILE *file, const struct matrix_feature *f) {
  bool any = false;
  for (int t = 0; t <= LEARNED_CONTEXT; t++) {
    double w;
    if (!weight_of(l, f, t, &w)) continue;
    if (!any) {
      fprintf(file, "f %c", (char)f->kind);
      for (size_t i = 0; i < f->n; i++) fprintf(file, " " SPAN_FMT, SPAN_ARG(f->parts[i]));
      fputc('\t', file);
    }
    write_weight(file, any ? " " : "", t, w);
    any = true;
  }
  if (any) fputc('\n', file);
}

static int by_name(const void *a, const void *b) {
  const struct matrix_feature *p = a, *q = b;
  if (p->kind != q->kind) return p->kind < q->kind ? -1 : 1;
  for (size_t i = 0; i < p->n && i < q->n; i++) {
    int order = span_compare(p->parts[i], q->parts[i]);
    if (order) return order;
  }
  return p->n < q->n ? -1 : p->n > q->n;
}

static enum ms_status write_model(struct learning *l, struct ms_error *error) {
  struct span path = arena_printf(l->arena, "%s/model.txt", l->options->out_dir);
  FILE *file = fopen(path.ptr, "wb");
  if (!file) return ms_fail(error, MS_IO, "%s: %s", path.ptr, strerror(errno));
  fprintf(file,
          "# Written by `mailsignal rules learn`; docs/learned.md says what it holds.\n" SPAN_FMT,
          SPAN_ARG(sbuf_span(&l->report)));
  for (int t = 0; t < SIGNAL_COUNT; t++)
    fprintf(file, "signal %s bias %.3f scale %.3f threshold %.2f\n",
            signal_type_name((enum signal_type)t),
            l->weights[t][l->matrix.n_columns] + l->shift[t] / l->scale[t], l->scale[t],
            l->decision.threshold[t]);
  fprintf(file, "votes %.2f\n", l->decision.vote_scale);
  fprintf(file, "context bias %.2f share %.2f\n", l->context_weights[l->context.n_columns],
          context_share);
  fwrite(l->words.ptr, 1, l->words.len, file);
  qsort(l->matrix.features, l->matrix.n_features, sizeof *l->matrix.features, by_name);
  for (size_t i = 0; i < l->matrix.n_features; i++)
    if (l->matrix.features[i].column) write_feature(l, file, &l->matrix.features[i]);
  if (fclose(file) != 0) return ms_fail(error, MS_IO, "%s: %s", path.ptr, strerror(errno));
  return MS_OK;
}

static enum ms_status run(struct learning *l, struct ms_error *error) {
  enum ms_status status = read_concepts(l, error);
  if (!status) status = dataset_read(l->arena, l->options, &l->data, error);
  if (status) return status;
  struct ms_error fault = {0};
  matrix_build(&l->data, l->options, l->concepts, &l->matrix, &l->words, &fault);
  if (fault.status) return ms_fail(error, fault.status, "%s", fault.text);
  make_folds(l);
  say(l,
      "data sha256:%s: %zu texts, %zu sentences, %zu files in %d folds, %zu mails as negatives, %d "
      "features",
      l->data.digest, l->data.n, l->data.n_rows, l->options->n_label_files, FOLDS,
      l->options->n_negatives, l->matrix.n_columns);
  status = predict_held_out(l, error);
  if (status) return status;
  status = predict_context(l, error);
  if (status) return status;
  calibrate(l);
  decide(l);
  status = fit_all(l, error);
  return status ? status : write_model(l, error);
}

enum ms_status learn_model(const struct learn_options *options, struct ms_error *error) {
  struct arena *arena = arena_new();
  if (!arena) return ms_fail(error, MS_SOFTWARE, "out of memory");
  struct learning l = {.options = options, .arena = arena, .report = {.arena = arena}};
  enum ms_status status = run(&l, error);
  for (int t = 0; t < SIGNAL_COUNT; t++) free(l.weights[t]);
  free(l.context_weights);
  arena_free(arena);
  return status;
}
