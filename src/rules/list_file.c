#include "rules/rule_file.h"

/* Lists with a meaning of their own, by file name. */
static const struct span spelling = SPAN_INIT("spelling");
static const struct span typos = SPAN_INIT("typos");
static const struct span irregular_words = SPAN_INIT("irregular");

static bool expect_text(struct book_reader *r, const struct yaml_node *node) {
  if (node && node->kind == YAML_TEXT && node->text.len) return true;
  if (node) fault_error(r->faults, "list.entry", node->place, "expected a word or phrase");
  return false;
}

static bool expect_kind(struct book_reader *r, const struct yaml_node *node, enum yaml_kind kind,
                        const char *what) {
  if (node->kind == kind) return true;
  fault_error(r->faults, "list.shape", node->place, "expected %s", what);
  return false;
}

/* ---- wrong: right ---- */

static void take_pairs(struct book_reader *r, const struct yaml_node *root) {
  if (!expect_kind(r, root, YAML_MAP, "a map of word: replacement")) return;
  struct rule_book *book = r->book;
  for (const struct yaml_node *key = root->first; key; key = key->next) {
    if (!expect_text(r, key->value)) continue;
    if (span_find_byte(key->text, ' ', 0) != SPAN_NONE) {
      fault_error(r->faults, "list.pair", key->place,
                  "'" SPAN_FMT "' is several words; only single words are replaced",
                  SPAN_ARG(key->text));
      continue;
    }
    void *pairs = book->pairs;
    arena_grow(r->arena, &pairs, book->n_pairs, &book->pairs_capacity, sizeof *book->pairs);
    book->pairs = pairs;
    book->pairs[book->n_pairs++] = (struct fold_pair){key->text, key->value->text};
  }
}

/* ---- language: {base: [forms]} ---- */

static void take_irregular(struct book_reader *r, const struct yaml_node *language,
                           const struct yaml_node *key) {
  if (!key->value || !expect_kind(r, key->value, YAML_LIST, "a list of forms")) return;
  struct irregular word = {.base = key->text};
  memcpy(word.language, language->text.ptr, 2);
  word.forms = ARENA_ARRAY(r->arena, struct span, key->value->n);
  for (const struct yaml_node *form = key->value->first; form; form = form->next)
    if (expect_text(r, form)) word.forms[word.n_forms++] = form->text;
  struct rule_book *book = r->book;
  void *items = book->irregulars;
  arena_grow(r->arena, &items, book->n_irregulars, &book->irregulars_capacity, sizeof word);
  book->irregulars = items;
  book->irregulars[book->n_irregulars++] = word;
}

static void take_irregulars(struct book_reader *r, const struct yaml_node *root) {
  if (!expect_kind(r, root, YAML_MAP, "language: {word: [forms]}")) return;
  for (const struct yaml_node *language = root->first; language; language = language->next) {
    if (language->text.len != 2) {
      fault_error(r->faults, "list.lang", language->place,
                  "'" SPAN_FMT "' is no two-letter language code", SPAN_ARG(language->text));
      continue;
    }
    if (yaml_is_null(language->value)) continue;
    if (!expect_kind(r, language->value, YAML_MAP, "a map of word: [forms]")) continue;
    for (const struct yaml_node *key = language->value->first; key; key = key->next)
      take_irregular(r, language, key);
  }
}

/* ---- Phrases, perhaps with aliases ---- */

static struct rule_list *find_list(struct book_reader *r, struct span name) {
  struct rule_book *book = r->book;
  for (size_t i = 0; i < book->n_lists; i++)
    if (span_eq(book->lists[i].name, name)) return &book->lists[i];
  void *lists = book->lists;
  arena_grow(r->arena, &lists, book->n_lists, &book->lists_capacity, sizeof *book->lists);
  book->lists = lists;
  book->lists[book->n_lists] = (struct rule_list){.name = name};
  return &book->lists[book->n_lists++];
}

static void add_entry(struct book_reader *r, struct rule_list *list, const struct yaml_node *node,
                      struct span name) {
  if (!expect_text(r, node)) return;
  struct list_entry entry = {node->text, name, node->place.file, node->place.line,
                             node->place.column};
  ARENA_PUSH(r->arena, list, entry);
}

static void add_aliases(struct book_reader *r, struct rule_list *list,
                        const struct yaml_node *aliases, struct span name) {
  if (yaml_is_null(aliases)) return;
  if (aliases->kind != YAML_LIST) {
    add_entry(r, list, aliases, name);
    return;
  }
  for (const struct yaml_node *alias = aliases->first; alias; alias = alias->next)
    add_entry(r, list, alias, name);
}

/* {name: Acme Ltd, aliases: [Acme, AcmeCorp]} */
static void take_named(struct book_reader *r, struct rule_list *list,
                       const struct yaml_node *node) {
  const struct yaml_node *name = NULL, *aliases = NULL;
  for (const struct yaml_node *key = node->first; key; key = key->next) {
    if (span_eq(key->text, SPAN_LIT("name")))
      name = key->value;
    else if (span_eq(key->text, SPAN_LIT("aliases")))
      aliases = key->value;
    else
      fault_error(r->faults, "list.key", key->place,
                  "unknown key '" SPAN_FMT "'; an entry has name: and aliases:",
                  SPAN_ARG(key->text));
  }
  if (!name) {
    fault_error(r->faults, "list.entry", node->place, "this entry has no name:");
    return;
  }
  if (!expect_text(r, name)) return;
  add_entry(r, list, name, name->text);
  add_aliases(r, list, aliases, name->text);
}

static void take_phrases(struct book_reader *r, struct span list_name,
                         const struct yaml_node *root) {
  struct rule_list *list = find_list(r, list_name);
  if (root->kind == YAML_TEXT) {
    fault_error(r->faults, "list.shape", root->place, "expected a list of words or phrases");
    return;
  }
  for (const struct yaml_node *node = root->first; node; node = node->next) {
    if (root->kind == YAML_MAP) {
      add_entry(r, list, node, node->text);
      add_aliases(r, list, node->value, node->text);
    } else if (node->kind == YAML_MAP) {
      take_named(r, list, node);
    } else {
      add_entry(r, list, node, node->text);
    }
  }
}

void list_file_take(struct book_reader *reader, const struct rule_file *file,
                    const struct yaml_node *root) {
  if (span_eq(file->name, spelling) || span_eq(file->name, typos))
    take_pairs(reader, root);
  else if (span_eq(file->name, irregular_words))
    take_irregulars(reader, root);
  else
    take_phrases(reader, file->name, root);
}
