#define PCRE2_CODE_UNIT_WIDTH 8
#include "rules/compile.h"

#include <pcre2.h>
#include <stdlib.h>

#include "rules/ruleset.h"

struct id_row {
  struct span id;
  uint32_t index;
};

static int compare_rows(const void *a, const void *b) {
  return span_compare(((const struct id_row *)a)->id, ((const struct id_row *)b)->id);
}

/* ---- Patterns ---- */

static bool refused(const struct pattern_context *context, struct span regex) {
  static const struct {
    const char *part, *why;
  } rows[] = {{"(*", "verbs such as (*UTF) are not allowed"},
              {"(?C", "callouts are not allowed"},
              {"\\K", "\\K is not allowed: a hit is what the whole pattern matched"},
              {"\\C", "\\C is not allowed"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    size_t at = span_find(regex, span_of(rows[i].part), 0);
    if (at == SPAN_NONE) continue;
    struct place place = context->place;
    place.column += at;
    fault_error(context->faults, "regex.syntax", place, "%s", rows[i].why);
    return true;
  }
  return false;
}

/* Compiles a regex for its faults. */
static void check_regex(const struct pattern_context *context, struct span regex, bool caseless) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  uint32_t can_be_empty = 0;
  pcre2_code *code = pcre2_compile((PCRE2_SPTR)regex.ptr, regex.len, match_options(caseless),
                                   &error, &offset, NULL);
  if (!code) {
    char message[200];
    struct place place = context->place;
    if (caseless) place.column += offset;
    pcre2_get_error_message(error, (PCRE2_UCHAR *)message, sizeof message);
    fault_error(context->faults, "regex.syntax", place, "%s", message);
    return;
  }
  pcre2_pattern_info(code, PCRE2_INFO_MATCHEMPTY, &can_be_empty);
  pcre2_code_free(code);
  if (can_be_empty)
    fault_error(context->faults, "regex.empty", context->place, "this pattern can match nothing");
}

static void add_pattern(struct compiled *c, const struct rule_draft *rule,
                        const struct rule_pattern *source) {
  struct pattern_context context = {c->arena, c->book, c->lexicon, c->faults, rule->language,
                                    {rule->file, source->line, source->column}};
  struct compiled_pattern pattern = {.source = source, .rule = rule, .caseless = source->regex};
  if (source->regex) {
    if (!refused(&context, source->text)) check_regex(&context, source->text, true);
    pattern.regex = source->text;
    pattern.loose_regex = loosen_regex(c->arena, source->text);
  } else {
    struct pattern_node *tree = pattern_parse(&context, source->text);
    if (!tree) return;
    pattern.regex = pattern_to_regex(&context, tree);
    pattern.guard = pattern_to_guard(&context, tree);
    check_regex(&context, pattern.regex, false);
  }
  ARENA_PUSH(c->arena, &c->patterns, pattern);
}

/* ---- Composite rules ---- */

static bool looks_like_id(struct span text) {
  size_t dots = 0;
  for (size_t i = 0; i < text.len; i++) {
    char ch = text.ptr[i];
    dots += ch == '.';
    if (!ascii_is_lower(ch) && !ascii_is_digit(ch) && ch != '.' && ch != '_' && ch != '-')
      return false;
  }
  return dots > 0 && text.ptr[0] != '.' && text.ptr[text.len - 1] != '.';
}

static const struct id_row *find_id(const struct id_row *rows, size_t n, struct span id) {
  struct id_row key = {id, 0};
  return n ? bsearch(&key, rows, n, sizeof *rows, compare_rows) : NULL;
}

static void report_unknown(struct compiled *c, const struct rule_draft *rule,
                           const struct rule_pattern *named) {
  const struct rule_book *book = c->book;
  struct span *known = ARENA_ARRAY(c->arena, struct span, book->n_rules);
  for (size_t i = 0; i < book->n_rules; i++) known[i] = book->rules[i].id;
  struct diag *d = fault_error(c->faults, "composite.unknown-rule",
                               (struct place){rule->file, named->line, named->column},
                               "there is no rule '" SPAN_FMT "'", SPAN_ARG(named->text));
  d->hint = fault_suggest(c->faults->arena, named->text, known, book->n_rules);
}

