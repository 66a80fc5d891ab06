#include "rules/rule_file.h"

#include <math.h>
#include <stdlib.h>

/* One rule while it is read. */
struct rule_reader {
  struct book_reader *book;
  const struct rule_file *file;
  struct rule_draft *rule;
};

typedef void key_function(struct rule_reader *r, const struct yaml_node *value);

struct key_row {
  struct span name;
  key_function *take;
};

static struct place place_of(const struct yaml_node *node) { return node->place; }

static void wrong_kind(struct rule_reader *r, const struct yaml_node *node, const char *expected) {
  fault_error(r->book->faults, "rule.value", place_of(node), "expected %s", expected);
}

/* The text of a scalar; false (with a fault) for anything else. */
static bool take_text(struct rule_reader *r, const struct yaml_node *node, struct span *out) {
  if (node->kind != YAML_TEXT || node->text.len == 0) {
    wrong_kind(r, node, "a text");
    return false;
  }
  *out = node->text;
  return true;
}

static bool take_number(struct rule_reader *r, const struct yaml_node *node, double *out) {
  char *end = NULL;
  double value = node->kind == YAML_TEXT ? strtod(node->text.ptr, &end) : 0;
  if (node->kind != YAML_TEXT || !node->text.len || *end || !isfinite(value)) {
    wrong_kind(r, node, "a number");
    return false;
  }
  *out = value;
  return true;
}

static void take_bool(struct rule_reader *r, const struct yaml_node *node, bool *out) {
  bool yes = node->kind == YAML_TEXT && span_eq(node->text, SPAN_LIT("true"));
  bool no = node->kind == YAML_TEXT && span_eq(node->text, SPAN_LIT("false"));
  if (yes || no)
    *out = yes;
  else
    wrong_kind(r, node, "true or false");
}

static void take_id(struct rule_reader *r, const struct yaml_node *node) {
  struct span id;
  if (!take_text(r, node, &id)) return;
  size_t dots = 0;
  for (size_t i = 0; i < id.len; i++) {
    char c = id.ptr[i];
    dots += c == '.';
    if (ascii_is_lower(c) || ascii_is_digit(c) || c == '.' || c == '_' || c == '-') continue;
    dots = 0;
    break;
  }
  if (dots == 0 || id.ptr[0] == '.' || id.ptr[id.len - 1] == '.') {
    struct diag *d = fault_error(r->book->faults, "rule.id", place_of(node),
                                 "'" SPAN_FMT "' is no rule id", SPAN_ARG(id));
    d->hint = SPAN_LIT("write signal.name in small letters, digits, - and _");
    return;
  }
  r->rule->id = id;
}

static void take_about(struct rule_reader *r, const struct yaml_node *node) {
  take_text(r, node, &r->rule->about);
}
static void take_group(struct rule_reader *r, const struct yaml_node *node) {
  take_text(r, node, &r->rule->group);
}
static void take_negatable(struct rule_reader *r, const struct yaml_node *node) {
  take_bool(r, node, &r->rule->negatable);
}
static void take_enabled(struct rule_reader *r, const struct yaml_node *node) {
  take_bool(r, node, &r->rule->enabled);
}

static void take_weight(struct rule_reader *r, const struct yaml_node *node) {
  double weight;
  if (!take_number(r, node, &weight)) return;
  if (weight < 0 || weight > 1)
    fault_error(r->book->faults, "rule.weight", place_of(node), "weight must be between 0 and 1");
  else
    r->rule->weight = weight;
}

/* Index of a scalar among known words; n with a fault when it is none of them. */
static size_t take_word(struct rule_reader *r, const struct yaml_node *node,
                        const struct span *known, size_t n) {
  struct span word;
  if (!take_text(r, node, &word)) return n;
  for (size_t i = 0; i < n; i++)
    if (span_eq(word, known[i])) return i;
  struct diag_list *faults = r->book->faults;
  struct diag *d = fault_error(faults, "rule.word", place_of(node),
                               "'" SPAN_FMT "' is not known here", SPAN_ARG(word));
  d->hint = fault_suggest(faults->arena, word, known, n);
  return n;
}

