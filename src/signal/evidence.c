#include "signal/evidence.h"

#include <math.h>

#include "mailsignal/sbuf.h"

/* What language sense takes off a strength. DROP: the statement does not hold. */
#define DROP (-1.0)
static const double sense_effect[SENSE_KIND_COUNT] = {
    [SENSE_NEGATED] = DROP,        [SENSE_HEDGED] = -0.10, [SENSE_HYPOTHETICAL] = -0.05,
    [SENSE_ASKED] = DROP,          [SENSE_REPORTED] = -0.10,
    [SENSE_OWN_FAULT] = 0,         [SENSE_NO_HURRY] = 0,
};

static const double second_rule = 0.03; /* another group of rules in the same sentence */
static const double far_date = -0.30;   /* urgency with a date beyond NEAR_WORKING_DAYS */
static const double learned_doubt = 0.25; /* a learned hit just above its threshold is this much
                                           * weaker than a clear statement */
enum { NEAR_WORKING_DAYS = 3 };

static void add_term(struct evidence *e, struct span label, double value) {
  if (e->n_terms == MAX_EVIDENCE_TERMS) return;
  e->terms[e->n_terms++] = (struct signal_term){label, value};
  e->strength += value;
}

static double effect_on(enum sense_kind kind, enum signal_type type) {
  if (kind == SENSE_OWN_FAULT && type == SIGNAL_COMPLAINT) return DROP;
  if (kind == SENSE_NO_HURRY && type == SIGNAL_URGENCY) return DROP;
  /* "Could you quote ...?", "do you have room in the price?" are the signal itself. */
  if (kind == SENSE_ASKED && (type == SIGNAL_UPSELL || type == SIGNAL_BUDGET_MENTION ||
                              type == SIGNAL_RENEWAL || type == SIGNAL_REFERRAL))
    return 0;
  return sense_effect[kind];
}

/* The senses' sum for a hit of this signal; DROP when one of them takes the statement back. */
static double senses_sum(const struct senses *senses, enum signal_type type, bool negatable) {
  double sum = 0;
  for (size_t i = 0; i < senses->n; i++) {
    double effect = effect_on(senses->items[i].kind, type);
    bool about_rules = senses->items[i].kind < SENSE_OWN_FAULT;
    if (about_rules && !negatable) continue;
    if (effect == DROP) return DROP;
    sum += effect;
  }
  return sum;
}

static void add_senses(const struct reading *r, struct evidence *e, const struct senses *senses,
                       bool negatable) {
  for (size_t i = 0; i < senses->n; i++) {
    const struct sense_finding *f = &senses->items[i];
    double effect = effect_on(f->kind, e->type);
    if (effect == 0 || (f->kind < SENSE_OWN_FAULT && !negatable)) continue;
    add_term(e, arena_printf(r->arena, "%s: " SPAN_FMT, sense_name(f->kind), SPAN_ARG(f->cue)),
             effect);
  }
}

static bool same_group(const struct rule *a, const struct rule *b) {
  return a == b || (a->group && b->group && strcmp(a->group, b->group) == 0);
}

/* Keeps e->hits sorted by weight, the heaviest first, one of each group. */
static void keep_hit(const struct reading *r, struct evidence *e, const struct hit *hit) {
  const struct rule *rule = ruleset_rule(r->ruleset, hit->rule);
  for (size_t i = 0; i < e->n_hits; i++) {
    const struct rule *other = ruleset_rule(r->ruleset, e->hits[i]->rule);
    if (!same_group(rule, other)) continue;
    if (rule->weight > other->weight) e->hits[i] = hit;
    return;
  }
  if (e->n_hits == MAX_EVIDENCE_HITS) return;
  size_t at = e->n_hits++;
  for (; at > 0 && ruleset_rule(r->ruleset, e->hits[at - 1]->rule)->weight < rule->weight; at--)
    e->hits[at] = e->hits[at - 1];
  e->hits[at] = hit;
}

