/* rules test: every rule's own sentences, and each sentence again where the signal must vanish. */
#include <stdio.h>

#include "cli/rules.h"
#include "mailsignal/pipeline.h"

/* Ways to write a sentence so that the sender does not say it. %s is the sentence. */
static const struct variant {
  const char *name, *format;
  bool outbound, only_negatable;
} variants[] = {
    {"quoted",
     "From: a@client.example\nTo: b@own.example\nSubject: Re: hello\n\nThanks, noted.\n\n"
     "On Mon, 3 Mar 2025 at 10:00, Bob Smith <b@own.example> wrote:\n> %s\n", false, false},
    {"forwarded",
     "From: a@client.example\nTo: b@own.example\nSubject: Fwd: hello\n\nFor your files.\n\n"
     "---------- Forwarded message ---------\nFrom: Carl <c@other.example>\n"
     "Date: Mon, 3 Mar 2025 at 10:00\nSubject: hello\nTo: <a@client.example>\n\n%s\n",
     false, false},
    {"in a disclaimer",
     "From: a@client.example\nTo: b@own.example\nSubject: hello\n\nThanks, noted.\n\n"
     "CONFIDENTIALITY NOTICE: This e-mail and any attachments are confidential and intended "
     "solely for the addressee. %s If you are not the intended recipient, please notify the "
     "sender and delete it.\n", false, false},
    {"in a signature",
     "From: Ann Lee <a@client.example>\nTo: b@own.example\nSubject: hello\n\nThanks, noted.\n\n"
     "-- \nAnn Lee\nClient Ltd\n%s\n+44 20 7946 0958\n", false, false},
    {"negated",
     "From: a@client.example\nTo: b@own.example\nSubject: hello\n\nIt is not true that %s\n",
     false, true},
    {"outbound",
     "From: b@own.example\nTo: a@client.example\nSubject: hello\n\n%s\n", true, false},
};
enum { N_VARIANTS = sizeof variants / sizeof *variants };

struct tester {
  struct rules_job *job;
  struct ruleset *ruleset;
  struct match_scratch *scratch;
  struct worker *worker;
  struct pipeline pipeline;
  struct arena *arena;    /* of one test */
  struct sbuf json_text;
  struct json json;
  size_t n_run, n_failed;
};

static void report(struct tester *t, const struct rule_draft *rule,
                   const struct rule_pattern *text, const char *what) {
  t->n_failed++;
  if (!t->job->json) {
    printf(SPAN_FMT ":%zu:%zu: " SPAN_FMT ": %s: " SPAN_FMT "\n", SPAN_ARG(rule->file),
           text->line, text->column, SPAN_ARG(rule->id), what, SPAN_ARG(text->text));
    return;
  }
  json_begin_object(&t->json);
  json_key_string(&t->json, "rule", rule->id);
  json_key_string(&t->json, "file", rule->file);
  json_key_int(&t->json, "line", (int64_t)text->line);
  json_key_string(&t->json, "failure", span_of(what));
  json_key_string(&t->json, "text", text->text);
  json_end_object(&t->json);
}

static bool fires(struct tester *t, const struct rule_draft *rule, struct span text) {
  struct passage passage = {text, 0, text.len, FIELD_BODY};
  struct folded folded;
  struct hits hits;
  defect_set defects = 0;
  text_fold(t->arena, ruleset_lexicon(t->ruleset), &passage, 1, &folded);
  match_run(t->ruleset, t->scratch, t->arena, &folded, rule->language, &hits, &defects);
  for (size_t i = 0; i < hits.n; i++)
    if (span_eq(span_of(ruleset_rule(t->ruleset, hits.items[i].rule)->id), rule->id)) return true;
  return false;
}

/* Where a rule's hit gives its signal although somebody else speaks, something is wrong with the
 * rule or with the engine. */
