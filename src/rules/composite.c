/* Rules over rules: all of, any of, so many of, near each other. */
#include <stdlib.h>

#include "mailsignal/limits.h"
#include "mailsignal/rule_book.h"
#include "rules/match.h"

/* A place where something that the rule names was found. */
struct part {
  uint32_t scope, ref; /* ref counts from 0 over the rule's clauses */
  struct hit hit;
};

struct parts {
  struct part *items;
  size_t n, capacity;
};

static int compare_parts(const void *a, const void *b) {
  const struct part *x = a, *y = b;
  if (x->scope != y->scope) return x->scope < y->scope ? -1 : 1;
  if (x->hit.sentence != y->hit.sentence) return x->hit.sentence < y->hit.sentence ? -1 : 1;
  if (x->hit.start != y->hit.start) return x->hit.start < y->hit.start ? -1 : 1;
  return x->ref < y->ref ? -1 : x->ref > y->ref;
}

static void add_part(struct match_run *run, const struct image_rule *rule, uint32_t ref,
                     struct hit hit, struct parts *parts) {
  if (!match_in_fields(run, rule, hit.sentence)) return;
  uint32_t scope = match_scope(run, (enum rule_within)rule->within, hit.sentence);
  ARENA_PUSH(run->arena, parts, ((struct part){scope, ref, hit}));
}

static void collect_pattern(struct match_run *run, const struct image_rule *rule, uint32_t ref,
                            uint32_t pattern, struct parts *parts) {
  size_t n = 0;
  for (struct fired *fired = run->scratch->fired[pattern].first; fired; fired = fired->next)
    for (struct found *f = match_confirm(run, pattern, fired); f; f = f->next) {
      if (n++ == LIMIT_HITS_PER_RULE) {
        defect_mark(run->defects, DEFECT_RULES_HITS);
        return;
      }
      add_part(run, rule, ref, (struct hit){0, fired->sentence, f->start, f->end}, parts);
    }
}

static void collect_parts(struct match_run *run, const struct image_rule *rule,
                          struct parts *parts) {
  const struct ruleset *ruleset = run->ruleset;
  uint32_t ref = 0;
  for (uint32_t c = 0; c < rule->n_clauses; c++) {
    const struct image_clause *clause = &ruleset->clauses[rule->first_clause + c];
    for (uint32_t i = 0; i < clause->n_refs; i++, ref++) {
      const struct image_ref *named = &ruleset->refs[clause->first_ref + i];
      if (!named->is_rule) {
        collect_pattern(run, rule, ref, named->index, parts);
        continue;
      }
      const struct hits *hits = &run->scratch->rule_hits[named->index];
      for (size_t k = 0; k < hits->n; k++) add_part(run, rule, ref, hits->items[k], parts);
    }
  }
  if (parts->n) qsort(parts->items, parts->n, sizeof *parts->items, compare_parts);
}

/* The parts of one scope, and the references of one clause. */
struct group {
  const struct part *items;
  size_t n;
  uint32_t first_ref, n_refs;
};

static bool belongs(const struct group *g, const struct part *part) {
  return part->ref >= g->first_ref && part->ref - g->first_ref < g->n_refs;
}

/* How many different references of the clause were found; counts[] is zeroed scratch. */
static uint32_t count_distinct(const struct group *g, uint32_t *counts) {
  uint32_t distinct = 0;
  for (size_t i = 0; i < g->n; i++)
    if (belongs(g, &g->items[i]) && counts[g->items[i].ref - g->first_ref]++ == 0) distinct++;
  return distinct;
}

/* Words between two offsets of the folded text. */
static size_t words_between(const struct folded *folded, size_t from, size_t to) {
  size_t low = 0, high = folded->n_tokens, words = 0;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (folded->tokens[middle].start < from)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < folded->n_tokens && folded->tokens[low].start < to; low++)
    words += folded->tokens[low].kind != TOKEN_SIGN;
  return words;
}

/* Slides the smallest window that holds all references over the parts. */
static bool are_near(const struct match_run *run, const struct group *g, uint32_t *counts,
                     uint32_t words) {
  uint32_t distinct = 0;
  size_t left = 0;
  for (size_t right = 0; right < g->n; right++) {
    if (!belongs(g, &g->items[right])) continue;
    if (counts[g->items[right].ref - g->first_ref]++ == 0) distinct++;
    for (; distinct == g->n_refs; left++) {
      const struct part *first = &g->items[left];
      if (!belongs(g, first)) continue;
      const struct part *last = &g->items[right];
      if (last->hit.start <= first->hit.end ||
          words_between(run->folded, first->hit.end, last->hit.start) <= words)
        return true;
      if (--counts[first->ref - g->first_ref] == 0) distinct--;
    }
  }
  return false;
}

static bool clause_holds(const struct match_run *run, const struct image_clause *clause,
                         const struct group *g) {
  uint32_t *counts = ARENA_ARRAY(run->arena, uint32_t, g->n_refs);
  switch ((enum rule_clause_kind)clause->kind) {
    case CLAUSE_ALL:
      return count_distinct(g, counts) == g->n_refs;
    case CLAUSE_ANY:
      return count_distinct(g, counts) > 0;
    case CLAUSE_COUNT:
      return count_distinct(g, counts) >= clause->number;
    case CLAUSE_NEAR:
      return are_near(run, g, counts, clause->number);
  }
  return false;
}

/* One hit for the scope: in the sentence of its first part, from the first to the last part. */
static struct hit cover(uint32_t rule, const struct part *items, size_t n) {
  struct hit hit = items[0].hit;
  hit.rule = rule;
  for (size_t i = 1; i < n && items[i].hit.sentence == hit.sentence; i++)
    if (items[i].hit.end > hit.end) hit.end = items[i].hit.end;
  return hit;
}

static bool group_holds(const struct match_run *run, const struct image_rule *rule,
                        const struct part *items, size_t n) {
  struct group g = {items, n, 0, 0};
  for (uint32_t c = 0; c < rule->n_clauses; c++) {
    const struct image_clause *clause = &run->ruleset->clauses[rule->first_clause + c];
    g.n_refs = clause->n_refs;
    if (!clause_holds(run, clause, &g)) return false;
    g.first_ref += clause->n_refs;
  }
  return true;
}

void composite_run(struct match_run *run, uint32_t rule, struct hits *out) {
  const struct image_rule *packed = &run->ruleset->packed[rule];
  struct parts parts = {0};
  collect_parts(run, packed, &parts);
  for (size_t start = 0, end; start < parts.n; start = end) {
    for (end = start; end < parts.n && parts.items[end].scope == parts.items[start].scope;) end++;
    if (!group_holds(run, packed, parts.items + start, end - start)) continue;
    if (out->n == LIMIT_HITS_PER_RULE) {
      defect_mark(run->defects, DEFECT_RULES_HITS);
      return;
    }
    ARENA_PUSH(run->arena, out, cover(rule, parts.items + start, end - start));
  }
}
