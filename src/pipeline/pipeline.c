#include "mailsignal/pipeline.h"

#include <stdlib.h>

struct worker {
  const struct pipeline *pipeline;
  struct arena *arena;
  struct match_scratch *scratch;
};

struct worker *worker_new(const struct pipeline *pipeline) {
  struct worker *worker = calloc(1, sizeof *worker);
  if (!worker) return NULL;
  worker->pipeline = pipeline;
  worker->arena = arena_new();
  worker->scratch = match_scratch_new(pipeline->ruleset);
  if (worker->arena && worker->scratch) return worker;
  worker_free(worker);
  return NULL;
}

void worker_free(struct worker *worker) {
  if (!worker) return;
  arena_free(worker->arena);
  match_scratch_free(worker->scratch);
  free(worker);
}

struct arena *worker_arena(struct worker *worker) { return worker->arena; }

static struct span domain_of(struct span address) {
  size_t at = span_find_byte(address, '@', 0);
  return at == SPAN_NONE ? (struct span){0} : span_from(address, at + 1);
}

/* example.com owns a@example.com and a@mail.example.com, not a@myexample.com. */
static bool is_own(const struct pipeline *pipeline, struct span address) {
  struct span domain = domain_of(address);
  for (size_t i = 0; i < pipeline->n_own_domains; i++) {
    struct span own = pipeline->own_domains[i];
    if (!span_iends(domain, own)) continue;
    if (domain.len == own.len || domain.ptr[domain.len - own.len - 1] == '.') return true;
  }
  return false;
}

static enum direction find_direction(const struct pipeline *pipeline, const struct mail *mail) {
  if (pipeline->n_own_domains == 0) return DIRECTION_UNKNOWN;
  if (!is_own(pipeline, mail->from.address)) return DIRECTION_INBOUND;
  for (size_t i = 0; i < mail->to.n; i++)
    if (!is_own(pipeline, mail->to.items[i].address)) return DIRECTION_OUTBOUND;
  return DIRECTION_INTERNAL;
}

static bool may_signal(const struct pipeline *pipeline, const struct record *record) {
  bool written_by_person = record->mail.mail_class == MAIL_PERSON || pipeline->all_classes;
  bool from_outside =
      record->direction == DIRECTION_UNKNOWN || record->direction == DIRECTION_INBOUND;
  return written_by_person && from_outside;
}

static struct signal_input signal_input_of(const struct pipeline *pipeline,
                                           const struct record *record) {
  return (struct signal_input){
      .text = &record->text,
      .zones = &record->zones,
      .subject = record->mail.subject,
      .language = record->language,
      .has_date = record->mail.has_date,
      .date = record->mail.date,
      .date_offset = record->mail.date_offset,
      .decision_maker = record->contact.seniority == SENIORITY_DECISION_MAKER,
      .min_strength = pipeline->min_strength,
  };
}

static void find_signals(struct worker *worker, struct record *out) {
  const struct pipeline *pipeline = worker->pipeline;
  struct signal_input input = signal_input_of(pipeline, out);
  signal_find(worker->arena, pipeline->ruleset, worker->scratch, &input, &out->signals,
              &out->mail.defects);
}

void pipeline_trace(struct worker *worker, const struct record *record, uint32_t rule,
                    struct rule_traces *out) {
  struct signal_input input = signal_input_of(worker->pipeline, record);
  signal_trace(worker->arena, worker->pipeline->ruleset, worker->scratch, &input, rule, out);
}

void pipeline_near_miss(struct worker *worker, const struct record *record,
                        const struct rule_book *book, uint32_t rule, struct near_miss *out,
                        struct span *sentence) {
  struct signal_input input = signal_input_of(worker->pipeline, record);
  signal_near_miss(worker->arena, worker->pipeline->ruleset, worker->scratch, &input, book, rule, out,
                   sentence);
}

struct call {
  struct worker *worker;
  struct span raw;
  struct record *out;
};

static void run_stages(void *context) {
  const struct call *call = context;
  struct record *out = call->out;
  struct arena *arena = call->worker->arena;
  mail_parse(arena, call->raw, &out->mail);
  text_read(arena, out->mail.text, &out->text);
  if (out->text.cut) defect_mark(&out->mail.defects, DEFECT_SIZE_TEXT);

  struct zone_hints hints = {out->mail.from, out->mail.marks, out->mail.n_marks,
                             out->mail.mail_class};
  zone_find(arena, &out->text, &hints, &out->zones);
  out->language = text_language(out->text.bytes);
  out->direction = find_direction(call->worker->pipeline, &out->mail);

  struct contact_input contact = {&out->mail, &out->text, &out->zones, out->language};
  contact_extract(arena, &contact, &out->contact);
  if (may_signal(call->worker->pipeline, out)) find_signals(call->worker, out);
}

void pipeline_run(struct worker *worker, struct span raw, const struct origin *origin,
                  struct record *out) {
  struct call call = {worker, raw, out};
  arena_reset(worker->arena);
  *out = (struct record){.origin = *origin, .ruleset = ruleset_id(worker->pipeline->ruleset)};
  if (arena_try(worker->arena, run_stages, &call)) return;
  arena_reset(worker->arena);
  *out = (struct record){.origin = *origin,
                         .error_code = SPAN_LIT("memory"),
                         .error_message = SPAN_LIT("out of memory while reading this message")};
}
