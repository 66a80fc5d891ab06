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
  size_t n_words, most_words;
  uint32_t *word_index;
  size_t word_slots;
  struct learned_phrase *phrases;
  size_t n_phrases, phrases_capacity;
  struct learned_part *parts; /* [0] is unused */
  size_t n_parts, most_parts;
  uint32_t *part_index;
  size_t part_slots;
  learned_roles *roles;
  struct learned_slot *features;
  size_t feature_slots;
  struct sbuf rows;
  uint64_t *filter;
  uint32_t shortest_prefix[LANGUAGES], longest_prefix[LANGUAGES];
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

/* Puts a number into an index that learned_find_word() or learned_find_part() reads. */
static void add_entry(uint32_t *index, size_t n_slots, uint64_t hash, size_t number) {
  size_t at = (uint32_t)hash & (n_slots - 1);
  while (index[at]) at = (at + 1) & (n_slots - 1);
  index[at] = learned_entry(hash, (uint32_t)number);
}

/* ---- Features ---- */

static uint32_t find_part(const struct builder *b, uint64_t hash) {
  for (size_t at = (uint32_t)hash & (b->part_slots - 1); b->part_index[at];
       at = (at + 1) & (b->part_slots - 1)) {
    uint32_t part = learned_entry_number(b->part_index[at]);
    if (b->parts[part].hash == hash) return part;
  }
  return 0;
}

static uint32_t intern_part(struct builder *b, uint64_t hash) {
  uint32_t part = find_part(b, hash);
  if (part) return part;
  if (2 * (b->n_parts + 1) > b->part_slots) {
    b->part_slots *= 2;
    b->part_index = ARENA_ARRAY(b->arena, uint32_t, b->part_slots);
    for (size_t i = 1; i <= b->n_parts; i++)
      add_entry(b->part_index, b->part_slots, b->parts[i].hash, i);
  }
  b->parts[++b->n_parts].hash = hash;
  add_entry(b->part_index, b->part_slots, hash, b->n_parts);
  return (uint32_t)b->n_parts;
}

/* Adds a row with the feature's weights; returns its offset. */
static uint32_t add_row(struct builder *b, const struct model_feature *f, uint64_t key) {
  struct learned_row row = {.key = {(uint32_t)key, (uint32_t)(key >> 32)}};
  float values[LEARNED_CONTEXT + 1] = {0};
  const struct model_weight *weights = b->model.weights.items + f->first;
  for (uint32_t i = 0; i < f->n_weights; i++) {
    row.signals |= 1u << weights[i].signal;
    values[weights[i].signal] += weights[i].value;
  }
  size_t at = b->rows.len / sizeof(uint32_t);
  sbuf_add(&b->rows, (struct span){(const char *)&row, sizeof row});
  for (size_t t = 0; t <= LEARNED_CONTEXT; t++)
    if (row.signals >> t & 1)
      sbuf_add(&b->rows, (struct span){(const char *)&values[t], sizeof values[t]});
  return (uint32_t)at;
}

static const struct learned_row *row_at(const struct builder *b, uint32_t row) {
  return (const struct learned_row *)(b->rows.bytes + row * sizeof(uint32_t));
}

/* Of two lines for one feature the later counts. */
static void add_sequence(struct builder *b, const struct model_feature *f, const uint32_t *parts) {
  enum feature_kind kind = (enum feature_kind)f->kind;
  uint64_t key = learned_key(kind, parts, f->n), spread = learned_spread(key);
  size_t mask = b->feature_slots - 1, at = (uint32_t)(spread >> 20) & mask; /* learned_first_slot() */
  for (; b->features[at].row; at = (at + 1) & mask) {
    const uint32_t *known = row_at(b, b->features[at].row)->key;
    if (known[0] == (uint32_t)key && known[1] == (uint32_t)(key >> 32)) break;
  }
  b->features[at] = (struct learned_slot){(uint32_t)spread, add_row(b, f, key)};
  b->filter[learned_filter_word(spread)] |= learned_filter_bits(spread);
  for (size_t i = 0; i < f->n; i++) b->roles[parts[i]] |= learned_role(kind, f->n, i);
}

