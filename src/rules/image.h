/* image.h - a compiled ruleset as one block of bytes. Within src/rules.
 *
 * Everything that matching needs, without pointers: tables, strings, the regexes of the patterns,
 * vectorscan's serialised database, the folding lexicon and the learned weights. The compiler
 * builds it, the cache stores it, ruleset.c reads it in place. Native byte order: the cache's key
 * holds what it depends on. */
#ifndef MAILSIGNAL_RULES_IMAGE_H
#define MAILSIGNAL_RULES_IMAGE_H

#include "mailsignal/rules.h"

enum { IMAGE_FORMAT = 4 };

enum image_part {
  PART_STRINGS,
  PART_RULES,    /* struct image_rule */
  PART_PATTERNS, /* struct image_pattern */
  PART_CLAUSES,  /* struct image_clause */
  PART_REFS,     /* struct image_ref */
  PART_ENTRIES,  /* struct image_entry, sorted by list and phrase */
  PART_DATABASE, /* serialised vectorscan database; empty when no pattern is guarded */
  PART_LITERALS, /* struct image_literal, by the database's ids */
  PART_GROUPS,   /* struct image_group: patterns that a literal wakes, by what else they need */
  PART_POSTINGS, /* struct image_posting */
  PART_SETS,     /* struct image_set; [0] is empty */
  PART_MEMBERS,  /* uint32_t: literals of a set */
  PART_LOOSE,    /* uint32_t: patterns of the database's ids behind the literals */
  PART_LEXICON,
  PART_LEARNED,
  IMAGE_PARTS
};

struct image_key {
  uint64_t low, high;
};

struct image_header {
  char magic[8];
  struct image_key key;
  uint64_t size;     /* of the whole image */
  uint64_t checksum; /* XXH3 of everything behind the header */
  char id[80];       /* "sha256:..." */
  struct {
    uint64_t start, size;
  } parts[IMAGE_PARTS]; /* starts are multiples of 64 */
};

/* Strings are offsets into PART_STRINGS; all end in NUL. 0 is the empty string. */
struct image_rule {
  double weight;
  uint32_t id, about, group, file;
  uint32_t line;
  uint32_t first_pattern, n_match, n_unless; /* `unless` patterns follow the `match` ones */
  uint32_t first_clause, n_clauses;
  uint8_t signal, within, fields, negatable, custom;
  char language[4];
};

enum { PATTERN_CASELESS = 1, PATTERN_GUARDED = 2 };

struct image_pattern {
  uint32_t rule;
  uint32_t regex, regex_len;
  uint32_t flags;
};

enum { LITERAL_OPEN_START = 1, LITERAL_OPEN_END = 2 };

struct image_literal {
  uint32_t first_group, n_groups;
  uint16_t len, flags;
};

/* A pattern that a literal wakes may match in a sentence that has a literal of each set that it needs,
 * on its side of the one that wakes. Those of a literal's patterns that need one set, the leading one,
 * stand together, and are passed over at once where it is not met. A need is a set's number, from 1,
 * times two, and one more when its literal stands behind the one that wakes the pattern, not before
 * it; 0 needs nothing. */
enum { MOST_NEEDS = 3, NEED_BEHIND = 1 };

static inline uint32_t image_need_set(uint32_t need) { return need / 2; }

struct image_group {
  uint64_t bits; /* of the leading set */
  uint32_t lead; /* a need */
  uint32_t first_posting, n_postings;
  uint32_t unused;
};

struct image_posting {
  uint32_t pattern;
  uint32_t needs[MOST_NEEDS - 1]; /* beside the leading one */
};

struct image_set {
  uint64_t bits; /* image_literal_bit() of all members */
  uint32_t first_member, n_members;
};

/* Sums up sets of literals in a word, so that most sets are known not to be met at one look. The
 * forms of a verb have numbers side by side: they share bits. */
static inline uint64_t image_literal_bit(uint32_t literal) {
  return (uint64_t)1 << literal / 4 % 64;
}

struct image_clause {
  uint32_t kind, number; /* enum rule_clause_kind */
  uint32_t first_ref, n_refs;
};

/* What a clause names: a rule, or a pattern. */
struct image_ref {
  uint32_t is_rule, index;
};

struct image_entry {
  uint32_t list, phrase, name;
};

struct span image_part(const struct image_header *image, enum image_part part);
const char *image_string(const struct image_header *image, uint32_t at);

/* Whether the bytes are a whole image of this key whose tables point nowhere outside. */
bool image_is_sound(struct span bytes, struct image_key key);

#endif
