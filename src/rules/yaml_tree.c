#include "rules/yaml_tree.h"

#include <yaml.h>

enum {
  DEEPEST = 16,
  LARGEST_TREE = 2000000, /* nodes */
};

struct tree_reader {
  struct arena *arena;
  struct span file;
  struct diag_list *faults;
  yaml_parser_t parser;
  struct yaml_node *root;
  struct yaml_node *open[DEEPEST]; /* lists and maps around the next node */
  struct yaml_node *key;           /* of the innermost map, while its value is due */
  struct yaml_node *pending[DEEPEST];
  size_t depth, n_nodes;
};

static struct place place_of(const struct tree_reader *r, yaml_mark_t mark) {
  return (struct place){r->file, mark.line + 1, mark.column + 1};
}

/* Hangs a node into the innermost list or map. False when it may not stand there. */
static bool attach(struct tree_reader *r, struct yaml_node *node) {
  if (r->depth == 0) {
    r->root = node;
    return true;
  }
  struct yaml_node *parent = r->open[r->depth - 1];
  if (parent->kind == YAML_MAP && r->key) {
    r->key->value = node;
    r->key = NULL;
    return true;
  }
  if (parent->kind == YAML_MAP) {
    if (node->kind != YAML_TEXT) {
      fault_error(r->faults, "yaml.key", node->place, "the key of a map must be a word");
      return false;
    }
    r->key = node;
  }
  if (parent->last)
    parent->last->next = node;
  else
    parent->first = node;
  parent->last = node;
  parent->n++;
  return true;
}

static struct yaml_node *add_node(struct tree_reader *r, enum yaml_kind kind, yaml_mark_t mark) {
  struct yaml_node *node = ARENA_NEW(r->arena, struct yaml_node);
  node->kind = kind;
  node->place = place_of(r, mark);
  if (++r->n_nodes > LARGEST_TREE) {
    fault_error(r->faults, "yaml.size", node->place, "more than %d values in one file",
                (int)LARGEST_TREE);
    return NULL;
  }
  return attach(r, node) ? node : NULL;
}

static bool open_node(struct tree_reader *r, enum yaml_kind kind, yaml_mark_t mark) {
  struct yaml_node *node = add_node(r, kind, mark);
  if (!node) return false;
  if (r->depth == DEEPEST) {
    fault_error(r->faults, "yaml.depth", node->place, "nested more than %d deep", (int)DEEPEST);
    return false;
  }
  r->pending[r->depth] = r->key;
  r->open[r->depth++] = node;
  r->key = NULL;
  return true;
}

static void close_node(struct tree_reader *r) {
  r->depth--;
  r->key = r->pending[r->depth];
}

static bool refuse(struct tree_reader *r, const yaml_event_t *event, const char *what) {
  fault_error(r->faults, "yaml.anchor", place_of(r, event->start_mark),
              "%s are not allowed in rule files; write the value out", what);
  return false;
}

static bool take_scalar(struct tree_reader *r, const yaml_event_t *event) {
  if (event->data.scalar.anchor) return refuse(r, event, "anchors (&name)");
  if (event->data.scalar.tag) return refuse(r, event, "tags (!name)");
  struct yaml_node *node = add_node(r, YAML_TEXT, event->start_mark);
  if (!node) return false;
  struct span value = {(const char *)event->data.scalar.value, event->data.scalar.length};
  node->text = arena_dup(r->arena, value);
  node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  if (memchr(value.ptr, 0, value.len)) {
    fault_error(r->faults, "yaml.nul", node->place, "a NUL character in a value");
    return false;
  }
  return true;
}

static bool take_event(struct tree_reader *r, const yaml_event_t *event) {
  switch (event->type) {
    case YAML_ALIAS_EVENT:
      return refuse(r, event, "aliases (*name)");
    case YAML_SCALAR_EVENT:
      return take_scalar(r, event);
    case YAML_SEQUENCE_START_EVENT:
      if (event->data.sequence_start.anchor) return refuse(r, event, "anchors (&name)");
      if (event->data.sequence_start.tag) return refuse(r, event, "tags (!name)");
      return open_node(r, YAML_LIST, event->start_mark);
    case YAML_MAPPING_START_EVENT:
      if (event->data.mapping_start.anchor) return refuse(r, event, "anchors (&name)");
      if (event->data.mapping_start.tag) return refuse(r, event, "tags (!name)");
      return open_node(r, YAML_MAP, event->start_mark);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      close_node(r);
      return true;
    case YAML_DOCUMENT_START_EVENT:
      if (r->root) return refuse(r, event, "several documents (---)");
      return true;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
      return true;
  }
  return true;
}

static void report_syntax(struct tree_reader *r) {
  const yaml_parser_t *p = &r->parser;
  const char *problem = p->problem ? p->problem : "out of memory";
  struct place place = place_of(r, p->problem_mark);
  if (p->error == YAML_READER_ERROR) {
    place = (struct place){r->file, 0, 0};
    fault_error(r->faults, "yaml.encoding", place, "not UTF-8 text: %s at byte %zu", problem,
                p->problem_offset);
    return;
  }
  fault_error(r->faults, "yaml.syntax", place, "not YAML: %s%s%s", p->context ? p->context : "",
              p->context ? ": " : "", problem);
}

static bool read_events(struct tree_reader *r) {
  for (;;) {
    yaml_event_t event;
    if (!yaml_parser_parse(&r->parser, &event)) {
      report_syntax(r);
      return false;
    }
    bool done = event.type == YAML_STREAM_END_EVENT;
    /* take_event() may leave by a jump when memory runs out; what libyaml holds in the event is
     * then lost, as the program is about to end anyway. */
    bool taken = take_event(r, &event);
    yaml_event_delete(&event);
    if (done || !taken) return taken;
  }
}

static void delete_parser(void *parser) { yaml_parser_delete(parser); }

struct yaml_node *yaml_tree_read(struct arena *arena, struct span file, struct span bytes,
                                 struct diag_list *faults) {
  struct tree_reader *r = ARENA_NEW(arena, struct tree_reader);
  r->arena = arena;
  r->file = file;
  r->faults = faults;
  if (!yaml_parser_initialize(&r->parser)) {
    fault_error(faults, "yaml.syntax", (struct place){file, 0, 0}, "out of memory");
    return NULL;
  }
  arena_on_reset(arena, delete_parser, &r->parser);
  yaml_parser_set_input_string(&r->parser, (const unsigned char *)bytes.ptr, bytes.len);
  return read_events(r) ? r->root : NULL;
}

bool yaml_is_null(const struct yaml_node *node) {
  if (!node) return true;
  if (node->kind != YAML_TEXT || !node->plain) return false;
  return node->text.len == 0 || span_eq(node->text, SPAN_LIT("~")) ||
         span_eq(node->text, SPAN_LIT("null"));
}