static void build_features(struct builder *b) {
  size_t n = b->model.features.n;
  b->parts = ARENA_ARRAY(b->arena, struct learned_part, b->most_parts + 1);
  b->roles = ARENA_ARRAY(b->arena, learned_roles, b->most_parts + 1);
  b->part_slots = table_size(0);
  b->part_index = ARENA_ARRAY(b->arena, uint32_t, b->part_slots);
  b->feature_slots = table_size(n * 3 / 4); /* two thirds full at most */
  b->features = ARENA_ARRAY(b->arena, struct learned_slot, b->feature_slots);
  b->filter = ARENA_ARRAY(b->arena, uint64_t, (size_t)1 << (FILTER_BITS - 6));
  const uint32_t none = 0; /* offset 0 is no row */
  sbuf_add(&b->rows, (struct span){(const char *)&none, sizeof none});
  for (size_t i = 0; i < n; i++) {
    const struct model_feature *f = &b->model.features.items[i];
    uint32_t parts[MAX_PARTS];
    for (size_t k = 0; k < f->n; k++) parts[k] = intern_part(b, learned_hash(f->parts[k]));
    if (f->kind == FEATURE_STEM)
      b->parts[parts[0]].stem_row = add_row(b, f, 0);
    else if (f->kind == FEATURE_CONCEPT)
      b->parts[parts[0]].concept_row = add_row(b, f, 0);
    else
      add_sequence(b, f, parts);
  }
}

/* ---- Words ---- */

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
  size_t at = (uint32_t)key & (b->word_slots - 1);
  for (; b->word_index[at]; at = (at + 1) & (b->word_slots - 1)) {
    struct learned_word *known = &b->words[learned_entry_number(b->word_index[at]) - 1];
    if (known->key == key) return known;
  }
  struct span stem = kind == WORD_EXACT ? stem_of(b, language, text) : text;
  struct learned_word *word = &b->words[b->n_words++];
  *word = (struct learned_word){.key = key, .stem = learned_hash(stem)};
  word->stem_text = add_string(b, stem);
  add_entry(b->word_index, b->word_slots, key, b->n_words);
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

static void note_prefix(struct builder *b, const struct concept_entry *e) {
  uint32_t len = (uint32_t)e->text.len, *shortest = &b->shortest_prefix[e->language];
  if (*shortest == 0 || len < *shortest) *shortest = len;
  if (len > b->longest_prefix[e->language]) b->longest_prefix[e->language] = len;
}

static void build_words(struct builder *b) {
  struct stem_index index;
  b->words = ARENA_ARRAY(b->arena, struct learned_word, b->most_words);
  b->word_slots = table_size(b->most_words);
  b->word_index = ARENA_ARRAY(b->arena, uint32_t, b->word_slots);
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
    if (e->prefix) note_prefix(b, e);
    add_concept(add_word(b, e->language, e->prefix ? WORD_PREFIX : WORD_EXACT, e->text), e->concept);
  }
  if (b->n_phrases) qsort(b->phrases, b->n_phrases, sizeof *b->phrases, by_first_word);
}

/* Points words at the phrases that they begin, and at what they are a part of. */
static void link_words(struct builder *b) {
  for (size_t at = 0; at < b->n_words; at++) {
    struct learned_word *word = &b->words[at];
    word->part = find_part(b, word->stem);
    word->row = b->parts[word->part].stem_row;
    word->roles = b->roles[word->part];
    size_t low = 0, high = b->n_phrases;
    while (low < high) {
      size_t middle = (low + high) / 2;
      if (b->phrases[middle].words[0] < word->stem)
        low = middle + 1;
      else
        high = middle;
    }
    if (low < b->n_phrases && b->phrases[low].words[0] == word->stem)
      word->phrase = (uint32_t)low + 1;
  }
}

static void build_concepts(struct builder *b) {
  b->concept_table = ARENA_ARRAY(b->arena, struct learned_concept, b->concepts.n_names);
  for (size_t i = 0; i < b->concepts.n_names; i++) {
    struct span name = b->concepts.names[i].name;
    b->concept_table[i] = (struct learned_concept){
        .name = add_string(b, name),
        .closed = b->concepts.names[i].closed,
        .part = find_part(b, learned_hash(arena_printf(b->arena, "@" SPAN_FMT, SPAN_ARG(name)))),
    };
  }
}

static uint64_t append(struct sbuf *out, const void *bytes, size_t size) {
  while (out->len % 8) sbuf_byte(out, '\0');
  uint64_t at = out->len;
  sbuf_add(out, (struct span){bytes, size});
  return at;
}

