/* learned_image.h - the learned model in memory: one block without pointers. Within src/rules.
 *
 * A word is looked up once and gives its stem and its concepts; features are hashes over stems and
 * concepts, looked up in one table whose rows hold a weight for some of the nine signals.
 * docs/learned.md describes the text form that it is compiled from. */
#ifndef MAILSIGNAL_RULES_LEARNED_IMAGE_H
#define MAILSIGNAL_RULES_LEARNED_IMAGE_H

#include "mailsignal/rules.h"

enum {
  LEARNED_MAGIC = 0x4c534d32,
  MAX_WORD_CONCEPTS = 3,
  MAX_PHRASE_WORDS = 6,
  LANGUAGES = 7,
  LEARNED_CONTEXT = SIGNAL_COUNT, /* in place of a signal: weights of the whole text's context */
  FILTER_BITS = 20, /* of the bitmap that tells most absent features without a look-up */
};

/* "en", "de", "fr", "es", "pt", "it", "nl"; the index of an unknown language is that of English. */
size_t learned_language(const char *language);

struct learned_concept {
  uint32_t name;   /* offset of a NUL-terminated string */
  uint32_t closed; /* 1: stands for its words everywhere, also in plain n-grams */
  uint64_t hash;
};

/* A slot of the word table (key 0 = empty). Prefix entries have the key of their prefix. */
struct learned_word {
  uint64_t key;  /* of language, kind and spelling */
  uint64_t stem; /* hash */
  uint32_t stem_text;
  uint16_t concepts[MAX_WORD_CONCEPTS]; /* index + 1; 0 = none */
  uint16_t opens_phrase;                /* 1: some phrase of the language begins with this stem */
};

struct learned_phrase {
  uint64_t words[MAX_PHRASE_WORDS]; /* stem hashes */
  uint16_t n, concept, language, unused;
};

/* A slot of the feature table (key 0 = empty): `n` weights from `first` on. */
struct learned_feature {
  uint64_t key;
  uint32_t first, n;
};

struct learned_weight {
  uint32_t signal; /* or LEARNED_CONTEXT */
  float value;     /* log-odds that the feature adds */
};

struct learned_header {
  uint32_t magic, n_concepts;
  uint32_t n_words, n_phrases, n_features, n_weights; /* tables are powers of two */
  uint32_t shortest_prefix, strings_size;
  uint64_t concepts, words, phrases, features, weights, strings, filter; /* offsets */
  uint64_t size;
  float bias[SIGNAL_COUNT], scale[SIGNAL_COUNT], threshold[SIGNAL_COUNT];
  float vote_scale; /* times the log-odds of a rule's weight */
  float context_bias, context_share;
};

struct learned {
  const struct learned_header *header;
  const struct learned_concept *concepts;
  const struct learned_word *words;
  const struct learned_phrase *phrases;
  const struct learned_feature *features;
  const struct learned_weight *weights;
  const char *strings;
  const uint64_t *filter;
};

/* Hashes of texts and of features. Never 0. */
uint64_t learned_hash(struct span text);
enum word_kind { WORD_EXACT, WORD_PREFIX };
uint64_t learned_word_key(size_t language, enum word_kind kind, struct span word);

/* What each sentence's log-odds lose in a text of many sentences. A signal stands in one of them, so
 * the prior odds of each fall as 1/n; texts of three or fewer lose nothing. */
float learned_length_prior(const struct folded *folded);

/* The log-odds, held within bounds, that a text of this vocabulary carries any signal at all: `sum` of
 * the context weights of its `n` features (a feature counts once a sentence) over the square root of
 * n, so that long texts do not outweigh short ones. A share of it moves every sentence. */
float learned_context(float bias, float sum, size_t n);

/* Log-odds of a rule's weight, 0 below one half and at most 3. */
float learned_rule_vote(double weight);

/* The kinds of features, by the letter of the text form. */
enum feature_kind {
  FEATURE_STEM = 'u',     /* a stem */
  FEATURE_CONCEPT = 'c',  /* a concept stands in the sentence */
  FEATURE_PAIR = 'b',     /* two neighbours; closed concepts for their words */
  FEATURE_SKIP = 's',     /* two with one word between; likewise */
  FEATURE_SEQUENCE = 'q', /* two or three neighbours, concepts for their words */
};
uint64_t learned_feature_key(enum feature_kind kind, const uint64_t *parts, size_t n);

#endif
