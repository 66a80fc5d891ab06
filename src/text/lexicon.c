#include "mailsignal/digest.h"
#include "mailsignal/text.h"

/* An open hash table of pairs, followed by the strings. */
struct slot {
  uint32_t from, to; /* offsets into the pool */
  uint16_t from_len, to_len;
};

enum { FILTER_BITS = 15 };

struct fold_lexicon {
  uint32_t n_slots; /* a power of two */
  uint32_t pool_size;
  uint32_t filter[(1 << FILTER_BITS) / 32]; /* bit set over what look() gives for the words in it */
  struct slot slots[];
};

/* A number that most words share with no word of the lexicon, from three letters and the length. */
static uint32_t look(struct span word) {
  uint32_t first = (unsigned char)word.ptr[0], middle = (unsigned char)word.ptr[word.len / 2],
           last = (unsigned char)word.ptr[word.len - 1];
  uint32_t letters = first | middle << 8 | last << 16 | (uint32_t)(word.len & 0xFF) << 24;
  return letters * 0x9e3779b1u >> (32 - FILTER_BITS);
}

static const char *pool_of(const struct fold_lexicon *lexicon) {
  return (const char *)(lexicon->slots + lexicon->n_slots);
}

static struct span slot_from(const struct fold_lexicon *lexicon, const struct slot *slot) {
  return (struct span){pool_of(lexicon) + slot->from, slot->from_len};
}

/* Index of the slot that holds `word`, or of the free one where it belongs. */
static size_t find_slot(const struct fold_lexicon *lexicon, struct span word) {
  size_t mask = lexicon->n_slots - 1;
  size_t at = fnv1a(FNV1A_START, word.ptr, word.len) & mask;
  while (lexicon->slots[at].from_len && !span_eq(slot_from(lexicon, &lexicon->slots[at]), word))
    at = (at + 1) & mask;
  return at;
}

static bool is_usable(const struct fold_pair *pair) {
  return pair->from.len && pair->to.len && pair->from.len <= UINT16_MAX &&
         pair->to.len <= UINT16_MAX;
}

struct span fold_lexicon_build(struct arena *arena, const struct fold_pair *pairs, size_t n) {
  size_t n_slots = 8, pool_size = 0;
  while (n_slots < 2 * n) n_slots *= 2;
  for (size_t i = 0; i < n; i++) pool_size += pairs[i].from.len + pairs[i].to.len;
  struct fold_lexicon *lexicon;
  size_t bytes = sizeof *lexicon + n_slots * sizeof(struct slot) + pool_size;
  lexicon = arena_alloc(arena, bytes);
  lexicon->n_slots = (uint32_t)n_slots;
  lexicon->pool_size = (uint32_t)pool_size;
  char *pool = (char *)(lexicon->slots + n_slots);
  uint32_t used = 0;
  for (size_t i = 0; i < n; i++) {
    if (!is_usable(&pairs[i])) continue;
    struct slot *slot = &lexicon->slots[find_slot(lexicon, pairs[i].from)];
    lexicon->filter[look(pairs[i].from) / 32] |= (uint32_t)1 << look(pairs[i].from) % 32;
    memcpy(pool + used, pairs[i].from.ptr, pairs[i].from.len);
    slot->from = used;
    slot->from_len = (uint16_t)pairs[i].from.len;
    used += slot->from_len;
    memcpy(pool + used, pairs[i].to.ptr, pairs[i].to.len);
    slot->to = used;
    slot->to_len = (uint16_t)pairs[i].to.len;
    used += slot->to_len;
  }
  return (struct span){(const char *)lexicon, bytes};
}

static bool slots_are_sound(const struct fold_lexicon *lexicon) {
  uint32_t size = lexicon->pool_size, n_free = 0;
  for (uint32_t i = 0; i < lexicon->n_slots; i++) {
    const struct slot *slot = &lexicon->slots[i];
    n_free += slot->from_len == 0;
    if (slot->from > size || size - slot->from < slot->from_len) return false;
    if (slot->to > size || size - slot->to < slot->to_len) return false;
  }
  return n_free > 0; /* else a search for an unknown word would not end */
}

const struct fold_lexicon *fold_lexicon_view(struct span image) {
  const struct fold_lexicon *lexicon = (const void *)image.ptr;
  if (image.len < sizeof *lexicon || (uintptr_t)image.ptr % sizeof(uint32_t)) return NULL;
  size_t n = lexicon->n_slots;
  if (n == 0 || (n & (n - 1)) || n > image.len / sizeof(struct slot)) return NULL;
  if (image.len != sizeof *lexicon + n * sizeof(struct slot) + lexicon->pool_size) return NULL;
  return slots_are_sound(lexicon) ? lexicon : NULL;
}

struct span fold_lexicon_find(const struct fold_lexicon *lexicon, struct span word) {
  if (!lexicon || word.len == 0) return (struct span){0};
  if (!(lexicon->filter[look(word) / 32] >> look(word) % 32 & 1)) return (struct span){0};
  const struct slot *slot = &lexicon->slots[find_slot(lexicon, word)];
  return (struct span){pool_of(lexicon) + slot->to, slot->from_len ? slot->to_len : 0};
}
