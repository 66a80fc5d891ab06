#include "signal/evidence.h"

/* Why a rule did or did not give its signal. */

static struct span join_senses(const struct reading *r, const struct senses *senses) {
  struct span text = {0};
  for (size_t i = 0; i < senses->n; i++) {
    const struct sense_finding *f = &senses->items[i];
    text = arena_printf(r->arena, SPAN_FMT "%s%s by '" SPAN_FMT "'", SPAN_ARG(text),
                        i ? ", " : "", sense_name(f->kind), SPAN_ARG(f->cue));
  }
  return text;
}

static bool gives_evidence(const struct reading *r, const struct hit *hit, size_t first) {
  const struct rule *rule = ruleset_rule(r->ruleset, hit->rule);
  struct evidence e = evidence_of(r, hit->sentence, first, rule->signal);
  for (size_t i = 0; i < e.n_hits && e.n_terms; i++)
    if (e.hits[i]->rule == hit->rule) return true;
  return false;
}

static struct span outcome_of(const struct reading *r, const struct hit *hit, size_t first) {
  const struct rule *rule = ruleset_rule(r->ruleset, hit->rule);
  const struct sentence *s = &r->folded.sentences[hit->sentence];
  struct senses senses;
  sense_of(&r->folded, hit->sentence, hit->start, hit->end, &senses);
  struct span sense = join_senses(r, &senses);
  if (gives_evidence(r, hit, first)) {
    if (s->field == FIELD_SUBJECT) return SPAN_LIT("counts, but a subject is never the only evidence");
    return sense.len ? arena_printf(r->arena, "counts; " SPAN_FMT, SPAN_ARG(sense)) : SPAN_LIT("counts");
  }
  if (sense.len) return arena_printf(r->arena, "does not count: " SPAN_FMT, SPAN_ARG(sense));
  if (!r->logits) return SPAN_LIT("does not count: another rule of its group weighs more");
  double logit = (double)r->logits[hit->sentence * SIGNAL_COUNT + (size_t)rule->signal];
  double vote = (double)learned_vote(r->ruleset, rule);
  return arena_printf(r->arena,
                      "does not count: learned log-odds %.2f and its vote %.2f stay below %.2f", logit,
                      vote, (double)learned_threshold(r->ruleset, rule->signal));
}

static void add_trace(const struct reading *r, const struct hit *hit, size_t first,
                      struct rule_traces *out) {
  const struct sentence *s = &r->folded.sentences[hit->sentence];
  struct span text = s->field == FIELD_SUBJECT ? r->input->subject : r->input->text->bytes;
  struct rule_trace trace = {
      .words = span_slice(r->folded.bytes, hit->start, hit->end),
      .sentence = span_trim(span_slice(text, s->start, s->end)),
      .outcome = outcome_of(r, hit, first),
  };
  ARENA_PUSH(r->arena, out, trace);
}

void signal_trace(struct arena *arena, const struct ruleset *ruleset,
                  struct match_scratch *scratch, const struct signal_input *input, uint32_t rule,
                  struct rule_traces *out) {
  defect_set ignored = 0;
  struct reading r = {.arena = arena, .ruleset = ruleset, .input = input,
                      .today = day_of(input->date, input->date_offset)};
  *out = (struct rule_traces){0};
  reading_make(&r, scratch, true, &ignored);
  for (size_t i = 0, first = 0; i < r.hits.n; i++) {
    if (r.hits.items[i].sentence != r.hits.items[first].sentence) first = i;
    if (r.hits.items[i].rule == rule) add_trace(&r, &r.hits.items[i], first, out);
  }
}

void signal_near_miss(struct arena *arena, const struct ruleset *ruleset,
                      struct match_scratch *scratch, const struct signal_input *input,
                      const struct rule_book *book, uint32_t rule, struct near_miss *out,
                      struct span *sentence) {
  defect_set ignored = 0;
  struct reading r = {.arena = arena, .ruleset = ruleset, .input = input,
                      .today = day_of(input->date, input->date_offset)};
  reading_make(&r, scratch, true, &ignored);
  rule_near_miss(arena, book, ruleset, &r.folded, &r.hits, span_of(ruleset_rule(ruleset, rule)->id),
                 out);
  *sentence = (struct span){0};
  if (out->kind != NEAR_WORDS && out->kind != NEAR_UNLESS) return;
  const struct sentence *s = &r.folded.sentences[out->sentence];
  struct span text = s->field == FIELD_SUBJECT ? input->subject : input->text->bytes;
  *sentence = span_trim(span_slice(text, s->start, s->end));
}
