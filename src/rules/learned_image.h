/* learned_image.h - the learned model in memory: one block without pointers. Within src/rules.
 *
 * A word is looked up once and gives its stem and its concepts. Stems and concepts that stand in
 * some feature are parts, numbered from 1; a feature of several parts is looked up by its parts'
 * numbers. Most sequences of a sentence are no feature: what each part can be part of (its roles),
 * and then a bitmap, tell so before the table is touched. Tables that are probed at random are kept
 * small, as they have to share the processor's second cache with the rest of the program.
 * docs/learned.md describes the text form that it is compiled from. */
#ifndef MAILSIGNAL_RULES_LEARNED_IMAGE_H
#define MAILSIGNAL_RULES_LEARNED_IMAGE_H

#include "mailsignal/rules.h"

enum {
  LEARNED_MAGIC = 0x4c534d33,
  MAX_WORD_CONCEPTS = 3,
  MAX_PHRASE_WORDS = 6,
  MAX_PARTS = 3, /* of a feature */
  LANGUAGES = 7,
  LEARNED_CONTEXT = SIGNAL_COUNT, /* in place of a signal: weights of the whole text's context */
  FILTER_BITS = 20, /* of the bitmap */
  PART_BITS = 20,   /* of a part's number */
  TAG_BITS = 12,    /* of a hash, beside a word's or a part's number */
};

/* "en", "de", "fr", "es", "pt", "it", "nl"; the index of an unknown language is that of English. */
size_t learned_language(const char *language);

struct learned_concept {
  uint32_t name;   /* offset of a NUL-terminated string */
  uint32_t closed; /* 1: stands for its words everywhere, also in plain n-grams */
  uint32_t part;   /* number; 0 when no feature has it */
  uint32_t unused;
};

/* What a part can be: bit 0 first of a pair, 1 second of a pair, ...; see learned_role(). */
typedef uint16_t learned_roles;

/* Prefix entries have the key of their prefix. */
struct learned_word {
  uint64_t key;  /* of language, kind and spelling */
  uint64_t stem; /* hash */
  uint32_t stem_text;
  uint32_t part;   /* the stem's number; 0 when no feature has it */
  uint32_t row;    /* its own weights, and what it can be: copies of what the part says */
  learned_roles roles;
  uint16_t concepts[MAX_WORD_CONCEPTS]; /* index + 1; 0 = none */
  uint32_t phrase; /* index + 1 of the first phrase that begins with this stem; 0 = none */
};

struct learned_phrase {
  uint64_t words[MAX_PHRASE_WORDS]; /* stem hashes */
  uint16_t n, concept, language, unused;
};

/* Where a part's own weights are: as a stem, and as a concept. Offsets of rows; 0 = none. */
struct learned_part {
  uint64_t hash;
  uint32_t stem_row, concept_row;
};

/* The kinds of features, by the letter of the text form. */
enum feature_kind {
  FEATURE_STEM = 'u',     /* a stem */
  FEATURE_CONCEPT = 'c',  /* a concept stands in the sentence */
  FEATURE_PAIR = 'b',     /* two neighbours; closed concepts for their words */
  FEATURE_SKIP = 's',     /* two with one word between; likewise */
  FEATURE_SEQUENCE = 'q', /* two or three neighbours, concepts for their words */
};

/* A slot of the feature table: `row` 0 is an empty one. */
struct learned_slot {
  uint32_t tag; /* part of the hash */
  uint32_t row;
};

/* The weights of one feature, in units of four bytes from offset `row` on. */
struct learned_row {
  uint32_t key[2];  /* low half first; 0 for single parts */
  uint32_t signals; /* bit set over enum signal_type and LEARNED_CONTEXT; a value for each, in order */
  float values[];   /* log-odds that the feature adds */
};

struct learned_header {
  uint32_t magic, n_concepts;
  uint32_t n_words, n_phrases, n_parts, strings_size;
  uint32_t word_slots, part_slots, feature_slots; /* powers of two */
  uint32_t unused;
  /* Offsets. */
  uint64_t concepts, words, word_index, phrases, parts, part_index, roles, features, rows, strings,
      filter;
  uint64_t size;
  uint32_t shortest_prefix[LANGUAGES], longest_prefix[LANGUAGES]; /* bytes; shortest 0: none */
  float bias[SIGNAL_COUNT], scale[SIGNAL_COUNT], threshold[SIGNAL_COUNT];
  float vote_scale; /* times the log-odds of a rule's weight */
  float context_bias, context_share;
};

