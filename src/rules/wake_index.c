/* Which words wake which patterns. A pattern is woken by the word of it that is met least, and tried
 * where the sentence has the other words that it needs, each on its side of that one. */
#include <stdlib.h>

#include "mailsignal/digest.h"
#include "rules/compile.h"

/* ---- Words, and sets of them ---- */

/* A pattern that a word wakes, and the sets that it needs beside that word. */
struct waking {
  uint32_t pattern;
  uint32_t needs[MOST_NEEDS]; /* as in an image, the leading one first */
};

struct wakings {
  struct waking *items;
  size_t n, capacity;
};

struct word {
  struct literal literal;
  struct wakings wakings;
  struct numbers sets;
};

/* A set of words that some pattern needs: the words' indices, in order. */
struct word_set {
  struct numbers words;
  size_t n_uses; /* patterns that need it */
  uint64_t bits; /* image_literal_bit() of the words */
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

static int compare_numbers(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

/* An earlier set with the same words; all that share the first word are looked at. */
static uint32_t find_set(const struct words *words, const struct numbers *members) {
  const struct numbers *candidates = &words->items[members->items[0]].sets;
  for (size_t i = 0; i < candidates->n; i++) {
    const struct numbers *known = &words->sets.items[candidates->items[i] - 1].words;
    if (span_eq(LIST_BYTES(*known), LIST_BYTES(*members))) return candidates->items[i];
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
  struct word_set fresh = {.words = members};
  for (size_t i = 0; i < members.n; i++) fresh.bits |= image_literal_bit(members.items[i]);
  ARENA_PUSH(words->arena, &words->sets, fresh);
  number = (uint32_t)words->sets.n;
  for (size_t i = 0; i < members.n; i++)
    ARENA_PUSH(words->arena, &words->items[members.items[i]].sets, number);
  return number;
}

static void add_guard(struct words *words, const struct guard *guard, uint32_t pattern) {
  struct waking waking = {.pattern = pattern};
  const struct literal_set *first = &guard->items[0];
  for (size_t k = 1; k < guard->n; k++) {
    uint32_t set = intern_set(words, &guard->items[k]);
    bool behind = guard->items[k].place > first->place;
    waking.needs[k - 1] = 2 * set + (behind ? NEED_BEHIND : 0);
    words->sets.items[set - 1].n_uses++;
  }
  for (size_t i = 0; i < first->n; i++) {
    uint32_t word = intern(words, &first->items[i]);
    ARENA_PUSH(words->arena, &words->items[word].wakings, waking);
  }
}

/* ---- Leading sets ---- */

static const struct word_set *needed_set(const struct words *words, uint32_t need) {
  return &words->sets.items[image_need_set(need) - 1];
}

/* The set that most patterns need leads: the fewer sets lead, the more patterns one look passes over. */
static void choose_lead(const struct words *words, struct waking *waking) {
  for (size_t k = 1; k < MOST_NEEDS && waking->needs[k]; k++) {
    uint32_t lead = waking->needs[0], other = waking->needs[k];
    if (needed_set(words, other)->n_uses <= needed_set(words, lead)->n_uses) continue;
    waking->needs[0] = other;
    waking->needs[k] = lead;
  }
}

static int compare_wakings(const void *a, const void *b) {
  const struct waking *x = a, *y = b;
  if (x->needs[0] != y->needs[0]) return x->needs[0] < y->needs[0] ? -1 : 1;
  return (x->pattern > y->pattern) - (x->pattern < y->pattern);
}

static void order_wakings(const struct words *words, struct wakings *wakings) {
  for (size_t i = 0; i < wakings->n; i++) choose_lead(words, &wakings->items[i]);
  if (wakings->n) qsort(wakings->items, wakings->n, sizeof *wakings->items, compare_wakings);
}

/* ---- As parts of an image ---- */

struct packing {
  struct arena *arena;
  struct {
    struct image_group *items;
    size_t n, capacity;
  } groups;
  struct {
    struct image_posting *items;
    size_t n, capacity;
  } postings;
  struct numbers members;
};

static void pack_wakings(struct packing *p, const struct words *words,
                         const struct wakings *wakings) {
  for (size_t i = 0; i < wakings->n; i++) {
    const struct waking *waking = &wakings->items[i];
    uint32_t lead = waking->needs[0];
    if (i == 0 || lead != waking[-1].needs[0]) {
      struct image_group group = {.lead = lead, .first_posting = (uint32_t)p->postings.n};
      if (lead) group.bits = needed_set(words, lead)->bits;
      ARENA_PUSH(p->arena, &p->groups, group);
    }
    struct image_posting posting = {.pattern = waking->pattern};
    memcpy(posting.needs, waking->needs + 1, sizeof posting.needs);
    ARENA_PUSH(p->arena, &p->postings, posting);
    p->groups.items[p->groups.n - 1].n_postings++;
  }
}

static struct span pack_words(struct packing *p, const struct words *words) {
  struct image_literal *literals = ARENA_ARRAY(p->arena, struct image_literal, words->n);
  for (size_t i = 0; i < words->n; i++) {
    const struct word *word = &words->items[i];
    struct image_literal *literal = &literals[i];
    *literal = (struct image_literal){.first_group = (uint32_t)p->groups.n,
                                      .len = (uint16_t)word->literal.bytes.len};
    literal->flags = (uint16_t)((word->literal.open_start ? LITERAL_OPEN_START : 0) |
                                (word->literal.open_end ? LITERAL_OPEN_END : 0));
    pack_wakings(p, words, &word->wakings);
    literal->n_groups = (uint32_t)p->groups.n - literal->first_group;
  }
  return (struct span){(const char *)literals, words->n * sizeof *literals};
}

static struct span pack_sets(struct packing *p, const struct words *words) {
  struct image_set *sets = ARENA_ARRAY(p->arena, struct image_set, words->sets.n + 1);
  sets[0] = (struct image_set){0};
  for (size_t i = 0; i < words->sets.n; i++) {
    const struct word_set *set = &words->sets.items[i];
    sets[i + 1] =
        (struct image_set){set->bits, (uint32_t)p->members.n, (uint32_t)set->words.n};
    for (size_t k = 0; k < set->words.n; k++)
      ARENA_PUSH(p->arena, &p->members, set->words.items[k]);
  }
  return (struct span){(const char *)sets, (words->sets.n + 1) * sizeof *sets};
}

static struct wake_words list_words(const struct words *words) {
  struct literal *literals = ARENA_ARRAY(words->arena, struct literal, words->n);
  for (size_t i = 0; i < words->n; i++) literals[i] = words->items[i].literal;
  return (struct wake_words){literals, words->n};
}

struct wake_words compile_wake_index(const struct compiled *c, struct prefilter *out) {
  struct words words = {.arena = c->arena};
  struct packing p = {.arena = c->arena};
  for (size_t i = 0; i < c->patterns.n; i++)
    if (c->patterns.items[i].guard.n)
      add_guard(&words, &c->patterns.items[i].guard, (uint32_t)i);
  for (size_t i = 0; i < words.n; i++) order_wakings(&words, &words.items[i].wakings);
  out->literals = pack_words(&p, &words);
  out->sets = pack_sets(&p, &words);
  out->groups = LIST_BYTES(p.groups);
  out->postings = LIST_BYTES(p.postings);
  out->members = LIST_BYTES(p.members);
  return list_words(&words);
}
