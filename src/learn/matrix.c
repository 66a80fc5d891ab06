#include "learn/matrix.h"

#include <math.h>
#include <stdlib.h>

#include "mailsignal/digest.h"
#include "mailsignal/sbuf.h"
#include "rules/learned.h"

enum { FEWEST_ROWS = 2, LONGEST_WORD = 30 };

double matrix_value(const struct matrix_feature *feature) {
  return pow((double)(feature->rows + 1) / 20, -0.35);
}

static int by_text(const void *a, const void *b) {
  return span_compare(*(const struct span *)a, *(const struct span *)b);
}

/* "words LANG a b c" lines of all words in the data, sorted. */
static struct span collect_words(const struct dataset *data) {
  static const char *const languages[LANGUAGES] = {"en", "de", "fr", "es", "pt", "it", "nl"};
  struct sbuf out = {.arena = data->arena};
  for (size_t lang = 0; lang < LANGUAGES; lang++) {
    struct {
      struct span *items;
      size_t n, capacity;
    } words = {0};
    for (size_t i = 0; i < data->n; i++) {
      const struct example *e = &data->items[i];
      if (e->group == NEGATIVES || learned_language(e->language) != lang) continue;
      for (size_t t = 0; t < e->folded.n_tokens; t++) {
        const struct token *token = &e->folded.tokens[t];
        struct span word = span_slice(e->folded.bytes, token->start, token->end);
        if (token->kind == TOKEN_WORD && word.len <= LONGEST_WORD)
          ARENA_PUSH(data->arena, &words, word);
      }
    }
    if (words.n) qsort(words.items, words.n, sizeof *words.items, by_text);
    for (size_t i = 0, column = 0, same = 1; i < words.n; i++, same++) {
      if (i + 1 < words.n && span_eq(words.items[i], words.items[i + 1])) continue;
      bool rare = same < FEWEST_ROWS;
      same = 0;
      if (rare) continue;
      if (column == 0 || column > 100) {
        sbuf_printf(&out, "%swords %s", out.len ? "\n" : "", languages[lang]);
        column = 0;
      }
      sbuf_byte(&out, ' ');
      sbuf_add(&out, words.items[i]);
      column += words.items[i].len + 1;
    }
  }
  sbuf_byte(&out, '\n');
  return sbuf_span(&out);
}

/* Features by key. */
struct index {
  struct arena *arena;
  const struct learned *model;
  struct matrix *matrix;
  uint32_t *slots; /* feature + 1 */
  size_t n_slots;
  bool negative; /* a text without labels: it makes no features and is not counted */
  /* The features of the sentence at hand. */
  struct {
    uint32_t *items;
    size_t n, capacity;
  } row;
};

static void rehash(struct index *index) {
  index->n_slots = index->n_slots ? index->n_slots * 2 : 1 << 16;
  index->slots = ARENA_ARRAY(index->arena, uint32_t, index->n_slots);
  for (size_t i = 0; i < index->matrix->n_features; i++) {
    size_t at = index->matrix->features[i].key & (index->n_slots - 1);
    while (index->slots[at]) at = (at + 1) & (index->n_slots - 1);
    index->slots[at] = (uint32_t)i + 1;
  }
}

static struct matrix_feature feature_of(const struct index *index, const struct feature *f) {
  struct matrix_feature feature = {.kind = f->kind, .n = f->n, .key = (uint64_t)f->kind};
  for (size_t i = 0; i < f->n; i++) {
    feature.parts[i] = learned_part_text(index->model, index->arena, f, i);
    feature.key = (feature.key ^ learned_hash(feature.parts[i])) * 0xff51afd7ed558ccdu + i + 1;
    feature.key ^= feature.key >> 32;
  }
  return feature;
}

/* The feature's index; SPAN_NONE for one that is not known and may not be added. */
static size_t intern(struct index *index, const struct matrix_feature *feature) {
  struct matrix *m = index->matrix;
  if (m->n_features * 2 >= index->n_slots) rehash(index);
  size_t at = feature->key & (index->n_slots - 1);
  for (; index->slots[at]; at = (at + 1) & (index->n_slots - 1))
    if (m->features[index->slots[at] - 1].key == feature->key) return index->slots[at] - 1;
  if (index->negative) return SPAN_NONE;
  struct {
    struct matrix_feature *items;
    size_t n, capacity;
  } list = {m->features, m->n_features, m->capacity};
  ARENA_PUSH(index->arena, &list, *feature);
  m->features = list.items;
  m->n_features = list.n;
  m->capacity = list.capacity;
  index->slots[at] = (uint32_t)list.n;
  return list.n - 1;
}

