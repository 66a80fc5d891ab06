/* One vectorscan database for all patterns. Its first expressions are words: each wakes the
 * patterns for which it is the word met least, and a woken pattern is tried where the sentence has
 * the other words that it needs. Phrases with gaps as regexes would do the same, but a few
 * thousand of them take half a minute to compile and run at a fiftieth of the speed. Behind the
 * words stand the regexes that authors wrote. */
#include <hs/hs.h>
#include <stdlib.h>

#include "mailsignal/digest.h"
#include "mailsignal/sbuf.h"
#include "rules/compile.h"
#include "rules/ruleset.h"

/* \b and \B depend on what a letter is, where the two engines differ: the guard goes without.
 * \A, \z, \Z and \G mean the subject's ends, which for the guard is the whole message. */
struct span loosen_regex(struct arena *arena, struct span regex) {
  struct sbuf out = {.arena = arena};
  bool in_class = false;
  for (size_t i = 0; i < regex.len; i++) {
    char c = regex.ptr[i];
    if (c == '\\' && i + 1 < regex.len) {
      char escaped = regex.ptr[++i];
      if (strchr("AzZGQE", escaped)) return (struct span){0};
      if (!in_class && (escaped == 'b' || escaped == 'B')) {
        sbuf_add(&out, SPAN_LIT("(?:)"));
        continue;
      }
      sbuf_byte(&out, c);
      c = escaped;
    } else if (c == '[') {
      in_class = true;
    } else if (c == ']') {
      in_class = false;
    }
    sbuf_byte(&out, c);
  }
  return (struct span){arena_strndup(arena, sbuf_span(&out).ptr, out.len), out.len};
}

/* ---- Words ---- */

struct numbers {
  uint32_t *items;
  size_t n, capacity;
};

struct postings {
  struct image_posting *items;
  size_t n, capacity;
};

struct word {
  struct literal literal;
  struct postings postings;
  struct numbers sets;
};

/* A set of words that some pattern needs: the words' indices, in order. */
struct word_set {
  struct numbers words;
};

struct words {
  struct arena *arena;
  struct word *items;
  size_t n, capacity;
  uint32_t *slots; /* index + 1 into items; 0 is free */
  size_t n_slots;
  struct {
    struct word_set *items;
    size_t n, capacity;
  } sets;
};

static uint32_t hash_of(const struct literal *literal) {
  uint32_t hash = fnv1a(FNV1A_START, literal->bytes.ptr, literal->bytes.len);
  return hash + (literal->open_start ? 1u : 0u) + (literal->open_end ? 2u : 0u);
}

static void insert_slot(struct words *words, uint32_t index) {
  size_t at = hash_of(&words->items[index].literal) % words->n_slots;
  while (words->slots[at]) at = (at + 1) % words->n_slots;
  words->slots[at] = index + 1;
}

static void grow_slots(struct words *words) {
  if (2 * (words->n + 1) <= words->n_slots) return;
  words->n_slots = words->n_slots ? 2 * words->n_slots : 1024;
  words->slots = ARENA_ARRAY(words->arena, uint32_t, words->n_slots);
  for (uint32_t i = 0; i < words->n; i++) insert_slot(words, i);
}

static bool same_literal(const struct literal *a, const struct literal *b) {
  return span_eq(a->bytes, b->bytes) && a->open_start == b->open_start &&
         a->open_end == b->open_end;
}

static uint32_t intern(struct words *words, const struct literal *literal) {
  grow_slots(words);
  size_t at = hash_of(literal) % words->n_slots;
  for (; words->slots[at]; at = (at + 1) % words->n_slots)
    if (same_literal(&words->items[words->slots[at] - 1].literal, literal))
      return words->slots[at] - 1;
  struct word word = {.literal = *literal};
  ARENA_PUSH(words->arena, words, word);
  words->slots[at] = (uint32_t)words->n;
  return (uint32_t)words->n - 1;
}

