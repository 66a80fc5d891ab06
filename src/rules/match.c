#include "rules/match.h"

#include <stdlib.h>

#include "mailsignal/limits.h"

/* ---- Which patterns fired ---- */

static bool speaks(const struct match_run *run, const struct image_rule *rule) {
  return !rule->language[0] || !run->language[0] || strcmp(rule->language, run->language) == 0;
}

/* Puts a sentence into a pattern's list, which is kept by sentence. They nearly always come in
 * order; vectorscan may report some regexes late. */
static void insert(struct match_run *run, struct fired_list *list, uint32_t sentence) {
  struct fired **link = list->last && list->last->sentence < sentence ? &list->last->next
                                                                       : &list->first;
  while (*link && (*link)->sentence < sentence) link = &(*link)->next;
  if (*link && (*link)->sentence == sentence) return;
  struct fired *fired = ARENA_NEW(run->arena, struct fired);
  fired->sentence = sentence;
  fired->next = *link;
  *link = fired;
  if (!fired->next) list->last = fired;
}

/* Whether a rule may decide something in this sentence, where the heaviest one of its signal weighs
 * `heaviest`: lighter ones count beside it. */
static bool is_wanted(const struct match_run *run, const struct image_rule *rule,
                      uint32_t sentence, float heaviest) {
  const float *least = run->scratch->least;
  return !least || heaviest >= least[sentence * SIGNAL_COUNT + rule->signal] ||
         !ruleset_decides_by_weight(run->ruleset, rule);
}

static void fire(struct match_run *run, uint32_t pattern, uint32_t sentence) {
  struct fired_list *list = &run->scratch->fired[pattern];
  uint32_t rule = run->ruleset->patterns[pattern].rule;
  if (list->last && list->last->sentence == sentence) return;
  const struct image_rule *packed = &run->ruleset->packed[rule];
  if (!speaks(run, packed) || !match_in_fields(run, packed, sentence)) return;
  if (!is_wanted(run, packed, sentence, run->ruleset->heaviest[packed->signal])) return;
  float *woken = &run->woken[sentence * SIGNAL_COUNT + packed->signal];
  if (pattern < packed->first_pattern + packed->n_match && *woken < (float)packed->weight)
    *woken = (float)packed->weight;
  if (!list->first) run->scratch->touched[run->scratch->n_touched++] = pattern;
  insert(run, list, sentence);
  run->scratch->live[rule / 64] |= (uint64_t)1 << rule % 64;
}

/* Whether the sentence has what a need asks for, beside the literal that was seen at `woken`. `bits` are
 * those of the need's set. */
static bool is_met(const struct match_run *run, const struct seen *woken, uint32_t need,
                   uint64_t bits) {
  if (!(bits & run->met_bits)) return need == 0;
  const struct image_set *set = &run->ruleset->sets[image_need_set(need)];
  const uint32_t *members = run->ruleset->members + set->first_member;
  for (uint32_t i = 0; i < set->n_members; i++) {
    const struct seen *other = &run->scratch->seen[members[i]];
    if (other->when != woken->when) continue;
    if (need & NEED_BEHIND ? other->last > woken->first : other->first < woken->last) return true;
  }
  return false;
}

static void wake_group(struct match_run *run, const struct seen *woken,
                       const struct image_group *group) {
  const struct image_set *sets = run->ruleset->sets;
  const struct image_posting *posting = run->ruleset->postings + group->first_posting;
  for (uint32_t i = 0; i < group->n_postings; i++, posting++) {
    uint32_t second = posting->needs[0], third = posting->needs[1];
    if (is_met(run, woken, second, sets[image_need_set(second)].bits) &&
        is_met(run, woken, third, sets[image_need_set(third)].bits))
      fire(run, posting->pattern, run->scanned);
  }
}

