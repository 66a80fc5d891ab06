/* compile.h - a book to an image. Within src/rules. */
#ifndef MAILSIGNAL_RULES_COMPILE_H
#define MAILSIGNAL_RULES_COMPILE_H

#include "mailsignal/rule_book.h"
#include "rules/files.h"
#include "rules/image.h"

/* A pattern with its two regexes. */
struct compiled_pattern {
  const struct rule_pattern *source;
  const struct rule_draft *rule;
  struct span regex, guard; /* guard empty: vectorscan cannot help */
  bool caseless;
};

struct compiled_patterns {
  struct compiled_pattern *items;
  size_t n, capacity;
};

/* A rule with the range of its patterns: match, then unless. */
struct compiled_rule {
  const struct rule_draft *draft;
  uint32_t first_pattern, n_match, n_unless, first_clause, n_clauses;
};

struct compiled {
  struct arena *arena;
  const struct rule_book *book;
  struct diag_list *faults;
  struct span lexicon_image;
  const struct fold_lexicon *lexicon;
  struct compiled_patterns patterns;
  struct compiled_rule *rules;
  struct {
    struct image_clause *items;
    size_t n, capacity;
  } clauses;
  struct {
    struct image_ref *items;
    size_t n, capacity;
  } refs;
};

/* All patterns as regexes, checked with PCRE2. False when there are faults. */
bool compile_book(struct arena *arena, const struct rule_book *book, struct diag_list *faults,
                  struct compiled *out);

/* The serialised prefilter over all guards (in the arena); guards that the engine refuses are
 * emptied. Empty when there is none. */
struct span compile_prefilter(struct compiled *compiled);

/* The image, in the arena; empty with faults. */
struct span compile_image(struct arena *arena, const struct rule_book *book,
                          const struct rule_files *files, struct image_key key,
                          struct diag_list *faults);

#endif