static void collect_hits(const struct reading *r, struct evidence *e, size_t first) {
  for (size_t i = first; i < r->hits.n && r->hits.items[i].sentence == e->sentence; i++) {
    const struct hit *hit = &r->hits.items[i];
    const struct rule *rule = ruleset_rule(r->ruleset, hit->rule);
    if (rule->signal != e->type) continue;
    struct senses senses;
    sense_of(&r->folded, e->sentence, hit->start, hit->end, &senses);
    if (senses_sum(&senses, e->type, rule->negatable) != DROP) keep_hit(r, e, hit);
  }
}

/* Urgency means a near deadline: a far one takes strength off. */
static void weigh_date(const struct reading *r, struct evidence *e) {
  if (e->type != SIGNAL_URGENCY || !r->input->has_date) return;
  const struct sentence *s = &r->folded.sentences[e->sentence];
  struct span text = span_slice(r->folded.bytes, s->folded_start, s->folded_end);
  struct when when;
  if (!when_find(text, 0, r->today, &when)) return;
  if (working_days(r->today, when.day) <= NEAR_WORKING_DAYS) return;
  char day[DAY_TEXT_BYTES];
  day_text(when.day, day);
  add_term(e, arena_printf(r->arena, "date is far: %s", day), far_date);
}

static void add_rules(const struct reading *r, struct evidence *e) {
  const struct rule *best = ruleset_rule(r->ruleset, e->hits[0]->rule);
  struct senses senses;
  add_term(e, span_of(best->id), best->weight);
  sense_of(&r->folded, e->sentence, e->hits[0]->start, e->hits[0]->end, &senses);
  add_senses(r, e, &senses, best->negatable);
  for (size_t i = 1; i < e->n_hits && i < 3; i++)
    add_term(e, span_of(ruleset_rule(r->ruleset, e->hits[i]->rule)->id), second_rule);
}

static void add_learned(const struct reading *r, struct evidence *e, double above_threshold) {
  enum { MOST_TERMS = 3 };
  struct learned_term terms[MOST_TERMS];
  struct learned_terms list = {terms, MOST_TERMS, 0};
  size_t n = learned_explain(r->ruleset, r->arena, &r->folded, e->sentence, r->input->language,
                             e->type, &list);
  struct sbuf label = {.arena = r->arena};
  sbuf_add(&label, SPAN_LIT("learned:"));
  for (size_t i = 0; i < n; i++)
    sbuf_printf(&label, "%s " SPAN_FMT, i ? "," : "", SPAN_ARG(terms[i].words));
  double doubt = learned_doubt * exp(-above_threshold);
  add_term(e, sbuf_span(&label), signal_base_strength(e->type) - doubt);
}

/* Senses of the whole sentence hold for learned evidence too; those that need words to reach find
 * none in front of the sentence. */
static bool taken_back(const struct reading *r, const struct evidence *e) {
  const struct sentence *s = &r->folded.sentences[e->sentence];
  struct senses senses;
  sense_of(&r->folded, e->sentence, s->folded_start, s->folded_start, &senses);
  for (size_t i = 0; i < senses.n; i++)
    if (effect_on(senses.items[i].kind, e->type) == DROP) return true;
  return false;
}

static bool has_custom_rule(const struct reading *r, const struct evidence *e) {
  for (size_t i = 0; i < e->n_hits; i++)
    if (ruleset_rule(r->ruleset, e->hits[i]->rule)->custom) return true;
  return false;
}

struct evidence evidence_of(const struct reading *r, size_t sentence, size_t first,
                            enum signal_type type) {
  struct evidence e = {.type = type, .sentence = sentence};
  collect_hits(r, &e, first);
  double above = 0;
  if (r->logits && !has_custom_rule(r, &e)) {
    double logit = (double)r->logits[sentence * SIGNAL_COUNT + (size_t)type];
    if (e.n_hits)
      logit += (double)learned_vote(r->ruleset, ruleset_rule(r->ruleset, e.hits[0]->rule));
    above = logit - (double)learned_threshold(r->ruleset, type);
    if (above < 0) return (struct evidence){.type = type, .sentence = sentence};
  }
  if (e.n_hits)
    add_rules(r, &e);
  else if (r->logits && !taken_back(r, &e))
    add_learned(r, &e, above);
  if (e.n_terms) weigh_date(r, &e);
  return e;
}
