/* bench_shapes PATH...: what a byte of crafted input costs, beside a byte of the usual mail given.
 *
 * Each shape is a message of 50 KB that repeats what hurts naive parsers. Two figures for each: the
 * mail layer alone, and the whole pipeline with the record; ends with 1 when a shape takes the
 * pipeline more than MOST_TIMES as long a byte as usual mail. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mailsignal/pipeline.h"
#include "mailsignal/source.h"

enum { SHAPE_BYTES = 50 * 1024, ROUNDS = 20, MOST_TIMES = 5 };

#define HTML "Content-Type: text/html\n\n"
#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n"
#define TEXT "From: a@example.org\n\n"

/* How it starts, and what is repeated. */
static const char *const shapes[][2] = {
    {"", "X: y\n"},
    {"To: ", "a@b,"},
    {"To: ", "a,"},
    {"Cc: ", "("},
    {"Subject: ", "=?u?q?a?= "},
    {"Subject: ", "=?a?q?a?==?b?q?a?="},
    {"References: ", "<a>"},
    {"Content-Type: text/plain", "; a=b"},
    {"", "Content-Type: multipart/mixed; boundary=b\n\n--b\n"},
    {"", "Content-Type: message/rfc822\n\n"},
    {MIXED, "--b\n\n"},
    {MIXED, "--\n"},
    {MIXED "--b\n", "X: y\n"},
    {MIXED, "--b\nContent-Type: text/html\n\n<p>x\n"},
    {HTML, "<div>"},
    {HTML, "</b>"},
    {HTML, "<b><p>"},
    {HTML, "<table><tr><td>"},
    {HTML, "&aaaaaaaa"},
    {HTML, "<blockquote>a"},
    {HTML, "<a href=mailto:a@b.c>"},
    {HTML, "<blockquote>u&#776;</blockquote>"},
    {TEXT, "A\n"},
    {TEXT, "On "},
    {TEXT, "On a wrote:\n"},
    {TEXT, "> "},
    {TEXT, ">\n"},
    {TEXT, "-- \n"},
    {TEXT, "From: a\nTo: b\n"},
    {TEXT, "thanks "},
    {TEXT, "not "},
    {TEXT, "1 "},
    {TEXT, "555-1234\n"},
    {TEXT, "a@b.co\n"},
    {TEXT, "http://a.co/ "},
    {TEXT, "$1 "},
    {TEXT, "a. "},
    {TEXT, "We may cancel if "},
    {TEXT, "u\xCC\x88"},
    {TEXT, "\xE4\xBD\xA0"},
    {TEXT, "\xFF"},
};
enum { N_SHAPES = sizeof shapes / sizeof *shapes };

struct bench {
  struct arena *keep, *mail, *out;
  struct worker *worker;
  struct {
    struct span *items;
    size_t n, capacity, bytes;
  } usual;
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void run_mail(struct bench *b, struct span raw) {
  struct mail mail;
  mail_parse(b->mail, raw, &mail);
  arena_reset(b->mail);
}

static void run_pipeline(struct bench *b, struct span raw) {
  struct origin origin = {.path = SPAN_LIT("x"), .size = raw.len};
  struct record record;
  pipeline_run(b->worker, raw, &origin, &record);
  struct sbuf out = {.arena = b->out};
  record_write(&out, &record, &(struct record_options){0});
  arena_reset(b->out);
}

typedef void run_one(struct bench *b, struct span raw);

/* Nanoseconds a byte, the best of some rounds. */
static double time_one(struct bench *b, struct span raw, run_one *run) {
  double best = 1e18;
  for (int i = 0; i < ROUNDS; i++) {
    double start = now();
    run(b, raw);
    double taken = now() - start;
    if (taken < best) best = taken;
  }
  return best / (double)raw.len;
}

static double time_usual(struct bench *b, run_one *run) {
  double best = 1e18;
  for (int turn = 0; turn < 3; turn++) {
    double start = now();
    for (size_t i = 0; i < b->usual.n; i++) run(b, b->usual.items[i]);
    double taken = now() - start;
    if (taken < best) best = taken;
  }
  return best / (double)b->usual.bytes;
}

static void load(struct bench *b, const char *const *paths, size_t n) {
  struct source *source;
  struct raw_message raw = {0};
  if (source_open(paths, n, &source, NULL) != MS_OK) exit(66);
  while (source_next(source, &raw)) {
    if (raw.error_code) continue;
    struct span copy = arena_dup(b->keep, (struct span){raw.bytes, raw.len});
    ARENA_PUSH(b->keep, &b->usual, copy);
    b->usual.bytes += copy.len;
  }
  raw_message_free(&raw);
  source_close(source);
  if (b->usual.n == 0) exit(66);
}

static struct span make_shape(struct arena *arena, const char *start, const char *repeat) {
  char *raw = arena_alloc(arena, SHAPE_BYTES);
  size_t len = strlen(start), step = strlen(repeat);
  memcpy(raw, start, len);
  for (; len + step <= SHAPE_BYTES; len += step) memcpy(raw + len, repeat, step);
  return (struct span){raw, len};
}

static void print_row(const char *shape, double mail, double usual_mail, double all,
                      double usual_all) {
  char shown[32];
  size_t n = 0;
  for (const char *c = shape; *c && n + 1 < sizeof shown; c++)
    if ((unsigned char)*c < 0x80) shown[n++] = *c == '\n' ? '~' : *c;
  shown[n] = '\0';
  printf("%-32s mail %6.1f ns/byte %5.1f x   pipeline %6.1f ns/byte %5.1f x\n", shown, mail,
         mail / usual_mail, all, all / usual_all);
}

int main(int argc, char **argv) {
  if (argc < 2) return 64;
  struct bench b = {.keep = arena_new(), .mail = arena_new(), .out = arena_new()};
  struct diag_list faults = {.arena = arena_new()};
  struct ruleset *ruleset = NULL;
  struct ruleset_options options = {.builtin_dir = MAILSIGNAL_SOURCE_DIR "/rules"};
  struct ms_error error = {0};
  mail_init();
  contact_init();
  if (ruleset_load(&options, &ruleset, &faults, &error)) return 78;
  struct pipeline pipeline = {.ruleset = ruleset, .min_strength = 0.5};
  b.worker = worker_new(&pipeline);
  load(&b, (const char *const *)argv + 1, (size_t)argc - 1);
  double mail = time_usual(&b, run_mail), all = time_usual(&b, run_pipeline);
  print_row("usual mail", mail, mail, all, all);
  bool within = true;
  for (size_t i = 0; i < N_SHAPES; i++) {
    struct span raw = make_shape(b.keep, shapes[i][0], shapes[i][1]);
    double taken = time_one(&b, raw, run_pipeline);
    print_row(shapes[i][1], time_one(&b, raw, run_mail), mail, taken, all);
    if (taken > MOST_TIMES * all) within = false;
  }
  return !within;
}
