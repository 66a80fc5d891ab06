/* How near a rule came where it does not hold: explain --rule. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "mailsignal/limits.h"
#include "rules/match.h"
#include "rules/pattern.h"

struct search {
  struct match_run run; /* for <person> */
  struct diag_list faults;
  struct pattern_context context;
  const struct rule_draft *rule;
  const struct hits *hits;
  pcre2_match_data *data;
  pcre2_match_context *limits;
};

struct place_found {
  size_t sentence;
  struct span words;
};

const char *near_miss_name(enum near_miss_kind kind) {
  static const char *const names[] = {"nothing", "words", "unless", "clause", "apart"};
  return names[kind];
}

/* Where a regex matches from sentence `from` on, in the rule's fields. */
static bool find_regex(struct search *search, struct span regex, bool caseless, size_t from,
                       struct place_found *out) {
  const struct folded *folded = search->run.folded;
  int error;
  PCRE2_SIZE offset;
  pcre2_code *code = pcre2_compile((PCRE2_SPTR)regex.ptr, regex.len, match_options(caseless), &error,
                                   &offset, NULL);
  bool found = false;
  for (size_t i = from; code && !found && i < folded->n_sentences; i++) {
    const struct sentence *s = &folded->sentences[i];
    struct span text = span_slice(folded->bytes, s->folded_start, s->folded_end);
    if (!(search->rule->fields >> s->field & 1)) continue;
    search->run.sentence = (uint32_t)i;
    found = pcre2_match(code, (PCRE2_SPTR)text.ptr, text.len, 0, PCRE2_NO_UTF_CHECK, search->data,
                        search->limits) > 0;
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(search->data);
    if (found) *out = (struct place_found){i, span_slice(text, ends[0], ends[1])};
  }
  pcre2_code_free(code);
  return found;
}

static struct pattern_node *parse(struct search *search, const struct rule_pattern *pattern) {
  return pattern->regex ? NULL : pattern_parse(&search->context, pattern->text);
}

static bool find_pattern(struct search *search, const struct rule_pattern *pattern, size_t from,
                         struct place_found *out) {
  struct pattern_node *tree = parse(search, pattern);
  struct span regex = tree ? pattern_to_regex(&search->context, tree) : pattern->text;
  return (tree || pattern->regex) && find_regex(search, regex, pattern->regex, from, out);
}

/* ---- A pattern of which some elements fit ---- */

enum { MOST_ELEMENTS = 32 };

/* A pattern's elements, and which of them must be there. */
struct elements {
  const struct pattern_node *all[MOST_ELEMENTS];
  size_t n;
  size_t must[MOST_ELEMENTS]; /* indices into `all` */
  size_t n_must;
};

static void list_elements(const struct pattern_node *node, struct elements *out) {
  out->n = out->n_must = 0;
  for (; node && out->n < MOST_ELEMENTS; node = node->next) {
    if (!node->optional) out->must[out->n_must++] = out->n;
    out->all[out->n++] = node;
  }
}

/* The elements from the must-have `first` to the must-have `last` as a pattern of their own. */
static bool find_run(struct search *search, const struct elements *elements, size_t first,
                     size_t last, struct place_found *out) {
  struct pattern_node copies[MOST_ELEMENTS];
  size_t from = elements->must[first], n = elements->must[last] - from + 1;
  for (size_t i = 0; i < n; i++) {
    copies[i] = *elements->all[from + i];
    copies[i].next = i + 1 < n ? &copies[i + 1] : NULL;
  }
  return find_regex(search, pattern_to_regex(&search->context, copies), false, 0, out);
}

static bool is_nearer(size_t fitted, size_t elements, const struct near_miss *than) {
  if (than->kind == NEAR_NOTHING) return true;
  size_t mine = fitted * than->elements, its = than->fitted * elements;
  return mine != its ? mine > its : fitted > than->fitted;
}

/* The longest run of elements that fits anywhere, if it is nearer than what `best` holds. */
static void look_for_run(struct search *search, const struct rule_pattern *pattern,
                         struct near_miss *best) {
  struct elements elements;
  list_elements(parse(search, pattern), &elements);
  for (size_t n = elements.n_must; n-- > 1 && is_nearer(n, elements.n_must, best);)
    for (size_t first = 0; first + n <= elements.n_must; first++) {
      struct place_found found;
      if (!find_run(search, &elements, first, first + n - 1, &found)) continue;
      size_t failed = elements.must[first + n < elements.n_must ? first + n : first - 1];
      *best = (struct near_miss){NEAR_WORDS, pattern->text, elements.all[failed]->source,
                                 found.words, found.sentence, n, elements.n_must};
      return;
    }
}

/* ---- A pattern that fits, but for `unless` ---- */

