#include "rules/learned.h"

#include <math.h>
#include <stdlib.h>

#include "rules/learned_features.h"

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
      .phrases = (const void *)(base + h->phrases),
      .features = (const void *)(base + h->features),
      .weights = (const void *)(base + h->weights),
      .strings = base + h->strings,
      .filter = (const void *)(base + h->filter),
  };
  return m;
}

void learned_free(struct learned *learned) { free(learned); }

static const struct learned_feature *find_feature(const struct learned *m, uint64_t key) {
  uint64_t mask = m->header->n_features - 1;
  for (uint64_t at = key & mask;; at = (at + 1) & mask) {
    if (m->features[at].key == key) return &m->features[at];
    if (m->features[at].key == 0) return NULL;
  }
}

/* A feature counts once a sentence, however often it occurs: the keys seen so far. */
enum { SEEN_SLOTS = 1024 };
struct score {
  const struct learned *model;
  float sums[LEARNED_CONTEXT + 1];
  size_t n_context; /* features that tell something of the context */
  uint64_t seen[SEEN_SLOTS];
  size_t n_seen;
};

static bool first_time(struct score *score, uint64_t key) {
  if (score->n_seen * 2 > SEEN_SLOTS) return true; /* a monster of a sentence */
  for (size_t at = key % SEEN_SLOTS;; at = (at + 1) % SEEN_SLOTS) {
    if (score->seen[at] == key) return false;
    if (score->seen[at]) continue;
    score->seen[at] = key;
    score->n_seen++;
    return true;
  }
}

static void add_weights(void *context, const struct feature_parts *feature) {
  struct score *score = context;
  const struct learned_feature *row = find_feature(score->model, feature->key);
  if (!row || !first_time(score, feature->key)) return;
  const struct learned_weight *w = score->model->weights + row->first;
  for (uint32_t i = 0; i < row->n; i++) {
    score->sums[w[i].signal] += w[i].value;
    score->n_context += w[i].signal == LEARNED_CONTEXT;
  }
}

struct context {
  float sum;
  size_t n;
};

static void score_sentence(const struct learned *m, struct arena *arena,
                           const struct folded *folded, size_t sentence, const char *language,
                           float *logits, struct context *context) {
  struct score score = {.model = m};
  struct feature_walk walk = {.model = m, .arena = arena, .found = add_weights, .context = &score};
  memcpy(score.sums, m->header->bias, SIGNAL_COUNT * sizeof *score.sums);
  learned_walk(&walk, folded, sentence, language);
  for (size_t t = 0; t < SIGNAL_COUNT; t++) logits[t] = score.sums[t] * m->header->scale[t];
  if (folded->sentences[sentence].field != FIELD_BODY) return;
  context->sum += score.sums[LEARNED_CONTEXT];
  context->n += score.n_context;
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

bool learned_score(const struct ruleset *ruleset, struct arena *arena, const struct folded *folded,
                   const char *language, float *logits) {
  const struct learned *m = ruleset_learned(ruleset);
  if (!m) return false;
  struct context context = {0};
  for (size_t s = 0; s < folded->n_sentences; s++)
    score_sentence(m, arena, folded, s, language, logits + s * SIGNAL_COUNT, &context);
  float prior = learned_length_prior(folded) + m->header->context_share *
                learned_context(m->header->context_bias, context.sum, context.n);
  for (size_t i = 0; i < folded->n_sentences * SIGNAL_COUNT; i++) logits[i] += prior;
  return true;
}

float learned_threshold(const struct ruleset *ruleset, enum signal_type type) {
  const struct learned *m = ruleset_learned(ruleset);
  return m ? m->header->threshold[type] : 0;
}

float learned_rule_vote(double weight) {
  const double most = 3;
  if (weight <= 0.5) return 0;
  return weight >= 1 ? (float)most : (float)fmin(most, log(weight / (1 - weight)));
}

float learned_least_weight(const struct ruleset *ruleset, float votes) {
  const struct learned *m = ruleset_learned(ruleset);
  const float slack = 1e-4f, never = 2; /* slack: the way back from a vote is not exact */
  float scale = m ? m->header->vote_scale : 1;
  if (votes <= 0) return 0;
  if (scale <= 0 || votes > learned_rule_vote(1) * scale + slack) return never;
  return 1 / (1 + expf(-votes / scale)) - slack;
}

float learned_vote(const struct ruleset *ruleset, const struct rule *rule) {
  const struct learned *m = ruleset_learned(ruleset);
  return learned_rule_vote(rule->weight) * (m ? m->header->vote_scale : 1);
}

struct explanation {
  struct score score;
  enum signal_type type;
  struct arena *arena;
  struct learned_term *terms;
  size_t n, max;
};

/* Keeps the strongest terms, sorted. */
static void keep_term(struct explanation *e, struct learned_term term) {
  size_t at = e->n < e->max ? e->n++ : e->max;
  for (; at > 0 && e->terms[at - 1].weight < term.weight; at--)
    if (at < e->max) e->terms[at] = e->terms[at - 1];
  if (at < e->max) e->terms[at] = term;
}

static void explain_feature(void *context, const struct feature_parts *feature) {
  struct explanation *e = context;
  const struct learned *m = e->score.model;
  const struct learned_feature *row = find_feature(m, feature->key);
  if (!row || !first_time(&e->score, feature->key)) return;
  for (uint32_t i = 0; i < row->n; i++) {
    const struct learned_weight *w = &m->weights[row->first + i];
    if (w->signal != (uint32_t)e->type || w->value <= 0) continue;
    const char *between = feature->kind == FEATURE_SKIP ? " ~ " : " ";
    struct span words = feature->parts[0];
    for (size_t k = 1; k < feature->n; k++)
      words = arena_printf(e->arena, SPAN_FMT "%s" SPAN_FMT, SPAN_ARG(words), between,
                           SPAN_ARG(feature->parts[k]));
    double weight = (double)w->value * (double)m->header->scale[e->type];
    keep_term(e, (struct learned_term){words, weight});
  }
}

size_t learned_explain(const struct ruleset *ruleset, struct arena *arena,
                       const struct folded *folded, size_t sentence, const char *language,
                       enum signal_type type, struct learned_terms *out) {
  const struct learned *m = ruleset_learned(ruleset);
  out->n = 0;
  if (!m || out->max == 0) return 0;
  struct explanation e = {.score = {.model = m}, .type = type, .arena = arena,
                          .terms = out->items, .max = out->max};
  struct feature_walk walk = {.model = m, .arena = arena, .with_text = true,
                              .found = explain_feature, .context = &e};
  learned_walk(&walk, folded, sentence, language);
  return out->n = e.n;
}