/* At the end of a sentence, when all its words are known. */
static void wake_patterns(struct match_run *run) {
  const struct ruleset *ruleset = run->ruleset;
  for (size_t i = 0; i < run->n_met; i++) {
    uint32_t number = run->scratch->met[i];
    const struct image_literal *literal = &ruleset->literals[number];
    const struct seen *woken = &run->scratch->seen[number];
    const struct image_group *group = ruleset->groups + literal->first_group;
    for (uint32_t k = 0; k < literal->n_groups; k++, group++)
      if (is_met(run, woken, group->lead, group->bits)) wake_group(run, woken, group);
  }
  run->n_met = 0;
  run->met_bits = 0;
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

/* Whether a byte beside a word makes it part of a longer one. Letters beyond ASCII and signs cannot
 * be told apart by a byte, so those are left to PCRE2. */
static bool continues_word(struct span text, size_t at) {
  return at < text.len && (ascii_is_alnum(text.ptr[at]) || text.ptr[at] == '_');
}

static bool is_whole_word(const struct match_run *run, const struct image_literal *literal,
                          size_t end) {
  struct span text = run->folded->bytes;
  size_t start = end - literal->len;
  bool open_start = literal->flags & LITERAL_OPEN_START;
  bool open_end = literal->flags & LITERAL_OPEN_END;
  return (open_start || start == 0 || !continues_word(text, start - 1)) &&
         (open_end || !continues_word(text, end));
}

static void meet_literal(struct match_run *run, uint32_t literal, size_t end) {
  if (!is_whole_word(run, &run->ruleset->literals[literal], end)) return;
  const struct folded *folded = run->folded;
  if (end > folded->sentences[run->scanned].folded_end) {
    wake_patterns(run);
    run->scanned = sentence_at(folded, end - 1);
  }
  struct seen *seen = &run->scratch->seen[literal];
  uint32_t now = run->scratch->epoch + run->scanned;
  seen->last = (uint32_t)end;
  if (seen->when == now) return;
  seen->when = now;
  seen->first = (uint32_t)end;
  run->scratch->met[run->n_met++] = literal;
  run->met_bits |= image_literal_bit(literal);
}

/* Keeps a report. Nothing here may use the arena: running out of memory would jump out of hs_scan()
 * and leave its scratch in use for ever. Not zero stops the scan. */
static int on_expression(unsigned id, unsigned long long from, unsigned long long to,
                         unsigned flags, void *context) {
  (void)from, (void)flags;
  struct match_scratch *scratch = context;
  if (scratch->n_reports == scratch->reports_capacity) {
    size_t capacity = scratch->reports_capacity ? scratch->reports_capacity * 2 : 1024;
    struct report *grown = realloc(scratch->reports, capacity * sizeof *grown);
    if (!grown) return 1;
    scratch->reports = grown;
    scratch->reports_capacity = capacity;
  }
  scratch->reports[scratch->n_reports++] = (struct report){id, (uint32_t)(scratch->scan_start + to)};
  return 0;
}

/* Words are reported in the order of their ends. */
static void take_reports(struct match_run *run) {
  const struct ruleset *ruleset = run->ruleset;
  for (size_t i = 0; i < run->scratch->n_reports; i++) {
    struct report report = run->scratch->reports[i];
    if (report.id < ruleset->n_literals)
      meet_literal(run, report.id, report.end);
    else if (report.id - ruleset->n_literals < ruleset->n_loose)
      fire(run, ruleset->loose[report.id - ruleset->n_literals],
           sentence_at(run->folded, report.end ? report.end - 1 : 0));
  }
}

static void fire_everywhere(struct match_run *run, uint32_t pattern) {
  for (size_t i = 0; i < run->folded->n_sentences; i++) fire(run, pattern, (uint32_t)i);
}

/* Whether some rule may decide something in this sentence. */
static bool is_open(const struct match_run *run, size_t sentence) {
  const float *least = run->scratch->least;
  if (!least || !run->ruleset->by_sentence) return true;
  for (size_t t = 0; t < SIGNAL_COUNT; t++)
    if (run->ruleset->heaviest[t] >= least[sentence * SIGNAL_COUNT + t]) return true;
  return false;
}

static bool scan(struct match_run *run, size_t start, size_t end) {
  struct match_scratch *scratch = run->scratch;
  struct span text = span_slice(run->folded->bytes, start, end);
  scratch->scan_start = start;
  return hs_scan(run->ruleset->database, text.ptr, (unsigned)text.len, 0, scratch->hs,
                 on_expression, scratch) == HS_SUCCESS;
}

/* Neighbours are scanned at one go. */
static bool scan_open_sentences(struct match_run *run) {
  const struct folded *folded = run->folded;
  run->scratch->n_reports = 0;
  for (size_t i = 0; i < folded->n_sentences; i++) {
    if (!is_open(run, i)) continue;
    size_t last = i;
    while (last + 1 < folded->n_sentences && is_open(run, last + 1)) last++;
    if (!scan(run, folded->sentences[i].folded_start, folded->sentences[last].folded_end))
      return false;
    i = last;
  }
  return true;
}

static void fire_all(struct match_run *run) {
  const struct ruleset *ruleset = run->ruleset;
  bool guarded =
      ruleset->database && !ruleset->no_prefilter && scan_open_sentences(run);
  if (guarded) take_reports(run);
  wake_patterns(run);
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
      if (is_wanted(run, packed, fired->sentence,
                    run->woken[fired->sentence * SIGNAL_COUNT + packed->signal]) &&
          !add_found(run, rule, fired->sentence, match_confirm(run, pattern, fired), out)) return;
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

/* Forgets the message before: its lists lie in an arena that may have been reset. Costs no more
 * than that message touched. */
static void clear_scratch(struct match_scratch *scratch, size_t n_sentences) {
  const struct ruleset *r = scratch->ruleset;
  for (size_t i = 0; i < scratch->n_touched; i++) {
    uint32_t pattern = scratch->touched[i];
    scratch->fired[pattern] = (struct fired_list){0};
    scratch->rule_hits[r->patterns[pattern].rule] = (struct hits){0};
  }
  scratch->n_touched = 0;
  for (size_t i = r->first_composite; i < r->n_rules; i++)
    scratch->rule_hits[i] = (struct hits){0};
  memset(scratch->live, 0, (r->n_rules / 64 + 1) * sizeof *scratch->live);
  scratch->epoch += scratch->last_sentences;
  scratch->last_sentences = (uint32_t)n_sentences;
  if (scratch->epoch > UINT32_MAX - 2 * (uint32_t)n_sentences) {
    memset(scratch->seen, 0, r->n_literals * sizeof *scratch->seen);
    scratch->epoch = 1;
  }
}

void match_run(const struct ruleset *ruleset, struct match_scratch *scratch, struct arena *arena,
               const struct folded *folded, const char *language, struct hits *out,
               defect_set *defects) {
  struct match_run run = {.ruleset = ruleset, .scratch = scratch, .arena = arena,
                          .folded = folded, .language = language ? language : "",
                          .defects = defects};
  *out = (struct hits){0};
  if (folded->n_sentences == 0 || ruleset->n_rules == 0) return;
  clear_scratch(scratch, folded->n_sentences);
  run.woken = ARENA_ARRAY(arena, float, folded->n_sentences * SIGNAL_COUNT);
  fire_all(&run);
  run_rules(&run, out);
}

void match_scratch_want(struct match_scratch *scratch, const float *least) {
  scratch->least = least;
}
