#include <stdio.h>
#include <stdlib.h>

#include "cli/rules.h"
#include "mailsignal/learn.h"
#include "mailsignal/pipeline.h"
#include "mailsignal/source.h"

/* `rules learn LABELS... --negatives ARCHIVE -o DIR`: fits rules/learned/model.txt. */

enum { MOST_NEGATIVES = 4000 /* messages */ };

static void show_progress(void *context, const char *line) {
  (void)context;
  fprintf(stderr, "%s\n", line);
}

/* The sender's own words of a message. */
static struct span own_words(struct arena *arena, const struct zones *zones, struct span text) {
  struct sbuf out = {.arena = arena};
  for (size_t i = 0; i < zones->n; i++) {
    if (zones->items[i].kind != ZONE_BODY) continue;
    sbuf_add(&out, span_slice(text, zones->items[i].start, zones->items[i].end));
    sbuf_add(&out, SPAN_LIT("\n\n"));
  }
  return sbuf_span(&out);
}

static void read_message(struct arena *scratch, struct span raw, struct arena *keep,
                         struct learn_text *out) {
  struct mail mail;
  struct text text;
  struct zones zones;
  mail_parse(scratch, raw, &mail);
  text_read(scratch, mail.text, &text);
  struct zone_hints hints = {mail.from, mail.marks, mail.n_marks, mail.mail_class};
  zone_find(scratch, &text, &hints, &zones);
  out->text = arena_dup(keep, own_words(scratch, &zones, text.bytes));
  snprintf(out->language, sizeof out->language, "%s", text_language(text.bytes));
}

/* Every second message of the archives, so that the other half can be measured on. */
static enum ms_status read_negatives(struct rules_job *job, struct learn_options *learn,
                                     struct ms_error *error) {
  const struct option_values *paths = options_all(job->options, "negatives");
  if (paths->n == 0) return MS_OK;
  struct source *source = NULL;
  struct raw_message raw = {0};
  struct arena *scratch = arena_new();
  struct learn_text *texts = ARENA_ARRAY(job->arena, struct learn_text, MOST_NEGATIVES);
  enum ms_status status = source_open(paths->items, paths->n, &source, error);
  mail_init();
  for (size_t n = 0; !status && scratch && learn->n_negatives < MOST_NEGATIVES &&
                     source_next(source, &raw) == 1;) {
    if (raw.error_code) {
      status = ms_fail(error, raw.error.status, "%s", raw.error.text);
    } else if (n++ % 2 == 0) {
      arena_reset(scratch);
      read_message(scratch, (struct span){raw.bytes, raw.len}, job->arena,
                   &texts[learn->n_negatives++]);
    }
  }
  learn->negatives = texts;
  raw_message_free(&raw);
  source_close(source);
  arena_free(scratch);
  return status;
}

/* The operands, then the files of --ordinary. */
static const char *const *label_files(const struct rules_job *job,
                                      const struct option_values *ordinary) {
  const char **files = ARENA_ARRAY(job->arena, const char *, job->n_operands + ordinary->n);
  for (size_t i = 0; i < job->n_operands; i++) files[i] = job->operands[i];
  for (size_t i = 0; i < ordinary->n; i++) files[job->n_operands + i] = ordinary->items[i];
  return files;
}

enum ms_status rules_learn(struct rules_job *job, struct ms_error *error) {
  const char *out_dir = options_text(job->options, "output", NULL);
  if (!out_dir || job->n_operands == 0)
    return ms_fail(error, MS_USAGE, "rules learn: say LABELS... and --output DIR");
  struct diag_list faults = {.arena = job->arena};
  struct ruleset *ruleset = NULL;
  enum ms_status status = ruleset_load(&job->rules, &ruleset, &faults, error);
  if (status) return status;
  const struct option_values *ordinary = options_all(job->options, "ordinary");
  struct learn_options learn = {
      .label_files = label_files(job, ordinary),
      .n_label_files = job->n_operands + ordinary->n,
      .n_ordinary = ordinary->n,
      .concepts = arena_printf(job->arena, "%s/concepts.txt", out_dir).ptr,
      .out_dir = out_dir,
      .ruleset = ruleset,
      .min_precision = 0.88,
      .progress = show_progress,
  };
  status = read_negatives(job, &learn, error);
  if (!status) status = learn_model(&learn, error);
  ruleset_free(ruleset);
  return status;
}
