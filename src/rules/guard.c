/* What of a pattern can be looked for by word: gaps, optional words, classes without words and
 * words that stand in every sentence say nothing and are left out, so that the guard holds at
 * least wherever the pattern matches. */
#include <stdlib.h>

#include "rules/image.h"
#include "rules/pattern.h"

enum {
  LARGEST_SET = 300, /* words of a list that are looked for one by one */
  NEED_COST = 500,   /* sets that are met more often are no help beside another */
};

static const char common_words[] =
    " about after again all also and another any are back been before but call can could date day "
    "did does done each email even find first for from get give good had has have hello help here "
    "how into its just know last let like look mail make many may more most much must need new "
    "next not note now off once one only open order other our out over own part please price "
    "ready right said same say see send sent she should since some still such take team thank "
    "thanks than that the their them then there these they thing this time today two under until "
    "use very want was way week well went were what when where which while who will with work "
    "would year yet you your ";

static unsigned cost_of(struct span word) {
  char padded[12];
  if (word.len < sizeof padded - 2) {
    padded[0] = ' ';
    memcpy(padded + 1, word.ptr, word.len);
    memcpy(padded + 1 + word.len, " ", 2);
    if (strstr(common_words, padded)) return 300;
  }
  static const unsigned by_length[] = {1000, 1000, 500, 100, 40, 20, 12, 8, 5};
  return word.len < 9 ? by_length[word.len] : 3;
}

static void add_literal(const struct pattern_context *c, struct literal_set *set,
                        struct literal literal) {
  for (size_t i = 0; i < set->n; i++)
    if (span_eq(set->items[i].bytes, literal.bytes)) return;
  set->cost += cost_of(literal.bytes);
  ARENA_PUSH(c->arena, set, literal);
}

/* Of a phrase the word that is met least. */
static void add_phrase(const struct pattern_context *c, struct literal_set *set,
                       struct span phrase) {
  struct span piece, best = {0};
  while (span_split(&phrase, ' ', &piece))
    if (piece.len && (best.len == 0 || cost_of(piece) < cost_of(best))) best = piece;
  if (best.len) add_literal(c, set, (struct literal){best, false, false});
}

static struct literal_set word_set(const struct pattern_context *c, struct span word,
                                   bool inflected) {
  struct literal_set set = {0};
  struct inflection forms = {0};
  if (!inflected) {
    add_literal(c, &set, (struct literal){word, false, false});
    return set;
  }
  inflect(c, word, &forms);
  for (size_t i = 0; i < forms.n; i++) {
    if (forms.is_stem)
      add_literal(c, &set, (struct literal){forms.forms[i], true, true});
    else
      add_phrase(c, &set, forms.forms[i]);
  }
  return set;
}

static struct literal_set class_set(const struct pattern_context *c,
                                    const struct pattern_node *node) {
  struct literal_set set = {0};
  if (node->list) {
    for (size_t i = 0; node->list->n <= LARGEST_SET && i < node->list->n; i++)
      add_phrase(c, &set, pattern_fold(c, node->list->items[i].phrase));
    return set;
  }
  const struct builtin_class *class = builtin_find(node->text, c->language);
  struct span words = span_of(class->words), piece;
  while (span_split(&words, ' ', &piece))
    add_literal(c, &set, (struct literal){piece, false, false});
  return set;
}

static struct guard sequence_guard(const struct pattern_context *c,
                                   const struct pattern_node *first, bool inflected);

/* One word of the best set of each alternative; nothing when an alternative has none. */
static struct literal_set group_set(const struct pattern_context *c,
                                    const struct pattern_node *node, bool inflected) {
  struct literal_set set = {0};
  for (const struct pattern_alternative *a = node->alternatives; a; a = a->next) {
    struct guard inner = sequence_guard(c, a->first, inflected);
    if (inner.n == 0) return (struct literal_set){0};
    for (size_t i = 0; i < inner.items[0].n; i++) add_literal(c, &set, inner.items[0].items[i]);
  }
  return set;
}

static struct literal_set node_set(const struct pattern_context *c,
                                   const struct pattern_node *node, bool inflected) {
  inflected |= node->inflected;
  if (node->optional) return (struct literal_set){0};
  if (node->kind == NODE_WORD) return word_set(c, node->text, inflected);
  return node->kind == NODE_CLASS ? class_set(c, node) : group_set(c, node, inflected);
}

static int cheaper_first(const void *a, const void *b) {
  const struct literal_set *x = a, *y = b;
  if (x->cost != y->cost) return x->cost < y->cost ? -1 : 1;
  return (x->n > y->n) - (x->n < y->n);
}

/* Sets of the parts that must be there, the least met first. */
static struct guard sequence_guard(const struct pattern_context *c,
                                   const struct pattern_node *first, bool inflected) {
  struct guard guard = {0};
  unsigned place = 0;
  for (const struct pattern_node *node = first; node; node = node->next) {
    struct literal_set set = node_set(c, node, inflected && node == first);
    set.place = place++;
    if (set.n) ARENA_PUSH(c->arena, &guard, set);
  }
  if (guard.n) qsort(guard.items, guard.n, sizeof *guard.items, cheaper_first);
  return guard;
}

struct guard pattern_to_guard(const struct pattern_context *context,
                              const struct pattern_node *pattern) {
  struct guard guard = sequence_guard(context, pattern, false);
  while (guard.n > 1 + MOST_NEEDS || (guard.n > 1 && guard.items[guard.n - 1].cost > NEED_COST))
    guard.n--;
  return guard;
}
