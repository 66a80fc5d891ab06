#include "rules/match.h"

#include <stdlib.h>

#include "mailsignal/limits.h"

/* ---- Which patterns fired ---- */

static bool speaks(const struct match_run *run, const struct image_rule *rule) {
  return !rule->language[0] || !run->language[0] || strcmp(rule->language, run->language) == 0;
}

static void fire(struct match_run *run, uint32_t pattern, uint32_t sentence) {
  struct match_scratch *scratch = run->scratch;
  struct fired_list *list = &scratch->fired[pattern];
  uint32_t rule = run->ruleset->patterns[pattern].rule;
  if (list->last && list->last->sentence == sentence) return;
  const struct image_rule *packed = &run->ruleset->packed[rule];
  if (!speaks(run, packed) || !match_in_fields(run, packed, sentence)) return;
  struct fired *fired = ARENA_NEW(run->arena, struct fired);
  fired->sentence = sentence;
  if (list->last)
    list->last->next = fired;
  else
    list->first = fired;
  list->last = fired;
  scratch->live[rule / 64] |= (uint64_t)1 << rule % 64;
}

static uint32_t sentence_at(const struct folded *folded, size_t at) {
  size_t low = 0, high = folded->n_sentences;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (folded->sentences[middle].folded_start <= at)
      low = middle;
    else
      high = middle;
  }
  return (uint32_t)low;
}

/* vectorscan reports ends in rising order, so that each pattern's list is by sentence. */
static int on_guard(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                    void *context) {
  (void)from, (void)flags;
  struct match_run *run = context;
  fire(run, id, sentence_at(run->folded, to ? (size_t)to - 1 : 0));
  return 0;
}

static void fire_everywhere(struct match_run *run, uint32_t pattern) {
  for (size_t i = 0; i < run->folded->n_sentences; i++) fire(run, pattern, (uint32_t)i);
}

static void fire_all(struct match_run *run) {
  const struct ruleset *ruleset = run->ruleset;
  bool guarded = ruleset->database && !ruleset->no_prefilter;
  struct span text = run->folded->bytes;
  if (guarded && hs_scan(ruleset->database, text.ptr, (unsigned)text.len, 0, run->scratch->hs,
                         on_guard, run) != HS_SUCCESS)
    guarded = false;
  size_t n = guarded ? ruleset->n_unguarded : ruleset->n_patterns;
  for (size_t i = 0; i < n; i++)
    fire_everywhere(run, guarded ? ruleset->unguarded[i] : (uint32_t)i);
}

/* ---- Hits of one rule ---- */

static int compare_spans(const void *a, const void *b) {
  const struct hit *x = a, *y = b;
  if (x->sentence != y->sentence) return x->sentence < y->sentence ? -1 : 1;
  if (x->start != y->start) return x->start < y->start ? -1 : 1;
  return x->end > y->end ? -1 : x->end < y->end;
}

/* Of hits that overlap the first stays, of two at one place the longer. */
static void drop_overlaps(struct hits *hits) {
  if (hits->n < 2) return;
  qsort(hits->items, hits->n, sizeof *hits->items, compare_spans);
  size_t kept = 1;
  for (size_t i = 1; i < hits->n; i++) {
    const struct hit *last = &hits->items[kept - 1], *hit = &hits->items[i];
    if (hit->sentence == last->sentence && hit->start < last->end) continue;
    hits->items[kept++] = *hit;
  }
  hits->n = kept;
}

/* False when the rule has as many hits as it may. */
static bool add_found(struct match_run *run, uint32_t rule, uint32_t sentence,
                      const struct found *found, struct hits *out) {
  for (; found; found = found->next) {
    if (out->n == LIMIT_HITS_PER_RULE) {
      defect_mark(run->defects, DEFECT_RULES_HITS);
      return false;
    }
    ARENA_PUSH(run->arena, out, ((struct hit){rule, sentence, found->start, found->end}));
  }
  return true;
}

static void match_plain(struct match_run *run, uint32_t rule, struct hits *out) {
  const struct image_rule *packed = &run->ruleset->packed[rule];
  for (uint32_t i = 0; i < packed->n_match; i++) {
    uint32_t pattern = packed->first_pattern + i;
    struct fired *fired = run->scratch->fired[pattern].first;
    for (; fired; fired = fired->next)
      if (!add_found(run, rule, fired->sentence, match_confirm(run, pattern, fired), out)) return;
  }
}

