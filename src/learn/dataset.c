#include "learn/dataset.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "mailsignal/digest.h"
#include "mailsignal/sbuf.h"
#include "rules/learned_image.h"

static struct span string_member(const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  if (!json_is_string(value)) return (struct span){0};
  return (struct span){json_string_value(value), json_string_length(value)};
}

/* Evidence marks the sentence that holds most of it, and any that holds a good part. */
static void mark_evidence(struct example *e, size_t start, size_t end, uint16_t bit) {
  enum { GOOD_PART_BYTES = 25 };
  size_t best = SPAN_NONE, most = 0;
  for (size_t i = 0; i < e->folded.n_sentences; i++) {
    const struct sentence *s = &e->folded.sentences[i];
    size_t from = s->start > start ? s->start : start, to = s->end < end ? s->end : end;
    size_t overlap = to > from ? to - from : 0;
    if (overlap >= GOOD_PART_BYTES || (overlap && overlap * 10 >= (end - start) * 6))
      e->labels[i] |= bit;
    if (overlap > most) most = overlap, best = i;
  }
  if (best != SPAN_NONE) e->labels[best] |= bit;
}

static void read_labels(struct example *e, struct span text, const json_t *signals) {
  size_t index;
  const json_t *signal;
  json_array_foreach(signals, index, signal) {
    enum signal_type type = signal_type_parse(string_member(signal, "type"));
    if (type == SIGNAL_COUNT) continue;
    uint16_t bit = (uint16_t)(1u << type);
    e->all |= bit;
    struct span evidence = string_member(signal, "evidence");
    size_t at = span_find(text, evidence, 0);
    if (at != SPAN_NONE) mark_evidence(e, at, at + evidence.len, bit);
  }
}

static void read_votes(struct arena *arena, const struct learn_options *options,
                       struct match_scratch *scratch, struct example *e) {
  struct hits hits;
  defect_set ignored = 0;
  e->votes = ARENA_ARRAY(arena, float, e->folded.n_sentences * SIGNAL_COUNT);
  match_run(options->ruleset, scratch, arena, &e->folded, e->language, &hits, &ignored);
  for (size_t i = 0; i < hits.n; i++) {
    const struct rule *rule = ruleset_rule(options->ruleset, hits.items[i].rule);
    float *vote = &e->votes[hits.items[i].sentence * SIGNAL_COUNT + (size_t)rule->signal];
    float weight = learned_rule_vote(rule->weight);
    if (weight > *vote) *vote = weight;
  }
}

struct reading {
  struct dataset *data;
  const struct learn_options *options;
  struct match_scratch *scratch;
};

static void add_example(const struct reading *r, const json_t *object, uint32_t group) {
  struct dataset *data = r->data;
  const struct learn_options *options = r->options;
  struct example e = {.group = group, .first_row = data->n_rows};
  struct span text = string_member(object, "text");
  e.mail = text.len == 0;
  if (e.mail) text = string_member(object, "new_text");
  struct span language = string_member(object, "lang");
  if (text.len == 0 || json_is_true(json_object_get(object, "auto"))) return;
  text = arena_dup(data->arena, text);
  memcpy(e.language, language.len == 2 ? language.ptr : "en", 2);
  struct passage passage = {text, 0, text.len, FIELD_BODY};
  text_fold(data->arena, ruleset_lexicon(options->ruleset), &passage, 1, &e.folded);
  e.labels = ARENA_ARRAY(data->arena, uint16_t, e.folded.n_sentences);
  read_labels(&e, text, json_object_get(object, "signals"));
  read_votes(data->arena, options, r->scratch, &e);
  data->n_rows += e.folded.n_sentences;
  data->n_mails += e.mail;
  ARENA_PUSH(data->arena, data, e);
}

/* A few sentences of each, spread over it: long texts must not outweigh the labelled ones. */
static void thin_out(struct folded *folded) {
  enum { KEEP = 10 };
  if (folded->n_sentences <= KEEP) return;
  for (size_t i = 0; i < KEEP; i++)
    folded->sentences[i] = folded->sentences[(2 * i + 1) * folded->n_sentences / (2 * KEEP)];
  folded->n_sentences = KEEP;
}

static void add_negatives(const struct reading *r) {
  struct dataset *data = r->data;
  for (size_t i = 0; i < r->options->n_negatives; i++) {
    const struct learn_text *t = &r->options->negatives[i];
    struct example e = {.group = NEGATIVES, .first_row = data->n_rows};
    struct passage passage = {t->text, 0, t->text.len, FIELD_BODY};
    if (t->text.len == 0) continue;
    memcpy(e.language, t->language[0] ? t->language : "en", 2);
    text_fold(data->arena, ruleset_lexicon(r->options->ruleset), &passage, 1, &e.folded);
    thin_out(&e.folded);
    e.labels = ARENA_ARRAY(data->arena, uint16_t, e.folded.n_sentences);
    e.votes = ARENA_ARRAY(data->arena, float, e.folded.n_sentences * SIGNAL_COUNT);
    data->n_rows += e.folded.n_sentences;
    ARENA_PUSH(data->arena, data, e);
  }
}

static enum ms_status read_file(const struct reading *r, uint32_t group, struct span *bytes,
                                struct ms_error *error) {
  const char *path = r->options->label_files[group];
  FILE *file = fopen(path, "rb");
  char *line = NULL;
  size_t capacity = 0, number = 0;
  ssize_t len;
  struct sbuf all = {.arena = r->data->arena};
  if (!file) return ms_fail(error, MS_NO_INPUT, "%s: %s", path, strerror(errno));
  enum ms_status status = MS_OK;
  while (status == MS_OK && (len = getline(&line, &capacity, file)) >= 0) {
    json_error_t fault;
    number++;
    sbuf_add(&all, (struct span){line, (size_t)len});
    if (span_trim((struct span){line, (size_t)len}).len == 0) continue;
    json_t *object = json_loadb(line, (size_t)len, 0, &fault);
    if (json_is_object(object))
      add_example(r, object, group);
    else
      status = ms_fail(error, MS_BAD_DATA, "%s:%zu:%d: not a JSON object: %s", path, number,
                       fault.column, object ? "" : fault.text);
    json_decref(object);
  }
  free(line);
  fclose(file);
  *bytes = sbuf_span(&all);
  return status;
}

enum ms_status dataset_read(struct arena *arena, const struct learn_options *options,
                            struct dataset *out, struct ms_error *error) {
  *out = (struct dataset){.arena = arena};
  struct span *bytes = ARENA_ARRAY(arena, struct span, options->n_label_files);
  struct reading r = {out, options, match_scratch_new(options->ruleset)};
  enum ms_status status = r.scratch ? MS_OK : ms_fail(error, MS_SOFTWARE, "out of memory");
  for (uint32_t i = 0; i < options->n_label_files && status == MS_OK; i++)
    status = read_file(&r, i, &bytes[i], error);
  match_scratch_free(r.scratch);
  if (status) return status;
  add_negatives(&r);
  digest_sha256(bytes, options->n_label_files, out->digest);
  if (out->n == 0) return ms_fail(error, MS_BAD_DATA, "the label files hold no text");
  return MS_OK;
}
