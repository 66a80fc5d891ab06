#include <libstemmer.h>
#include <stdlib.h>

#include "mailsignal/sbuf.h"
#include "rules/concept_file.h"
#include "rules/model_file.h"

/* From concepts.txt and model.txt to the image of learned_image.h. */

struct builder {
  struct arena *arena;
  struct sb_stemmer *stemmers[LANGUAGES];
  struct concepts concepts;
  struct model_text model;
  struct sbuf strings;
  struct learned_concept *concept_table;
  struct learned_word *words;
  size_t n_words; /* slots */
  struct learned_phrase *phrases;
  size_t n_phrases, phrases_capacity;
  struct learned_feature *features;
  size_t n_features; /* slots */
  uint64_t *filter;
  size_t shortest_prefix;
};

static void free_stemmer(void *stemmer) { sb_stemmer_delete(stemmer); }

static bool make_stemmers(struct builder *b) {
  static const char *const names[LANGUAGES] = {"english",    "german",  "french", "spanish",
                                               "portuguese", "italian", "dutch"};
  for (size_t i = 0; i < LANGUAGES; i++) {
    b->stemmers[i] = sb_stemmer_new(names[i], "UTF_8");
    if (!b->stemmers[i]) return false;
    arena_on_reset(b->arena, free_stemmer, b->stemmers[i]);
  }
  return true;
}

static struct span stem_of(struct builder *b, size_t language, struct span word) {
  if (word.len == 0 || word.ptr[0] == '<') return word;
  const sb_symbol *stem =
      sb_stemmer_stem(b->stemmers[language], (const sb_symbol *)word.ptr, (int)word.len);
  if (!stem) return word;
  int len = sb_stemmer_length(b->stemmers[language]);
  return arena_dup(b->arena, (struct span){(const char *)stem, (size_t)len});
}

static uint32_t add_string(struct builder *b, struct span text) {
  uint32_t at = (uint32_t)b->strings.len;
  sbuf_add(&b->strings, text);
  sbuf_byte(&b->strings, '\0');
  return at;
}

static size_t table_size(size_t n) {
  size_t size = 64;
  while (size < 2 * n) size *= 2;
  return size;
}

static struct learned_word *word_slot(struct builder *b, uint64_t key) {
  size_t at = key & (b->n_words - 1);
  while (b->words[at].key && b->words[at].key != key) at = (at + 1) & (b->n_words - 1);
  return &b->words[at];
}

static void add_concept(struct learned_word *word, uint16_t concept) {
  for (size_t i = 0; i < MAX_WORD_CONCEPTS; i++) {
    if (word->concepts[i] == concept + 1) return;
    if (word->concepts[i]) continue;
    word->concepts[i] = (uint16_t)(concept + 1);
    return;
  }
}

static struct learned_word *add_word(struct builder *b, size_t language, enum word_kind kind,
                                     struct span text) {
  uint64_t key = learned_word_key(language, kind, text);
  struct learned_word *word = word_slot(b, key);
  if (word->key) return word;
  struct span stem = kind == WORD_EXACT ? stem_of(b, language, text) : text;
  *word = (struct learned_word){.key = key, .stem = learned_hash(stem)};
  word->stem_text = add_string(b, stem);
  return word;
}

/* Concepts by stem: an index over the single words of concepts.txt. */
struct stem_index {
  struct stem_entry {
    uint64_t key; /* of language and stem */
    const struct concept_entry *entry;
  } *slots;
  size_t n;
};

static uint64_t stem_key(size_t language, uint64_t stem) { return stem ^ (language + 1) * 0x9e3779b97f4a7c15u; }

static void index_concepts(struct builder *b, struct stem_index *index) {
  index->n = table_size(b->concepts.n_entries);
  index->slots = ARENA_ARRAY(b->arena, struct stem_entry, index->n);
  for (size_t i = 0; i < b->concepts.n_entries; i++) {
    const struct concept_entry *e = &b->concepts.entries[i];
    if (e->prefix || span_find_byte(e->text, ' ', 0) != SPAN_NONE) continue;
    uint64_t key = stem_key(e->language, learned_hash(stem_of(b, e->language, e->text)));
    size_t at = key & (index->n - 1);
    while (index->slots[at].entry) at = (at + 1) & (index->n - 1);
    index->slots[at] = (struct stem_entry){key, e};
  }
}

