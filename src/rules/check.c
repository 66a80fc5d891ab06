/* What an author should look at although it loads: rules check. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "mailsignal/limits.h"
#include "mailsignal/sbuf.h"
#include "rules/compile.h"
#include "rules/ruleset.h"

struct checker {
  struct arena *arena;
  struct compiled *compiled;
  struct diag_list *faults;
};

static struct place place_of(const struct compiled_pattern *pattern) {
  return (struct place){pattern->rule->file, pattern->source->line, pattern->source->column};
}

static void check_tests(struct checker *c) {
  for (size_t i = 0; i < c->compiled->book->n_rules; i++) {
    const struct rule_draft *rule = &c->compiled->book->rules[i];
    struct place place = {rule->file, rule->line, rule->column};
    if (rule->must_match.n == 0)
      fault_warning(c->faults, "rule.no-match-test", place,
                    "'" SPAN_FMT "' has no sentence under tests: match:", SPAN_ARG(rule->id));
    if (rule->must_reject.n == 0)
      fault_warning(c->faults, "rule.no-reject-test", place,
                    "'" SPAN_FMT "' has no sentence under tests: reject:", SPAN_ARG(rule->id));
  }
}

static bool is_match_pattern(const struct checker *c, size_t index) {
  const struct compiled_pattern *p = &c->compiled->patterns.items[index];
  const struct compiled_rule *rule = &c->compiled->rules[p->rule - c->compiled->book->rules];
  return index >= rule->first_pattern && index - rule->first_pattern < rule->n_match;
}

/* A pattern that is one plain word, inflected or not, fires on every mail that holds it. */
static bool is_single_word(struct span text) {
  if (text.len && text.ptr[text.len - 1] == '+') text.len--;
  for (size_t i = 0; i < text.len; i++)
    if (!ascii_is_lower(text.ptr[i])) return false;
  return true;
}

/* <money>, <date> ... alone; a list such as <competitor> may be worth a rule. */
static bool is_single_class(const struct compiled_pattern *p) {
  struct span text = p->source->text;
  if (!span_starts(text, SPAN_LIT("<")) || span_find_byte(text, '>', 0) != text.len - 1) return false;
  return builtin_find(span_slice(text, 1, text.len - 1), p->rule->language) != NULL;
}

static void check_single_words(struct checker *c) {
  for (size_t i = 0; i < c->compiled->patterns.n; i++) {
    const struct compiled_pattern *p = &c->compiled->patterns.items[i];
    struct diag *d = NULL;
    if (p->caseless || !is_match_pattern(c, i)) continue;
    if (is_single_word(p->source->text))
      d = fault_warning(c->faults, "pattern.single-word", place_of(p),
                        "one word is the whole pattern: \"" SPAN_FMT "\"",
                        SPAN_ARG(p->source->text));
    else if (is_single_class(p))
      d = fault_warning(c->faults, "pattern.single-class", place_of(p),
                        "a class is the whole pattern: \"" SPAN_FMT "\"",
                        SPAN_ARG(p->source->text));
    if (d) d->hint = SPAN_LIT("say more of the phrase, or join it with others in a composite rule");
  }
}

static pcre2_code *compile(const struct compiled_pattern *p) {
  int error;
  PCRE2_SIZE offset;
  return pcre2_compile((PCRE2_SPTR)p->regex.ptr, p->regex.len, match_options(p->caseless), &error,
                       &offset, NULL);
}

/* ---- Slow patterns ---- */

/* Texts that make backtracking patterns go wrong: repetitions of what patterns repeat, and at the
 * end a sign that takes the whole match back. */
static struct span probe(struct arena *arena, const char *unit) {
  struct sbuf out = {.arena = arena};
  while (out.len < LIMIT_SENTENCE_BYTES) sbuf_add(&out, span_of(unit));
  out.len = LIMIT_SENTENCE_BYTES - 1;
  sbuf_byte(&out, '!');
  return sbuf_span(&out);
}

static bool is_slow(const pcre2_code *code, struct span text, pcre2_match_data *data,
                    pcre2_match_context *context) {
  int result = pcre2_match(code, (PCRE2_SPTR)text.ptr, text.len, 0, PCRE2_NO_UTF_CHECK, data,
                           context);
  return result == PCRE2_ERROR_MATCHLIMIT || result == PCRE2_ERROR_DEPTHLIMIT;
}

