#include "learn/threshold.h"

#include <math.h>

static const double most_clean_flagged = 0.045; /* of texts without any signal */
static const double most_ordinary_flagged = 0.05; /* the same, of ordinary mail */
static const double smallest_gain = 0.0005;     /* in F1, for a signal's own threshold to move */

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
    o->macro_f1 +=
        twice / (twice + (double)o->false_alarm[t] + (double)o->missed[t] + 1e-9) / SIGNAL_COUNT;
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

static double merit(const struct outcomes *o) {
  double dense = (o->dense.f1 + o->dense.macro_f1) / 2;
  return o->ordinary.n ? (2 * dense + o->ordinary.f1) / 3 : dense;
}

/* Moves one signal's threshold after the other within +-0.6 of `middle`. */
static double refine(const struct judged_set *set, double min_precision, double middle,
                     double *threshold) {
  enum { ROUNDS = 3, STEPS = 7 };
  struct outcomes start = judge(set, threshold);
  double best = allowed(&start, min_precision) ? merit(&start) : -1;
  for (int round = 0; round < ROUNDS; round++) {
    for (size_t t = 0; t < SIGNAL_COUNT; t++) {
      double kept = threshold[t];
      for (int step = 0; step < STEPS; step++) {
        threshold[t] = middle - 0.6 + 0.2 * step;
        struct outcomes o = judge(set, threshold);
        if (!allowed(&o, min_precision) || merit(&o) <= best + smallest_gain) continue;
        best = merit(&o);
        kept = threshold[t];
      }
      threshold[t] = kept;
    }
  }
  return best;
}

void thresholds_choose(const struct judged_set *set, double min_precision, struct decision *out) {
  struct judged_set mine = *set;
  double best = -2;
  for (double votes = 0.25; votes <= 1.5; votes += 0.25) {
    find_best(&mine, votes);
    for (double middle = -0.5; middle <= 2.5; middle += 0.1) {
      double threshold[SIGNAL_COUNT];
      for (size_t t = 0; t < SIGNAL_COUNT; t++) threshold[t] = middle;
      double reached = refine(&mine, min_precision, middle, threshold);
      if (reached <= best) continue;
      best = reached;
      out->vote_scale = votes;
      for (size_t t = 0; t < SIGNAL_COUNT; t++) out->threshold[t] = threshold[t];
    }
  }
}