static void take_within(struct rule_reader *r, const struct yaml_node *node) {
  static const struct span known[] = {SPAN_INIT("sentence"), SPAN_INIT("paragraph"),
                                      SPAN_INIT("message")};
  size_t found = take_word(r, node, known, 3);
  if (found < 3) r->rule->within = (enum rule_within)found;
}

static void take_zones(struct rule_reader *r, const struct yaml_node *node) {
  static const struct span known[] = {SPAN_INIT("body"), SPAN_INIT("subject")};
  if (node->kind != YAML_LIST || node->n == 0) {
    wrong_kind(r, node, "a list of body and subject");
    return;
  }
  unsigned fields = 0;
  for (const struct yaml_node *item = node->first; item; item = item->next) {
    size_t found = take_word(r, item, known, 2);
    if (found < 2) fields |= 1u << (found == 0 ? FIELD_BODY : FIELD_SUBJECT);
  }
  if (fields) r->rule->fields = fields;
}

static void take_language(struct rule_reader *r, const struct yaml_node *node) {
  struct span code;
  if (!take_text(r, node, &code)) return;
  bool fits = code.len == 2 && ascii_is_lower(code.ptr[0]) && ascii_is_lower(code.ptr[1]);
  if (fits)
    memcpy(r->rule->language, code.ptr, 2);
  else
    fault_error(r->book->faults, "rule.lang", place_of(node),
                "'" SPAN_FMT "' is no two-letter language code (en, de ...)", SPAN_ARG(code));
}

static void take_signal(struct rule_reader *r, const struct yaml_node *node) {
  struct span known[SIGNAL_COUNT];
  for (int i = 0; i < SIGNAL_COUNT; i++) known[i] = span_of(signal_type_name((enum signal_type)i));
  size_t found = take_word(r, node, known, SIGNAL_COUNT);
  if (found < SIGNAL_COUNT) r->rule->signal = (enum signal_type)found;
}

static void take_pattern(struct rule_reader *r, const struct yaml_node *node,
                         struct rule_patterns *out) {
  struct rule_pattern pattern = {.line = node->place.line, .column = node->place.column};
  if (node->kind == YAML_TEXT && node->text.len) {
    pattern.text = node->text;
    pattern.column += !node->plain;
    ARENA_PUSH(r->book->arena, out, pattern);
    return;
  }
  const struct yaml_node *key = node->kind == YAML_MAP ? node->first : NULL;
  if (!key || node->n != 1 || !span_eq(key->text, SPAN_LIT("regex")) || !key->value) {
    wrong_kind(r, node, "a pattern in quotes, or regex: and a pattern");
    return;
  }
  if (!take_text(r, key->value, &pattern.text)) return;
  pattern.line = key->value->place.line;
  pattern.column = key->value->place.column + !key->value->plain;
  pattern.regex = true;
  ARENA_PUSH(r->book->arena, out, pattern);
}

/* A list of patterns, or a single one. */
static void take_patterns(struct rule_reader *r, const struct yaml_node *node,
                          struct rule_patterns *out) {
  if (node->kind != YAML_LIST) {
    take_pattern(r, node, out);
    return;
  }
  for (const struct yaml_node *item = node->first; item; item = item->next)
    take_pattern(r, item, out);
}

static void take_match(struct rule_reader *r, const struct yaml_node *node) {
  take_patterns(r, node, &r->rule->match);
}
static void take_unless(struct rule_reader *r, const struct yaml_node *node) {
  take_patterns(r, node, &r->rule->unless);
}

static void take_texts(struct rule_reader *r, const struct yaml_node *node,
                       struct rule_patterns *out) {
  if (node->kind != YAML_LIST) {
    wrong_kind(r, node, "a list of sentences");
    return;
  }
  for (const struct yaml_node *item = node->first; item; item = item->next) {
    struct rule_pattern text = {.line = item->place.line, .column = item->place.column};
    if (take_text(r, item, &text.text)) ARENA_PUSH(r->book->arena, out, text);
  }
}

static void take_must_match(struct rule_reader *r, const struct yaml_node *node) {
  take_texts(r, node, &r->rule->must_match);
}
static void take_must_reject(struct rule_reader *r, const struct yaml_node *node) {
  take_texts(r, node, &r->rule->must_reject);
}

