#include <stdio.h>

#include "cli/rules.h"

void rules_print_json(const struct sbuf *out) {
  fwrite(out->bytes, 1, out->len, stdout);
  putchar('\n');
}

static void print_fault(struct arena *arena, const struct diag *fault, FILE *file) {
  struct span line = diag_format(arena, fault);
  fprintf(file, SPAN_FMT "\n", SPAN_ARG(line));
}

enum ms_status rules_read_book(struct rules_job *job, struct rule_book *book,
                               struct ms_error *error) {
  struct diag_list faults = {.arena = job->arena};
  if (rule_book_read(job->arena, &job->rules, &faults, book)) return MS_OK;
  for (size_t i = 0; i < faults.n; i++) print_fault(job->arena, &faults.items[i], stderr);
  return ms_fail(error, MS_BAD_CONFIG, "the rules have %zu faults", faults.errors);
}

/* ---- check ---- */

static void write_fault(struct json *json, const struct diag *fault) {
  json_begin_object(json);
  json_key_string(json, "severity",
                  fault->severity == DIAG_ERROR ? SPAN_LIT("error") : SPAN_LIT("warning"));
  json_key_string(json, "code", span_of(fault->code));
  json_key_string(json, "file", fault->file);
  if (fault->line) {
    json_key_int(json, "line", (int64_t)fault->line);
    json_key_int(json, "column", (int64_t)fault->column);
  }
  json_key_string(json, "message", fault->message);
  json_key_string(json, "hint", fault->hint);
  json_end_object(json);
}

static void write_faults(struct rules_job *job, const struct diag_list *faults) {
  struct sbuf out = {.arena = job->arena};
  struct json json = {.out = &out};
  json_begin_object(&json);
  json_key_int(&json, "errors", (int64_t)faults->errors);
  json_key_int(&json, "warnings", (int64_t)(faults->n - faults->errors));
  json_key(&json, "faults");
  json_begin_array(&json);
  for (size_t i = 0; i < faults->n; i++) write_fault(&json, &faults->items[i]);
  json_end_array(&json);
  json_end_object(&json);
  rules_print_json(&out);
}

enum ms_status rules_check(struct rules_job *job, struct ms_error *error) {
  (void)error;
  struct diag_list faults = {.arena = job->arena};
  struct rule_book book;
  rule_book_read(job->arena, &job->rules, &faults, &book);
  rule_book_check(job->arena, &book, &faults);
  if (job->json) {
    write_faults(job, &faults);
  } else {
    for (size_t i = 0; i < faults.n; i++) print_fault(job->arena, &faults.items[i], stdout);
    printf("%zu rules, %zu errors, %zu warnings\n", book.n_rules, faults.errors,
           faults.n - faults.errors);
  }
  return faults.errors ? MS_BAD_CONFIG : MS_OK;
}

/* ---- list and show ---- */

static const char *within_name(enum rule_within within) {
  static const char *const names[] = {"sentence", "paragraph", "message"};
  return names[within];
}

static void write_texts(struct json *json, const char *key, const struct rule_patterns *texts) {
  if (texts->n == 0) return;
  json_key(json, key);
  json_begin_array(json);
  for (size_t i = 0; i < texts->n; i++) json_add_string(json, texts->items[i].text);
  json_end_array(json);
}

static void write_rule(struct json *json, const struct rule_draft *rule) {
  json_begin_object(json);
  json_key_string(json, "id", rule->id);
  json_key_string(json, "signal", span_of(signal_type_name(rule->signal)));
  json_key_string(json, "about", rule->about);
  json_key_real(json, "weight", rule->weight, 2);
  json_key_string(json, "group", rule->group);
  json_key_string(json, "lang", span_of(rule->language));
  json_key_string(json, "within", span_of(within_name(rule->within)));
  json_key_bool(json, "negatable", rule->negatable);
  json_key_string(json, "file", rule->file);
  json_key_int(json, "line", (int64_t)rule->line);
  write_texts(json, "match", &rule->match);
  write_texts(json, "unless", &rule->unless);
  write_texts(json, "must_match", &rule->must_match);
  write_texts(json, "must_reject", &rule->must_reject);
  json_end_object(json);
}

enum ms_status rules_list(struct rules_job *job, struct ms_error *error) {
  struct rule_book book;
  enum ms_status status = rules_read_book(job, &book, error);
  if (status) return status;
  struct sbuf out = {.arena = job->arena};
  struct json json = {.out = &out};
  if (job->json) json_begin_array(&json);
  for (size_t i = 0; i < book.n_rules; i++) {
    const struct rule_draft *rule = &book.rules[i];
    if (job->json)
      write_rule(&json, rule);
    else
      printf("%-18s %.2f  %-2s  %-32.*s " SPAN_FMT "\n", signal_type_name(rule->signal),
             rule->weight, rule->language, SPAN_ARG(rule->id), SPAN_ARG(rule->about));
  }
  if (job->json) {
    json_end_array(&json);
    rules_print_json(&out);
  }
  return MS_OK;
}

