/* learned_features.h - from a folded sentence to its features. Within src/rules. */
#ifndef MAILSIGNAL_RULES_LEARNED_FEATURES_H
#define MAILSIGNAL_RULES_LEARNED_FEATURES_H

#include "rules/learned_image.h"

enum { MAX_UNITS = 200 }; /* of a sentence; what is behind them is not read */

/* What stands for a word: its stem; its closed concept, if it has one; its first concept. */
enum view { VIEW_STEM, VIEW_CLOSED, VIEW_CONCEPT, VIEWS };

/* What a word is to the model. */
struct unit {
  uint64_t stem;            /* hash */
  uint32_t row;             /* the stem's own weights; 0 = none */
  uint32_t parts[VIEWS];    /* number of what stands for it; 0: no feature has that */
  learned_roles roles[VIEWS]; /* what that part can be in a feature */
  uint16_t shown[VIEWS];    /* index + 1 of the concept that stands for it; 0: the stem does */
  uint16_t concepts[MAX_WORD_CONCEPTS];
  bool in_phrase;           /* swallowed by the phrase concept of an earlier unit */
  const struct learned_word *word; /* NULL: not known */
  struct span text;         /* as in the folded text */
};

/* The units of a sentence, at most MAX_UNITS; returns their number. `language` is an index. */
size_t learned_read_units(const struct learned *model, const struct folded *folded, size_t sentence,
                          size_t language, struct unit *units);

struct feature {
  enum feature_kind kind;
  enum view view;
  size_t n;
  const struct unit *units[MAX_PARTS];
  uint16_t concept; /* of FEATURE_CONCEPT: index + 1 */
};
typedef void feature_visitor(void *context, const struct feature *feature);

/* The text of one part: a stem or "@concept". */
struct span learned_part_text(const struct learned *model, struct arena *arena,
                              const struct feature *feature, size_t part);

/* Whether the model may have weights for a feature: then its row, or the key of a row to be found. */
struct feature_place {
  uint32_t row; /* 0: look for the key */
  uint64_t key;
};
static inline bool learned_feature_place(const struct learned *m, const struct feature *f,
                                         struct feature_place *place) {
  *place = (struct feature_place){0, 0};
  if (f->kind == FEATURE_STEM) return (place->row = f->units[0]->row) != 0;
  if (f->kind == FEATURE_CONCEPT)
    return (place->row = m->parts[m->concepts[f->concept - 1].part].concept_row) != 0;
  uint32_t parts[MAX_PARTS];
  for (size_t i = 0; i < f->n; i++) {
    if (!(f->units[i]->roles[f->view] & learned_role(f->kind, f->n, i))) return false;
    parts[i] = f->units[i]->parts[f->view];
  }
  place->key = learned_key(f->kind, parts, f->n);
  return learned_filter_has(m, place->key);
}

/* Calls visit() for each feature of the units, always in the same order, as sums of floats depend on
 * it; a feature may come more than once. Inline, so that what is known of a feature at each of these
 * places need not be found out again: this is the hottest loop of the program. */
__attribute__((always_inline)) static inline void learned_visit_features(
    const struct unit *units, size_t n, feature_visitor *visit, void *context) {
  const struct unit *sequence[MAX_UNITS];
  size_t n_sequence = 0;
  for (size_t i = 0; i < n; i++) {
    const struct unit *u = &units[i];
    visit(context, &(struct feature){FEATURE_STEM, VIEW_STEM, 1, {u}, 0});
    for (size_t k = 0; k < MAX_WORD_CONCEPTS && u->concepts[k]; k++)
      visit(context, &(struct feature){FEATURE_CONCEPT, VIEW_CONCEPT, 1, {u}, u->concepts[k]});
    if (i + 1 < n)
      visit(context, &(struct feature){FEATURE_PAIR, VIEW_CLOSED, 2, {u, u + 1}, 0});
    if (i + 2 < n)
      visit(context, &(struct feature){FEATURE_SKIP, VIEW_CLOSED, 2, {u, u + 2}, 0});
    if (!u->in_phrase) sequence[n_sequence++] = u;
  }
  /* Neighbours once more, now over the sequence in which phrases are one; pairs of words without
   * concepts were seen above. */
  for (size_t i = 0; i + 1 < n_sequence; i++) {
    const struct unit *a = sequence[i], *b = sequence[i + 1];
    bool concepts = a->shown[VIEW_CONCEPT] != a->shown[VIEW_CLOSED] ||
                    b->shown[VIEW_CONCEPT] != b->shown[VIEW_CLOSED];
    if (concepts) visit(context, &(struct feature){FEATURE_SEQUENCE, VIEW_CONCEPT, 2, {a, b}, 0});
    if (i + 2 < n_sequence)
      visit(context, &(struct feature){
                         FEATURE_SEQUENCE, VIEW_CONCEPT, 3, {a, b, sequence[i + 2]}, 0});
  }
}

#endif
