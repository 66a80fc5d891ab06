#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

#include "mailsignal/ingest.h"

struct row {
  const char *language;
  enum sentiment sentiment;
  const char *text;
};

static const struct row rows[] = {
    {"en", SENTIMENT_POSITIVE, "Excellent work, we are very happy with the result."},
    {"en", SENTIMENT_NEGATIVE, "We are not happy with the result."},
    {"en", SENTIMENT_POSITIVE, "No problems at all."},
    {"en", SENTIMENT_NEGATIVE, "The support was terrible and the parts arrived broken."},
    {"en", SENTIMENT_NEGATIVE, "The food was good, but the service was terrible."},
    {"en", SENTIMENT_POSITIVE, "Delivery was a bit late, but the team was great and the quality is excellent."},
    {"en", SENTIMENT_NEUTRAL, "Good morning, the meeting is at ten."},
    {"en", SENTIMENT_NEUTRAL, ""},
    {"en", SENTIMENT_NEGATIVE, "I wouldn\xE2\x80\x99t recommend them."},
    {"", SENTIMENT_POSITIVE, "Perfect, thank you"},
    {"xx", SENTIMENT_NEGATIVE, "awful"},
    {"de", SENTIMENT_POSITIVE, "Alles hat bestens geklappt, wir sind sehr zufrieden."},
    {"de", SENTIMENT_NEGATIVE, "Das gef\xC3\xA4llt mir nicht."},
    {"de", SENTIMENT_NEGATIVE, "Wir sind sehr entt\xC3\xA4uscht, die Lieferung kam zu sp\xC3\xA4t."},
    {"fr", SENTIMENT_POSITIVE, "Service impeccable, nous sommes tr\xC3\xA8s satisfaits."},
    {"fr", SENTIMENT_NEGATIVE, "Je suis d\xC3\xA9\xC3\xA7u, toujours en retard."},
    {"es", SENTIMENT_POSITIVE, "Muy buen servicio, excelente."},
    {"es", SENTIMENT_NEGATIVE, "Un desastre, p\xC3\xA9simo servicio."},
    {"it", SENTIMENT_NEGATIVE, "Siamo delusi, servizio pessimo."},
    {"pt", SENTIMENT_POSITIVE, "\xC3\x93timo atendimento, recomendo."},
    {"nl", SENTIMENT_NEGATIVE, "Helaas te laat en beschadigd."},
    {"sv", SENTIMENT_POSITIVE, "Mycket n\xC3\xB6jd, snabbt och bra."},
};

static const struct ingest_words *load(struct arena *arena) {
  static const char *const dirs[] = {MAILSIGNAL_SOURCE_DIR "/rules"};
  const struct ingest_words *words = NULL;
  struct ms_error error = {0};
  cr_assert_eq(ingest_words_load(arena, dirs, 1, &words, &error), MS_OK, "%s", error.text);
  return words;
}

static struct sentiment_score read_text(struct arena *arena, const struct ingest_words *words,
                                        const char *language, struct span text) {
  struct zone zone = {ZONE_BODY, 0, text.len};
  struct record record = {
      .language = language, .text = {.bytes = text}, .zones = {.items = &zone, .n = 1}};
  struct sentiment_score score;
  sentiment_read(arena, words, &record, &score);
  return score;
}

Test(sentiment, by_language) {
  struct arena *arena = arena_new();
  const struct ingest_words *words = load(arena);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct sentiment_score got = read_text(arena, words, rows[i].language, span_of(rows[i].text));
    cr_expect_eq(got.sentiment, rows[i].sentiment, "row %zu: %.2f", i, got.score);
    cr_expect(got.score >= -1 && got.score <= 1, "row %zu", i);
  }
  arena_free(arena);
}

Test(sentiment, summary_is_the_most_telling_sentence) {
  struct arena *arena = arena_new();
  const struct ingest_words *words = load(arena);
  struct sentiment_score got = read_text(
      arena, words, "en", SPAN_LIT("It came on Monday.\nThe quality is\nreally terrible! We write again."));
  cr_expect(span_eq(got.summary, SPAN_LIT("The quality is really terrible!")), SPAN_FMT,
            SPAN_ARG(got.summary));
  arena_free(arena);
}

Test(sentiment, long_text_is_cut) {
  struct arena *arena = arena_new();
  const struct ingest_words *words = load(arena);
  char *bytes = arena_alloc(arena, 400000);
  for (size_t i = 0; i + 5 < 400000; i += 5) memcpy(bytes + i, "good ", 5);
  struct sentiment_score got = read_text(arena, words, "en", (struct span){bytes, 399995});
  cr_expect_eq(got.sentiment, SENTIMENT_POSITIVE);
  cr_expect_leq(got.summary.len, 250);
  arena_free(arena);
}

Test(sentiment, only_the_senders_own_words) {
  struct arena *arena = arena_new();
  const struct ingest_words *words = load(arena);
  struct span text = SPAN_LIT("All fine.\n> It was terrible and awful.\n");
  struct zone zones[] = {{ZONE_BODY, 0, 10}, {ZONE_QUOTE, 10, text.len}};
  struct record record = {.language = "en", .text = {.bytes = text}, .zones = {zones, 2, 2, {{0}, {0}}}};
  struct sentiment_score score;
  sentiment_read(arena, words, &record, &score);
  cr_expect_neq(score.sentiment, SENTIMENT_NEGATIVE);
  arena_free(arena);
}

/* Files with a fault are named with line and column. */
struct file_row {
  const char *text, *place;
};

static const struct file_row files[] = {
    {"en positive: [a]\nen great: [b]\n", "sentiment.yaml:2:"},
    {"just words\n", "sentiment.yaml:1:1"},
    {"en positive:\n  inner: [a]\n", "sentiment.yaml:2:3"},
    {"en positive: [a\n", "sentiment.yaml:"},
    {"en positive: &x [a]\nen negative: *x\n", "sentiment.yaml:2:"},
};

Test(sentiment, faults_in_the_file) {
  char folder[] = "/tmp/ms-words-XXXXXX", lists[64], path[96];
  cr_assert_not_null(mkdtemp(folder));
  snprintf(lists, sizeof lists, "mkdir %s/lists", folder);
  cr_assert_eq(system(lists), 0);
  snprintf(path, sizeof path, "%s/lists/sentiment.yaml", folder);
  const char *dirs[] = {MAILSIGNAL_SOURCE_DIR "/rules", folder};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    struct arena *arena = arena_new();
    struct ms_error error = {0};
    const struct ingest_words *words;
    FILE *file = fopen(path, "w");
    fputs(files[i].text, file);
    fclose(file);
    cr_expect_eq(ingest_words_load(arena, dirs, 2, &words, &error), MS_BAD_CONFIG, "row %zu", i);
    cr_expect_not_null(strstr(error.text, files[i].place), "row %zu: %s", i, error.text);
    arena_free(arena);
  }
  unlink(path);
  snprintf(path, sizeof path, "%s/lists", folder);
  rmdir(path);
  rmdir(folder);
}
