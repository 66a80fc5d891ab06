#include "rules/learned.h"

#include <math.h>
#include <stdlib.h>

#include "rules/learned_features.h"
#include "rules/learned_seen.h"

struct learned *learned_open(struct span image) {
  const struct learned_header *h = (const void *)image.ptr;
  if (image.len < sizeof *h || h->magic != LEARNED_MAGIC || h->size > image.len) return NULL;
  struct learned *m = malloc(sizeof *m);
  if (!m) return NULL;
  const char *base = image.ptr;
  *m = (struct learned){
      .header = h,
      .concepts = (const void *)(base + h->concepts),
      .words = (const void *)(base + h->words),
      .word_index = (const void *)(base + h->word_index),
      .phrases = (const void *)(base + h->phrases),
      .parts = (const void *)(base + h->parts),
      .part_index = (const void *)(base + h->part_index),
      .roles = (const void *)(base + h->roles),
      .features = (const void *)(base + h->features),
      .rows = (const void *)(base + h->rows),
      .strings = base + h->strings,
      .filter = (const void *)(base + h->filter),
  };
  return m;
}

void learned_free(struct learned *learned) { free(learned); }

/* ---- Scores ---- */

/* Features come in three turns, so that no turn waits for what it looks at: the one before has fetched
 * it into the cache. */
enum { MOST_PLACES = MAX_UNITS * (1 + MAX_WORD_CONCEPTS + 4) };

struct score {
  const struct learned *model;
  struct unit units[MAX_UNITS];
  struct feature_place places[MOST_PLACES];
  size_t n;
  struct learned_seen seen;
  float context; /* weights of the sentences so far */
  size_t n_context; /* features that tell something of the context */
};

static inline void collect_place(void *context, const struct feature *feature) {
  struct score *score = context;
  const struct learned *m = score->model;
  struct feature_place *place = &score->places[score->n];
  if (!learned_feature_place(m, feature, place)) return;
  score->n++;
  if (place->row)
    __builtin_prefetch(m->rows + place->row);
  else
    __builtin_prefetch(&m->features[learned_first_slot(m, learned_spread(place->key))]);
}

static void guess_rows(struct score *score) {
  const struct learned *m = score->model;
  for (size_t i = 0; i < score->n; i++) {
    struct feature_place *place = &score->places[i];
    if (place->row) continue;
    place->row = learned_guess_row(m, place->key);
    __builtin_prefetch(m->rows + place->row);
  }
}

static void add_weights(struct score *score, bool body, float *logits) {
  float sums[LEARNED_CONTEXT + 1] = {0};
  size_t n_context = 0;
  memcpy(sums, score->model->header->bias, SIGNAL_COUNT * sizeof *sums);
  for (size_t i = 0; i < score->n; i++) {
    uint32_t at = learned_check_row(score->model, score->places[i].row, score->places[i].key);
    if (at == 0 || !learned_first_time(&score->seen, at)) continue;
    const struct learned_row *row = learned_row_at(score->model, at);
    const float *value = row->values;
    for (uint32_t bits = row->signals; bits; bits &= bits - 1)
      sums[__builtin_ctz(bits)] += *value++;
    n_context += row->signals >> LEARNED_CONTEXT & 1;
  }
  learned_forget(&score->seen);
  for (size_t t = 0; t < SIGNAL_COUNT; t++) logits[t] = sums[t] * score->model->header->scale[t];
  if (!body) return;
  score->context += sums[LEARNED_CONTEXT];
  score->n_context += n_context;
}

float learned_length_prior(const struct folded *folded) {
  enum { SHORT = 3 };
  size_t n = 0;
  for (size_t s = 0; s < folded->n_sentences; s++)
    n += folded->sentences[s].field == FIELD_BODY;
  return n > SHORT ? -logf((float)n / SHORT) : 0;
}

float learned_context(float bias, float sum, size_t n) {
  const float least = -6, most = 3;
  float log_odds = bias + (n ? sum / sqrtf((float)n) : 0);
  return fmaxf(least, fminf(most, log_odds));
}

void learned_settle(const float *log_odds, float prior, float *out) {
  const float yield = 0.3F;
  size_t first = 0;
  float best, second = -INFINITY;
  for (size_t t = 1; t < SIGNAL_COUNT; t++)
    if (log_odds[t] > log_odds[first]) first = t;
  best = log_odds[first];
  for (size_t t = 0; t < SIGNAL_COUNT; t++)
    if (t != first) second = fmaxf(second, log_odds[t]);
  for (size_t t = 0; t < SIGNAL_COUNT; t++) {
    float own = log_odds[t] + prior, rival = (t == first ? second : best) + prior;
    out[t] = rival > 0 && rival > own ? own - yield * (rival - own) : own;
  }
}

