#include <libstemmer.h>

#include "rules/pattern.h"

/* Regular English inflection, by how the word ends. "-" stands for the word without its last
 * letter. The first row that fits counts; `vowel_before` wants (or forbids) a vowel before the
 * ending. Forms that do not exist do no harm: nobody writes them.
 *
 *   ends in          forms                                      example
 *   ie               +s +d, -ie ying                            tie ties tied tying
 *   ee               +s +d +ing                                 agree
 *   e                +s +d, -e ing                              move moves moved moving
 *   consonant y      -y ies, -y ied, +ing                       try tries tried trying
 *   s x z ch sh o    +es +s +ed +ing                            switch, tax, go
 *   else             +s +ed +ing                                need
 *   consonant, one vowel, consonant (not w x y): also doubled   cancel cancelled cancelling */

static bool is_vowel(char c) { return strchr("aeiou", c) != NULL && c; }

static bool ends(struct span word, const char *ending) { return span_ends(word, span_of(ending)); }

static void add_form(const struct pattern_context *c, struct inflection *out, struct span head,
                     const char *tail) {
  struct span form = arena_printf(c->arena, SPAN_FMT "%s", SPAN_ARG(head), tail);
  for (size_t i = 0; i < out->n; i++)
    if (span_eq(out->forms[i], form)) return;
  void *forms = out->forms;
  arena_grow(c->arena, &forms, out->n, &out->capacity, sizeof form);
  out->forms = forms;
  out->forms[out->n++] = form;
}

static bool doubles(struct span w) {
  if (w.len < 3) return false;
  char last = w.ptr[w.len - 1], middle = w.ptr[w.len - 2], before = w.ptr[w.len - 3];
  return !is_vowel(last) && !strchr("wxy", last) && is_vowel(middle) &&
         (!is_vowel(before) || (w.len > 3 && w.ptr[w.len - 3] == 'u' && w.ptr[w.len - 4] == 'q'));
}

static void inflect_english(const struct pattern_context *c, struct span word,
                            struct inflection *out) {
  struct span head = span_slice(word, 0, word.len - 1);
  add_form(c, out, word, "");
  add_form(c, out, word, "s");
  if (ends(word, "ie")) {
    add_form(c, out, word, "d");
    add_form(c, out, span_slice(word, 0, word.len - 2), "ying");
  } else if (ends(word, "e")) {
    add_form(c, out, word, "d");
    add_form(c, out, ends(word, "ee") ? word : head, "ing");
  } else if (ends(word, "y") && word.len > 1 && !is_vowel(word.ptr[word.len - 2])) {
    add_form(c, out, head, "ies");
    add_form(c, out, head, "ied");
    add_form(c, out, word, "ing");
  } else {
    if (strchr("sxzo", word.ptr[word.len - 1]) || ends(word, "ch") || ends(word, "sh"))
      add_form(c, out, word, "es");
    add_form(c, out, word, "ed");
    add_form(c, out, word, "ing");
  }
  if (!doubles(word)) return;
  char doubled[2] = {word.ptr[word.len - 1], 0};
  struct span longer = arena_printf(c->arena, SPAN_FMT "%s", SPAN_ARG(word), doubled);
  add_form(c, out, longer, "ed");
  add_form(c, out, longer, "ing");
}

static const struct irregular *find_irregular(const struct rule_book *book, const char *language,
                                              struct span word) {
  for (size_t low = 0, high = book->n_irregulars; low < high;) {
    size_t middle = low + (high - low) / 2;
    const struct irregular *at = &book->irregulars[middle];
    int order = strcmp(at->language, language);
    if (order == 0) order = span_compare(at->base, word);
    if (order == 0) return at;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

static const char *stemmer_name(const char *language) {
  static const char *const names[][2] = {
      {"de", "german"},  {"fr", "french"},    {"es", "spanish"}, {"pt", "portuguese"},
      {"it", "italian"}, {"nl", "dutch"},     {"sv", "swedish"}, {"da", "danish"},
      {"no", "norwegian"}, {"fi", "finnish"}, {"ro", "romanian"}, {"hu", "hungarian"},
      {"tr", "turkish"}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(names[i][0], language) == 0) return names[i][1];
  return NULL;
}

static size_t count_characters(const unsigned char *bytes, size_t n) {
  size_t count = 0;
  for (size_t i = 0; i < n; i++) count += (bytes[i] & 0xC0) != 0x80;
  return count;
}

/* The part of `word` that is as long as its stem: stemmers also strip accents, which the text
 * still has. */
static struct span stem_of(const char *language, struct span word) {
  const char *name = stemmer_name(language);
  struct sb_stemmer *stemmer = name ? sb_stemmer_new(name, "UTF_8") : NULL;
  if (!stemmer) return word;
  const sb_symbol *stem = sb_stemmer_stem(stemmer, (const sb_symbol *)word.ptr, (int)word.len);
  size_t n = stem ? count_characters(stem, (size_t)sb_stemmer_length(stemmer)) : word.len;
  sb_stemmer_delete(stemmer);
  size_t end = 0;
  for (size_t seen = 0; end < word.len; end++) {
    bool starts = ((unsigned char)word.ptr[end] & 0xC0) != 0x80;
    if (starts && seen++ == n) break;
  }
  return span_slice(word, 0, end);
}

void inflect(const struct pattern_context *context, struct span word, struct inflection *out) {
  bool english = !context->language[0] || strcmp(context->language, "en") == 0;
  const struct irregular *irregular =
      find_irregular(context->book, english ? "en" : context->language, word);
  if (irregular)
    for (size_t i = 0; i < irregular->n_forms; i++)
      add_form(context, out, pattern_fold(context, irregular->forms[i]), "");
  if (english) {
    inflect_english(context, word, out);
    return;
  }
  if (irregular) {
    add_form(context, out, word, "");
    return;
  }
  out->is_stem = true;
  add_form(context, out, stem_of(context->language, word), "");
}
