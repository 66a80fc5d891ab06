/* pattern.h - the rule language: "(switch|move)+ ~2 to <competitor>". Within src/rules.
 *
 *   pattern  = element...            adjacent words
 *   element  = atom ["+"] ["?"]      "+" inflected forms, "?" may be left out
 *            | "~" number            up to so many words between its neighbours
 *   atom     = word | "(" pattern ("|" pattern)... ")" | "<" class ">"
 *
 * A backslash takes the special meaning from the character behind it. Words are folded as text is
 * (text.h), so that a pattern may be written as people write. */
#ifndef MAILSIGNAL_RULES_PATTERN_H
#define MAILSIGNAL_RULES_PATTERN_H

#include "mailsignal/rule_book.h"
#include "rules/fault.h"

enum node_kind { NODE_WORD, NODE_GROUP, NODE_CLASS };

enum { GAP_NONE = -1, LONGEST_GAP = 20 };

struct pattern_node {
  enum node_kind kind;
  bool inflected, optional;
  int gap_before;                /* words at most to the node before; GAP_NONE = adjacent */
  struct span text;              /* word as folded, or name of the class */
  struct span source;            /* as the author wrote it, with its suffixes */
  const struct rule_list *list;  /* of a class; NULL for a built-in one */
  struct pattern_alternative *alternatives;
  struct pattern_node *next;
};

struct pattern_alternative {
  struct pattern_node *first;
  struct pattern_alternative *next;
};

struct pattern_context {
  struct arena *arena;
  const struct rule_book *book;
  const struct fold_lexicon *lexicon;
  struct diag_list *faults;
  const char *language; /* of the rule; "" means English for inflections and classes */
  struct place place;   /* of the pattern's first character */
};

/* NULL with at least one fault when the pattern is wrong. */
struct pattern_node *pattern_parse(const struct pattern_context *context, struct span text);

/* Whether every element of the sequence may be left out. */
bool pattern_is_optional(const struct pattern_node *sequence);

/* The text as PCRE2 regex over one folded sentence. */
struct span pattern_to_regex(const struct pattern_context *context,
                             const struct pattern_node *pattern);

/* A word that vectorscan looks for. An open side may have more letters: "kündig" in "gekündigt". */
struct literal {
  struct span bytes;
  bool open_start, open_end;
};

/* Words of which a sentence must have at least one. */
struct literal_set {
  struct literal *items;
  size_t n, capacity;
  unsigned cost; /* how often they are met in text, roughly */
  unsigned place; /* of their part of the pattern: parts stand in the text in this order */
};

/* What a sentence must have for the pattern to match there: a word of each set, in the order of their
 * places. The first set is the one that is met least. Without sets nothing certain is known. */
struct guard {
  struct literal_set *items;
  size_t n, capacity;
};
struct guard pattern_to_guard(const struct pattern_context *context,
                              const struct pattern_node *pattern);

/* Folds a word or phrase; several words have one blank between them. */
struct span pattern_fold(const struct pattern_context *context, struct span text);

/* Regex for the inflected forms of a folded word, without group: "switch|switches|...". In
 * languages other than English a stem with any ending. */
struct inflection {
  struct span *forms;
  size_t n, capacity;
  bool is_stem;       /* one form, to which an ending of up to LONGEST_ENDING letters may be added */
};
enum { LONGEST_ENDING = 6 };
void inflect(const struct pattern_context *context, struct span word, struct inflection *out);

/* A class that needs no list. */
struct builtin_class {
  struct span name;
  struct span language; /* of `words`; empty for a regex */
  const char *words;    /* blank between them */
  const char *regex;    /* for PCRE2 */
};
/* NULL when there is none of that name (and, for word classes, language). */
const struct builtin_class *builtin_find(struct span name, const char *language);
/* Adds the names of all built-in classes to a list of suggestions; returns how many. */
size_t builtin_names(struct span *names, size_t max);

/* The number of the callout that <person> sets before each word (match.c answers it). */
enum { CALLOUT_CAPITAL = 1 };

#endif
