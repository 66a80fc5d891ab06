#include <stdlib.h>
#include <xxhash.h>

#include "mailsignal/digest.h"
#include "mailsignal/sbuf.h"
#include "rules/compile.h"
#include "rules/learned.h"

struct builder {
  struct arena *arena;
  struct compiled *compiled;
  struct sbuf strings;
  struct span parts[IMAGE_PARTS];
};

static uint32_t add_string(struct builder *b, struct span s) {
  if (s.len == 0) return 0;
  uint32_t at = (uint32_t)b->strings.len;
  sbuf_add(&b->strings, s);
  sbuf_byte(&b->strings, 0);
  return at;
}

static void add_rules(struct builder *b) {
  const struct rule_book *book = b->compiled->book;
  struct image_rule *rules = ARENA_ARRAY(b->arena, struct image_rule, book->n_rules);
  for (size_t i = 0; i < book->n_rules; i++) {
    const struct compiled_rule *rule = &b->compiled->rules[i];
    const struct rule_draft *draft = rule->draft;
    rules[i] = (struct image_rule){.weight = draft->weight,
                                   .id = add_string(b, draft->id),
                                   .about = add_string(b, draft->about),
                                   .group = add_string(b, draft->group),
                                   .file = add_string(b, draft->file),
                                   .line = (uint32_t)draft->line,
                                   .first_pattern = rule->first_pattern,
                                   .n_match = rule->n_match,
                                   .n_unless = rule->n_unless,
                                   .first_clause = rule->first_clause,
                                   .n_clauses = rule->n_clauses,
                                   .signal = (uint8_t)draft->signal,
                                   .within = (uint8_t)draft->within,
                                   .fields = (uint8_t)draft->fields,
                                   .negatable = draft->negatable,
                                   .custom = draft->layer > 0};
    memcpy(rules[i].language, draft->language, 3);
  }
  b->parts[PART_RULES] = (struct span){(char *)rules, book->n_rules * sizeof *rules};
}

static void add_patterns(struct builder *b) {
  const struct compiled *c = b->compiled;
  struct image_pattern *patterns = ARENA_ARRAY(b->arena, struct image_pattern, c->patterns.n);
  for (size_t i = 0; i < c->patterns.n; i++) {
    const struct compiled_pattern *p = &c->patterns.items[i];
    patterns[i] = (struct image_pattern){
        .rule = (uint32_t)(p->rule - c->book->rules),
        .regex = add_string(b, p->regex),
        .regex_len = (uint32_t)p->regex.len,
        .flags = p->caseless ? PATTERN_CASELESS : 0u};
  }
  struct prefilter prefilter = {0};
  compile_prefilter(b->compiled, patterns, &prefilter);
  b->parts[PART_DATABASE] = prefilter.database;
  b->parts[PART_LITERALS] = prefilter.literals;
  b->parts[PART_GROUPS] = prefilter.groups;
  b->parts[PART_POSTINGS] = prefilter.postings;
  b->parts[PART_SETS] = prefilter.sets;
  b->parts[PART_MEMBERS] = prefilter.members;
  b->parts[PART_LOOSE] = prefilter.loose;
  b->parts[PART_PATTERNS] = (struct span){(char *)patterns, c->patterns.n * sizeof *patterns};
}

struct entry_row {
  struct span list, phrase, name;
};

static int compare_entries(const void *a, const void *b) {
  const struct entry_row *x = a, *y = b;
  int order = span_compare(x->list, y->list);
  return order ? order : span_compare(x->phrase, y->phrase);
}