static void add_concepts_by_stem(const struct stem_index *index, size_t language,
                                 struct learned_word *word) {
  uint64_t key = stem_key(language, word->stem);
  for (size_t at = key & (index->n - 1); index->slots[at].entry; at = (at + 1) & (index->n - 1))
    if (index->slots[at].key == key) add_concept(word, index->slots[at].entry->concept);
}

static void add_concepts_by_prefix(struct builder *b, size_t language, struct span text,
                                   struct learned_word *word) {
  for (size_t i = 0; i < b->concepts.n_entries; i++) {
    const struct concept_entry *e = &b->concepts.entries[i];
    if (e->prefix && e->language == language && span_starts(text, e->text))
      add_concept(word, e->concept);
  }
}

static void add_phrase(struct builder *b, const struct concept_entry *e) {
  struct learned_phrase phrase = {.concept = (uint16_t)(e->concept + 1), .language = e->language};
  struct span rest = e->text, word;
  while (span_split(&rest, ' ', &word)) {
    if (word.len == 0) continue;
    if (phrase.n == MAX_PHRASE_WORDS) return;
    struct learned_word *known = add_word(b, e->language, WORD_EXACT, word);
    phrase.words[phrase.n++] = known->stem;
  }
  struct {
    struct learned_phrase *items;
    size_t n, capacity;
  } list = {b->phrases, b->n_phrases, b->phrases_capacity};
  ARENA_PUSH(b->arena, &list, phrase);
  b->phrases = list.items;
  b->n_phrases = list.n;
  b->phrases_capacity = list.capacity;
}

static int by_first_word(const void *a, const void *b) {
  const struct learned_phrase *p = a, *q = b;
  if (p->words[0] != q->words[0]) return p->words[0] < q->words[0] ? -1 : 1;
  return (int)q->n - (int)p->n;
}

static bool is_phrase(const struct concept_entry *e) {
  return span_find_byte(e->text, ' ', 0) != SPAN_NONE;
}

static void build_words(struct builder *b) {
  struct stem_index index;
  size_t phrase_words = 0;
  for (size_t i = 0; i < b->concepts.n_entries; i++) phrase_words += b->concepts.entries[i].text.len / 2;
  b->n_words = table_size(b->model.words.n + b->concepts.n_entries + phrase_words + 16);
  b->words = ARENA_ARRAY(b->arena, struct learned_word, b->n_words);
  b->shortest_prefix = SPAN_NONE;
  index_concepts(b, &index);
  for (size_t i = 0; i < b->model.words.n; i++) {
    const struct model_word *w = &b->model.words.items[i];
    struct learned_word *word = add_word(b, w->language, WORD_EXACT, w->text);
    add_concepts_by_stem(&index, w->language, word);
    add_concepts_by_prefix(b, w->language, w->text, word);
  }
  for (size_t i = 0; i < b->concepts.n_entries; i++) {
    const struct concept_entry *e = &b->concepts.entries[i];
    if (is_phrase(e)) {
      add_phrase(b, e);
      continue;
    }
    if (e->prefix && e->text.len < b->shortest_prefix) b->shortest_prefix = e->text.len;
    add_concept(add_word(b, e->language, e->prefix ? WORD_PREFIX : WORD_EXACT, e->text), e->concept);
  }
  if (b->n_phrases) qsort(b->phrases, b->n_phrases, sizeof *b->phrases, by_first_word);
}

/* Marks the words with which phrases begin. */
static void mark_phrase_openers(struct builder *b) {
  for (size_t at = 0; at < b->n_words; at++) {
    struct learned_word *word = &b->words[at];
    size_t low = 0, high = b->n_phrases;
    while (word->key && low < high) {
      size_t middle = (low + high) / 2;
      if (b->phrases[middle].words[0] < word->stem)
        low = middle + 1;
      else
        high = middle;
    }
    if (word->key && low < b->n_phrases && b->phrases[low].words[0] == word->stem)
      word->opens_phrase = 1;
  }
}

static void build_concepts(struct builder *b) {
  b->concept_table = ARENA_ARRAY(b->arena, struct learned_concept, b->concepts.n_names);
  for (size_t i = 0; i < b->concepts.n_names; i++) {
    struct span name = b->concepts.names[i].name;
    b->concept_table[i] = (struct learned_concept){
        .name = add_string(b, name),
        .closed = b->concepts.names[i].closed,
        .hash = learned_hash(arena_printf(b->arena, "@" SPAN_FMT, SPAN_ARG(name))),
    };
  }
}

