/* learned_features.h - from a folded sentence to its features. Within src/rules. */
#ifndef MAILSIGNAL_RULES_LEARNED_FEATURES_H
#define MAILSIGNAL_RULES_LEARNED_FEATURES_H

#include "rules/learned_image.h"

/* What a word is to the model. Texts are for people and for training. */
struct unit {
  uint64_t stem;     /* hash of the stem */
  uint64_t closed;   /* of the closed concept, else of the stem */
  uint64_t concept;  /* of the first concept, else of the stem */
  uint16_t concepts[MAX_WORD_CONCEPTS];
  bool in_phrase;    /* swallowed by the phrase concept of an earlier unit */
  const struct learned_word *word; /* NULL: not known */
  struct span text;  /* as in the folded text */
};

struct feature_parts {
  enum feature_kind kind;
  uint64_t key;
  size_t n;
  struct span parts[3]; /* texts: stems, or "@concept" */
};

/* Calls found() for each feature of the sentence; a feature may come more than once. With
 * `with_text` the parts are filled (slow; for training and explaining). */
struct feature_walk {
  const struct learned *model;
  struct arena *arena;
  bool with_text;
  void (*found)(void *context, const struct feature_parts *feature);
  void *context;
};
void learned_walk(const struct feature_walk *walk, const struct folded *folded, size_t sentence,
                  const char *language);

#endif
