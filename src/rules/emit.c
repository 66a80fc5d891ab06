/* Patterns as regexes for PCRE2. */
#include <stdlib.h>

#include "mailsignal/sbuf.h"
#include "rules/pattern.h"

/* Between adjacent words: one blank, perhaps a possessive, comma, quote or bracket. */
#define ADJACENT "(?:'s)?[,\"()']{0,2} [\"(']{0,2}"
/* The same, and up to N words with any signs. */
#define GAP "(?:'s)?[^\\w ]{0,4} (?:[^ ]+ ){0,%d}[^\\w ]{0,4}"

static void add_literal(struct sbuf *out, struct span word) {
  for (size_t i = 0; i < word.len; i++) {
    unsigned char c = (unsigned char)word.ptr[i];
    if (c < 0x80 && !ascii_is_alnum((char)c)) sbuf_byte(out, '\\');
    sbuf_byte(out, (char)c);
  }
}

static void add_bar(struct sbuf *out, size_t i) {
  if (i) sbuf_byte(out, '|');
}

/* A folded phrase: words with one blank between them. */
static void add_phrase(struct sbuf *out, struct span phrase, const char *between) {
  struct span piece;
  for (size_t i = 0; span_split(&phrase, ' ', &piece); i++) {
    if (i) sbuf_add(out, span_of(between));
    add_literal(out, piece);
  }
}

static void exact_sequence(const struct pattern_context *c, struct sbuf *out,
                           const struct pattern_node *first, bool inflected);

static void exact_word(const struct pattern_context *c, struct sbuf *out, struct span word,
                       bool inflected) {
  struct inflection forms = {0};
  if (!inflected) {
    add_literal(out, word);
    return;
  }
  inflect(c, word, &forms);
  if (forms.is_stem && strcmp(c->language, "de") == 0) sbuf_add(out, SPAN_LIT("(?:ge)?"));
  sbuf_add(out, SPAN_LIT("(?:"));
  for (size_t i = 0; i < forms.n; i++) {
    add_bar(out, i);
    add_phrase(out, forms.forms[i], ADJACENT);
  }
  sbuf_byte(out, ')');
  if (forms.is_stem) sbuf_printf(out, "\\w{0,%d}", (int)LONGEST_ENDING);
  /* The forms share beginnings, and the shorter may stand first. */
  if (!forms.is_stem) sbuf_add(out, SPAN_LIT("(?!\\w)"));
}

static int longer_first(const void *a, const void *b) {
  const struct span *x = a, *y = b;
  if (x->len != y->len) return x->len > y->len ? -1 : 1;
  return span_compare(*x, *y);
}

/* The phrases of a list, folded; longer ones first, so that a hit covers all of a name. */
static struct span *fold_list(const struct pattern_context *c, const struct rule_list *list) {
  struct span *phrases = ARENA_ARRAY(c->arena, struct span, list->n);
  for (size_t i = 0; i < list->n; i++) phrases[i] = pattern_fold(c, list->items[i].phrase);
  if (list->n) qsort(phrases, list->n, sizeof *phrases, longer_first);
  return phrases;
}

static void exact_class(const struct pattern_context *c, struct sbuf *out,
                        const struct pattern_node *node) {
  sbuf_add(out, SPAN_LIT("(?:"));
  if (node->list) {
    struct span *phrases = fold_list(c, node->list);
    for (size_t i = 0; i < node->list->n && phrases[i].len; i++) {
      add_bar(out, i);
      add_phrase(out, phrases[i], ADJACENT);
    }
    if (node->list->n == 0) sbuf_add(out, SPAN_LIT("(?!)")); /* an empty list matches nothing */
  } else {
    const struct builtin_class *class = builtin_find(node->text, c->language);
    struct span words = span_of(class->words), piece;
    for (size_t i = 0; span_split(&words, ' ', &piece); i++) {
      add_bar(out, i);
      add_literal(out, piece);
    }
    if (class->regex) sbuf_add(out, span_of(class->regex));
  }
  sbuf_add(out, SPAN_LIT(")(?!\\w)"));
}

static void exact_node(const struct pattern_context *c, struct sbuf *out,
                       const struct pattern_node *node, bool inflected) {
  inflected |= node->inflected;
  if (node->kind == NODE_WORD) {
    exact_word(c, out, node->text, inflected);
  } else if (node->kind == NODE_CLASS) {
    exact_class(c, out, node);
  } else {
    sbuf_add(out, SPAN_LIT("(?:"));
    const struct pattern_alternative *a = node->alternatives;
    for (size_t i = 0; a; a = a->next, i++) {
      add_bar(out, i);
      exact_sequence(c, out, a->first, inflected);
    }
    sbuf_byte(out, ')');
  }
}

static void add_space(struct sbuf *out, int gap) {
  if (gap == GAP_NONE)
    sbuf_add(out, SPAN_LIT(ADJACENT));
  else
    sbuf_printf(out, GAP, gap);
}

static int larger(int a, int b) { return a > b ? a : b; }

/* Each optional node takes the space on one side with it: behind it while nothing certain has been
 * written yet, else before it. */
static void exact_sequence(const struct pattern_context *c, struct sbuf *out,
                           const struct pattern_node *first, bool inflected) {
  bool certain = false;
  int carried = GAP_NONE; /* gap before optional nodes, which holds behind them too */
  for (const struct pattern_node *node = first; node; node = node->next) {
    int gap = larger(node->gap_before, carried);
    carried = node->optional && certain ? gap : GAP_NONE;
    if (node->optional) sbuf_add(out, SPAN_LIT("(?:"));
    if (certain) add_space(out, gap);
    exact_node(c, out, node, inflected && node == first);
    if (!certain && node->optional && node->next) add_space(out, node->next->gap_before);
    if (node->optional) sbuf_add(out, SPAN_LIT(")?"));
    certain |= !node->optional;
  }
}

struct span pattern_to_regex(const struct pattern_context *context,
                             const struct pattern_node *pattern) {
  struct sbuf out = {.arena = context->arena};
  sbuf_add(&out, SPAN_LIT("(?<!\\w)"));
  exact_sequence(context, &out, pattern, false);
  sbuf_add(&out, SPAN_LIT("(?!\\w)"));
  return sbuf_span(&out);
}