/* Hands each value of a map to the function of its key. */
static void take_keys(struct rule_reader *r, const struct yaml_node *map, const struct key_row *rows,
                      size_t n) {
  struct span known[24];
  uint32_t seen = 0;
  for (size_t i = 0; i < n; i++) known[i] = rows[i].name;
  for (const struct yaml_node *key = map->first; key; key = key->next) {
    size_t i = 0;
    while (i < n && !span_eq(key->text, known[i])) i++;
    struct diag_list *faults = r->book->faults;
    if (i == n) {
      struct diag *d = fault_error(faults, "rule.unknown-key", key->place,
                                   "unknown key '" SPAN_FMT "'", SPAN_ARG(key->text));
      d->hint = fault_suggest(faults->arena, key->text, known, n);
    } else if (seen >> i & 1) {
      fault_error(faults, "rule.duplicate-key", key->place, "'" SPAN_FMT "' stands here twice",
                  SPAN_ARG(key->text));
    } else if (!yaml_is_null(key->value)) {
      rows[i].take(r, key->value);
    }
    if (i < n) seen |= 1u << i;
  }
}

static void take_tests(struct rule_reader *r, const struct yaml_node *node) {
  static const struct key_row rows[] = {{SPAN_INIT("match"), take_must_match},
                                        {SPAN_INIT("reject"), take_must_reject}};
  if (node->kind == YAML_MAP)
    take_keys(r, node, rows, sizeof rows / sizeof *rows);
  else
    wrong_kind(r, node, "match: and reject: with sentences");
}

/* ---- Composite rules ---- */

static void add_clause(struct rule_reader *r, const struct yaml_node *node,
                       struct rule_clause clause) {
  take_patterns(r, node, &clause.of);
  if (clause.of.n) ARENA_PUSH(r->book->arena, &r->rule->composite, clause);
}

static void take_all(struct rule_reader *r, const struct yaml_node *node) {
  add_clause(r, node, (struct rule_clause){.kind = CLAUSE_ALL});
}
static void take_any(struct rule_reader *r, const struct yaml_node *node) {
  add_clause(r, node, (struct rule_clause){.kind = CLAUSE_ANY});
}

/* {of: [...], min: N} and {of: [...], words: N}. */
static void take_counted(struct rule_reader *r, const struct yaml_node *node,
                         enum rule_clause_kind kind, const char *number_key) {
  const struct yaml_node *of = NULL, *number = NULL;
  bool sound = node->kind == YAML_MAP;
  for (const struct yaml_node *key = sound ? node->first : NULL; key; key = key->next) {
    if (span_eq(key->text, SPAN_LIT("of")))
      of = key->value;
    else if (span_eq(key->text, span_of(number_key)))
      number = key->value;
    else
      sound = false;
  }
  double value = 0;
  if (!sound || !of || !number) {
    fault_error(r->book->faults, "composite.shape", node->place, "expected {of: [...], %s: N}",
                number_key);
    return;
  }
  if (!take_number(r, number, &value)) return;
  if (value < 1 || value > 100 || value != floor(value)) {
    fault_error(r->book->faults, "composite.number", number->place,
                "%s must be a whole number from 1 to 100", number_key);
    return;
  }
  add_clause(r, of, (struct rule_clause){.kind = kind, .number = (unsigned)value});
}

static void take_count(struct rule_reader *r, const struct yaml_node *node) {
  take_counted(r, node, CLAUSE_COUNT, "min");
}
static void take_near(struct rule_reader *r, const struct yaml_node *node) {
  take_counted(r, node, CLAUSE_NEAR, "words");
}

static void take_composite(struct rule_reader *r, const struct yaml_node *node) {
  static const struct key_row rows[] = {{SPAN_INIT("all"), take_all},
                                        {SPAN_INIT("any"), take_any},
                                        {SPAN_INIT("count"), take_count},
                                        {SPAN_INIT("near"), take_near}};
  if (node->kind == YAML_MAP)
    take_keys(r, node, rows, sizeof rows / sizeof *rows);
  else
    wrong_kind(r, node, "all:, any:, count: or near:");
}

/* ---- Rules and files ---- */