static void run_variant(struct tester *t, const struct rule_draft *rule,
                        const struct rule_pattern *text, const struct variant *variant) {
  static const struct span own = SPAN_INIT("own.example");
  const char *sentence = text->text.ptr;
  if (variant->only_negatable && !rule->negatable) return;
  /* Languages have their own ways to negate; the engine's tests know them. */
  if (variant->only_negatable && rule->language[0] && strcmp(rule->language, "en") != 0) return;
  t->pipeline.own_domains = variant->outbound ? &own : NULL;
  t->pipeline.n_own_domains = variant->outbound ? 1 : 0;
  struct sbuf raw = {.arena = t->arena};
  const char *hole = strstr(variant->format, "%s");
  sbuf_add(&raw, (struct span){variant->format, (size_t)(hole - variant->format)});
  sbuf_add(&raw, span_of(sentence));
  sbuf_add(&raw, span_of(hole + 2));
  struct record record;
  pipeline_run(t->worker, sbuf_span(&raw), &(struct origin){.path = SPAN_LIT("-")}, &record);
  t->n_run++;
  for (size_t i = 0; i < record.signals.n; i++)
    if (record.signals.items[i].type == rule->signal) {
      struct span what = arena_printf(t->arena, "signal although %s", variant->name);
      report(t, rule, text, what.ptr);
    }
}

static void test_rule(struct tester *t, const struct rule_draft *rule) {
  for (size_t i = 0; i < rule->must_match.n; i++) {
    const struct rule_pattern *text = &rule->must_match.items[i];
    t->n_run++;
    if (!fires(t, rule, text->text)) report(t, rule, text, "does not fire");
    for (size_t v = 0; v < N_VARIANTS; v++) run_variant(t, rule, text, &variants[v]);
    arena_reset(t->arena);
  }
  for (size_t i = 0; i < rule->must_reject.n; i++) {
    const struct rule_pattern *text = &rule->must_reject.items[i];
    t->n_run++;
    if (fires(t, rule, text->text)) report(t, rule, text, "fires");
    arena_reset(t->arena);
  }
}

static void test_all(struct tester *t, const struct rule_book *book) {
  if (t->job->json) {
    json_begin_object(&t->json);
    json_key(&t->json, "failures");
    json_begin_array(&t->json);
  }
  for (size_t i = 0; i < book->n_rules; i++) test_rule(t, &book->rules[i]);
  if (!t->job->json) {
    printf("%zu rules, %zu tests, %zu failed\n", book->n_rules, t->n_run, t->n_failed);
    return;
  }
  json_end_array(&t->json);
  json_key_int(&t->json, "rules", (int64_t)book->n_rules);
  json_key_int(&t->json, "tests", (int64_t)t->n_run);
  json_key_int(&t->json, "failed", (int64_t)t->n_failed);
  json_end_object(&t->json);
  rules_print_json(&t->json_text);
}

enum ms_status rules_test(struct rules_job *job, struct ms_error *error) {
  struct tester t = {.job = job, .json_text = {.arena = job->arena}};
  struct diag_list faults = {.arena = job->arena};
  struct rule_book book;
  t.json.out = &t.json_text;
  enum ms_status status = rules_read_book(job, &book, error);
  if (!status) status = ruleset_load(&job->rules, &t.ruleset, &faults, error);
  if (status) return status;
  mail_init();
  contact_init();
  t.pipeline = (struct pipeline){.ruleset = t.ruleset, .min_strength = 0.5};
  t.arena = arena_new();
  t.scratch = match_scratch_new(t.ruleset);
  t.worker = worker_new(&t.pipeline);
  if (t.arena && t.scratch && t.worker)
    test_all(&t, &book);
  else
    status = ms_fail(error, MS_SOFTWARE, "out of memory");
  worker_free(t.worker);
  match_scratch_free(t.scratch);
  arena_free(t.arena);
  ruleset_free(t.ruleset);
  if (status) return status;
  return t.n_failed ? MS_SOME_FAILED : MS_OK;
}
