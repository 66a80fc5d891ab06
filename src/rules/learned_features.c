#include "rules/learned_features.h"

#include "mailsignal/digest.h"
#include "mailsignal/sbuf.h"

enum { MAX_UNITS = 200, SHORTEST_STEM = 3 };

static const char *const languages[LANGUAGES] = {"en", "de", "fr", "es", "pt", "it", "nl"};

size_t learned_language(const char *language) {
  for (size_t i = 0; i < LANGUAGES; i++)
    if (strcmp(language, languages[i]) == 0) return i;
  return 0;
}

static uint64_t mix(uint64_t h) {
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93u;
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93u;
  h ^= h >> 32;
  return h ? h : 1;
}

uint64_t learned_hash(struct span text) {
  uint64_t h = 1469598103934665603u;
  for (size_t i = 0; i < text.len; i++) h = (h ^ (unsigned char)text.ptr[i]) * 1099511628211u;
  return mix(h);
}

uint64_t learned_word_key(size_t language, enum word_kind kind, struct span word) {
  return mix(learned_hash(word) + 31 * (language * 2 + (uint64_t)kind) + 7);
}

uint64_t learned_feature_key(enum feature_kind kind, const uint64_t *parts, size_t n) {
  uint64_t h = (uint64_t)kind * 0x9e3779b97f4a7c15u;
  for (size_t i = 0; i < n; i++) h = (h ^ parts[i]) * 0xff51afd7ed558ccdu + i + 1;
  return mix(h);
}

static const struct learned_word *find_word(const struct learned *m, uint64_t key) {
  uint64_t mask = m->header->n_words - 1;
  for (uint64_t at = key & mask;; at = (at + 1) & mask) {
    if (m->words[at].key == key) return &m->words[at];
    if (m->words[at].key == 0) return NULL;
  }
}

/* An unknown word may be a known one with another ending, or begin with a known prefix. */
static const struct learned_word *find_related(const struct learned *m, size_t language,
                                               struct span word) {
  static const struct span endings[] = {SPAN_INIT("s"),  SPAN_INIT("es"),  SPAN_INIT("ed"),
                                        SPAN_INIT("d"),  SPAN_INIT("ing"), SPAN_INIT("ly"),
                                        SPAN_INIT("er"), SPAN_INIT("'s")};
  for (size_t i = 0; language == 0 && i < sizeof endings / sizeof *endings; i++) {
    if (word.len < endings[i].len + SHORTEST_STEM || !span_ends(word, endings[i])) continue;
    struct span stem = span_slice(word, 0, word.len - endings[i].len);
    const struct learned_word *found = find_word(m, learned_word_key(language, WORD_EXACT, stem));
    if (found) return found;
  }
  size_t shortest = m->header->shortest_prefix;
  for (size_t len = word.len; len >= shortest && len > 0; len--) {
    uint64_t key = learned_word_key(language, WORD_PREFIX, span_slice(word, 0, len));
    const struct learned_word *found = find_word(m, key);
    if (found) return found;
  }
  return NULL;
}

static uint64_t concept_hash(const struct learned *m, uint16_t concept) {
  return m->concepts[concept - 1].hash;
}

static void set_word(const struct learned *m, struct unit *u, const struct learned_word *word) {
  u->word = word;
  u->stem = word->stem;
  u->closed = u->concept = u->stem;
  memcpy(u->concepts, word->concepts, sizeof u->concepts);
  if (u->concepts[0] == 0) return;
  u->concept = concept_hash(m, u->concepts[0]);
  if (m->concepts[u->concepts[0] - 1].closed) u->closed = u->concept;
}

/* Numbers are one word each to the model. */
static struct span number_word(struct span text) {
  static const struct span money[] = {SPAN_INIT("$"), SPAN_INIT("\xE2\x82\xAC"),
                                      SPAN_INIT("\xC2\xA3"), SPAN_INIT("\xE2\x82\xB9")};
  for (size_t i = 0; i < sizeof money / sizeof *money; i++)
    if (span_find(text, money[i], 0) != SPAN_NONE) return SPAN_LIT("<money>");
  char last = text.ptr[text.len - 1];
  if (last == '%') return SPAN_LIT("<percent>");
  if (last == 'k') return SPAN_LIT("<money>");
  return SPAN_LIT("<number>");
}

static void make_unit(const struct learned *m, size_t language, const struct token *token,
                      struct span text, struct unit *u) {
  *u = (struct unit){.text = text};
  if (token->kind == TOKEN_NUMBER) u->text = number_word(text);
  const struct learned_word *word = find_word(m, learned_word_key(language, WORD_EXACT, u->text));
  if (!word && token->kind == TOKEN_WORD) word = find_related(m, language, u->text);
  if (word) {
    set_word(m, u, word);
    return;
  }
  u->stem = u->closed = u->concept = learned_hash(u->text);
}

static bool phrase_at(const struct learned_phrase *p, const struct unit *units, size_t n) {
  if (p->n > n) return false;
  for (size_t i = 0; i < p->n; i++)
    if (p->words[i] != units[i].stem) return false;
  return true;
}

/* The longest phrase that starts at each unit becomes one concept. Phrases are sorted by first word
 * and, within it, longest first. */
