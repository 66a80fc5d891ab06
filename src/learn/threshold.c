#include "learn/threshold.h"

#include <math.h>
#include <stdlib.h>

#include "learn/fit.h"

static const double most_clean_flagged = 0.045;   /* of texts without any signal */
/* The same, of ordinary mail, three in ten misleading: what people really write has less of that. */
static const double most_ordinary_flagged = 0.032;

static void find_best(struct judged_set *set, double vote_scale) {
  for (size_t i = 0; i < set->n; i++) {
    struct judged *j = &set->items[i];
    for (size_t t = 0; t < SIGNAL_COUNT; t++) j->best[t] = -1e9;
    for (size_t s = 0; s < j->n_sentences * SIGNAL_COUNT; s++) {
      double score = (double)j->logits[s] + vote_scale * (double)j->votes[s];
      if (score > j->best[s % SIGNAL_COUNT]) j->best[s % SIGNAL_COUNT] = score;
    }
  }
}

static void count(struct outcome *o, const struct judged *j, const double *threshold) {
  bool any = false;
  for (size_t t = 0; t < SIGNAL_COUNT; t++) {
    bool says = j->best[t] >= threshold[t], means = j->meant >> t & 1;
    o->hit[t] += says && means;
    o->false_alarm[t] += says && !means;
    o->missed[t] += !says && means;
    any |= says;
  }
  o->n++;
  o->clean += j->meant == 0;
  o->flagged += j->meant == 0 && any;
}

static void sum_up(struct outcome *o) {
  size_t hit = 0, said = 0, meant = 0;
  for (size_t t = 0; t < SIGNAL_COUNT; t++) {
    hit += o->hit[t];
    said += o->hit[t] + o->false_alarm[t];
    meant += o->hit[t] + o->missed[t];
    double twice = 2 * (double)o->hit[t];
    double f1 = twice / (twice + (double)o->false_alarm[t] + (double)o->missed[t] + 1e-9);
    o->macro_f1 += f1 / SIGNAL_COUNT;
  }
  o->precision = said ? (double)hit / (double)said : 1;
  o->recall = meant ? (double)hit / (double)meant : 1;
  o->f1 = hit ? 2 * o->precision * o->recall / (o->precision + o->recall) : 0;
  o->clean_flagged = o->clean ? (double)o->flagged / (double)o->clean : 0;
}

static struct outcomes judge(const struct judged_set *set, const double *threshold) {
  struct outcomes o = {0};
  for (size_t i = 0; i < set->n; i++)
    count(set->items[i].ordinary ? &o.ordinary : &o.dense, &set->items[i], threshold);
  sum_up(&o.dense);
  sum_up(&o.ordinary);
  return o;
}

struct outcomes threshold_judge(const struct judged_set *set, const struct decision *decision) {
  struct judged_set mine = *set;
  find_best(&mine, decision->vote_scale);
  return judge(set, decision->threshold);
}

static bool allowed(const struct outcomes *o, double min_precision) {
  return o->dense.precision >= min_precision && o->dense.clean_flagged <= most_clean_flagged &&
         o->ordinary.clean_flagged <= most_ordinary_flagged;
}

/* For each signal p(meant | best score), over all texts (Platt 1999). */
static void calibrate(const struct judged_set *set, double *scale, double *shift) {
  double *best = calloc(set->n + 1, sizeof *best);
  bool *meant = calloc(set->n + 1, sizeof *meant);
  for (size_t t = 0; t < SIGNAL_COUNT; t++) {
    scale[t] = 1;
    shift[t] = 0;
    for (size_t i = 0; best && meant && i < set->n; i++) {
      best[i] = fmax(set->items[i].best[t], -8);
      meant[i] = set->items[i].meant >> t & 1;
    }
    if (best && meant) fit_scale(best, meant, set->n, &scale[t], &shift[t]);
  }
  free(best);
  free(meant);
}

void thresholds_choose(const struct judged_set *set, double min_precision, struct decision *out) {
  struct judged_set mine = *set;
  double best = -2;
  for (double votes = 0.25; votes <= 1.5; votes += 0.25) {
    double scale[SIGNAL_COUNT], shift[SIGNAL_COUNT], threshold[SIGNAL_COUNT];
    find_best(&mine, votes);
    calibrate(&mine, scale, shift);
    for (double log_odds = -2; log_odds <= 3; log_odds += 0.1) {
      for (size_t t = 0; t < SIGNAL_COUNT; t++) threshold[t] = (log_odds - shift[t]) / scale[t];
      struct outcomes o = judge(&mine, threshold);
      double reached = allowed(&o, min_precision) ? o.dense.f1 : -1;
      if (reached <= best) continue;
      best = reached;
      out->vote_scale = votes;
      memcpy(out->threshold, threshold, sizeof threshold);
    }
  }
}