bool learned_score(const struct ruleset *ruleset, const struct folded *folded, const char *language,
                   float *logits) {
  const struct learned *m = ruleset_learned(ruleset);
  if (!m) return false;
  size_t lang = learned_language(language);
  struct score score; /* 45 KB, most of which are written before they are read */
  score.model = m;
  score.seen = (struct learned_seen){0};
  score.context = 0;
  score.n_context = 0;
  for (size_t s = 0; s < folded->n_sentences; s++) {
    size_t n = learned_read_units(m, folded, s, lang, score.units);
    score.n = 0;
    learned_visit_features(score.units, n, collect_place, &score);
    guess_rows(&score);
    bool body = folded->sentences[s].field == FIELD_BODY;
    add_weights(&score, body, logits + s * SIGNAL_COUNT);
  }
  float prior = learned_length_prior(folded) + m->header->context_share *
                learned_context(m->header->context_bias, score.context, score.n_context);
  for (size_t s = 0; s < folded->n_sentences; s++)
    learned_settle(logits + s * SIGNAL_COUNT, prior, logits + s * SIGNAL_COUNT);
  return true;
}

/* ---- Votes of rules ---- */

float learned_threshold(const struct ruleset *ruleset, enum signal_type type) {
  const struct learned *m = ruleset_learned(ruleset);
  return m ? m->header->threshold[type] : 0;
}

static const double least_vote = 2.2, most_vote = 3;

float learned_rule_vote(double weight) {
  if (weight <= 0.5) return 0;
  if (weight >= 1) return (float)most_vote;
  return (float)fmax(least_vote, fmin(most_vote, log(weight / (1 - weight))));
}

float learned_vote(const struct ruleset *ruleset, const struct rule *rule) {
  const struct learned *m = ruleset_learned(ruleset);
  return learned_rule_vote(rule->weight) * (m ? m->header->vote_scale : 1);
}

float learned_least_weight(const struct ruleset *ruleset, float votes) {
  const struct learned *m = ruleset_learned(ruleset);
  const float slack = 1e-4f, never = 2; /* slack: the way back from a vote is not exact */
  float scale = m ? m->header->vote_scale : 1;
  if (votes <= 0) return 0;
  if (scale <= 0 || votes > learned_rule_vote(1) * scale + slack) return never;
  if (votes <= (float)least_vote * scale) return 0.5F;
  return 1 / (1 + expf(-votes / scale)) - slack;
}

/* ---- Explanations ---- */

struct explanation {
  const struct learned *model;
  enum signal_type type;
  struct arena *arena;
  struct learned_term *terms;
  size_t n, max;
  struct learned_seen seen;
};

/* The weight of a row for the signal; 0 when it has none. */
static float value_of(const struct learned_row *row, enum signal_type type) {
  uint32_t below = row->signals & ((1u << type) - 1);
  return row->signals >> type & 1 ? row->values[__builtin_popcount(below)] : 0;
}

static struct span feature_text(const struct explanation *e, const struct feature *feature) {
  const char *between = feature->kind == FEATURE_SKIP ? " ~ " : " ";
  struct span words = learned_part_text(e->model, e->arena, feature, 0);
  for (size_t k = 1; k < feature->n; k++) {
    struct span part = learned_part_text(e->model, e->arena, feature, k);
    words = arena_printf(e->arena, SPAN_FMT "%s" SPAN_FMT, SPAN_ARG(words), between, SPAN_ARG(part));
  }
  return words;
}

/* Keeps the strongest terms, sorted; of equal ones the first. */
static void explain_feature(void *context, const struct feature *feature) {
  struct explanation *e = context;
  struct feature_place place;
  if (!learned_feature_place(e->model, feature, &place)) return;
  uint32_t row = place.row ? place.row : learned_guess_row(e->model, place.key);
  row = learned_check_row(e->model, row, place.key);
  if (row == 0 || !learned_first_time(&e->seen, row)) return;
  float value = value_of(learned_row_at(e->model, row), e->type);
  if (value <= 0) return;
  double weight = (double)value * (double)e->model->header->scale[e->type];
  if (e->n == e->max && e->terms[e->n - 1].weight >= weight) return;
  size_t at = e->n < e->max ? e->n++ : e->n - 1;
  for (; at > 0 && e->terms[at - 1].weight < weight; at--) e->terms[at] = e->terms[at - 1];
  e->terms[at] = (struct learned_term){feature_text(e, feature), weight};
}

size_t learned_explain(const struct ruleset *ruleset, struct arena *arena,
                       const struct folded *folded, size_t sentence, const char *language,
                       enum signal_type type, struct learned_terms *out) {
  const struct learned *m = ruleset_learned(ruleset);
  out->n = 0;
  if (!m || out->max == 0) return 0;
  struct explanation e = {.model = m, .type = type, .arena = arena, .terms = out->items,
                          .max = out->max};
  struct unit units[MAX_UNITS];
  size_t n = learned_read_units(m, folded, sentence, learned_language(language), units);
  learned_visit_features(units, n, explain_feature, &e);
  return out->n = e.n;
}