static void build_features(struct builder *b) {
  b->n_features = table_size(b->model.features.n);
  b->features = ARENA_ARRAY(b->arena, struct learned_feature, b->n_features);
  b->filter = ARENA_ARRAY(b->arena, uint64_t, (size_t)1 << (FILTER_BITS - 6));
  for (size_t i = 0; i < b->model.features.n; i++) {
    const struct model_feature *f = &b->model.features.items[i];
    uint64_t parts[3];
    for (size_t k = 0; k < f->n; k++) parts[k] = learned_hash(f->parts[k]);
    uint64_t key = learned_feature_key((enum feature_kind)f->kind, parts, f->n);
    size_t at = key & (b->n_features - 1);
    while (b->features[at].key && b->features[at].key != key) at = (at + 1) & (b->n_features - 1);
    b->features[at] = (struct learned_feature){key, f->first, f->n_weights};
    uint64_t bit = key >> (64 - FILTER_BITS);
    b->filter[bit / 64] |= (uint64_t)1 << (bit % 64);
  }
}

static uint64_t append(struct sbuf *out, const void *bytes, size_t size) {
  while (out->len % 8) sbuf_byte(out, '\0');
  uint64_t at = out->len;
  sbuf_add(out, (struct span){bytes, size});
  return at;
}

static struct span assemble(struct builder *b) {
  struct sbuf out = {.arena = b->arena};
  struct learned_header h = {
      .magic = LEARNED_MAGIC,
      .n_concepts = (uint32_t)b->concepts.n_names,
      .n_words = (uint32_t)b->n_words,
      .n_phrases = (uint32_t)b->n_phrases,
      .n_features = (uint32_t)b->n_features,
      .n_weights = (uint32_t)b->model.weights.n,
      .shortest_prefix = b->shortest_prefix == SPAN_NONE ? UINT32_MAX : (uint32_t)b->shortest_prefix,
  };
  memcpy(h.bias, b->model.bias, sizeof h.bias);
  memcpy(h.scale, b->model.scale, sizeof h.scale);
  memcpy(h.threshold, b->model.threshold, sizeof h.threshold);
  h.vote_scale = b->model.vote_scale;
  h.context_bias = b->model.context_bias;
  h.context_share = b->model.context_share;
  append(&out, &h, sizeof h);
  h.concepts = append(&out, b->concept_table, b->concepts.n_names * sizeof *b->concept_table);
  h.words = append(&out, b->words, b->n_words * sizeof *b->words);
  h.phrases = append(&out, b->phrases, b->n_phrases * sizeof *b->phrases);
  h.features = append(&out, b->features, b->n_features * sizeof *b->features);
  h.weights = append(&out, b->model.weights.items, b->model.weights.n * sizeof *b->model.weights.items);
  h.filter = append(&out, b->filter, ((size_t)1 << FILTER_BITS) / 8);
  h.strings = append(&out, b->strings.bytes, b->strings.len);
  h.strings_size = (uint32_t)b->strings.len;
  h.size = out.len;
  memcpy(out.bytes, &h, sizeof h);
  return sbuf_span(&out);
}

struct span learned_compile(struct arena *arena, const struct learned_file *files, size_t n,
                            struct diag_list *faults) {
  struct builder *b = ARENA_NEW(arena, struct builder);
  b->arena = arena;
  b->strings.arena = arena;
  size_t before = faults->errors;
  bool model = false;
  for (size_t i = 0; i < n; i++) { /* of a name, the last layer counts */
    bool concepts = span_eq(files[i].name, SPAN_LIT("concepts"));
    bool replaced = false;
    for (size_t k = i + 1; k < n; k++) replaced |= span_eq(files[i].name, files[k].name);
    if (replaced) continue;
    if (concepts)
      concepts_read(arena, &files[i], &b->concepts, faults);
    else if (span_eq(files[i].name, SPAN_LIT("model")))
      model_read(arena, &files[i], &b->model, faults), model = true;
    else
      diag_add(faults, (struct diag){.code = "learned.file", .file = files[i].path,
                                     .message = SPAN_LIT("learned/ holds concepts.txt and model.txt")});
  }
  if (!model || faults->errors > before || !make_stemmers(b)) return (struct span){0};
  build_concepts(b);
  build_words(b);
  mark_phrase_openers(b);
  build_features(b);
  return assemble(b);
}
