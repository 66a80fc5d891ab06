/* explain --rule: where a rule fires, and where it does not, how near it came. */
#include <stdio.h>

#include "cli/explain.h"
#include "mailsignal/json.h"

struct answer {
  const struct rule_question *question;
  const struct record *record;
  struct rule_traces traces;
  struct near_miss miss; /* when there are no traces */
  struct span sentence;  /* of the miss, as written */
};

static bool is_other_language(const struct answer *a) {
  const char *language = a->question->rule->language;
  return language[0] && strcmp(language, a->record->language) != 0;
}

/* ---- For people ---- */

static void print_sentence(struct span sentence) {
  printf("    in: ");
  explain_print(sentence);
  putchar('\n');
}

static void print_miss(const struct near_miss *miss, struct span sentence) {
  switch (miss->kind) {
    case NEAR_NOTHING: puts("  nearest miss: none, not even a part of a pattern fits"); return;
    case NEAR_WORDS:
      printf("  nearest miss: %zu of %zu elements fit, '" SPAN_FMT "', but not \"" SPAN_FMT
             "\" beside it\n    of: \"" SPAN_FMT "\"\n",
             miss->fitted, miss->elements, SPAN_ARG(miss->words), SPAN_ARG(miss->failed),
             SPAN_ARG(miss->pattern));
      print_sentence(sentence);
      return;
    case NEAR_UNLESS:
      printf("  nearest miss: '" SPAN_FMT "' fits \"" SPAN_FMT "\", but so does unless: \"" SPAN_FMT
             "\"\n",
             SPAN_ARG(miss->words), SPAN_ARG(miss->pattern), SPAN_ARG(miss->failed));
      print_sentence(sentence);
      return;
    case NEAR_CLAUSE:
      printf("  nearest miss: `" SPAN_FMT "` has %zu of %zu parts, not \"" SPAN_FMT "\"\n",
             SPAN_ARG(miss->pattern), miss->fitted, miss->elements, SPAN_ARG(miss->failed));
      return;
    case NEAR_APART: puts("  nearest miss: all parts are there, but not together"); return;
  }
}

static void print_answer(const struct answer *a) {
  const struct rule *rule = a->question->rule;
  printf("%s (%s %.2f): %s\n  %s:%zu\n", rule->id, signal_type_name(rule->signal), rule->weight,
         rule->about, rule->file, rule->line);
  if (a->record->mail.mail_class != MAIL_PERSON)
    printf("  the message is %s, not a person's\n", mail_class_name(a->record->mail.mail_class));
  if (is_other_language(a))
    printf("  is for %s, the message is %s\n", rule->language,
           a->record->language[0] ? a->record->language : "of unknown language");
  for (size_t i = 0; i < a->traces.n; i++) {
    const struct rule_trace *trace = &a->traces.items[i];
    printf("  fires on '" SPAN_FMT "': " SPAN_FMT "\n", SPAN_ARG(trace->words),
           SPAN_ARG(trace->outcome));
    print_sentence(trace->sentence);
  }
  if (a->traces.n) return;
  puts("  does not fire: no sentence of the sender's own words fits a pattern, or `unless` excuses it");
  print_miss(&a->miss, a->sentence);
}

/* ---- For programs ---- */

static void write_traces(struct json *json, const struct rule_traces *traces) {
  json_key(json, "fires");
  json_begin_array(json);
  for (size_t i = 0; i < traces->n; i++) {
    json_begin_object(json);
    json_key_string(json, "words", traces->items[i].words);
    json_key_string(json, "sentence", traces->items[i].sentence);
    json_key_string(json, "outcome", traces->items[i].outcome);
    json_end_object(json);
  }
  json_end_array(json);
}

static void write_text(struct json *json, const char *key, struct span text) {
  if (text.len) json_key_string(json, key, text);
}

static void write_miss(struct json *json, const struct near_miss *miss, struct span sentence) {
  json_key(json, "nearest_miss");
  json_begin_object(json);
  json_key_string(json, "kind", span_of(near_miss_name(miss->kind)));
  write_text(json, "pattern", miss->pattern);
  write_text(json, "words", miss->words);
  write_text(json, "failed", miss->failed);
  if (miss->elements) {
    json_key_int(json, "fitted", (int64_t)miss->fitted);
    json_key_int(json, "elements", (int64_t)miss->elements);
  }
  write_text(json, "sentence", sentence);
  json_end_object(json);
}

static void write_answer(const struct answer *a, struct arena *arena) {
  const struct rule *rule = a->question->rule;
  struct sbuf out = {.arena = arena};
  struct json json = {.out = &out};
  json_begin_object(&json);
  json_key_string(&json, "message_id", a->record->mail.message_id);
  json_key_string(&json, "rule", span_of(rule->id));
  json_key_string(&json, "signal", span_of(signal_type_name(rule->signal)));
  json_key_real(&json, "weight", rule->weight, 2);
  json_key_string(&json, "file", span_of(rule->file));
  json_key_int(&json, "line", (int64_t)rule->line);
  json_key_string(&json, "class", span_of(mail_class_name(a->record->mail.mail_class)));
  json_key_bool(&json, "other_language", is_other_language(a));
  write_traces(&json, &a->traces);
  if (a->traces.n == 0) write_miss(&json, &a->miss, a->sentence);
  json_end_object(&json);
  sbuf_byte(&out, '\n');
  struct span line = sbuf_span(&out);
  fwrite(line.ptr, 1, line.len, stdout);
}

void explain_rule(struct worker *worker, const struct rule_question *question,
                  const struct record *record) {
  struct answer answer = {.question = question, .record = record};
  pipeline_trace(worker, record, question->index, &answer.traces);
  if (answer.traces.n == 0)
    pipeline_near_miss(worker, record, &question->book, question->index, &answer.miss,
                       &answer.sentence);
  if (question->json)
    write_answer(&answer, worker_arena(worker));
  else
    print_answer(&answer);
}