static void add_to_row(void *context, const struct feature *found) {
  struct index *index = context;
  struct matrix_feature feature = feature_of(index, found);
  size_t id = intern(index, &feature);
  if (id == SPAN_NONE) return;
  for (size_t i = 0; i < index->row.n; i++)
    if (index->row.items[i] == id) return;
  index->matrix->features[id].rows += !index->negative;
  ARENA_PUSH(index->arena, &index->row, (uint32_t)id);
}

struct row_ids {
  uint32_t *ids;
  size_t n;
};

static void walk_all(const struct dataset *data, struct index *index, struct row_ids *rows) {
  struct matrix *m = index->matrix;
  struct unit *units = ARENA_ARRAY(data->arena, struct unit, MAX_UNITS);
  for (size_t i = 0; i < data->n; i++) {
    const struct example *e = &data->items[i];
    index->negative = e->group == NEGATIVES;
    for (size_t s = 0; s < e->folded.n_sentences; s++) {
      index->row.items = NULL;
      index->row.n = index->row.capacity = 0;
      size_t n = learned_read_units(index->model, &e->folded, s, learned_language(e->language), units);
      learned_visit_features(units, n, add_to_row, index);
      rows[e->first_row + s] = (struct row_ids){index->row.items, index->row.n};
      m->labels[e->first_row + s] = e->labels[s];
      m->examples[e->first_row + s] = e;
    }
  }
}

static int by_column(const void *a, const void *b) {
  return ((const struct feature_node *)a)->index - ((const struct feature_node *)b)->index;
}

static void make_rows(const struct dataset *data, struct matrix *m, const struct row_ids *rows) {
  for (size_t i = 0; i < m->n_features; i++)
    if (m->features[i].rows >= FEWEST_ROWS) m->features[i].column = ++m->n_columns;
  for (size_t r = 0; r < data->n_rows; r++) {
    struct feature_node *nodes = ARENA_ARRAY(data->arena, struct feature_node, rows[r].n + 2);
    size_t n = 0;
    for (size_t i = 0; i < rows[r].n; i++) {
      const struct matrix_feature *f = &m->features[rows[r].ids[i]];
      if (f->column) nodes[n++] = (struct feature_node){f->column, matrix_value(f)};
    }
    qsort(nodes, n, sizeof *nodes, by_column);
    nodes[n++] = (struct feature_node){m->n_columns + 1, 1}; /* the bias */
    nodes[n] = (struct feature_node){-1, 0};
    m->rows[r] = nodes;
  }
}

void matrix_build(const struct dataset *data, const struct learn_options *options,
                  struct span concepts, struct matrix *out, struct span *words,
                  struct ms_error *error) {
  *out = (struct matrix){0};
  *words = collect_words(data);
  struct learned_file files[] = {
      {span_of(options->concepts), SPAN_LIT("concepts"), concepts},
      {SPAN_LIT("model"), SPAN_LIT("model"), *words},
  };
  struct diag_list faults = {.arena = data->arena};
  struct learned *model = learned_open(learned_compile(data->arena, files, 2, &faults));
  if (!model) {
    struct span first = faults.n ? diag_format(data->arena, &faults.items[0]) : SPAN_LIT("?");
    ms_fail(error, MS_BAD_CONFIG, SPAN_FMT, SPAN_ARG(first));
    return;
  }
  out->rows = ARENA_ARRAY(data->arena, struct feature_node *, data->n_rows);
  out->labels = ARENA_ARRAY(data->arena, uint16_t, data->n_rows);
  out->examples = ARENA_ARRAY(data->arena, const struct example *, data->n_rows);
  struct row_ids *rows = ARENA_ARRAY(data->arena, struct row_ids, data->n_rows);
  struct index index = {.arena = data->arena, .model = model, .matrix = out};
  walk_all(data, &index, rows);
  make_rows(data, out, rows);
  learned_free(model);
}
