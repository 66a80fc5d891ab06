/* bench_mail PATH...: the mail layer beside GMime, on mail held in memory.
 *
 * Prints microseconds a message for GMime's parse, its parse and text decoding, and mail_parse(),
 * and nanoseconds a byte for damaging shapes of 50 KB next to that of the mail given. The
 * alternatives take turns; the best of the turns counts. */
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "mailsignal/mail.h"
#include "mailsignal/source.h"

enum { TURNS = 5, SHAPE_BYTES = 50 * 1024, SHAPE_ROUNDS = 20 };

struct messages {
  struct span *items;
  size_t n, capacity, bytes;
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void load(struct arena *arena, const char *const *paths, size_t n, struct messages *out) {
  struct source *source;
  struct ms_error error;
  if (source_open(paths, n, &source, &error) != MS_OK) exit(66);
  struct raw_message raw = {0};
  while (source_next(source, &raw)) {
    if (raw.error_code) continue;
    struct span copy = arena_dup(arena, (struct span){raw.bytes, raw.len});
    ARENA_PUSH(arena, out, copy);
    out->bytes += copy.len;
  }
  raw_message_free(&raw);
  source_close(source);
}

static void decode_text(GMimeObject *parent, GMimeObject *part, gpointer unused) {
  (void)parent, (void)unused;
  if (GMIME_IS_TEXT_PART(part)) g_free(g_mime_text_part_get_text((GMimeTextPart *)part));
}

static void run_gmime(struct span raw, bool decode) {
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer(raw.ptr, raw.len);
  GMimeParser *parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
  g_object_unref(parser);
  g_object_unref(stream);
  if (message && decode) g_mime_message_foreach(message, decode_text, NULL);
  if (message) g_object_unref(message);
}

static void run_mail(struct arena *arena, struct span raw) {
  struct mail mail;
  mail_parse(arena, raw, &mail);
  arena_reset(arena);
}

static double time_all(struct arena *arena, const struct messages *messages, int way) {
  double start = now();
  for (size_t i = 0; i < messages->n; i++) {
    if (way == 2) run_mail(arena, messages->items[i]);
    else run_gmime(messages->items[i], way == 1);
  }
  return now() - start;
}

static double time_shape(struct arena *arena, struct arena *keep, const char *start,
                         const char *repeat) {
  char *raw = arena_alloc(keep, SHAPE_BYTES);
  size_t len = strlen(start), step = strlen(repeat);
  memcpy(raw, start, len);
  for (; len + step <= SHAPE_BYTES; len += step) memcpy(raw + len, repeat, step);
  double begin = now();
  for (int i = 0; i < SHAPE_ROUNDS; i++) run_mail(arena, (struct span){raw, len});
  return (now() - begin) / SHAPE_ROUNDS / (double)len * 1e9;
}

static void run_shapes(struct arena *arena, struct arena *keep, double usual) {
#define HTML "Content-Type: text/html\n\n"
#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n"
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
      {"X: y\n\n", "A\n"},
      {"X: y\n\n", "u\xCC\x88"},
      {"X: y\n\n", "\xFF"},
      {HTML, "<div>"},
      {HTML, "</b>"},
      {HTML, "<b><p>"},
      {HTML, "<table><tr><td>"},
      {HTML, "&aaaaaaaa"},
      {HTML, "<blockquote>a"},
      {HTML, "<a href=mailto:a@b.c>"},
      {HTML, "<blockquote>u&#776;</blockquote>"}};
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    double taken = time_shape(arena, keep, shapes[i][0], shapes[i][1]);
    char shown[40];
    size_t n = 0;
    for (const char *c = shapes[i][1]; *c && n + 1 < sizeof shown; c++)
      shown[n++] = *c == '\n' ? '~' : *c;
    shown[n] = '\0';
    printf("%-42s %7.1f ns/byte  %5.1f x\n", shown, taken, taken / usual);
  }
}

int main(int argc, char **argv) {
  if (argc < 2) return 64;
  mail_init();
  struct arena *keep = arena_new(), *arena = arena_new();
  if (!keep || !arena) return 70;
  struct messages messages = {0};
  load(keep, (const char *const *)(argv + 1), (size_t)argc - 1, &messages);
  if (messages.n == 0) return 66;
  double best[3] = {1e9, 1e9, 1e9};
  for (int turn = 0; turn < TURNS; turn++) {
    for (int way = 0; way < 3; way++) {
      double taken = time_all(arena, &messages, way);
      if (taken < best[way]) best[way] = taken;
    }
  }
  static const char *const names[] = {"gmime parse", "gmime parse + decode", "mail_parse"};
  for (int way = 0; way < 3; way++)
    printf("%-22s %7.1f us a message  %5.2f x\n", names[way], best[way] / (double)messages.n * 1e6,
           best[way] / best[1]);
  run_shapes(arena, keep, best[2] / (double)messages.bytes * 1e9);
  arena_free(arena);
  arena_free(keep);
  return 0;
}
