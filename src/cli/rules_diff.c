#include <math.h>
#include <stdio.h>

#include "cli/rules_mail.h"

/* `rules diff OLD NEW PATH...`: what changes when the rules of folder NEW take the place of those of
 * folder OLD: signals added, removed, and moved in strength, with samples. */

enum change { ADDED, REMOVED, MOVED, CHANGES };
static const char *const change_names[CHANGES] = {"added", "removed", "moved"};
enum { MOST_SAMPLES = 10 };
static const double smallest_move = 0.05;

struct sample {
  struct span path, text;
  enum signal_type type;
  double before, after;
};

struct comparison {
  struct rules_job *job;
  size_t messages, counts[CHANGES];
  struct sample samples[CHANGES][MOST_SAMPLES];
};

static const struct signal *find(const struct record *record, enum signal_type type) {
  for (size_t i = 0; i < record->signals.n; i++)
    if (record->signals.items[i].type == type) return &record->signals.items[i];
  return NULL;
}

static void seen(void *context, const struct record *records) {
  struct comparison *c = context;
  c->messages++;
  for (int t = 0; t < SIGNAL_COUNT; t++) {
    const struct signal *before = find(&records[0], (enum signal_type)t);
    const struct signal *after = find(&records[1], (enum signal_type)t);
    if (!before && !after) continue;
    enum change change = !before ? ADDED : !after ? REMOVED : MOVED;
    if (change == MOVED && fabs(before->strength - after->strength) < smallest_move) continue;
    size_t n = c->counts[change]++;
    if (n >= MOST_SAMPLES) continue;
    c->samples[change][n] = (struct sample){
        .path = arena_dup(c->job->arena, records[0].origin.path),
        .text = arena_dup(c->job->arena, after ? after->extracted_text : before->extracted_text),
        .type = (enum signal_type)t,
        .before = before ? before->strength : 0,
        .after = after ? after->strength : 0,
    };
  }
}

static size_t n_samples(const struct comparison *c, enum change change) {
  return c->counts[change] < MOST_SAMPLES ? c->counts[change] : MOST_SAMPLES;
}

static void print_text(const struct comparison *c) {
  printf("%zu messages\n", c->messages);
  for (int i = 0; i < CHANGES; i++) {
    printf("\n%zu signals %s\n", c->counts[i], change_names[i]);
    for (size_t k = 0; k < n_samples(c, (enum change)i); k++) {
      const struct sample *s = &c->samples[i][k];
      printf("  %s %.2f -> %.2f  " SPAN_FMT ": " SPAN_FMT "\n", signal_type_name(s->type), s->before,
             s->after, SPAN_ARG(s->path), SPAN_ARG(s->text));
    }
  }
}

static void write_sample(struct json *json, const struct sample *s) {
  json_begin_object(json);
  json_key_string(json, "signal", span_of(signal_type_name(s->type)));
  json_key_real(json, "before", s->before, 2);
  json_key_real(json, "after", s->after, 2);
  json_key_string(json, "path", s->path);
  json_key_string(json, "text", s->text);
  json_end_object(json);
}

static void print_json(const struct comparison *c) {
  struct sbuf out = {.arena = c->job->arena};
  struct json json = {.out = &out};
  json_begin_object(&json);
  json_key_int(&json, "messages", (int64_t)c->messages);
  for (int i = 0; i < CHANGES; i++) {
    json_key(&json, change_names[i]);
    json_begin_object(&json);
    json_key_int(&json, "count", (int64_t)c->counts[i]);
    json_key(&json, "samples");
    json_begin_array(&json);
    for (size_t k = 0; k < n_samples(c, (enum change)i); k++) write_sample(&json, &c->samples[i][k]);
    json_end_array(&json);
    json_end_object(&json);
  }
  json_end_object(&json);
  rules_print_json(&out);
}

enum ms_status rules_diff(struct rules_job *job, struct ms_error *error) {
  struct comparison c = {.job = job};
  struct rules_run runs[2] = {{0}};
  if (job->n_operands < 3) return ms_fail(error, MS_USAGE, "rules diff: say OLD NEW PATH...");
  enum ms_status status = rules_run_open(job, job->operands[0], &runs[0], error);
  if (!status) status = rules_run_open(job, job->operands[1], &runs[1], error);
  if (!status) {
    struct rules_mail mail = {job->operands + 2, job->n_operands - 2, runs, 2, seen, &c};
    status = rules_each_message(&mail, error);
    if (job->json)
      print_json(&c);
    else
      print_text(&c);
  }
  rules_run_close(&runs[0]);
  rules_run_close(&runs[1]);
  return status;
}