static struct span bytes_of(const struct numbers *numbers) {
  return (struct span){(const char *)numbers->items, numbers->n * sizeof *numbers->items};
}

static int compare_numbers(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

/* An earlier set with the same words; all that share the first word are looked at. */
static uint32_t find_set(const struct words *words, const struct numbers *members) {
  const struct numbers *candidates = &words->items[members->items[0]].sets;
  for (size_t i = 0; i < candidates->n; i++) {
    const struct numbers *known = &words->sets.items[candidates->items[i] - 1].words;
    if (span_eq(bytes_of(known), bytes_of(members))) return candidates->items[i];
  }
  return 0;
}

/* Number of a set, from 1. */
static uint32_t intern_set(struct words *words, const struct literal_set *set) {
  struct numbers members = {0};
  for (size_t i = 0; i < set->n; i++)
    ARENA_PUSH(words->arena, &members, intern(words, &set->items[i]));
  qsort(members.items, members.n, sizeof *members.items, compare_numbers);
  uint32_t number = find_set(words, &members);
  if (number) return number;
  ARENA_PUSH(words->arena, &words->sets, ((struct word_set){members}));
  number = (uint32_t)words->sets.n;
  for (size_t i = 0; i < members.n; i++)
    ARENA_PUSH(words->arena, &words->items[members.items[i]].sets, number);
  return number;
}

static void add_guard(struct words *words, const struct guard *guard, uint32_t pattern) {
  struct image_posting posting = {.pattern = pattern};
  for (size_t k = 1; k < guard->n; k++)
    posting.needs[k - 1] = intern_set(words, &guard->items[k]);
  const struct literal_set *first = &guard->items[0];
  for (size_t i = 0; i < first->n; i++) {
    uint32_t word = intern(words, &first->items[i]);
    ARENA_PUSH(words->arena, &words->items[word].postings, posting);
  }
}

static void pack_words(const struct words *words, struct prefilter *out) {
  struct image_literal *literals = ARENA_ARRAY(words->arena, struct image_literal, words->n);
  struct postings postings = {0};
  struct numbers sets = {0};
  for (size_t i = 0; i < words->n; i++) {
    const struct word *word = &words->items[i];
    literals[i] = (struct image_literal){
        (uint32_t)postings.n, (uint32_t)word->postings.n, (uint32_t)sets.n,
        (uint32_t)word->sets.n, (uint16_t)word->literal.bytes.len,
        (uint16_t)((word->literal.open_start ? LITERAL_OPEN_START : 0) |
                   (word->literal.open_end ? LITERAL_OPEN_END : 0))};
    for (size_t k = 0; k < word->postings.n; k++)
      ARENA_PUSH(words->arena, &postings, word->postings.items[k]);
    for (size_t k = 0; k < word->sets.n; k++)
      ARENA_PUSH(words->arena, &sets, word->sets.items[k]);
  }
  out->literals = (struct span){(const char *)literals, words->n * sizeof *literals};
  out->postings =
      (struct span){(const char *)postings.items, postings.n * sizeof *postings.items};
  out->sets = bytes_of(&sets);
  out->n_sets = words->sets.n;
}

/* ---- The database ---- */

struct expressions {
  const char **texts;
  unsigned *flags, *ids;
  size_t n;
};

static const char *escape(struct arena *arena, struct span word) {
  struct sbuf out = {.arena = arena};
  for (size_t i = 0; i < word.len; i++) {
    unsigned char c = (unsigned char)word.ptr[i];
    if (c < 0x80 && !ascii_is_alnum((char)c)) sbuf_byte(&out, '\\');
    sbuf_byte(&out, (char)c);
  }
  sbuf_byte(&out, 0);
  return out.bytes;
}

enum {
  LOOSE_FLAGS =
      HS_FLAG_CASELESS | HS_FLAG_UTF8 | HS_FLAG_UCP | HS_FLAG_MULTILINE | HS_FLAG_PREFILTER
};

static bool engine_takes(const char *regex) {
  hs_expr_info_t *info = NULL;
  hs_compile_error_t *error = NULL;
  hs_error_t result = hs_expression_info(regex, LOOSE_FLAGS, &info, &error);
  bool can_be_empty = info && info->min_width == 0;
  free(info);
  if (error) hs_free_compile_error(error);
  return result == HS_SUCCESS && !can_be_empty;
}

static void add_expression(struct expressions *e, const char *text, unsigned flags) {
  e->texts[e->n] = text;
  e->flags[e->n] = flags;
  e->ids[e->n] = (unsigned)e->n;
  e->n++;
}

/* Words first; then the looser regexes, whose patterns are listed in *loose. */
static struct expressions collect(const struct compiled *c, const struct words *words,
                                  struct numbers *loose) {
  size_t most = words->n + c->patterns.n;
  struct expressions e = {ARENA_ARRAY(c->arena, const char *, most),
                          ARENA_ARRAY(c->arena, unsigned, most),
                          ARENA_ARRAY(c->arena, unsigned, most), 0};
  for (size_t i = 0; i < words->n; i++)
    add_expression(&e, escape(c->arena, words->items[i].literal.bytes), 0);
  for (size_t i = 0; i < c->patterns.n; i++) {
    if (c->patterns.items[i].loose_regex.len == 0) continue;
    add_expression(&e, c->patterns.items[i].loose_regex.ptr, LOOSE_FLAGS);
    ARENA_PUSH(c->arena, loose, (uint32_t)i);
  }
  return e;
}

static struct span serialise(struct arena *arena, hs_database_t *database) {
  char *bytes = NULL;
  size_t len = 0;
  hs_error_t result = hs_serialize_database(database, &bytes, &len);
  hs_free_database(database);
  if (result != HS_SUCCESS) return (struct span){0};
  arena_on_reset(arena, free, bytes);
  return (struct span){bytes, len};
}

/* Takes out the expression that the engine stumbled over. False when that is a word, or unknown:
 * there is no database then, and every pattern is tried everywhere. */
static bool drop_expression(struct compiled *c, const struct words *words,
                            const struct numbers *loose, int which) {
  if (which < 0 || (size_t)which < words->n || (size_t)which - words->n >= loose->n) return false;
  c->patterns.items[loose->items[(size_t)which - words->n]].loose_regex.len = 0;
  return true;
}

static void compile_database(struct compiled *c, const struct words *words,
                             struct image_pattern *patterns, struct prefilter *out) {
  for (;;) {
    struct numbers loose = {0};
    struct expressions e = collect(c, words, &loose);
    if (e.n == 0) return;
    hs_database_t *database = NULL;
    hs_compile_error_t *error = NULL;
    if (hs_compile_multi(e.texts, e.flags, e.ids, (unsigned)e.n, HS_MODE_BLOCK, NULL, &database,
                         &error) == HS_SUCCESS) {
      out->database = serialise(c->arena, database);
      out->loose = bytes_of(&loose);
      for (size_t i = 0; i < c->patterns.n; i++)
        if (c->patterns.items[i].guard.n || c->patterns.items[i].loose_regex.len)
          patterns[i].flags |= PATTERN_GUARDED;
      return;
    }
    bool dropped = drop_expression(c, words, &loose, error ? error->expression : -1);
    if (error) hs_free_compile_error(error);
    if (!dropped) return;
  }
}

void compile_prefilter(struct compiled *c, struct image_pattern *patterns,
                       struct prefilter *out) {
  struct words words = {.arena = c->arena};
  for (size_t i = 0; i < c->patterns.n; i++) {
    struct compiled_pattern *pattern = &c->patterns.items[i];
    if (pattern->guard.n)
      add_guard(&words, &pattern->guard, (uint32_t)i);
    else if (pattern->loose_regex.len && !engine_takes(pattern->loose_regex.ptr))
      pattern->loose_regex.len = 0;
  }
  pack_words(&words, out);
  compile_database(c, &words, patterns, out);
}