static bool in_scope(const struct search *search, size_t a, size_t b) {
  enum rule_within within = search->rule->within;
  return match_scope(&search->run, within, (uint32_t)a) ==
         match_scope(&search->run, within, (uint32_t)b);
}

static bool look_for_unless(struct search *search, const struct rule_pattern *pattern,
                            struct near_miss *out) {
  struct place_found match, excuse;
  if (!find_pattern(search, pattern, 0, &match)) return false;
  for (size_t i = 0; i < search->rule->unless.n; i++) {
    const struct rule_pattern *unless = &search->rule->unless.items[i];
    for (size_t from = 0; find_pattern(search, unless, from, &excuse); from = excuse.sentence + 1) {
      if (!in_scope(search, match.sentence, excuse.sentence)) continue;
      *out = (struct near_miss){.kind = NEAR_UNLESS, .pattern = pattern->text,
                                .failed = unless->text, .words = match.words,
                                .sentence = match.sentence};
      return true;
    }
  }
  return false;
}

/* ---- Composite rules ---- */

static bool names_rule(const struct search *search, const struct rule_pattern *part) {
  const struct rule_book *book = search->context.book;
  for (size_t i = 0; i < book->n_rules; i++)
    if (!part->regex && span_eq(book->rules[i].id, part->text)) return true;
  return false;
}

static bool part_is_there(struct search *search, const struct rule_pattern *part) {
  struct place_found found;
  if (!names_rule(search, part)) return find_pattern(search, part, 0, &found);
  for (size_t i = 0; i < search->hits->n; i++) {
    const struct rule *rule = ruleset_rule(search->run.ruleset, search->hits->items[i].rule);
    if (span_eq(span_of(rule->id), part->text)) return true;
  }
  return false;
}

static size_t parts_wanted(const struct rule_clause *clause) {
  switch (clause->kind) {
    case CLAUSE_ANY: return 1;
    case CLAUSE_COUNT: return clause->number;
    case CLAUSE_ALL:
    case CLAUSE_NEAR: break;
  }
  return clause->of.n;
}

/* The first clause that has too few of its parts. */
static void look_at_clauses(struct search *search, struct near_miss *out) {
  static const char *const names[] = {"all", "any", "count", "near"};
  for (size_t c = 0; c < search->rule->composite.n; c++) {
    const struct rule_clause *clause = &search->rule->composite.items[c];
    const struct rule_pattern *missed = NULL;
    size_t there = 0;
    for (size_t i = 0; i < clause->of.n; i++) {
      const struct rule_pattern *part = &clause->of.items[i];
      bool found = part_is_there(search, part);
      there += found;
      if (!found && !missed) missed = part;
    }
    out->kind = NEAR_APART;
    if (there >= parts_wanted(clause) || !missed) continue;
    *out = (struct near_miss){.kind = NEAR_CLAUSE, .pattern = span_of(names[clause->kind]),
                              .failed = missed->text, .fitted = there,
                              .elements = parts_wanted(clause)};
    return;
  }
}

static const struct rule_draft *find_draft(const struct rule_book *book, struct span id) {
  for (size_t i = 0; i < book->n_rules; i++)
    if (span_eq(book->rules[i].id, id)) return &book->rules[i];
  return NULL;
}

static void look(struct search *search, struct near_miss *out) {
  const struct rule_patterns *match = &search->rule->match;
  if (search->rule->composite.n) {
    look_at_clauses(search, out);
    return;
  }
  for (size_t i = 0; i < match->n; i++)
    if (look_for_unless(search, &match->items[i], out)) return;
  for (size_t i = 0; i < match->n; i++) look_for_run(search, &match->items[i], out);
}

static void free_data(void *data) { pcre2_match_data_free(data); }
static void free_limits(void *limits) { pcre2_match_context_free(limits); }

void rule_near_miss(struct arena *arena, const struct rule_book *book, const struct ruleset *ruleset,
                    const struct folded *folded, const struct hits *hits, struct span id,
                    struct near_miss *out) {
  struct search search = {.run = {.ruleset = ruleset, .arena = arena, .folded = folded},
                          .faults = {.arena = arena},
                          .rule = find_draft(book, id),
                          .hits = hits};
  *out = (struct near_miss){.kind = NEAR_NOTHING};
  if (!search.rule) return;
  search.context = (struct pattern_context){.arena = arena, .book = book,
                                            .lexicon = ruleset_lexicon(ruleset),
                                            .faults = &search.faults,
                                            .language = search.rule->language};
  if (!(search.data = pcre2_match_data_create(1, NULL))) return;
  arena_on_reset(arena, free_data, search.data);
  if (!(search.limits = pcre2_match_context_create(NULL))) return;
  arena_on_reset(arena, free_limits, search.limits);
  pcre2_set_match_limit(search.limits, LIMIT_REGEX_STEPS);
  pcre2_set_callout(search.limits, match_on_callout, &search.run);
  look(&search, out);
}
