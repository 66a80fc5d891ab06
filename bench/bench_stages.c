/* bench_stages PATH...: time of each stage on mail held in memory, beside the time that GMime alone
 * takes to parse the same mail and decode its text. One thread; the rounds of all stages are
 * interleaved, so that a busy machine hits them alike; the best round counts. */
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "mailsignal/pipeline.h"
#include "mailsignal/source.h"

enum { ROUNDS = 7, MAX_MESSAGES = 200000, MAX_BYTES = 400 * 1000 * 1000 };

struct sample {
  struct span *messages;
  size_t n, bytes;
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void load(const char *const *paths, size_t n, struct sample *out) {
  struct source *source;
  struct raw_message raw = {0};
  out->messages = calloc(MAX_MESSAGES, sizeof *out->messages);
  if (source_open(paths, n, &source, NULL)) exit(1);
  while (out->n < MAX_MESSAGES && out->bytes < MAX_BYTES && source_next(source, &raw) == 1) {
    if (raw.error_code || raw.len == 0) continue;
    char *copy = malloc(raw.len);
    memcpy(copy, raw.bytes, raw.len);
    out->messages[out->n++] = (struct span){copy, raw.len};
    out->bytes += raw.len;
  }
  raw_message_free(&raw);
  source_close(source);
}

/* What a program that only wants the text would do with GMime. */
static void decode_part(GMimeObject *parent, GMimeObject *part, gpointer bytes) {
  (void)parent;
  if (!GMIME_IS_TEXT_PART(part)) return;
  char *text = g_mime_text_part_get_text((GMimeTextPart *)part);
  if (text) *(size_t *)bytes += strlen(text);
  g_free(text);
}

static size_t gmime_alone(struct span raw) {
  size_t bytes = 0;
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer(raw.ptr, raw.len);
  GMimeParser *parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
  g_object_unref(parser);
  g_object_unref(stream);
  if (!message) return 0;
  bytes += g_mime_message_get_subject(message) != NULL;
  g_mime_message_foreach(message, decode_part, &bytes);
  g_object_unref(message);
  return bytes;
}

enum stage { GMIME, MAIL, ZONE, CONTACT, SIGNAL, RECORD, WHOLE, STAGES };
static const char *const stage_names[STAGES] = {
    "gmime parse + decode", "mail", "text + zone", "contact", "signal", "record", "whole pipeline"};

struct bench {
  struct sample sample;
  const struct pipeline *pipeline;
  struct arena *arena, *out;
  struct match_scratch *scratch;
  struct worker *worker;
  double best[STAGES], round[STAGES];
  size_t sink; /* keeps the optimiser honest */
};

/* The stages one by one, with a clock between them. */
static void run_stages(struct bench *b, struct span raw) {
  struct record r = {.origin = {.path = SPAN_LIT("x"), .size = raw.len}};
  double t0 = now();
  arena_reset(b->arena);
  mail_parse(b->arena, raw, &r.mail);
  double t1 = now();
  text_read(b->arena, r.mail.text, &r.text);
  struct zone_hints hints = {r.mail.from, r.mail.marks, r.mail.n_marks, r.mail.mail_class};
  zone_find(b->arena, &r.text, &hints, &r.zones);
  r.language = text_language(r.text.bytes);
  double t2 = now();
  struct contact_input contact = {&r.mail, &r.text, &r.zones, r.language};
  contact_extract(b->arena, &contact, &r.contact);
  double t3 = now();
  struct signal_input input = {.text = &r.text, .zones = &r.zones, .subject = r.mail.subject,
                               .language = r.language, .has_date = r.mail.has_date,
                               .date = r.mail.date, .min_strength = 0.5};
  signal_find(b->arena, b->pipeline->ruleset, b->scratch, &input, &r.signals, &r.mail.defects);
  double t4 = now();
  r.ruleset = ruleset_id(b->pipeline->ruleset);
  arena_reset(b->out);
  struct sbuf out = {.arena = b->out};
  record_write(&out, &r, &(struct record_options){0});
  double t5 = now();
  b->sink += out.len;
  b->round[MAIL] += t1 - t0;
  b->round[ZONE] += t2 - t1;
  b->round[CONTACT] += t3 - t2;
  b->round[SIGNAL] += t4 - t3;
  b->round[RECORD] += t5 - t4;
}

static void run_round(struct bench *b) {
  for (int s = 0; s < STAGES; s++) b->round[s] = 0;
  double start = now();
  for (size_t i = 0; i < b->sample.n; i++) b->sink += gmime_alone(b->sample.messages[i]);
  b->round[GMIME] = now() - start;
  for (size_t i = 0; i < b->sample.n; i++) run_stages(b, b->sample.messages[i]);
  start = now();
  for (size_t i = 0; i < b->sample.n; i++) {
    struct origin origin = {.path = SPAN_LIT("x"), .size = b->sample.messages[i].len};
    struct record record;
    pipeline_run(b->worker, b->sample.messages[i], &origin, &record);
    arena_reset(b->out);
    struct sbuf out = {.arena = b->out};
    record_write(&out, &record, &(struct record_options){0});
    b->sink += out.len;
  }
  b->round[WHOLE] = now() - start;
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fputs("usage: bench_stages PATH...\n", stderr);
    return 64;
  }
  struct bench b = {.arena = arena_new(), .out = arena_new()};
  struct diag_list faults = {.arena = arena_new()};
  struct ms_error error = {0};
  struct ruleset *ruleset = NULL;
  struct ruleset_options options = {.builtin_dir = MAILSIGNAL_SOURCE_DIR "/rules"};
  mail_init();
  contact_init();
  if (ruleset_load(&options, &ruleset, &faults, &error)) {
    fprintf(stderr, "%s\n", error.text);
    return 78;
  }
  struct pipeline pipeline = {.ruleset = ruleset, .min_strength = 0.5};
  load((const char *const *)(argv + 1), (size_t)(argc - 1), &b.sample);
  b.pipeline = &pipeline;
  b.scratch = match_scratch_new(ruleset);
  b.worker = worker_new(&pipeline);
  for (int s = 0; s < STAGES; s++) b.best[s] = 1e9;
  for (int i = 0; i < ROUNDS; i++) {
    run_round(&b);
    for (int s = 0; s < STAGES; s++)
      if (b.round[s] < b.best[s]) b.best[s] = b.round[s];
  }
  double n = (double)b.sample.n;
  printf("%zu messages, %.1f MB, best of %d rounds\n\n", b.sample.n, (double)b.sample.bytes / 1e6, ROUNDS);
  printf("| stage | us a message | ratio to gmime |\n|---|--:|--:|\n");
  for (int s = 0; s < STAGES; s++)
    printf("| %s | %.1f | %.2f |\n", stage_names[s], b.best[s] / n * 1e6, b.best[s] / b.best[GMIME]);
  return b.sink == 0;
}
