/* bench_mail PATH...: the mail layer beside GMime, on mail held in memory.
 *
 * Prints microseconds a message for GMime's parse, its parse and text decoding, and mail_parse().
 * The alternatives take turns; the best of the turns counts. */
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "mailsignal/mail.h"
#include "mailsignal/source.h"

enum { TURNS = 5 };

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
  arena_free(arena);
  arena_free(keep);
  return 0;
}
