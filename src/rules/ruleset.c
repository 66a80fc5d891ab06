#define PCRE2_CODE_UNIT_WIDTH 8
#include "rules/ruleset.h"

#include <pcre2.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unicode/uvernum.h>
#include <xxhash.h>

#include "rules/compile.h"
#include "rules/rule_file.h"

static const char *const signal_names[SIGNAL_COUNT] = {
    "complaint", "urgency", "budget_mention", "competitor_mention", "expansion",
    "renewal",   "upsell",  "referral",       "churn_risk"};

const char *signal_type_name(enum signal_type type) { return signal_names[type]; }

enum signal_type signal_type_parse(struct span name) {
  for (int i = 0; i < SIGNAL_COUNT; i++)
    if (span_eq(name, span_of(signal_names[i]))) return (enum signal_type)i;
  return SIGNAL_COUNT;
}

/* ---- Key ---- */

static const char compiler_id[] = {
#include "rules/compiler_id.inc"
};

static void hash_bytes(XXH3_state_t *state, const void *bytes, size_t len) {
  uint64_t size = len; /* so that two neighbours cannot trade bytes */
  XXH3_128bits_update(state, &size, sizeof size);
  XXH3_128bits_update(state, bytes, len);
}

/* Sources of what compiles rules, libraries and machines: another one could make another image of
 * the same files, or read it differently. Not the program that runs: several share the cache. */
static void hash_surroundings(XXH3_state_t *state) {
  char pcre[64] = "";
  hs_platform_info_t platform;
  memset(&platform, 0, sizeof platform);
  hs_populate_platform(&platform);
  pcre2_config(PCRE2_CONFIG_VERSION, pcre);
  const char *texts[] = {compiler_id, hs_version(), pcre, U_ICU_VERSION};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    hash_bytes(state, texts[i], strlen(texts[i]));
  uint32_t numbers[] = {IMAGE_FORMAT, SIGNAL_COUNT, sizeof(struct image_header),
                        sizeof(struct image_rule)};
  hash_bytes(state, numbers, sizeof numbers);
  hash_bytes(state, &platform, sizeof platform);
}

static bool make_key(const struct rule_files *files, struct image_key *key) {
  XXH3_state_t *state = XXH3_createState();
  if (!state) return false;
  XXH3_128bits_reset(state);
  hash_surroundings(state);
  for (size_t i = 0; i < files->n; i++) {
    const struct rule_file *file = &files->items[i];
    uint32_t numbers[] = {file->layer, (uint32_t)file->kind};
    hash_bytes(state, numbers, sizeof numbers);
    hash_bytes(state, file->path.ptr, file->path.len);
    hash_bytes(state, file->bytes.ptr, file->bytes.len);
  }
  XXH128_hash_t hash = XXH3_128bits_digest(state);
  XXH3_freeState(state);
  *key = (struct image_key){hash.low64, hash.high64};
  return true;
}

/* ---- Opening an image ---- */

static void unpack_rule(const struct ruleset *r, size_t i) {
  const struct image_rule *packed = &r->packed[i];
  struct rule *rule = &r->rules[i];
  *rule = (struct rule){.id = image_string(r->image, packed->id),
                        .about = image_string(r->image, packed->about),
                        .group = packed->group ? image_string(r->image, packed->group) : NULL,
                        .signal = (enum signal_type)packed->signal,
                        .weight = packed->weight,
                        .within = (enum rule_within)packed->within,
                        .fields = packed->fields,
                        .negatable = packed->negatable,
                        .custom = packed->custom,
                        .file = image_string(r->image, packed->file),
                        .line = packed->line};
  memcpy(rule->language, packed->language, sizeof rule->language);
}

static void list_unguarded(struct ruleset *r) {
  for (size_t i = 0; i < r->n_patterns; i++)
    if (!r->database || !(r->patterns[i].flags & PATTERN_GUARDED))
      r->unguarded[r->n_unguarded++] = (uint32_t)i;
}

static void open_prefilter(struct ruleset *r) {
  struct span literals = image_part(r->image, PART_LITERALS);
  struct span loose = image_part(r->image, PART_LOOSE);
  r->literals = (const void *)literals.ptr;
  r->n_literals = literals.len / sizeof *r->literals;
  r->groups = (const void *)image_part(r->image, PART_GROUPS).ptr;
  r->postings = (const void *)image_part(r->image, PART_POSTINGS).ptr;
  r->sets = (const void *)image_part(r->image, PART_SETS).ptr;
  r->members = (const void *)image_part(r->image, PART_MEMBERS).ptr;
  r->loose = (const void *)loose.ptr;
  r->n_loose = loose.len / sizeof *r->loose;
}

bool ruleset_decides_by_weight(const struct ruleset *r, const struct image_rule *rule) {
  return r->first_composite == r->n_rules && !rule->custom && rule->within == WITHIN_SENTENCE &&
         rule->weight > 0;
}

static void weigh_rules(struct ruleset *r) {
  r->by_sentence = true;
  for (size_t i = 0; i < r->n_rules; i++) {
    const struct image_rule *rule = &r->packed[i];
    r->by_sentence &= ruleset_decides_by_weight(r, rule);
    if ((float)rule->weight > r->heaviest[rule->signal])
      r->heaviest[rule->signal] = (float)rule->weight;
  }
}

