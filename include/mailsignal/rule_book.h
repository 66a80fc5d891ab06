/* rule_book.h - rule files as they are written: for the author's tools, and for the compiler.
 *
 * A book holds what the YAML files say after layers were applied (a later rule with a known id
 * replaced the earlier one, disabled rules are gone). Everything belongs to the arena that the book
 * was read into. */
#ifndef MAILSIGNAL_RULE_BOOK_H
#define MAILSIGNAL_RULE_BOOK_H

#include "mailsignal/rules.h"

/* A pattern in the rule language, a regex, or (in composite rules) the id of a rule. */
struct rule_pattern {
  struct span text;
  bool regex;
  size_t line, column;
};

struct rule_patterns {
  struct rule_pattern *items;
  size_t n, capacity;
};

enum rule_clause_kind { CLAUSE_ALL, CLAUSE_ANY, CLAUSE_COUNT, CLAUSE_NEAR };

/* One condition of a composite rule; all of a rule's clauses must hold. */
struct rule_clause {
  enum rule_clause_kind kind;
  unsigned number; /* CLAUSE_COUNT: at least; CLAUSE_NEAR: words at most between first and last */
  struct rule_patterns of;
};

struct rule_clauses {
  struct rule_clause *items;
  size_t n, capacity;
};

struct rule_draft {
  struct span id, about, group, file;
  size_t line, column;
  unsigned layer;
  enum signal_type signal;
  double weight;
  enum rule_within within;
  unsigned fields;
  char language[4];
  bool negatable, enabled;
  struct rule_patterns match, unless;
  struct rule_clauses composite;
  struct rule_patterns must_match, must_reject; /* tests: plain text */
};

/* A line of a list: a phrase that belongs to it, and the name it stands for. */
struct list_entry {
  struct span phrase, name;
  struct span file;
  size_t line, column;
};

struct rule_list {
  struct span name;
  struct list_entry *items;
  size_t n, capacity;
};

/* Inflected forms that no rule of spelling gives: go -> goes, went, gone. */
struct irregular {
  char language[4];
  struct span base;
  struct span *forms;
  size_t n_forms;
};

struct rule_book {
  struct rule_draft *rules; /* by layer, file, line; composite rules behind what they name */
  size_t n_rules, rules_capacity;
  struct rule_list *lists;
  size_t n_lists, lists_capacity;
  struct irregular *irregulars; /* sorted by language and base */
  size_t n_irregulars, irregulars_capacity;
  struct fold_pair *pairs; /* spelling and typos, for the lexicon */
  size_t n_pairs, pairs_capacity;
};

/* Reads all rule and list files. False when there is a fault that refuses them; the book then
 * holds what could be read. */
bool rule_book_read(struct arena *arena, const struct ruleset_options *options,
                    struct diag_list *faults, struct rule_book *out);

/* Compiles a book for its faults only, and adds what an author should look at (warnings): rules
 * without reject tests, single common words, patterns shadowed by others, slow patterns. */
void rule_book_check(struct arena *arena, const struct rule_book *book, struct diag_list *faults);

/* Why a rule does not hold in a text: the `match` pattern that came nearest, what of it fitted and
 * what did not; or what took a fitting pattern back. */
enum near_miss_kind {
  NEAR_NOTHING, /* no element of any pattern fits anywhere */
  NEAR_WORDS,   /* some elements fit, side by side; `failed` is the first beside them that does not */
  NEAR_UNLESS,  /* a pattern fits whole, but `failed`, one of `unless`, fits too */
  NEAR_CLAUSE,  /* a composite rule: `failed` is the first part that its clause misses */
  NEAR_APART,   /* all parts are there, but not in one stretch or not near enough */
};
const char *near_miss_name(enum near_miss_kind kind);

struct near_miss {
  enum near_miss_kind kind;
  struct span pattern, failed; /* as the author wrote them; of a clause its kind */
  struct span words;           /* what fitted, folded */
  size_t sentence;             /* where; for NEAR_WORDS and NEAR_UNLESS */
  size_t fitted, elements;     /* of `pattern`, for NEAR_WORDS */
};

/* `hits` are the ruleset's on this text (for the rules that a composite rule names). Tries every run
 * of elements of every pattern on every sentence: for one rule and one message, on request. */
void rule_near_miss(struct arena *arena, const struct rule_book *book, const struct ruleset *ruleset,
                    const struct folded *folded, const struct hits *hits, struct span id,
                    struct near_miss *out);

#endif