static void print_texts(const char *title, const struct rule_patterns *texts) {
  for (size_t i = 0; i < texts->n; i++)
    printf("  %-10s %s" SPAN_FMT "\n", i ? "" : title, texts->items[i].regex ? "regex: " : "",
           SPAN_ARG(texts->items[i].text));
}

static void print_clauses(const struct rule_clauses *clauses) {
  static const char *const names[] = {"all of", "any of", "count", "near"};
  for (size_t i = 0; i < clauses->n; i++) {
    const struct rule_clause *clause = &clauses->items[i];
    print_texts(names[clause->kind], &clause->of);
    if (clause->kind == CLAUSE_COUNT) printf("  %-10s at least %u of these\n", "", clause->number);
    if (clause->kind == CLAUSE_NEAR) printf("  %-10s within %u words\n", "", clause->number);
  }
}

static void print_rule(const struct rule_draft *rule) {
  printf(SPAN_FMT "  (%s, weight %.2f)\n", SPAN_ARG(rule->id), signal_type_name(rule->signal),
         rule->weight);
  if (rule->about.len) printf("  " SPAN_FMT "\n", SPAN_ARG(rule->about));
  printf("  %-10s " SPAN_FMT ":%zu\n", "in", SPAN_ARG(rule->file), rule->line);
  if (rule->language[0]) printf("  %-10s %s\n", "lang", rule->language);
  if (rule->group.len) printf("  %-10s " SPAN_FMT "\n", "group", SPAN_ARG(rule->group));
  printf("  %-10s %s\n", "within", within_name(rule->within));
  if (!rule->negatable) printf("  %-10s false\n", "negatable");
  print_texts("match", &rule->match);
  print_clauses(&rule->composite);
  print_texts("unless", &rule->unless);
  print_texts("fires on", &rule->must_match);
  print_texts("silent on", &rule->must_reject);
}

static enum ms_status unknown_rule(struct rules_job *job, const struct rule_book *book,
                                   struct ms_error *error) {
  const char **names = ARENA_ARRAY(job->arena, const char *, book->n_rules + 1);
  for (size_t i = 0; i < book->n_rules; i++) names[i] = book->rules[i].id.ptr;
  const char *near = closest_word(job->operands[0], names);
  return ms_fail(error, MS_USAGE, "there is no rule '%s'%s%s%s", job->operands[0],
                 near ? "; did you mean '" : "; see rules list", near ? near : "",
                 near ? "'?" : "");
}

enum ms_status rules_show(struct rules_job *job, struct ms_error *error) {
  struct rule_book book;
  if (job->n_operands != 1) return ms_fail(error, MS_USAGE, "rules show needs the id of a rule");
  enum ms_status status = rules_read_book(job, &book, error);
  if (status) return status;
  for (size_t i = 0; i < book.n_rules; i++) {
    if (!span_eq(book.rules[i].id, span_of(job->operands[0]))) continue;
    struct sbuf out = {.arena = job->arena};
    struct json json = {.out = &out};
    if (job->json) {
      write_rule(&json, &book.rules[i]);
      rules_print_json(&out);
    } else {
      print_rule(&book.rules[i]);
    }
    return MS_OK;
  }
  return unknown_rule(job, &book, error);
}

/* ---- compile ---- */

enum ms_status rules_compile(struct rules_job *job, struct ms_error *error) {
  struct diag_list faults = {.arena = job->arena};
  struct ruleset *ruleset = NULL;
  enum ms_status status = ruleset_load(&job->rules, &ruleset, &faults, error);
  for (size_t i = 0; i < faults.n; i++) print_fault(job->arena, &faults.items[i], stderr);
  if (status) return status;
  struct ruleset_figures figures = ruleset_figures(ruleset);
  if (job->json)
    printf("{\"ruleset\":\"%s\",\"rules\":%zu,\"patterns\":%zu,\"unguarded\":%zu}\n",
           ruleset_id(ruleset), figures.rules, figures.patterns, figures.unguarded);
  else
    printf("%zu rules, %zu patterns, %zu of them without prefilter\n%s\n", figures.rules,
           figures.patterns, figures.unguarded, ruleset_id(ruleset));
  ruleset_free(ruleset);
  return MS_OK;
}