/* Fills *r over its image. False when the image is damaged or memory ran out. */
static bool open_image(struct ruleset *r) {
  struct span rules = image_part(r->image, PART_RULES);
  struct span patterns = image_part(r->image, PART_PATTERNS);
  struct span database = image_part(r->image, PART_DATABASE);
  struct span learned = image_part(r->image, PART_LEARNED);
  r->packed = (const void *)rules.ptr;
  r->n_rules = rules.len / sizeof *r->packed;
  r->patterns = (const void *)patterns.ptr;
  r->n_patterns = patterns.len / sizeof *r->patterns;
  r->clauses = (const void *)image_part(r->image, PART_CLAUSES).ptr;
  r->refs = (const void *)image_part(r->image, PART_REFS).ptr;
  r->lexicon = fold_lexicon_view(image_part(r->image, PART_LEXICON));
  r->rules = calloc(r->n_rules + 1, sizeof *r->rules);
  r->codes = calloc(r->n_patterns + 1, sizeof *r->codes);
  r->unguarded = calloc(r->n_patterns + 1, sizeof *r->unguarded);
  if (!r->rules || !r->codes || !r->unguarded || !r->lexicon) return false;
  if (database.len && hs_deserialize_database(database.ptr, database.len, &r->database))
    return false;
  if (learned.len && !(r->learned = learned_open(learned))) return false;
  for (size_t i = 0; i < r->n_rules; i++) unpack_rule(r, i);
  while (r->first_composite < r->n_rules && r->packed[r->first_composite].n_clauses == 0)
    r->first_composite++;
  weigh_rules(r);
  open_prefilter(r);
  list_unguarded(r);
  return true;
}

void ruleset_free(struct ruleset *ruleset) {
  if (!ruleset) return;
  ruleset_codes_free(ruleset);
  learned_free(ruleset->learned);
  hs_free_database(ruleset->database);
  free(ruleset->rules);
  free(ruleset->codes);
  free(ruleset->unguarded);
  union {
    const struct image_header *shared;
    void *owned;
  } image = {ruleset->image};
  if (ruleset->mapped)
    munmap(image.owned, ruleset->mapped);
  else
    free(image.owned);
  free(ruleset);
}

static struct ruleset *ruleset_new(const struct ruleset_options *options, struct span image,
                                   size_t mapped) {
  struct ruleset *r = calloc(1, sizeof *r);
  if (!r) return NULL;
  r->image = (const void *)image.ptr;
  r->mapped = mapped;
  r->no_prefilter = options->no_prefilter;
  r->no_jit = options->no_jit;
  if (open_image(r)) return r;
  ruleset_free(r);
  return NULL;
}

/* ---- Loading ---- */

static struct ruleset *open_cached(const struct ruleset_options *options, struct image_key key) {
  struct span image = cache_find(options->cache_dir, key);
  return image.len ? ruleset_new(options, image, image.len) : NULL;
}

static struct ruleset *open_copy(const struct ruleset_options *options, struct span image) {
  void *copy = aligned_alloc(64, image.len);
  if (!copy) return NULL;
  memcpy(copy, image.ptr, image.len);
  return ruleset_new(options, (struct span){copy, image.len}, 0);
}

static enum ms_status load(struct arena *arena, const struct ruleset_options *options,
                           struct ruleset **out, struct diag_list *faults,
                           struct ms_error *error) {
  struct rule_files files = {0};
  struct rule_book book;
  struct image_key key = {0};
  rule_files_read(arena, options, faults, &files);
  if (!make_key(&files, &key)) return ms_fail(error, MS_SOFTWARE, "out of memory");
  if (!faults->errors) *out = open_cached(options, key);
  if (*out) return MS_OK;
  struct span image = {0};
  if (rule_book_from_files(arena, &files, faults, &book))
    image = compile_image(arena, &book, &files, key, faults);
  if (faults->errors)
    return ms_fail(error, MS_BAD_CONFIG, "the rule files have %zu fault%s; see rules check",
                   faults->errors, faults->errors == 1 ? "" : "s");
  cache_store(options->cache_dir, key, image);
  *out = open_copy(options, image);
  return *out ? MS_OK : ms_fail(error, MS_SOFTWARE, "out of memory while loading the rules");
}

enum ms_status ruleset_load(const struct ruleset_options *options, struct ruleset **out,
                            struct diag_list *faults, struct ms_error *error) {
  *out = NULL;
  struct arena *arena = arena_new();
  if (!arena) return ms_fail(error, MS_SOFTWARE, "out of memory");
  if (ARENA_GUARD(arena)) {
    arena_free(arena);
    return ms_fail(error, MS_SOFTWARE, "out of memory while loading the rules");
  }
  enum ms_status status = load(arena, options, out, faults, error);
  arena_free(arena);
  return status;
}

/* ---- Asking ---- */

const char *ruleset_id(const struct ruleset *ruleset) { return ruleset->image->id; }
size_t ruleset_count(const struct ruleset *ruleset) { return ruleset->n_rules; }
const struct rule *ruleset_rule(const struct ruleset *ruleset, size_t index) {
  return &ruleset->rules[index];
}
const struct fold_lexicon *ruleset_lexicon(const struct ruleset *ruleset) {
  return ruleset->lexicon;
}
const struct learned *ruleset_learned(const struct ruleset *ruleset) { return ruleset->learned; }

struct ruleset_figures ruleset_figures(const struct ruleset *ruleset) {
  return (struct ruleset_figures){ruleset->n_rules, ruleset->n_patterns, ruleset->n_unguarded};
}

struct span ruleset_list_name(const struct ruleset *ruleset, struct span list,
                              struct span phrase) {
  const struct image_header *image = ruleset->image;
  struct span part = image_part(image, PART_ENTRIES);
  const struct image_entry *entries = (const void *)part.ptr;
  for (size_t low = 0, high = part.len / sizeof *entries; low < high;) {
    size_t middle = low + (high - low) / 2;
    int order = span_compare(span_of(image_string(image, entries[middle].list)), list);
    if (order == 0)
      order = span_compare(span_of(image_string(image, entries[middle].phrase)), phrase);
    if (order == 0) return span_of(image_string(image, entries[middle].name));
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return (struct span){0};
}
