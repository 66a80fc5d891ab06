/* compile.h - a book to an image. Within src/rules. */
#ifndef MAILSIGNAL_RULES_COMPILE_H
#define MAILSIGNAL_RULES_COMPILE_H

#include "mailsignal/rule_book.h"
#include "rules/files.h"
#include "rules/image.h"
#include "rules/pattern.h"

/* A pattern with its regex, and what vectorscan can look for: words, or (of a regex that an author
 * wrote) that regex in a looser form. Neither: it cannot help. */
struct compiled_pattern {
  const struct rule_pattern *source;
  const struct rule_draft *rule;
  struct span regex;
  struct guard guard;
  struct span loose_regex;
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

/* A growing list of numbers, and the bytes of any such list, as parts of an image. */
struct numbers {
  uint32_t *items;
  size_t n, capacity;
};
#define LIST_BYTES(list) \
  ((struct span){(const char *)(list).items, (list).n * sizeof *(list).items})

/* The prefilter over all guards, as parts of an image (in the arena). Guards that the engine
 * refuses are emptied. */
struct prefilter {
  struct span database, literals, groups, postings, sets, members, loose;
};
void compile_prefilter(struct compiled *compiled, struct image_pattern *patterns,
                       struct prefilter *out);

/* The words of all guards, in the order of the literals' numbers, and which patterns they wake: the
 * parts literals to members of a prefilter. */
struct wake_words {
  const struct literal *items;
  size_t n;
};
struct wake_words compile_wake_index(const struct compiled *compiled, struct prefilter *out);

/* The image, in the arena; empty with faults. */
struct span compile_image(struct arena *arena, const struct rule_book *book,
                          const struct rule_files *files, struct image_key key,
                          struct diag_list *faults);

#endif
