#include <stdlib.h>

#include "rules/rule_file.h"

/* ---- Ids ---- */

struct id_slot {
  const struct rule_draft *rule;
  size_t position;
};

static int compare_ids(const void *a, const void *b) {
  const struct id_slot *x = a, *y = b;
  int order = span_compare(x->rule->id, y->rule->id);
  if (order) return order;
  return x->position < y->position ? -1 : x->position > y->position;
}

/* All rules sorted by id; those of one id in the order of their layers. */
static struct id_slot *sort_ids(struct arena *arena, const struct rule_book *book) {
  struct id_slot *slots = ARENA_ARRAY(arena, struct id_slot, book->n_rules);
  for (size_t i = 0; i < book->n_rules; i++) slots[i] = (struct id_slot){&book->rules[i], i};
  if (book->n_rules) qsort(slots, book->n_rules, sizeof *slots, compare_ids);
  return slots;
}

static void report_duplicate(struct book_reader *r, const struct rule_draft *first,
                             const struct rule_draft *again) {
  fault_error(r->faults, "rule.duplicate-id",
              (struct place){again->file, again->line, again->column},
              "'" SPAN_FMT "' is defined already in " SPAN_FMT ":%zu", SPAN_ARG(again->id),
              SPAN_ARG(first->file), first->line);
}

/* Keeps of each id the rule of the highest layer, and drops it when it is disabled. */
static void apply_layers(struct book_reader *r) {
  struct rule_book *book = r->book;
  struct id_slot *slots = sort_ids(r->arena, book);
  bool *dropped = ARENA_ARRAY(r->arena, bool, book->n_rules);
  for (size_t i = 0; i < book->n_rules; i++) {
    const struct rule_draft *rule = slots[i].rule;
    bool has_next = i + 1 < book->n_rules && span_eq(rule->id, slots[i + 1].rule->id);
    if (has_next && rule->layer == slots[i + 1].rule->layer)
      report_duplicate(r, rule, slots[i + 1].rule);
    dropped[slots[i].position] = has_next || !rule->enabled;
  }
  size_t kept = 0;
  for (size_t i = 0; i < book->n_rules; i++)
    if (!dropped[i]) book->rules[kept++] = book->rules[i];
  book->n_rules = kept;
}

/* ---- The order of composite rules ---- */

enum visit { NEW, OPEN, DONE };

struct order {
  struct book_reader *reader;
  const struct id_slot *slots; /* by id */
  enum visit *state;           /* by position */
  struct {
    struct rule_draft *items;
    size_t n, capacity;
  } sorted;
};

/* Position of the rule that a part names; n_rules when it is a pattern or unknown. */
static size_t find_named(const struct order *o, const struct rule_pattern *named) {
  struct rule_draft key = {.id = named->text};
  const struct rule_book *book = o->reader->book;
  size_t low = 0, high = book->n_rules;
  while (low < high && !named->regex) {
    size_t middle = low + (high - low) / 2;
    int order = span_compare(o->slots[middle].rule->id, key.id);
    if (order == 0) return o->slots[middle].position;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return book->n_rules;
}

/* One rule on the way down: which of its parts is looked at next. */
struct frame {
  size_t rule, clause, part;
};

/* The next rule that the frame's rule names, or n_rules when all were seen. */
static size_t next_named(const struct order *o, struct frame *f) {
  const struct rule_book *book = o->reader->book;
  const struct rule_clauses *clauses = &book->rules[f->rule].composite;
  while (f->clause < clauses->n) {
    const struct rule_patterns *of = &clauses->items[f->clause].of;
    if (f->part == of->n) {
      f->clause++;
      f->part = 0;
      continue;
    }
    size_t named = find_named(o, &of->items[f->part++]);
    if (named < book->n_rules && book->rules[named].composite.n) return named;
  }
  return book->n_rules;
}

static void report_cycle(const struct order *o, size_t from, size_t to) {
  const struct rule_draft *rule = &o->reader->book->rules[from];
  fault_error(o->reader->faults, "composite.cycle",
              (struct place){rule->file, rule->line, rule->column},
              "'" SPAN_FMT "' names '" SPAN_FMT "', which depends on it", SPAN_ARG(rule->id),
              SPAN_ARG(o->reader->book->rules[to].id));
}

/* Depth first, with a stack of frames: chains may be long. */
static void visit(struct order *o, size_t start, struct frame *stack) {
  const struct rule_book *book = o->reader->book;
  size_t depth = 0;
  stack[depth++] = (struct frame){start, 0, 0};
  o->state[start] = OPEN;
  while (depth) {
    struct frame *top = &stack[depth - 1];
    size_t named = next_named(o, top);
    if (named == book->n_rules) {
      o->state[top->rule] = DONE;
      ARENA_PUSH(o->reader->arena, &o->sorted, book->rules[top->rule]);
      depth--;
    } else if (o->state[named] == OPEN) {
      report_cycle(o, top->rule, named);
    } else if (o->state[named] == NEW) {
      o->state[named] = OPEN;
      stack[depth++] = (struct frame){named, 0, 0};
    }
  }
}

/* Plain rules first, then composite ones, each behind those that it names. */
static void order_rules(struct book_reader *r) {
  struct rule_book *book = r->book;
  struct order o = {.reader = r, .slots = sort_ids(r->arena, book)};
  struct frame *stack = ARENA_ARRAY(r->arena, struct frame, book->n_rules);
  o.state = ARENA_ARRAY(r->arena, enum visit, book->n_rules);
  for (size_t i = 0; i < book->n_rules; i++)
    if (!book->rules[i].composite.n) ARENA_PUSH(r->arena, &o.sorted, book->rules[i]);
  for (size_t i = 0; i < book->n_rules; i++)
    if (book->rules[i].composite.n && o.state[i] == NEW) visit(&o, i, stack);
  if (o.sorted.n) memcpy(book->rules, o.sorted.items, o.sorted.n * sizeof *book->rules);
}

/* ---- Irregular words ---- */

static int compare_irregulars(const void *a, const void *b) {
  const struct irregular *x = a, *y = b;
  int order = memcmp(x->language, y->language, sizeof x->language);
  return order ? order : span_compare(x->base, y->base);
}

bool rule_book_from_files(struct arena *arena, const struct rule_files *files,
                          struct diag_list *faults, struct rule_book *out) {
  *out = (struct rule_book){0};
  struct book_reader r = {arena, faults, out};
  for (size_t i = 0; i < files->n; i++) {
    const struct rule_file *file = &files->items[i];
    if (file->kind == RULE_FILE_LEARNED) continue;
    const struct yaml_node *root = yaml_tree_read(arena, file->path, file->bytes, faults);
    if (yaml_is_null(root)) continue;
    if (file->kind == RULE_FILE_LIST)
      list_file_take(&r, file, root);
    else
      rule_file_take(&r, file, root);
  }
  apply_layers(&r);
  order_rules(&r);
  if (out->n_irregulars)
    qsort(out->irregulars, out->n_irregulars, sizeof *out->irregulars, compare_irregulars);
  return faults->errors == 0;
}

bool rule_book_read(struct arena *arena, const struct ruleset_options *options,
                    struct diag_list *faults, struct rule_book *out) {
  struct rule_files files = {0};
  rule_files_read(arena, options, faults, &files);
  return rule_book_from_files(arena, &files, faults, out);
}
