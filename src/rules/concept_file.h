/* concept_file.h - rules/learned/concepts.txt: words that mean much the same, by language.
 *
 *     # comment
 *     leave: leave, walk away, move on | de: verlassen, kündig* | fr: partir
 *     !we: we, us, our | de: wir, uns
 *
 * A word stands for its inflections (Snowball stem); "x*" for every word that begins with x; an
 * entry of several words is a phrase. English comes first, then "| language: ...". "!" marks a
 * closed concept, whose words are interchangeable everywhere. Within src/rules. */
#ifndef MAILSIGNAL_RULES_CONCEPT_FILE_H
#define MAILSIGNAL_RULES_CONCEPT_FILE_H

#include "rules/learned.h"

struct concept_entry {
  struct span text;  /* words with one blank between; without the * */
  uint16_t concept;  /* index */
  uint16_t language; /* of learned_language() */
  bool prefix;
};

struct concept_name {
  struct span name;
  bool closed;
};

struct concepts {
  struct concept_name *names;
  size_t n_names, names_capacity;
  struct concept_entry *entries;
  size_t n_entries, entries_capacity;
};

/* Faults: learned.concept. */
void concepts_read(struct arena *arena, const struct learned_file *file, struct concepts *out,
                   struct diag_list *faults);

#endif
