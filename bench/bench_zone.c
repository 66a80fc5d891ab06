/* bench_zone [FILE...] - time of zone_find() on mails; without files, its growth on crafted text.
 *
 * Mails are parsed first; only zoning is timed. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "mailsignal/limits.h"
#include "mailsignal/zone.h"

enum { ROUNDS = 50 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double time_zones(struct arena *arena, const struct text *text,
                         const struct zone_hints *hints, int rounds) {
  struct zones zones;
  double start = now();
  for (int i = 0; i < rounds; i++) {
    zone_find(arena, text, hints, &zones);
    arena_reset(arena);
  }
  return (now() - start) / rounds;
}

static char *read_file(const char *path, size_t *len) {
  FILE *file = fopen(path, "rb");
  if (!file) return NULL;
  char *bytes = malloc(LIMIT_MESSAGE_BYTES);
  *len = bytes ? fread(bytes, 1, LIMIT_MESSAGE_BYTES, file) : 0;
  fclose(file);
  return bytes;
}

static void time_mails(struct arena *kept, struct arena *arena, char **paths, int n) {
  double micros = 0;
  size_t bytes = 0;
  for (int i = 0; i < n; i++) {
    size_t len;
    char *raw = read_file(paths[i], &len);
    if (!raw) continue;
    struct mail mail;
    struct text text;
    mail_parse(kept, (struct span){raw, len}, &mail);
    text_read(kept, mail.text, &text);
    struct zone_hints hints = {mail.from, mail.marks, mail.n_marks, mail.mail_class};
    micros += time_zones(arena, &text, &hints, ROUNDS);
    bytes += text.bytes.len;
    arena_reset(kept);
    free(raw);
  }
  if (n && bytes)
    printf("%d mails, %.0f bytes of text each: %.2f us a mail, %.2f us a KB\n", n,
           (double)bytes / n, micros / n, micros * 1024 / (double)bytes);
}

static void time_crafted(struct arena *kept, struct arena *arena, const char *unit, size_t size) {
  size_t unit_len = strlen(unit), n = size / unit_len;
  char *bytes = arena_alloc(kept, n * unit_len + 1);
  for (size_t i = 0; i < n; i++) memcpy(bytes + i * unit_len, unit, unit_len);
  struct text text;
  text_read(kept, (struct span){bytes, n * unit_len}, &text);
  double micros = time_zones(arena, &text, &(struct zone_hints){0}, 3);
  printf("%-28.28s %8zu bytes: %9.1f us, %.2f us a KB\n", unit, text.bytes.len, micros,
         micros * 1024 / (double)text.bytes.len);
  arena_reset(kept);
}

int main(int argc, char **argv) {
  static const char *const units[] = {
      "On ", "A\n", ">", "a", "\n", "A\n\n", "From: a@b.example\n", "On 1/2/25 x wrote\n", "____\n",
      "-- \n", "confidential recipient. ", "Best regards\n", "\xE5\xB1\xB1", "@.@.", "Jane|1234567 ",
      "> \nx\n", "On Mon 1:1:1 a@b wrote:\n> x\ny\n"};
  struct arena *kept = arena_new(), *arena = arena_new();
  if (!kept || !arena) return 70;
  mail_init();
  if (argc > 1) time_mails(kept, arena, argv + 1, argc - 1);
  for (size_t i = 0; argc == 1 && i < sizeof units / sizeof *units; i++) {
    printf("%s", i ? "" : "crafted, ten times the size:\n");
    time_crafted(kept, arena, units[i], 100 * 1000);
    time_crafted(kept, arena, units[i], 1000 * 1000);
  }
  arena_free(kept);
  arena_free(arena);
  return 0;
}
