#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/rules_mail.h"

/* `rules eval LABELS PATH...`: precision and recall of each signal against labels, and for each rule
 * how often it hit, how often rightly, what only it caught, and how often others hit with it. A label
 * and a message meet by the file's base name. */

struct label {
  struct span name;
  uint16_t signals; /* bit set over enum signal_type */
};

struct rule_score {
  size_t hits, right;
  size_t alone;  /* right hits of a signal that no other rule took part in */
  size_t shared; /* hits in which another rule took part */
};

struct evaluation {
  struct rules_job *job;
  struct label *labels;
  size_t n_labels, labels_capacity;
  const struct ruleset *ruleset;
  struct rule_score *rules;
  struct rule_score learned; /* signals without any rule */
  size_t hit[SIGNAL_COUNT], false_alarm[SIGNAL_COUNT], missed[SIGNAL_COUNT];
  size_t messages, unlabelled, clean, flagged;
};

static struct span base_name(struct span path) {
  for (size_t i = path.len; i > 0; i--)
    if (path.ptr[i - 1] == '/' || path.ptr[i - 1] == '!') return span_from(path, i);
  return path;
}

static void add_label(struct evaluation *e, const json_t *object) {
  const char *file = json_string_value(json_object_get(object, "file"));
  if (!file) return;
  struct label label = {.name = base_name(arena_dup(e->job->arena, span_of(file)))};
  size_t index;
  const json_t *signal;
  json_array_foreach(json_object_get(object, "signals"), index, signal) {
    const char *type = json_string_value(json_object_get(signal, "type"));
    enum signal_type parsed = type ? signal_type_parse(span_of(type)) : SIGNAL_COUNT;
    if (parsed != SIGNAL_COUNT) label.signals |= (uint16_t)(1u << parsed);
  }
  struct {
    struct label *items;
    size_t n, capacity;
  } list = {e->labels, e->n_labels, e->labels_capacity};
  ARENA_PUSH(e->job->arena, &list, label);
  e->labels = list.items;
  e->n_labels = list.n;
  e->labels_capacity = list.capacity;
}

static int by_name(const void *a, const void *b) {
  return span_compare(((const struct label *)a)->name, ((const struct label *)b)->name);
}

static enum ms_status read_labels(struct evaluation *e, const char *path, struct ms_error *error) {
  FILE *file = fopen(path, "rb");
  char *line = NULL;
  size_t capacity = 0, number = 0;
  enum ms_status status = MS_OK;
  if (!file) return ms_fail(error, MS_NO_INPUT, "%s: %s", path, strerror(errno));
  for (ssize_t len; !status && (len = getline(&line, &capacity, file)) >= 0;) {
    json_error_t fault;
    number++;
    if (span_trim((struct span){line, (size_t)len}).len == 0) continue;
    json_t *object = json_loadb(line, (size_t)len, 0, &fault);
    if (json_is_object(object))
      add_label(e, object);
    else
      status = ms_fail(error, MS_BAD_DATA, "%s:%zu: not a JSON object", path, number);
    json_decref(object);
  }
  free(line);
  fclose(file);
  if (e->n_labels) qsort(e->labels, e->n_labels, sizeof *e->labels, by_name);
  return status;
}

static struct rule_score *score_of(struct evaluation *e, struct span id) {
  for (size_t i = 0; i < ruleset_count(e->ruleset); i++)
    if (span_eq(span_of(ruleset_rule(e->ruleset, i)->id), id)) return &e->rules[i];
  return &e->learned;
}

static void count_rules(struct evaluation *e, const struct signal *signal, bool right) {
  if (signal->n_rules == 0) {
    e->learned.hits++;
    e->learned.right += right;
    e->learned.alone += right;
  }
  for (size_t i = 0; i < signal->n_rules; i++) {
    struct rule_score *score = score_of(e, signal->rules[i].id);
    score->hits++;
    score->right += right;
    score->alone += right && signal->n_rules == 1;
    score->shared += signal->n_rules > 1;
  }
}

static void seen(void *context, const struct record *record) {
  struct evaluation *e = context;
  struct label wanted = {.name = base_name(record->origin.path)};
  const struct label *label =
      e->n_labels ? bsearch(&wanted, e->labels, e->n_labels, sizeof *e->labels, by_name) : NULL;
  if (!label) {
    e->unlabelled++;
    return;
  }
  uint16_t got = 0;
  for (size_t i = 0; i < record->signals.n; i++) {
    const struct signal *signal = &record->signals.items[i];
    got |= (uint16_t)(1u << signal->type);
    count_rules(e, signal, label->signals >> signal->type & 1);
  }
  for (int t = 0; t < SIGNAL_COUNT; t++) {
    bool said = got >> t & 1, meant = label->signals >> t & 1;
    e->hit[t] += said && meant;
    e->false_alarm[t] += said && !meant;
    e->missed[t] += !said && meant;
  }
  e->messages++;
  e->clean += label->signals == 0;
  e->flagged += label->signals == 0 && got;
}

static double ratio(size_t part, size_t whole) { return whole ? (double)part / (double)whole : 1; }

static double f1(size_t hit, size_t false_alarm, size_t missed) {
  return hit ? 2.0 * (double)hit / (2.0 * (double)hit + (double)false_alarm + (double)missed) : 0;
}