static void check_slowness(struct checker *c) {
  static const char *const units[] = {"a", "a ", "we ", "to the ", "1", "1,", "ab1. "};
  enum { N_UNITS = sizeof units / sizeof *units };
  pcre2_match_data *data = pcre2_match_data_create(1, NULL);
  pcre2_match_context *context = pcre2_match_context_create(NULL);
  struct span texts[N_UNITS];
  for (size_t k = 0; k < N_UNITS; k++) texts[k] = probe(c->arena, units[k]);
  if (context) pcre2_set_match_limit(context, LIMIT_REGEX_STEPS);
  for (size_t i = 0; data && context && i < c->compiled->patterns.n; i++) {
    const struct compiled_pattern *p = &c->compiled->patterns.items[i];
    pcre2_code *code = p->caseless ? compile(p) : NULL; /* the rule language cannot be slow */
    size_t k = 0;
    while (code && k < N_UNITS && !is_slow(code, texts[k], data, context)) k++;
    if (code && k < N_UNITS)
      fault_warning(c->faults, "regex.slow", place_of(p),
                    "needs more than %d steps on a sentence like \"%s%s%s...\"",
                    (int)LIMIT_REGEX_STEPS, units[k], units[k], units[k]);
    pcre2_code_free(code);
  }
  pcre2_match_data_free(data);
  pcre2_match_context_free(context);
}

/* ---- Shadowed patterns ---- */

/* A plain phrase is shadowed when another pattern of the same signal matches within it: the
 * sentence would have been found without it. Longer patterns are looked for in shorter ones by
 * running the shorter ones over the longer one's own words. */
static bool is_plain_phrase(const struct compiled_pattern *p) {
  if (p->caseless) return false;
  for (size_t i = 0; i < p->source->text.len; i++)
    if (strchr("()|<>~+?\\", p->source->text.ptr[i])) return false;
  return true;
}

static bool same_duty(const struct rule_draft *a, const struct rule_draft *b) {
  return a->signal == b->signal && strcmp(a->language, b->language) == 0 &&
         (a->fields & b->fields) == a->fields && a->weight <= b->weight && b->unless.n == 0;
}

/* A plain phrase of a `match` in its folded form. */
struct phrase {
  size_t pattern;
  struct span text;
};

struct phrases {
  struct phrase *items;
  size_t n, capacity;
};

static void collect_phrases(struct checker *c, struct phrases *out) {
  struct pattern_context fold = {.arena = c->arena, .lexicon = c->compiled->lexicon};
  for (size_t i = 0; i < c->compiled->patterns.n; i++) {
    const struct compiled_pattern *p = &c->compiled->patterns.items[i];
    if (!is_match_pattern(c, i) || !is_plain_phrase(p)) continue;
    struct phrase phrase = {i, pattern_fold(&fold, p->source->text)};
    ARENA_PUSH(c->arena, out, phrase);
  }
}

/* Of two equal phrases only the later one is shadowed. */
static bool is_shadowed(const struct checker *c, const struct phrase *phrase, size_t by,
                        const pcre2_code *code, pcre2_match_data *data) {
  const struct compiled_pattern *p = &c->compiled->patterns.items[phrase->pattern];
  const struct compiled_pattern *other = &c->compiled->patterns.items[by];
  if (phrase->pattern == by || !same_duty(p->rule, other->rule)) return false;
  if (span_eq(p->source->text, other->source->text) && by > phrase->pattern) return false;
  return pcre2_match(code, (PCRE2_SPTR)phrase->text.ptr, phrase->text.len, 0, PCRE2_NO_UTF_CHECK,
                     data, NULL) > 0;
}

static void check_shadows(struct checker *c) {
  struct phrases phrases = {0};
  const struct compiled_patterns *all = &c->compiled->patterns;
  pcre2_match_data *data = pcre2_match_data_create(1, NULL);
  collect_phrases(c, &phrases);
  for (size_t i = 0; data && i < all->n; i++) {
    const struct compiled_pattern *by = &all->items[i];
    pcre2_code *code = by->caseless || !is_match_pattern(c, i) ? NULL : compile(by);
    for (size_t k = 0; code && k < phrases.n; k++) {
      if (!is_shadowed(c, &phrases.items[k], i, code, data)) continue;
      const struct compiled_pattern *p = &all->items[phrases.items[k].pattern];
      fault_warning(c->faults, "pattern.shadowed", place_of(p),
                    "\"" SPAN_FMT "\" adds nothing to \"" SPAN_FMT "\" of " SPAN_FMT,
                    SPAN_ARG(p->source->text), SPAN_ARG(by->source->text),
                    SPAN_ARG(by->rule->id));
    }
    pcre2_code_free(code);
  }
  pcre2_match_data_free(data);
}

static int by_place(const void *a, const void *b) {
  const struct diag *x = a, *y = b;
  int order = span_compare(x->file, y->file);
  if (order) return order;
  if (x->line != y->line) return x->line < y->line ? -1 : 1;
  return x->column < y->column ? -1 : x->column > y->column;
}

void rule_book_check(struct arena *arena, const struct rule_book *book,
                     struct diag_list *faults) {
  struct compiled compiled;
  struct checker c = {arena, &compiled, faults};
  bool loads = compile_book(arena, book, faults, &compiled);
  check_tests(&c);
  if (loads) {
    check_single_words(&c);
    check_slowness(&c);
    check_shadows(&c);
  }
  if (faults->n) qsort(faults->items, faults->n, sizeof *faults->items, by_place);
}