struct learned {
  const struct learned_header *header;
  const struct learned_concept *concepts;
  const struct learned_word *words;
  const uint32_t *word_index; /* tag, and index + 1 into `words` */
  const struct learned_phrase *phrases;
  const struct learned_part *parts; /* [0] is unused */
  const uint32_t *part_index;       /* tag and number */
  const learned_roles *roles;       /* by part */
  const struct learned_slot *features;
  const uint32_t *rows;
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

/* The log-odds of one sentence's signals, given the prior of its text. Where one signal is likely, the
 * less likely ones give way a little: they are mostly its shadow, words that go with both. `out` may
 * be `log_odds`. */
void learned_settle(const float *log_odds, float prior, float *out);

/* Log-odds of a rule's weight, 0 up to one half, else from 2.2 to 3: strength is how much is at stake,
 * and a hand-written rule that hits is right nine times in ten whatever its signal. */
float learned_rule_vote(double weight);

/* ---- Looking things up ---- */

/* The number in an index entry (from 1), and the tag that stands above it. */
static inline uint32_t learned_entry_number(uint32_t entry) {
  return entry & (((uint32_t)1 << PART_BITS) - 1);
}
static inline uint32_t learned_entry(uint64_t hash, uint32_t number) {
  return (uint32_t)(hash >> (64 - TAG_BITS)) << PART_BITS | number;
}
static inline bool learned_entry_may_be(uint32_t entry, uint64_t hash) {
  return entry >> PART_BITS == hash >> (64 - TAG_BITS);
}

/* NULL when the model does not know the word. */
static inline const struct learned_word *learned_find_word(const struct learned *m, uint64_t key) {
  uint32_t mask = m->header->word_slots - 1;
  for (uint32_t at = (uint32_t)key & mask; m->word_index[at]; at = (at + 1) & mask) {
    const struct learned_word *word = &m->words[learned_entry_number(m->word_index[at]) - 1];
    if (learned_entry_may_be(m->word_index[at], key) && word->key == key) return word;
  }
  return NULL;
}

/* The number of a stem or concept; 0 when no feature has it. */
static inline uint32_t learned_find_part(const struct learned *m, uint64_t hash) {
  uint32_t mask = m->header->part_slots - 1;
  for (uint32_t at = (uint32_t)hash & mask; m->part_index[at]; at = (at + 1) & mask) {
    uint32_t part = learned_entry_number(m->part_index[at]);
    if (learned_entry_may_be(m->part_index[at], hash) && m->parts[part].hash == hash) return part;
  }
  return 0;
}

/* A number of each kind with several parts, for keys; and the first bit of its roles. */
static inline unsigned learned_kind_code(enum feature_kind kind, size_t n) {
  return kind == FEATURE_PAIR ? 1 : kind == FEATURE_SKIP ? 2 : n == 2 ? 3 : 4;
}
static inline learned_roles learned_role(enum feature_kind kind, size_t n, size_t position) {
  return (learned_roles)(1u << (2 * (learned_kind_code(kind, n) - 1) + position));
}

/* The key of a feature with several parts, by their numbers: no two have the same. */
static inline uint64_t learned_key(enum feature_kind kind, const uint32_t *parts, size_t n) {
  uint64_t key = learned_kind_code(kind, n);
  for (size_t i = n; i-- > 0;) key = key << PART_BITS | parts[i];
  return key;
}

/* Spreads keys: the filter takes bits from the top, the tables from the middle, the tag is the lower
 * half. */
static inline uint64_t learned_spread(uint64_t key) {
  key *= 0x9e3779b97f4a7c15u;
  key ^= key >> 32;
  return key * 0xd6e8feb86659fd93u;
}

/* Two bits of one word of the bitmap. */
static inline size_t learned_filter_word(uint64_t spread) {
  return spread >> (64 - (FILTER_BITS - 6));
}
static inline uint64_t learned_filter_bits(uint64_t spread) {
  return (uint64_t)1 << (spread >> 44 & 63) | (uint64_t)1 << (spread >> 38 & 63);
}

static inline const struct learned_row *learned_row_at(const struct learned *m, uint32_t row) {
  return (const struct learned_row *)(m->rows + row);
}

static inline bool learned_filter_has(const struct learned *m, uint64_t key) {
  uint64_t spread = learned_spread(key), bits = learned_filter_bits(spread);
  return (m->filter[learned_filter_word(spread)] & bits) == bits;
}

/* The slot at which the search for a key begins. */
static inline uint32_t learned_first_slot(const struct learned *m, uint64_t spread) {
  return (uint32_t)(spread >> 20) & (m->header->feature_slots - 1);
}

static inline bool learned_row_is(const struct learned *m, uint32_t row, uint64_t key) {
  const struct learned_row *r = learned_row_at(m, row);
  return r->key[0] == (uint32_t)key && r->key[1] == (uint32_t)(key >> 32);
}

/* The row of a feature of several parts, 0 for none. First a guess by the slot alone, nearly always
 * right: whoever looks up many lets the cache fetch the guessed rows before he checks them. */
static inline uint32_t learned_guess_row(const struct learned *m, uint64_t key) {
  uint64_t spread = learned_spread(key);
  uint32_t mask = m->header->feature_slots - 1, tag = (uint32_t)spread;
  for (uint32_t at = learned_first_slot(m, spread); m->features[at].row; at = (at + 1) & mask)
    if (m->features[at].tag == tag) return m->features[at].row;
  return 0;
}

/* The guess (or the row of a single part, whose key is 0) when it is right, else the right one. */
static inline uint32_t learned_check_row(const struct learned *m, uint32_t guess, uint64_t key) {
  if (guess == 0 || learned_row_is(m, guess, key)) return guess;
  uint64_t spread = learned_spread(key);
  uint32_t mask = m->header->feature_slots - 1;
  for (uint32_t at = learned_first_slot(m, spread); m->features[at].row; at = (at + 1) & mask)
    if (learned_row_is(m, m->features[at].row, key)) return m->features[at].row;
  return 0;
}

#endif
