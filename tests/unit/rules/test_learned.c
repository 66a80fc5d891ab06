#include <criterion/criterion.h>
#include <math.h>

#include "rules_fixture.h"

static const char model[] =
    "signal churn_risk bias -1.000 scale 2.000 threshold 0.00\n"
    "votes 1.00\n"
    "context bias -0.50 share 0.50\n"
    "signal renewal bias -1.000 scale 1.000 threshold 0.00\n"
    "words en leave weather nice rain renew\n"
    "f u leav\tch+3.00\n"
    "f u weather\tan-2.00\n"
    "f u rain\tan-2.00\n"
    "f u renew\tre+2.25\n";

static struct ruleset *load_model(const char *text, struct diag_list *faults) {
  char folder[200];
  fixture_folder(folder);
  fixture_write(folder, "learned/concepts.txt", SPAN_LIT("go: go, depart\n"));
  fixture_write(folder, "learned/model.txt", span_of(text));
  return fixture_load(folder, &(struct ruleset_options){0}, faults);
}

static struct ruleset *load(struct arena *arena) {
  struct diag_list faults = {.arena = arena};
  struct ruleset *ruleset = load_model(model, &faults);
  for (size_t i = 0; i < faults.n; i++) {
    struct span text = diag_format(arena, &faults.items[i]);
    cr_log_error(SPAN_FMT, SPAN_ARG(text));
  }
  cr_assert_not_null(ruleset);
  return ruleset;
}

/* Log-odds of the text's first sentence. */
static const float *score(struct arena *arena, const struct ruleset *ruleset, const char *text,
                          enum field field) {
  struct passage passage = {span_of(text), 0, strlen(text), field};
  struct folded folded;
  text_fold(arena, ruleset_lexicon(ruleset), &passage, 1, &folded);
  float *logits = ARENA_ARRAY(arena, float, folded.n_sentences *SIGNAL_COUNT);
  cr_assert(learned_score(ruleset, &folded, "en", logits));
  return logits;
}

/* The first sentence says it: -1 + 3, times the scale. What stands around it moves that. */
Test(learned, log_odds_depend_on_the_rest_of_the_text) {
  static const struct {
    const char *text;
    enum field field;
    double churn;
  } rows[] = {
      {"We leave.", FIELD_BODY, 4 - 0.25},
      {"We leave. We leave.", FIELD_BODY, 4 - 0.25},
      {"We leave. The weather.", FIELD_BODY, 4 - 0.25 - 1},
      {"We leave. The weather. The rain.", FIELD_BODY, 4 - 0.25 - 0.5 * 4 / M_SQRT2},
      {"We leave. The rain. The rain.", FIELD_BODY, 4 - 0.25 - 0.5 * 4 / M_SQRT2},
      {"We leave. The rain.", FIELD_SUBJECT, 4 - 0.25},
      {"We leave. One. Two. Three. Four. Five.", FIELD_BODY, 4 - 0.25 - M_LN2},
  };
  struct arena *arena = arena_new();
  struct ruleset *ruleset = load(arena);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const float *logits = score(arena, ruleset, rows[i].text, rows[i].field);
    cr_expect_float_eq(logits[SIGNAL_CHURN_RISK], rows[i].churn, 1e-4, "row %zu: %f", i,
                       (double)logits[SIGNAL_CHURN_RISK]);
  }
  ruleset_free(ruleset);
  arena_free(arena);
}

/* "leave" gives 3.75 and "renew" alone 1: beside the other it yields 0.3 of the distance. */
Test(learned, the_weaker_of_two_signals_gives_way) {
  static const struct {
    const char *text;
    double churn, renewal;
  } rows[] = {
      {"We renew.", -2.25 - 0.3 * 3.25, 1},
      {"We leave, not renew.", 3.75, 1 - 0.3 * 2.75},
      {"We stay.", -2.25, -1.25}, /* neither is likely */
  };
  struct arena *arena = arena_new();
  struct ruleset *ruleset = load(arena);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const float *logits = score(arena, ruleset, rows[i].text, FIELD_BODY);
    cr_expect_float_eq(logits[SIGNAL_CHURN_RISK], rows[i].churn, 1e-4, "row %zu: %f", i,
                       (double)logits[SIGNAL_CHURN_RISK]);
    cr_expect_float_eq(logits[SIGNAL_RENEWAL], rows[i].renewal, 1e-4, "row %zu: %f", i,
                       (double)logits[SIGNAL_RENEWAL]);
  }
  ruleset_free(ruleset);
  arena_free(arena);
}

Test(learned, faults_of_the_model_name_the_line) {
  static const struct {
    const char *line, *fault;
  } rows[] = {
      {"context bias x share 1\n", "expected 'context bias NUMBER share NUMBER'"},
      {"context share 1\n", "expected 'context bias NUMBER share NUMBER'"},
      {"f u leav\tzz+1\n", "expected weights like co+0.50"},
      {"nonsense\n", "expected a line that begins with signal, votes, context, words or f"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct arena *arena = arena_new();
    struct diag_list faults = {.arena = arena};
    ruleset_free(load_model(arena_printf(arena, "%s%s", model, rows[i].line).ptr, &faults));
    cr_assert_eq(faults.n, 1, "row %zu: %zu faults", i, faults.n);
    cr_expect(span_eq(faults.items[0].message, span_of(rows[i].fault)), "row %zu: " SPAN_FMT, i,
              SPAN_ARG(faults.items[0].message));
    cr_expect_eq(faults.items[0].line, 10, "row %zu: line %zu", i, faults.items[0].line);
    arena_free(arena);
  }
}