static struct learned_header make_header(const struct builder *b) {
  struct learned_header h = {
      .magic = LEARNED_MAGIC,
      .n_concepts = (uint32_t)b->concepts.n_names,
      .n_words = (uint32_t)b->n_words,
      .n_phrases = (uint32_t)b->n_phrases,
      .n_parts = (uint32_t)b->n_parts,
      .strings_size = (uint32_t)b->strings.len,
      .word_slots = (uint32_t)b->word_slots,
      .part_slots = (uint32_t)b->part_slots,
      .feature_slots = (uint32_t)b->feature_slots,
      .vote_scale = b->model.vote_scale,
      .context_bias = b->model.context_bias,
      .context_share = b->model.context_share,
  };
  memcpy(h.shortest_prefix, b->shortest_prefix, sizeof h.shortest_prefix);
  memcpy(h.longest_prefix, b->longest_prefix, sizeof h.longest_prefix);
  memcpy(h.bias, b->model.bias, sizeof h.bias);
  memcpy(h.scale, b->model.scale, sizeof h.scale);
  memcpy(h.threshold, b->model.threshold, sizeof h.threshold);
  return h;
}

static struct span assemble(struct builder *b) {
  struct sbuf out = {.arena = b->arena};
  struct learned_header h = make_header(b);
  append(&out, &h, sizeof h);
  h.concepts = append(&out, b->concept_table, b->concepts.n_names * sizeof *b->concept_table);
  h.words = append(&out, b->words, b->n_words * sizeof *b->words);
  h.word_index = append(&out, b->word_index, b->word_slots * sizeof *b->word_index);
  h.phrases = append(&out, b->phrases, b->n_phrases * sizeof *b->phrases);
  h.parts = append(&out, b->parts, (b->n_parts + 1) * sizeof *b->parts);
  h.part_index = append(&out, b->part_index, b->part_slots * sizeof *b->part_index);
  h.roles = append(&out, b->roles, (b->n_parts + 1) * sizeof *b->roles);
  h.features = append(&out, b->features, b->feature_slots * sizeof *b->features);
  h.rows = append(&out, b->rows.bytes, b->rows.len);
  h.filter = append(&out, b->filter, ((size_t)1 << FILTER_BITS) / 8);
  h.strings = append(&out, b->strings.bytes, b->strings.len);
  h.size = out.len;
  memcpy(out.bytes, &h, sizeof h);
  return sbuf_span(&out);
}

/* Upper bounds for the tables. False when words or parts could have numbers beyond PART_BITS. */
static bool count_most(struct builder *b) {
  const size_t most = ((size_t)1 << PART_BITS) - 1;
  b->most_words = b->model.words.n + b->concepts.n_entries;
  for (size_t i = 0; i < b->concepts.n_entries; i++)
    b->most_words += b->concepts.entries[i].text.len / 2; /* of phrases */
  for (size_t i = 0; i < b->model.features.n; i++) b->most_parts += b->model.features.items[i].n;
  return b->most_words <= most && b->most_parts <= most;
}

struct span learned_compile(struct arena *arena, const struct learned_file *files, size_t n,
                            struct diag_list *faults) {
  struct builder *b = ARENA_NEW(arena, struct builder);
  b->arena = arena;
  b->strings.arena = b->rows.arena = arena;
  size_t before = faults->errors;
  const struct learned_file *model = NULL;
  for (size_t i = 0; i < n; i++) { /* of a name, the last layer counts */
    bool concepts = span_eq(files[i].name, SPAN_LIT("concepts"));
    bool replaced = false;
    for (size_t k = i + 1; k < n; k++) replaced |= span_eq(files[i].name, files[k].name);
    if (replaced) continue;
    if (concepts)
      concepts_read(arena, &files[i], &b->concepts, faults);
    else if (span_eq(files[i].name, SPAN_LIT("model")))
      model_read(arena, model = &files[i], &b->model, faults);
    else
      diag_add(faults, (struct diag){.code = "learned.file", .file = files[i].path,
                                     .message = SPAN_LIT("learned/ holds concepts.txt and model.txt")});
  }
  if (!model || faults->errors > before || !make_stemmers(b)) return (struct span){0};
  if (!count_most(b)) {
    diag_add(faults, (struct diag){.code = "learned.model", .file = model->path,
                                   .message = SPAN_LIT("too many words or features")});
    return (struct span){0};
  }
  build_features(b);
  build_concepts(b);
  build_words(b);
  link_words(b);
  return assemble(b);
}
