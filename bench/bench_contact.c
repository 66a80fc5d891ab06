/* bench_contact [FILE...] - processor time of contact_extract() on mails; without files, its growth
 * on crafted blocks, which must be linear.
 *
 * Mails are parsed and zoned first; only the contact stage is timed. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "mailsignal/contact.h"
#include "mailsignal/limits.h"
#include "mailsignal/sbuf.h"

enum { ROUNDS = 50, SMALLEST = 4096, DOUBLINGS = 8 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double time_contact(struct arena *arena, const struct contact_input *input, int rounds) {
  struct contact contact;
  double start = now();
  for (int i = 0; i < rounds; i++) {
    contact_extract(arena, input, &contact);
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
  for (int i = 0; i < n; i++) {
    size_t len;
    char *raw = read_file(paths[i], &len);
    if (!raw) continue;
    struct mail mail;
    struct text text;
    struct zones zones;
    mail_parse(kept, (struct span){raw, len}, &mail);
    text_read(kept, mail.text, &text);
    struct zone_hints hints = {mail.from, mail.marks, mail.n_marks, mail.mail_class};
    zone_find(kept, &text, &hints, &zones);
    struct contact_input input = {&mail, &text, &zones, text_language(text.bytes)};
    micros += time_contact(arena, &input, ROUNDS);
    arena_reset(kept);
    free(raw);
  }
  printf("%d mails: %.2f us a mail\n", n, micros / n);
}

/* One signature of `size` bytes, made of `piece` again and again. */
static double time_crafted(struct arena *kept, struct arena *arena, const char *piece,
                           size_t size) {
  struct sbuf out = {.arena = kept};
  while (out.len < size) sbuf_add(&out, span_of(piece));
  struct mail mail = {.from = {SPAN_LIT("Pat Quill"), SPAN_LIT("pat@acme.com")},
                      .vcard = sbuf_span(&out)};
  struct text text;
  text_read(kept, sbuf_span(&out), &text);
  struct zone zone = {ZONE_SIGNATURE, 0, out.len};
  struct zones zones = {.items = &zone, .n = 1, .capacity = 1};
  struct contact_input input = {&mail, &text, &zones, "en"};
  double micros = time_contact(arena, &input, 3);
  arena_reset(kept);
  return micros;
}

static void time_growth(struct arena *kept, struct arena *arena) {
  static const char *const pieces[] = {"+49 89 1234567 / ",
                                       "a@b.de ",
                                       "Pat Quill | Manager | ",
                                       "((((",
                                       "1-800-",
                                       "Tel. 12-",
                                       "www.a.",
                                       "TEL:+491\n",
                                       ", ",
                                       "x\n",
                                       "=\n"};
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
    printf("%-24.22s", pieces[i][0] == '=' ? "soft line ends" : pieces[i]);
    for (int k = 0; k < DOUBLINGS; k++)
      printf(" %8.0f", time_crafted(kept, arena, pieces[i], (size_t)SMALLEST << k));
    printf(" us\n");
  }
}

int main(int argc, char **argv) {
  mail_init();
  contact_init();
  struct arena *kept = arena_new(), *arena = arena_new();
  if (argc > 1) time_mails(kept, arena, argv + 1, argc - 1);
  else time_growth(kept, arena);
  arena_free(arena);
  arena_free(kept);
  return 0;
}
