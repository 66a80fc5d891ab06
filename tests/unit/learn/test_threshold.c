#include <criterion/criterion.h>

#include "learn/threshold.h"
#include "mailsignal/arena.h"

enum { CHURN = SIGNAL_CHURN_RISK };

/* Texts of one sentence. The churn score is all that differs; other signals are never likely. */
static void add(struct arena *arena, struct judged_set *set, double churn, bool meant, bool ordinary,
                float vote) {
  struct judged *j = &set->items[set->n++];
  float *logits = ARENA_ARRAY(arena, float, SIGNAL_COUNT);
  float *votes = ARENA_ARRAY(arena, float, SIGNAL_COUNT);
  for (int t = 0; t < SIGNAL_COUNT; t++) logits[t] = -20;
  logits[CHURN] = (float)churn;
  votes[CHURN] = vote;
  *j = (struct judged){.meant = meant ? 1u << CHURN : 0, .ordinary = ordinary, .n_sentences = 1,
                       .logits = logits, .votes = votes};
}

static struct judged_set new_set(struct arena *arena) {
  return (struct judged_set){.items = ARENA_ARRAY(arena, struct judged, 400)};
}

/* Scores 1.0, 1.1 ... of mails that mean it; one in five that does not stands among them. */
static void add_dense(struct arena *arena, struct judged_set *set) {
  for (int i = 0; i < 20; i++) add(arena, set, 1.5 + 0.05 * i, true, false, 0);
  for (int i = 0; i < 5; i++) add(arena, set, 1.0 + 0.05 * i, false, false, 0);
  for (int i = 0; i < 100; i++) add(arena, set, -3, false, false, 0);
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
  for (int i = 0; i < 10; i++) add(arena, &set, 2.0, false, true, 0);
  for (int i = 0; i < 90; i++) add(arena, &set, -3, false, true, 0);
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
  for (int i = 0; i < 20; i++) add(arena, &set, 0, true, false, 2);
  for (int i = 0; i < 100; i++) add(arena, &set, 0.7, false, false, 0);
  thresholds_choose(&set, 0.9, &decision);
  cr_expect_gt(2 * decision.vote_scale, 0.7);
  cr_expect_float_eq(threshold_judge(&set, &decision).dense.f1, 1, 1e-9);
  arena_free(arena);
}
