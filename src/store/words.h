/* words.h - what ingest_words_load() makes. */
#ifndef MAILSIGNAL_STORE_WORDS_H
#define MAILSIGNAL_STORE_WORDS_H

#include "mailsignal/ingest.h"
#include "store/word_list.h"

/* In the order of the keys in sentiment.yaml; earlier kinds win. */
enum tone {
  TONE_NEUTRAL,
  TONE_NEGATION,
  TONE_CONTRAST,
  TONE_INTENSE,
  TONE_VERY_POSITIVE,
  TONE_VERY_NEGATIVE,
  TONE_POSITIVE,
  TONE_NEGATIVE,
  TONE_COUNT
};

enum { MOST_LANGUAGES = 32, MOST_PHRASE_WORDS = 4 };

struct tone_words {
  char language[3];
  struct word_list words; /* phrases have single blanks between their words */
};

struct ingest_words {
  struct arena *arena;
  struct tone_words tones[MOST_LANGUAGES];
  size_t n_tones;
  struct word_list roles;      /* words of local parts */
  struct word_list free_mail;  /* domains */
  struct word_list disposable; /* domains */
};

/* NULL: none for this language. */
const struct word_list *tone_words_of(const struct ingest_words *words, const char *language);

#endif