static const struct key_row rule_keys[] = {
    {SPAN_INIT("id"), take_id},
    {SPAN_INIT("about"), take_about},
    {SPAN_INIT("weight"), take_weight},
    {SPAN_INIT("match"), take_match},
    {SPAN_INIT("unless"), take_unless},
    {SPAN_INIT("within"), take_within},
    {SPAN_INIT("zones"), take_zones},
    {SPAN_INIT("lang"), take_language},
    {SPAN_INIT("group"), take_group},
    {SPAN_INIT("negatable"), take_negatable},
    {SPAN_INIT("enabled"), take_enabled},
    {SPAN_INIT("composite"), take_composite},
    {SPAN_INIT("signal"), take_signal},
    {SPAN_INIT("tests"), take_tests},
};

static bool is_silencer(const struct rule_draft *rule) { return rule->id.len && !rule->enabled; }

static void require_parts(struct rule_reader *r, const struct yaml_node *node) {
  const struct rule_draft *rule = r->rule;
  struct diag_list *faults = r->book->faults;
  if (!rule->id.len)
    fault_error(faults, "rule.missing-key", node->place, "this rule has no valid id:");
  if (is_silencer(rule)) return;
  if (!rule->match.n && !rule->composite.n)
    fault_error(faults, "rule.no-pattern", node->place,
                "this rule has neither match: nor composite:");
  if (rule->match.n && rule->composite.n)
    fault_error(faults, "rule.both", node->place,
                "a rule has match: or composite:, not both; name the pattern in all: instead");
  if (rule->signal == SIGNAL_COUNT)
    fault_error(faults, "file.signal", node->place,
                "it is not known which signal this rule speaks for; write signal: in the file");
  if (rule->weight < 0)
    fault_error(faults, "rule.missing-key", node->place, "this rule has no weight:");
}

static void take_rule(struct rule_reader *r, const struct yaml_node *node,
                      enum signal_type signal) {
  if (node->kind != YAML_MAP) {
    fault_error(r->book->faults, "rule.shape", node->place,
                "expected a rule: a map that begins with id:");
    return;
  }
  struct rule_draft rule = {.file = r->file->path,
                            .line = node->place.line,
                            .column = node->place.column,
                            .layer = r->file->layer,
                            .signal = signal,
                            .weight = -1,
                            .fields = 1u << FIELD_BODY | 1u << FIELD_SUBJECT,
                            .negatable = true,
                            .enabled = true};
  size_t errors = r->book->faults->errors;
  r->rule = &rule;
  take_keys(r, node, rule_keys, sizeof rule_keys / sizeof *rule_keys);
  if (errors == r->book->faults->errors || rule.id.len) require_parts(r, node);
  struct rule_book *book = r->book->book;
  if (!rule.id.len) return;
  void *rules = book->rules;
  arena_grow(r->book->arena, &rules, book->n_rules, &book->rules_capacity, sizeof rule);
  book->rules = rules;
  book->rules[book->n_rules++] = rule;
}

/* The signal that the file speaks for: `signal:`, else the file's name. */
static enum signal_type file_signal(struct rule_reader *r, const struct yaml_node *named) {
  struct rule_draft scratch = {.signal = signal_type_parse(r->file->name)};
  r->rule = &scratch;
  if (!yaml_is_null(named)) take_signal(r, named);
  return scratch.signal;
}

void rule_file_take(struct book_reader *reader, const struct rule_file *file,
                    const struct yaml_node *root) {
  struct rule_reader r = {.book = reader, .file = file};
  const struct yaml_node *rules = root, *signal = NULL;
  if (root->kind == YAML_MAP) {
    rules = NULL;
    for (const struct yaml_node *key = root->first; key; key = key->next) {
      if (span_eq(key->text, SPAN_LIT("rules")))
        rules = key->value;
      else if (span_eq(key->text, SPAN_LIT("signal")))
        signal = key->value;
      else
        fault_error(reader->faults, "file.key", key->place,
                    "unknown key '" SPAN_FMT "'; a rule file has signal: and rules:",
                    SPAN_ARG(key->text));
    }
    if (yaml_is_null(rules)) return;
  }
  if (rules->kind != YAML_LIST) {
    fault_error(reader->faults, "file.shape", rules->place, "expected a list of rules");
    return;
  }
  enum signal_type type = file_signal(&r, signal);
  for (const struct yaml_node *node = rules->first; node; node = node->next)
    take_rule(&r, node, type);
}