/* Whether an `unless` pattern matches in the stretch around the hit. */
static bool is_excused(struct match_run *run, const struct image_rule *rule,
                       const struct hit *hit) {
  enum rule_within within = (enum rule_within)rule->within;
  uint32_t scope = match_scope(run, within, hit->sentence);
  uint32_t first = rule->first_pattern + rule->n_match;
  for (uint32_t pattern = first; pattern < first + rule->n_unless; pattern++) {
    struct fired *fired = run->scratch->fired[pattern].first;
    for (; fired; fired = fired->next)
      if (match_scope(run, within, fired->sentence) == scope &&
          match_confirm(run, pattern, fired))
        return true;
  }
  return false;
}

static void drop_excused(struct match_run *run, const struct image_rule *rule,
                         struct hits *hits) {
  size_t kept = 0;
  if (rule->n_unless == 0) return;
  for (size_t i = 0; i < hits->n; i++)
    if (!is_excused(run, rule, &hits->items[i])) hits->items[kept++] = hits->items[i];
  hits->n = kept;
}

static void run_rule(struct match_run *run, uint32_t rule) {
  const struct image_rule *packed = &run->ruleset->packed[rule];
  struct hits *hits = &run->scratch->rule_hits[rule];
  if (packed->n_clauses)
    composite_run(run, rule, hits);
  else
    match_plain(run, rule, hits);
  drop_overlaps(hits);
  drop_excused(run, packed, hits);
}

/* ---- The run ---- */

static int compare_hits(const void *a, const void *b) {
  const struct hit *x = a, *y = b;
  if (x->sentence != y->sentence) return x->sentence < y->sentence ? -1 : 1;
  if (x->start != y->start) return x->start < y->start ? -1 : 1;
  return x->rule < y->rule ? -1 : x->rule > y->rule;
}

static void run_and_keep(struct match_run *run, uint32_t rule, struct hits *out) {
  run_rule(run, rule);
  const struct hits *hits = &run->scratch->rule_hits[rule];
  for (size_t i = 0; i < hits->n; i++) ARENA_PUSH(run->arena, out, hits->items[i]);
}

/* Plain rules of which something fired, then all composite ones: each stands behind those that it
 * names. */
static void run_rules(struct match_run *run, struct hits *out) {
  const struct ruleset *ruleset = run->ruleset;
  for (size_t word = 0; word <= ruleset->n_rules / 64; word++)
    for (uint64_t bits = run->scratch->live[word]; bits; bits &= bits - 1) {
      uint32_t rule = (uint32_t)(word * 64) + (uint32_t)__builtin_ctzll(bits);
      if (rule < ruleset->first_composite) run_and_keep(run, rule, out);
    }
  for (size_t rule = ruleset->first_composite; rule < ruleset->n_rules; rule++)
    if (speaks(run, &ruleset->packed[rule])) run_and_keep(run, (uint32_t)rule, out);
  if (out->n) qsort(out->items, out->n, sizeof *out->items, compare_hits);
}

/* Forgets the message before: its lists lie in an arena that may have been reset. */
static void clear_scratch(struct match_scratch *scratch) {
  const struct ruleset *r = scratch->ruleset;
  memset(scratch->fired, 0, r->n_patterns * sizeof *scratch->fired);
  memset(scratch->rule_hits, 0, r->n_rules * sizeof *scratch->rule_hits);
  memset(scratch->live, 0, (r->n_rules / 64 + 1) * sizeof *scratch->live);
}

void match_run(const struct ruleset *ruleset, struct match_scratch *scratch, struct arena *arena,
               const struct folded *folded, const char *language, struct hits *out,
               defect_set *defects) {
  struct match_run run = {ruleset, scratch, arena, folded, language ? language : "", defects, 0};
  *out = (struct hits){0};
  if (folded->n_sentences == 0 || ruleset->n_rules == 0) return;
  clear_scratch(scratch);
  fire_all(&run);
  run_rules(&run, out);
}