static void join_phrases(const struct learned *m, size_t language, struct unit *units, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (!units[i].word || !units[i].word->opens_phrase) continue;
    size_t low = 0, high = m->header->n_phrases;
    while (low < high) {
      size_t middle = (low + high) / 2;
      if (m->phrases[middle].words[0] < units[i].stem)
        low = middle + 1;
      else
        high = middle;
    }
    for (; low < m->header->n_phrases && m->phrases[low].words[0] == units[i].stem; low++) {
      const struct learned_phrase *p = &m->phrases[low];
      if (p->language != language || !phrase_at(p, units + i, n - i)) continue;
      for (size_t k = 1; k < p->n; k++) units[i + k].in_phrase = true;
      units[i].concepts[1] = units[i].concepts[0];
      units[i].concepts[0] = p->concept;
      units[i].concept = concept_hash(m, p->concept);
      i += p->n - 1u;
      break;
    }
  }
}

struct emitter {
  const struct feature_walk *walk;
  const struct unit *units;
  size_t n;
};

enum view { VIEW_STEM, VIEW_CLOSED, VIEW_CONCEPT };

static uint64_t part_hash(const struct unit *u, enum view view) {
  return view == VIEW_STEM ? u->stem : view == VIEW_CLOSED ? u->closed : u->concept;
}

static struct span concept_text(const struct feature_walk *walk, uint16_t concept) {
  const struct learned *m = walk->model;
  return arena_printf(walk->arena, "@%s", m->strings + m->concepts[concept - 1].name);
}

static struct span part_text(const struct feature_walk *walk, const struct unit *u, enum view view) {
  if (part_hash(u, view) != u->stem) return concept_text(walk, u->concepts[0]);
  return u->word ? span_of(walk->model->strings + u->word->stem_text) : u->text;
}

static bool is_possible(const struct learned *m, uint64_t key) {
  uint64_t bit = key >> (64 - FILTER_BITS);
  return m->filter[bit / 64] >> (bit % 64) & 1;
}

static void emit(const struct emitter *e, enum feature_kind kind, enum view view,
                 const struct unit *const *units, size_t n) {
  uint64_t parts[3];
  for (size_t i = 0; i < n; i++) parts[i] = part_hash(units[i], view);
  struct feature_parts feature = {.kind = kind, .n = n,
                                  .key = learned_feature_key(kind, parts, n)};
  if (!e->walk->with_text && !is_possible(e->walk->model, feature.key)) return;
  for (size_t i = 0; e->walk->with_text && i < n; i++)
    feature.parts[i] = part_text(e->walk, units[i], view);
  e->walk->found(e->walk->context, &feature);
}

static void emit_concepts(const struct emitter *e, const struct unit *u) {
  for (size_t i = 0; i < MAX_WORD_CONCEPTS && u->concepts[i]; i++) {
    uint64_t hash = concept_hash(e->walk->model, u->concepts[i]);
    struct feature_parts feature = {.kind = FEATURE_CONCEPT, .n = 1,
                                    .key = learned_feature_key(FEATURE_CONCEPT, &hash, 1)};
    if (e->walk->with_text) feature.parts[0] = concept_text(e->walk, u->concepts[i]);
    e->walk->found(e->walk->context, &feature);
  }
}

static bool any_concept(const struct unit *const *units, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (units[i]->concept != units[i]->closed) return true;
  return false;
}

/* Plain n-grams over all words; then n-grams over the sequence in which phrases are one. */
static void emit_all(const struct emitter *e) {
  const struct unit *sequence[MAX_UNITS];
  size_t n = 0;
  for (size_t i = 0; i < e->n; i++) {
    const struct unit *u = &e->units[i];
    emit(e, FEATURE_STEM, VIEW_STEM, &u, 1);
    emit_concepts(e, u);
    const struct unit *pair[2] = {u, u + 1}, *skip[2] = {u, u + 2};
    if (i + 1 < e->n) emit(e, FEATURE_PAIR, VIEW_CLOSED, pair, 2);
    if (i + 2 < e->n) emit(e, FEATURE_SKIP, VIEW_CLOSED, skip, 2);
    if (!u->in_phrase) sequence[n++] = u;
  }
  for (size_t i = 0; i < n; i++) {
    if (i + 1 < n && any_concept(sequence + i, 2))
      emit(e, FEATURE_SEQUENCE, VIEW_CONCEPT, sequence + i, 2);
    if (i + 2 < n) emit(e, FEATURE_SEQUENCE, VIEW_CONCEPT, sequence + i, 3);
  }
}

void learned_walk(const struct feature_walk *walk, const struct folded *folded, size_t sentence,
                  const char *language) {
  const struct sentence *s = &folded->sentences[sentence];
  struct unit units[MAX_UNITS];
  size_t n = s->n_tokens < MAX_UNITS ? s->n_tokens : MAX_UNITS;
  size_t lang = learned_language(language);
  for (size_t i = 0; i < n; i++) {
    const struct token *token = &folded->tokens[s->first_token + i];
    make_unit(walk->model, lang, token, span_slice(folded->bytes, token->start, token->end),
              &units[i]);
  }
  join_phrases(walk->model, lang, units, n);
  emit_all(&(struct emitter){walk, units, n});
}
