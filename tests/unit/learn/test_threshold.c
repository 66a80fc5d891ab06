#include <criterion/criterion.h>

#include "learn/threshold.h"
#include "mailsignal/arena.h"

enum { CHURN = SIGNAL_CHURN_RISK };

struct sample {
  double churn; /* the sentence's score */
  bool meant, ordinary;
  float vote;
};

/* `n` texts of one sentence. The churn score is all that differs; other signals are never likely.
 */
static void add(struct arena *arena, struct judged_set *set, int n, struct sample sample) {
  float *logits = ARENA_ARRAY(arena, float, SIGNAL_COUNT);
  float *votes = ARENA_ARRAY(arena, float, SIGNAL_COUNT);
  for (int t = 0; t < SIGNAL_COUNT; t++) logits[t] = -20;
  logits[CHURN] = (float)sample.churn;
  votes[CHURN] = sample.vote;
  for (int i = 0; i < n; i++)
    set->items[set->n++] = (struct judged){.meant = sample.meant ? 1u << CHURN : 0,
                                           .ordinary = sample.ordinary,
                                           .n_sentences = 1,
                                           .logits = logits,
                                           .votes = votes};
}

static struct judged_set new_set(struct arena *arena) {
  return (struct judged_set){.items = ARENA_ARRAY(arena, struct judged, 400)};
}

/* What is meant scores 1.5 to 2.45; the nearest that is not, 1.0 to 1.2. */
static void add_dense(struct arena *arena, struct judged_set *set) {
  for (int i = 0; i < 20; i++)
    add(arena, set, 1, (struct sample){.churn = 1.5 + 0.05 * i, .meant = true});
  for (int i = 0; i < 5; i++) add(arena, set, 1, (struct sample){.churn = 1.0 + 0.05 * i});
  add(arena, set, 100, (struct sample){.churn = -3});
}

Test(threshold, lies_between_what_is_meant_and_what_is_not) {
  struct arena *arena = arena_new();
  struct judged_set set = new_set(arena);
  struct decision decision;
  add_dense(arena, &set);
  thresholds_choose(&set, 0.9, &decision);
  cr_expect_gt(decision.threshold[CHURN], 1.2);
  cr_expect_leq(decision.threshold[CHURN], 1.5);
  struct outcomes o = threshold_judge(&set, &decision);
  cr_expect_eq(o.dense.hit[CHURN], 20);
  cr_expect_eq(o.dense.false_alarm[CHURN], 0);
  cr_expect_float_eq(o.dense.f1, 1, 1e-9);
  cr_expect_eq(o.ordinary.n, 0);
  arena_free(arena);
}

/* Clean ordinary mail at 2.0 forbids what would be best for the dense mails alone. */
Test(threshold, ordinary_mail_must_stay_clean) {
  struct arena *arena = arena_new();
  struct judged_set set = new_set(arena);
  struct decision decision;
  add_dense(arena, &set);
  add(arena, &set, 10, (struct sample){.churn = 2.0, .ordinary = true});
  add(arena, &set, 90, (struct sample){.churn = -3, .ordinary = true});
  thresholds_choose(&set, 0.9, &decision);
  cr_expect_gt(decision.threshold[CHURN], 2.0);
  struct outcomes o = threshold_judge(&set, &decision);
  cr_expect_eq(o.ordinary.clean, 100);
  cr_expect_eq(o.ordinary.flagged, 0);
  cr_expect_lt(o.dense.recall, 0.6);
  arena_free(arena);
}

/* Sentences that only a rule's vote tells from plain ones make votes count. */
Test(threshold, votes_count_as_much_as_they_help) {
  struct arena *arena = arena_new();
  struct judged_set set = new_set(arena);
  struct decision decision;
  add(arena, &set, 20, (struct sample){.churn = 0, .meant = true, .vote = 2});
  add(arena, &set, 100, (struct sample){.churn = 0.7});
  thresholds_choose(&set, 0.9, &decision);
  cr_expect_gt(2 * decision.vote_scale, 0.7);
  cr_expect_float_eq(threshold_judge(&set, &decision).dense.f1, 1, 1e-9);
  arena_free(arena);
}
