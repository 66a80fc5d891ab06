#include "store/words.h"

#include <unistd.h>

static const char *const tone_keys[TONE_COUNT] = {"neutral",  "negation",      "contrast",
                                                  "intense",  "very positive", "very negative",
                                                  "positive", "negative"};

static struct tone_words *language_of(struct ingest_words *words, struct span code) {
  for (size_t i = 0; i < words->n_tones; i++)
    if (span_eq(span_of(words->tones[i].language), code)) return &words->tones[i];
  if (words->n_tones == MOST_LANGUAGES) return NULL;
  struct tone_words *made = &words->tones[words->n_tones++];
  memcpy(made->language, code.ptr, 2);
  made->words.arena = words->arena;
  return made;
}

/* The key is "<language> <tone>": "en very positive". */
static bool take_tone(void *context, struct span key, struct span word) {
  struct ingest_words *words = context;
  if (key.len < 4 || key.ptr[2] != ' ') return false;
  struct span tone = span_from(key, 3);
  for (int i = 0; i < TONE_COUNT; i++) {
    if (!span_eq(tone, span_of(tone_keys[i]))) continue;
    struct tone_words *language = language_of(words, span_slice(key, 0, 2));
    if (!language) return false;
    word_list_add(&language->words, word, i);
    return true;
  }
  return false;
}

static bool take_role(void *context, struct span key, struct span word) {
  (void)key;
  word_list_add(&((struct ingest_words *)context)->roles, word, 0);
  return true;
}

static bool take_host(void *context, struct span key, struct span word) {
  (void)key;
  word_list_add(&((struct ingest_words *)context)->free_mail, word, 0);
  return true;
}

static bool take_disposable(void *context, struct span key, struct span word) {
  (void)key;
  word_list_add(&((struct ingest_words *)context)->disposable, word, 0);
  return true;
}

static const struct {
  const char *file;
  word_taker *take;
} files[] = {{"lists/sentiment.yaml", take_tone},
             {"lists/role_accounts.yaml", take_role},
             {"lists/free_mail.yaml", take_host},
             {"lists/disposable.yaml", take_disposable}};

enum ms_status ingest_words_load(struct arena *arena, const char *const *rule_dirs, size_t n,
                                 const struct ingest_words **out, struct ms_error *error) {
  struct ingest_words *words = ARENA_NEW(arena, struct ingest_words);
  words->arena = words->roles.arena = words->free_mail.arena = words->disposable.arena = arena;
  for (size_t i = 0; i < n; i++) {
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
      const char *path = arena_printf(arena, "%s/%s", rule_dirs[i], files[k].file).ptr;
      if (i > 0 && access(path, F_OK) != 0) continue;
      enum ms_status status = word_file_read(path, files[k].take, words, error);
      if (status) return status;
    }
  }
  for (size_t i = 0; i < words->n_tones; i++) word_list_sort(&words->tones[i].words);
  word_list_sort(&words->roles);
  word_list_sort(&words->free_mail);
  word_list_sort(&words->disposable);
  *out = words;
  return MS_OK;
}

const struct word_list *tone_words_of(const struct ingest_words *words, const char *language) {
  for (size_t i = 0; i < words->n_tones; i++)
    if (strcmp(words->tones[i].language, language) == 0) return &words->tones[i].words;
  return NULL;
}
