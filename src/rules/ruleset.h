/* ruleset.h - what a loaded ruleset is made of. Within src/rules. */
#ifndef MAILSIGNAL_RULES_RULESET_H
#define MAILSIGNAL_RULES_RULESET_H

#include <hs/hs.h>
#include <stdatomic.h>

#include "rules/image.h"
#include "rules/learned.h"

struct pcre2_real_code_8;

/* A pattern's compiled forms, made when they are first needed: by far most patterns are never
 * needed for a message, and compiling all of them would cost more than the rest of a cold start.
 * This is the one thing in a loaded ruleset that changes; whoever comes second frees his copy. */
struct code_slot {
  struct pcre2_real_code_8 *_Atomic plain;
  struct pcre2_real_code_8 *_Atomic fast; /* with JIT, once the pattern has been used often */
  atomic_uint uses;
};

struct ruleset {
  const struct image_header *image;
  size_t mapped;     /* bytes to unmap; 0: `image` was allocated with malloc */
  struct rule *rules;
  size_t n_rules;
  size_t first_composite; /* rules from here on are composite */
  bool by_sentence;       /* every rule looks at one sentence, and decides by its weight */
  float heaviest[SIGNAL_COUNT];
  const struct image_rule *packed;
  const struct image_pattern *patterns;
  size_t n_patterns;
  const struct image_clause *clauses;
  const struct image_ref *refs;
  struct code_slot *codes; /* one a pattern */
  uint32_t *unguarded;     /* patterns that vectorscan cannot guard */
  size_t n_unguarded;
  hs_database_t *database; /* NULL when there is none */
  const struct image_literal *literals;
  size_t n_literals;
  const struct image_group *groups;
  const struct image_posting *postings;
  const struct image_set *sets;
  const uint32_t *members;  /* literals of the sets */
  const uint32_t *loose;    /* patterns of the expressions behind the literals */
  size_t n_loose;
  const struct fold_lexicon *lexicon;
  struct learned *learned;
  bool no_prefilter, no_jit;
};

/* Whether a rule too light for its sentence may be passed over: no other rule and no other sentence
 * needs to know of it. */
bool ruleset_decides_by_weight(const struct ruleset *ruleset, const struct image_rule *rule);

/* PCRE2 options of all patterns. */
uint32_t match_options(bool caseless);
/* A regex as vectorscan may read it; empty when it can be no guard. */
struct span loosen_regex(struct arena *arena, struct span regex);

/* The code to match pattern `index` with; NULL when memory ran out. */
const struct pcre2_real_code_8 *ruleset_code(const struct ruleset *ruleset, size_t index);
void ruleset_codes_free(struct ruleset *ruleset);

/* The compiled ruleset in cache_dir under this key; empty when there is none or it is damaged.
 * The caller unmaps it (munmap). */
struct span cache_find(const char *cache_dir, struct image_key key);
/* Failure to store is no error: the next start compiles again. */
void cache_store(const char *cache_dir, struct image_key key, struct span image);

#endif