static void print_row(const char *name, size_t hit, size_t false_alarm, size_t missed) {
  printf("%-28s precision %.3f  recall %.3f  F1 %.3f  (%zu right, %zu wrong, %zu missed)\n", name,
         ratio(hit, hit + false_alarm), ratio(hit, hit + missed), f1(hit, false_alarm, missed), hit,
         false_alarm, missed);
}

/* Rules that never hit, a few a line. */
static void print_dead(const struct evaluation *e, size_t dead) {
  enum { LINE = 90 };
  size_t column = LINE;
  printf("%zu rules never hit%s", dead, dead ? ":" : "");
  for (size_t i = 0; i < ruleset_count(e->ruleset); i++) {
    const char *id = ruleset_rule(e->ruleset, i)->id;
    if (e->rules[i].hits) continue;
    column += strlen(id) + 1;
    if (column > LINE) printf("\n ");
    if (column > LINE) column = strlen(id) + 1;
    printf(" %s", id);
  }
  putchar('\n');
}

static void print_text(const struct evaluation *e) {
  size_t hit = 0, false_alarm = 0, missed = 0, dead = 0;
  for (int t = 0; t < SIGNAL_COUNT; t++) {
    print_row(signal_type_name((enum signal_type)t), e->hit[t], e->false_alarm[t], e->missed[t]);
    hit += e->hit[t];
    false_alarm += e->false_alarm[t];
    missed += e->missed[t];
  }
  print_row("all signals", hit, false_alarm, missed);
  printf("%zu messages, %zu without a label; clean mail flagged %.3f\n\n", e->messages, e->unlabelled,
         ratio(e->flagged, e->clean ? e->clean : 1));
  printf("%-40s %6s %10s %6s %7s\n", "rule", "hits", "precision", "alone", "overlap");
  for (size_t i = 0; i < ruleset_count(e->ruleset); i++) {
    const struct rule_score *score = &e->rules[i];
    dead += score->hits == 0;
    if (score->hits)
      printf("%-40s %6zu %10.2f %6zu %7zu\n", ruleset_rule(e->ruleset, i)->id, score->hits,
             ratio(score->right, score->hits), score->alone, score->shared);
  }
  printf("%-40s %6zu %10.2f %6zu %7d\n", "(learned weights only)", e->learned.hits,
         ratio(e->learned.right, e->learned.hits), e->learned.alone, 0);
  print_dead(e, dead);
}

static void write_score(struct json *json, const char *id, const struct rule_score *score) {
  json_begin_object(json);
  json_key_string(json, "id", span_of(id));
  json_key_int(json, "hits", (int64_t)score->hits);
  json_key_int(json, "right", (int64_t)score->right);
  json_key_int(json, "alone", (int64_t)score->alone);
  json_key_int(json, "overlap", (int64_t)score->shared);
  json_end_object(json);
}

static void print_json(const struct evaluation *e) {
  struct sbuf out = {.arena = e->job->arena};
  struct json json = {.out = &out};
  json_begin_object(&json);
  json_key_int(&json, "messages", (int64_t)e->messages);
  json_key_int(&json, "unlabelled", (int64_t)e->unlabelled);
  json_key_real(&json, "clean_flagged", ratio(e->flagged, e->clean ? e->clean : 1), 4);
  json_key(&json, "signals");
  json_begin_array(&json);
  for (int t = 0; t < SIGNAL_COUNT; t++) {
    json_begin_object(&json);
    json_key_string(&json, "signal", span_of(signal_type_name((enum signal_type)t)));
    json_key_int(&json, "right", (int64_t)e->hit[t]);
    json_key_int(&json, "wrong", (int64_t)e->false_alarm[t]);
    json_key_int(&json, "missed", (int64_t)e->missed[t]);
    json_key_real(&json, "f1", f1(e->hit[t], e->false_alarm[t], e->missed[t]), 4);
    json_end_object(&json);
  }
  json_end_array(&json);
  json_key(&json, "rules");
  json_begin_array(&json);
  for (size_t i = 0; i < ruleset_count(e->ruleset); i++)
    write_score(&json, ruleset_rule(e->ruleset, i)->id, &e->rules[i]);
  write_score(&json, "(learned)", &e->learned);
  json_end_array(&json);
  json_end_object(&json);
  rules_print_json(&out);
}

enum ms_status rules_eval(struct rules_job *job, struct ms_error *error) {
  struct evaluation e = {.job = job};
  struct rules_run run;
  if (job->n_operands < 2) return ms_fail(error, MS_USAGE, "rules eval: say LABELS PATH...");
  enum ms_status status = read_labels(&e, job->operands[0], error);
  if (status) return status;
  status = rules_run_open(job, NULL, &run, error);
  if (!status) {
    e.ruleset = run.ruleset;
    e.rules = ARENA_ARRAY(job->arena, struct rule_score, ruleset_count(run.ruleset));
    struct rules_mail mail = {job->operands + 1, job->n_operands - 1, &run, 1, seen, &e};
    status = rules_each_message(&mail, error);
    if (job->json)
      print_json(&e);
    else
      print_text(&e);
  }
  rules_run_close(&run);
  return status;
}
