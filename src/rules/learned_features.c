#include "rules/learned_features.h"

enum { SHORTEST_STEM = 3 };

static const char *const languages[LANGUAGES] = {"en", "de", "fr", "es", "pt", "it", "nl"};
static const uint64_t hash_start = 1469598103934665603u; /* FNV-1a, 64 bits */

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

static uint64_t hash_byte(uint64_t h, char byte) {
  return (h ^ (unsigned char)byte) * 1099511628211u;
}

static uint64_t hash_bytes(struct span text) {
  uint64_t h = hash_start;
  for (size_t i = 0; i < text.len; i++) h = hash_byte(h, text.ptr[i]);
  return h;
}

uint64_t learned_hash(struct span text) { return mix(hash_bytes(text)); }

/* Of a word with these hashed bytes. */
static uint64_t word_key(size_t language, enum word_kind kind, uint64_t bytes) {
  return mix(bytes + 0x9e3779b97f4a7c15u * (language * 2 + (uint64_t)kind + 1));
}

uint64_t learned_word_key(size_t language, enum word_kind kind, struct span word) {
  return word_key(language, kind, hash_bytes(word));
}

/* ---- Words ---- */

/* A known word without its English ending. */
static const struct learned_word *find_without_ending(const struct learned *m, struct span word) {
  static const struct span endings[] = {SPAN_INIT("s"),  SPAN_INIT("es"),  SPAN_INIT("ed"),
                                        SPAN_INIT("d"),  SPAN_INIT("ing"), SPAN_INIT("ly"),
                                        SPAN_INIT("er"), SPAN_INIT("'s")};
  if (word.len == 0 || !memchr("sdgyr", word.ptr[word.len - 1], 5)) return NULL;
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
    if (word.len < endings[i].len + SHORTEST_STEM || !span_ends(word, endings[i])) continue;
    struct span stem = span_slice(word, 0, word.len - endings[i].len);
    const struct learned_word *found = learned_find_word(m, learned_word_key(0, WORD_EXACT, stem));
    if (found) return found;
  }
  return NULL;
}

/* The longest known prefix. */
static const struct learned_word *find_prefix(const struct learned *m, size_t language,
                                              struct span word) {
  size_t shortest = m->header->shortest_prefix[language];
  size_t longest = m->header->longest_prefix[language];
  const struct learned_word *found = NULL;
  if (shortest == 0 || word.len < shortest) return NULL;
  uint64_t h = hash_start;
  for (size_t len = 1; len <= longest && len <= word.len; len++) {
    h = hash_byte(h, word.ptr[len - 1]);
    if (len < shortest) continue;
    const struct learned_word *prefix = learned_find_word(m, word_key(language, WORD_PREFIX, h));
    if (prefix) found = prefix;
  }
  return found;
}

/* An unknown word may be a known one with another ending, or begin with a known prefix. */
static const struct learned_word *find_related(const struct learned *m, size_t language,
                                               struct span word) {
  const struct learned_word *found = language == 0 ? find_without_ending(m, word) : NULL;
  return found ? found : find_prefix(m, language, word);
}

static void show_stem(struct unit *u, uint32_t part, learned_roles roles) {
  for (int view = 0; view < VIEWS; view++) {
    u->parts[view] = part;
    u->roles[view] = roles;
  }
}

static void show_concept(const struct learned *m, struct unit *u, enum view view,
                         uint16_t concept) {
  u->shown[view] = concept;
  u->parts[view] = m->concepts[concept - 1].part;
  u->roles[view] = m->roles[u->parts[view]];
}

static void set_word(const struct learned *m, struct unit *u, const struct learned_word *word) {
  u->word = word;
  u->stem = word->stem;
  u->row = word->row;
  show_stem(u, word->part, word->roles);
  memcpy(u->concepts, word->concepts, sizeof u->concepts);
  uint16_t first = u->concepts[0];
  if (first == 0) return;
  show_concept(m, u, VIEW_CONCEPT, first);
  if (m->concepts[first - 1].closed) show_concept(m, u, VIEW_CLOSED, first);
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

/* The unit with its text, and the hash of that in place of the stem. The place in the index of words
 * is fetched on the way, as nearly each word would wait for it. */
static void begin_unit(const struct learned *m, size_t language, const struct token *token,
                       struct span text, struct unit *u) {
  *u = (struct unit){.text = text};
  if (token->kind == TOKEN_NUMBER) u->text = number_word(text);
  u->stem = hash_bytes(u->text);
  uint64_t key = word_key(language, WORD_EXACT, u->stem);
  __builtin_prefetch(&m->word_index[(uint32_t)key & (m->header->word_slots - 1)]);
}

static void finish_unit(const struct learned *m, size_t language, const struct token *token,
                        struct unit *u) {
  const struct learned_word *word = learned_find_word(m, word_key(language, WORD_EXACT, u->stem));
  if (!word && token->kind == TOKEN_WORD) word = find_related(m, language, u->text);
  if (word) {
    set_word(m, u, word);
    return;
  }
  u->stem = mix(u->stem);
  uint32_t part = learned_find_part(m, u->stem);
  u->row = m->parts[part].stem_row;
  show_stem(u, part, m->roles[part]);
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
    if (!units[i].word || !units[i].word->phrase) continue;
    size_t at = units[i].word->phrase - 1;
    for (; at < m->header->n_phrases && m->phrases[at].words[0] == units[i].stem; at++) {
      const struct learned_phrase *p = &m->phrases[at];
      if (p->language != language || !phrase_at(p, units + i, n - i)) continue;
      for (size_t k = 1; k < p->n; k++) units[i + k].in_phrase = true;
      units[i].concepts[1] = units[i].concepts[0];
      units[i].concepts[0] = p->concept;
      show_concept(m, &units[i], VIEW_CONCEPT, p->concept);
      i += p->n - 1u;
      break;
    }
  }
}

size_t learned_read_units(const struct learned *model, const struct folded *folded, size_t sentence,
                          size_t language, struct unit *units) {
  const struct sentence *s = &folded->sentences[sentence];
  size_t n = s->n_tokens < MAX_UNITS ? s->n_tokens : MAX_UNITS;
  const struct token *tokens = &folded->tokens[s->first_token];
  for (size_t i = 0; i < n; i++) {
    struct span text = span_slice(folded->bytes, tokens[i].start, tokens[i].end);
    begin_unit(model, language, &tokens[i], text, &units[i]);
  }
  for (size_t i = 0; i < n; i++) finish_unit(model, language, &tokens[i], &units[i]);
  join_phrases(model, language, units, n);
  return n;
}

struct span learned_part_text(const struct learned *model, struct arena *arena,
                              const struct feature *feature, size_t part) {
  const struct unit *u = feature->units[part];
  uint16_t concept = feature->concept ? feature->concept : u->shown[feature->view];
  if (concept)
    return arena_printf(arena, "@%s", model->strings + model->concepts[concept - 1].name);
  return u->word ? span_of(model->strings + u->word->stem_text) : u->text;
}