/* List entries, so that a matched phrase can be given its name (ruleset_list_name). */
static void add_entries(struct builder *b) {
  const struct compiled *c = b->compiled;
  struct pattern_context context = {.arena = b->arena, .lexicon = c->lexicon};
  size_t n = 0, at = 0;
  for (size_t i = 0; i < c->book->n_lists; i++) n += c->book->lists[i].n;
  struct entry_row *rows = ARENA_ARRAY(b->arena, struct entry_row, n);
  for (size_t i = 0; i < c->book->n_lists; i++) {
    const struct rule_list *list = &c->book->lists[i];
    for (size_t k = 0; k < list->n; k++)
      rows[at++] = (struct entry_row){list->name, pattern_fold(&context, list->items[k].phrase),
                                      list->items[k].name};
  }
  if (n) qsort(rows, n, sizeof *rows, compare_entries);
  struct image_entry *entries = ARENA_ARRAY(b->arena, struct image_entry, n);
  for (size_t i = 0; i < n; i++) {
    bool same_list = i > 0 && span_eq(rows[i].list, rows[i - 1].list);
    entries[i] = (struct image_entry){
        same_list ? entries[i - 1].list : add_string(b, rows[i].list),
        add_string(b, rows[i].phrase), add_string(b, rows[i].name)};
  }
  b->parts[PART_ENTRIES] = (struct span){(char *)entries, n * sizeof *entries};
}

static void add_learned(struct builder *b, const struct rule_files *files,
                        struct diag_list *faults) {
  struct learned_file *learned = ARENA_ARRAY(b->arena, struct learned_file, files->n);
  size_t n = 0;
  for (size_t i = 0; i < files->n; i++) {
    const struct rule_file *file = &files->items[i];
    if (file->kind == RULE_FILE_LEARNED)
      learned[n++] = (struct learned_file){file->path, file->name, file->bytes};
  }
  if (n) b->parts[PART_LEARNED] = learned_compile(b->arena, learned, n, faults);
}

/* "sha256:..." over names and contents; lengths keep them apart. */
static void write_id(struct arena *arena, const struct rule_files *files, char id[80]) {
  struct span *pieces = ARENA_ARRAY(arena, struct span, 2 * files->n);
  for (size_t i = 0; i < files->n; i++) {
    const struct rule_file *file = &files->items[i];
    pieces[2 * i] = arena_printf(arena, "%u %d " SPAN_FMT " %zu\n", file->layer, (int)file->kind,
                                 SPAN_ARG(file->name), file->bytes.len);
    pieces[2 * i + 1] = file->bytes;
  }
  memcpy(id, "sha256:", 7);
  digest_sha256(pieces, 2 * files->n, id + 7);
}

static size_t aligned(size_t size) { return (size + 63) / 64 * 64; }

static struct span join_parts(struct builder *b, struct image_header *header) {
  size_t size = aligned(sizeof *header);
  for (int i = 0; i < IMAGE_PARTS; i++) {
    header->parts[i].start = size;
    header->parts[i].size = b->parts[i].len;
    size += aligned(b->parts[i].len);
  }
  header->size = size;
  char *block = arena_alloc(b->arena, size + 64);
  char *bytes = block + (64 - (uintptr_t)block % 64) % 64;
  for (int i = 0; i < IMAGE_PARTS; i++)
    if (b->parts[i].len) memcpy(bytes + header->parts[i].start, b->parts[i].ptr, b->parts[i].len);
  header->checksum = XXH3_64bits(bytes + sizeof *header, size - sizeof *header);
  memcpy(bytes, header, sizeof *header);
  return (struct span){bytes, size};
}

struct span compile_image(struct arena *arena, const struct rule_book *book,
                          const struct rule_files *files, struct image_key key,
                          struct diag_list *faults) {
  struct compiled compiled;
  struct image_header header = {.magic = "msrules", .key = key};
  struct builder b = {.arena = arena, .compiled = &compiled, .strings = {.arena = arena}};
  if (!compile_book(arena, book, faults, &compiled)) return (struct span){0};
  sbuf_byte(&b.strings, 0);
  add_rules(&b);
  add_patterns(&b);
  add_entries(&b);
  add_learned(&b, files, faults);
  if (faults->errors) return (struct span){0};
  b.parts[PART_STRINGS] = sbuf_span(&b.strings);
  b.parts[PART_CLAUSES] = (struct span){(const char *)compiled.clauses.items,
                                        compiled.clauses.n * sizeof *compiled.clauses.items};
  b.parts[PART_REFS] = (struct span){(const char *)compiled.refs.items,
                                     compiled.refs.n * sizeof *compiled.refs.items};
  b.parts[PART_LEXICON] = compiled.lexicon_image;
  write_id(arena, files, header.id);
  return join_parts(&b, &header);
}