/* `index` is the composite rule's own: what it names must stand before it (book.c sorts so, except
 * for cycles, which it reports). */
static void add_ref(struct compiled *c, const struct id_row *rows, uint32_t index,
                    const struct rule_pattern *named) {
  const struct rule_draft *rule = &c->book->rules[index];
  if (!named->regex && looks_like_id(named->text)) {
    const struct id_row *row = find_id(rows, c->book->n_rules, named->text);
    if (!row) report_unknown(c, rule, named);
    if (row && row->index < index)
      ARENA_PUSH(c->arena, &c->refs, ((struct image_ref){true, row->index}));
    return;
  }
  add_pattern(c, rule, named);
  ARENA_PUSH(c->arena, &c->refs, ((struct image_ref){false, (uint32_t)c->patterns.n - 1}));
}

static void add_rule(struct compiled *c, const struct id_row *rows, uint32_t index) {
  const struct rule_draft *draft = &c->book->rules[index];
  struct compiled_rule *rule = &c->rules[index];
  *rule = (struct compiled_rule){.draft = draft,
                                 .first_clause = (uint32_t)c->clauses.n,
                                 .n_clauses = (uint32_t)draft->composite.n};
  for (size_t i = 0; i < draft->composite.n; i++) {
    const struct rule_clause *clause = &draft->composite.items[i];
    struct image_clause packed = {(uint32_t)clause->kind, clause->number, (uint32_t)c->refs.n, 0};
    for (size_t k = 0; k < clause->of.n; k++) add_ref(c, rows, index, &clause->of.items[k]);
    packed.n_refs = (uint32_t)c->refs.n - packed.first_ref;
    ARENA_PUSH(c->arena, &c->clauses, packed);
  }
  rule->first_pattern = (uint32_t)c->patterns.n;
  for (size_t i = 0; i < draft->match.n; i++) add_pattern(c, draft, &draft->match.items[i]);
  rule->n_match = (uint32_t)c->patterns.n - rule->first_pattern;
  for (size_t i = 0; i < draft->unless.n; i++) add_pattern(c, draft, &draft->unless.items[i]);
  rule->n_unless = (uint32_t)c->patterns.n - rule->first_pattern - rule->n_match;
}

/* ---- Lexicon ---- */

static void build_lexicon(struct compiled *c) {
  const struct rule_book *book = c->book;
  struct pattern_context plain = {.arena = c->arena};
  struct fold_pair *pairs = ARENA_ARRAY(c->arena, struct fold_pair, book->n_pairs);
  for (size_t i = 0; i < book->n_pairs; i++)
    pairs[i] = (struct fold_pair){pattern_fold(&plain, book->pairs[i].from),
                                  pattern_fold(&plain, book->pairs[i].to)};
  c->lexicon_image = fold_lexicon_build(c->arena, pairs, book->n_pairs);
  c->lexicon = fold_lexicon_view(c->lexicon_image);
}

bool compile_book(struct arena *arena, const struct rule_book *book, struct diag_list *faults,
                  struct compiled *out) {
  *out = (struct compiled){.arena = arena, .book = book, .faults = faults};
  build_lexicon(out);
  struct id_row *rows = ARENA_ARRAY(arena, struct id_row, book->n_rules);
  for (size_t i = 0; i < book->n_rules; i++)
    rows[i] = (struct id_row){book->rules[i].id, (uint32_t)i};
  if (book->n_rules) qsort(rows, book->n_rules, sizeof *rows, compare_rows);
  out->rules = ARENA_ARRAY(arena, struct compiled_rule, book->n_rules);
  for (size_t i = 0; i < book->n_rules; i++) add_rule(out, rows, (uint32_t)i);
  return faults->errors == 0;
}
