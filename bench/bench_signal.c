/* bench_signal [PATH...]: where the signal stage spends its time, on the messages of an archive that
 * people wrote, and on one text of 2 KB. Without a path only the latter. One thread; rounds of all
 * parts are interleaved, the best counts. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "mailsignal/pipeline.h"
#include "mailsignal/sbuf.h"
#include "mailsignal/source.h"
#include "signal/evidence.h"

enum { ROUNDS = 9, MAX_MESSAGES = 100000 };
enum part { FOLD, LEARNED, MATCH_ALL, STAGE, PARTS };
static const char *const part_names[PARTS] = {"folding", "learned scores", "matching every sentence",
                                              "whole stage"};

struct message {
  struct mail mail;
  struct text text;
  struct zones zones;
  const char *language;
  struct passage passages[64];
  size_t n_passages;
  struct folded folded;
};

struct bench {
  const struct ruleset *ruleset;
  struct match_scratch *scratch;
  struct arena *kept, *arena;
  struct message **messages;
  size_t n, bytes;
  double round[PARTS], best[PARTS];
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void find_passages(struct message *m) {
  const size_t most = sizeof m->passages / sizeof *m->passages;
  m->passages[m->n_passages++] =
      (struct passage){m->mail.subject, 0, m->mail.subject.len, FIELD_SUBJECT};
  for (size_t i = 0; i < m->zones.n && m->n_passages < most; i++) {
    const struct zone *zone = &m->zones.items[i];
    if (zone->kind == ZONE_BODY)
      m->passages[m->n_passages++] =
          (struct passage){m->text.bytes, zone->start, zone->end, FIELD_BODY};
  }
}

static void add_message(struct bench *b, struct span raw) {
  struct message *m = ARENA_NEW(b->kept, struct message);
  char *copy = arena_alloc(b->kept, raw.len);
  memcpy(copy, raw.ptr, raw.len);
  mail_parse(b->kept, (struct span){copy, raw.len}, &m->mail);
  if (m->mail.mail_class != MAIL_PERSON || b->n == MAX_MESSAGES) return;
  text_read(b->kept, m->mail.text, &m->text);
  struct zone_hints hints = {m->mail.from, m->mail.marks, m->mail.n_marks, m->mail.mail_class};
  zone_find(b->kept, &m->text, &hints, &m->zones);
  m->language = text_language(m->text.bytes);
  find_passages(m);
  text_fold(b->kept, ruleset_lexicon(b->ruleset), m->passages, m->n_passages, &m->folded);
  b->bytes += m->folded.bytes.len;
  b->messages[b->n++] = m;
}

static void read_archive(struct bench *b, const char *const *paths, size_t n) {
  struct source *source;
  struct raw_message raw = {0};
  if (source_open(paths, n, &source, NULL)) exit(1);
  while (source_next(source, &raw) == 1)
    if (!raw.error_code && raw.len) add_message(b, (struct span){raw.bytes, raw.len});
  raw_message_free(&raw);
  source_close(source);
}

static void make_sample(struct bench *b) {
  static const char text[] =
      "From: jane@example.org\nTo: bob@example.com\nSubject: Delivery\n\nHi Bob,\n\n"
      "thanks for the call on Tuesday. We have looked at the numbers again and the finance team is "
      "fine with the figures for the first quarter. Could you send the updated statement of work by "
      "the end of next week? The warehouse in Leeds will be ready in March, and I would like the "
      "delivery to be there before the stock count.\n\nI am afraid the portal was slow again on "
      "Friday and nobody has answered our ticket. We rely on the reports for our payroll run and "
      "need them before noon. Attached is the signed order for the spare parts; the drawing has "
      "changed slightly, see page two. Quick question about the licence: it runs until 30 June, "
      "right? My manager asked me to get a quote for ten extra seats.\n\nThe auditors were here for "
      "two days and went through the cupboard with the old fire certificates, of which three had "
      "expired. Nothing dramatic, but the landlord wants copies of the new ones for his insurer. "
      "Martha keeps the originals in the blue binder beside the printer, so please ask her and not "
      "the front desk. The lift engineer comes on the ninth; somebody should let him in at seven "
      "because the porter is on holiday.\n\nOn the brochure: page four still shows the old logo, and "
      "the photograph of the loading bay is mirrored, which is why the numbers on the doors read "
      "backwards. The printer can wait until Thursday if we tell him today. Hugo also found two "
      "spelling mistakes in the Dutch part, which he has marked in yellow. I like the paper, but the "
      "matt one shows fingerprints less.\n\nFinally, the summer party: there are forty of us this "
      "year, six do not eat meat and one is allergic to nuts. The boat holds fifty. We could meet "
      "at the pier at five and be back before ten, when the last tram leaves. Please tell me by "
      "Monday who brings children, as the captain has life jackets for eight of them only. If it "
      "rains we go to the bowling place behind the station, where they keep the big room for us "
      "free of charge until the day before.\n";
  add_message(b, SPAN_LIT(text));
}

static void run_part(struct bench *b, const struct message *m, enum part part) {
  defect_set defects = 0;
  struct hits hits;
  struct signals signals = {0};
  struct folded folded;
  struct signal_input input = {.text = &m->text, .zones = &m->zones, .subject = m->mail.subject,
                               .language = m->language, .has_date = m->mail.has_date,
                               .date = m->mail.date, .min_strength = 0.5};
  arena_reset(b->arena);
  switch (part) {
    case FOLD:
      text_fold(b->arena, ruleset_lexicon(b->ruleset), m->passages, m->n_passages, &folded);
      break;
    case LEARNED:
      learned_score(b->ruleset, &m->folded, m->language,
                    ARENA_ARRAY(b->arena, float, m->folded.n_sentences * SIGNAL_COUNT));
      break;
    case MATCH_ALL:
      match_run(b->ruleset, b->scratch, b->arena, &m->folded, m->language, &hits, &defects);
      break;
    default:
      signal_find(b->arena, b->ruleset, b->scratch, &input, &signals, &defects);
  }
}

static void measure(struct bench *b, size_t turns) {
  for (int p = 0; p < PARTS; p++) b->best[p] = 1e9;
  for (int round = 0; round < ROUNDS; round++)
    for (int p = 0; p < PARTS; p++) {
      double start = now();
      for (size_t turn = 0; turn < turns; turn++)
        for (size_t i = 0; i < b->n; i++) run_part(b, b->messages[i], (enum part)p);
      double spent = now() - start;
      if (spent < b->best[p]) b->best[p] = spent;
    }
  double n = (double)(b->n * turns);
  printf("%zu messages, %.0f folded bytes on average\n\n| part | us a message | ns a byte |\n"
         "|---|--:|--:|\n", b->n, (double)b->bytes / (double)b->n);
  for (int p = 0; p < PARTS; p++)
    printf("| %s | %.1f | %.1f |\n", part_names[p], b->best[p] / n * 1e6,
           b->best[p] / (double)(b->bytes * turns) * 1e9);
}

int main(int argc, char **argv) {
  struct diag_list faults = {.arena = arena_new()};
  struct ms_error error = {0};
  struct ruleset *ruleset = NULL;
  struct ruleset_options options = {.builtin_dir = MAILSIGNAL_SOURCE_DIR "/rules"};
  mail_init();
  if (ruleset_load(&options, &ruleset, &faults, &error)) {
    fprintf(stderr, "%s\n", error.text);
    return 78;
  }
  struct bench b = {.ruleset = ruleset, .scratch = match_scratch_new(ruleset),
                    .kept = arena_new(), .arena = arena_new(),
                    .messages = calloc(MAX_MESSAGES, sizeof *b.messages)};
  make_sample(&b);
  measure(&b, 500);
  if (argc < 2) return 0;
  b.n = b.bytes = 0;
  read_archive(&b, (const char *const *)(argv + 1), (size_t)(argc - 1));
  printf("\n");
  measure(&b, 1);
  return 0;
}
