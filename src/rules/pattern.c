#include "mailsignal/sbuf.h"
#include "rules/pattern.h"

enum { DEEPEST_GROUP = 8, LARGEST_PATTERN = 4000 };

struct parser {
  const struct pattern_context *context;
  struct span text;
  size_t at;
  size_t depth;
  bool failed;
};

static void fail_at(struct parser *p, size_t at, const char *code, const char *what) {
  struct place place = p->context->place;
  place.column += at;
  fault_error(p->context->faults, code, place, "%s in \"" SPAN_FMT "\"", what, SPAN_ARG(p->text));
  p->failed = true;
}

static bool is_special(char c) { return strchr("()|<>~+?", c) != NULL; }

struct span pattern_fold(const struct pattern_context *context, struct span text) {
  struct passage passage = {text, 0, text.len, FIELD_BODY};
  struct folded folded;
  text_fold(context->arena, context->lexicon, &passage, 1, &folded);
  if (folded.bytes.len == 0) return (struct span){0};
  char *words = arena_strndup(context->arena, folded.bytes.ptr, folded.bytes.len - 1);
  for (char *c = words; *c; c++)
    if (*c == '\n') *c = ' ';
  return (struct span){words, folded.bytes.len - 1};
}

static struct pattern_node *new_node(struct parser *p, enum node_kind kind) {
  struct pattern_node *node = ARENA_NEW(p->context->arena, struct pattern_node);
  node->kind = kind;
  node->gap_before = GAP_NONE;
  return node;
}

/* A run of plain characters. What folds to several words ("follow-up") becomes a group of them. */
static struct pattern_node *parse_word(struct parser *p) {
  struct sbuf word = {.arena = p->context->arena};
  size_t start = p->at;
  while (p->at < p->text.len) {
    char c = p->text.ptr[p->at];
    if (c == '\\' && p->at + 1 < p->text.len)
      c = p->text.ptr[++p->at];
    else if (is_special(c) || ascii_is_space(c))
      break;
    sbuf_byte(&word, c);
    p->at++;
  }
  struct span rest = pattern_fold(p->context, sbuf_span(&word)), piece;
  struct pattern_node *first = NULL, **link = &first;
  while (span_split(&rest, ' ', &piece)) {
    if (piece.len == 0) continue;
    *link = new_node(p, NODE_WORD);
    (*link)->text = piece;
    link = &(*link)->next;
  }
  if (!first) fail_at(p, start, "pattern.word", "a word of which nothing is left after folding");
  if (!first || !first->next) return first;
  struct pattern_node *group = new_node(p, NODE_GROUP);
  group->alternatives = ARENA_NEW(p->context->arena, struct pattern_alternative);
  group->alternatives->first = first;
  return group;
}

static const struct rule_list *find_list(const struct rule_book *book, struct span name) {
  for (size_t i = 0; i < book->n_lists; i++) {
    struct span known = book->lists[i].name;
    bool plural = known.len == name.len + 1 && known.ptr[name.len] == 's' &&
                  span_starts(known, name);
    if (span_eq(known, name) || plural) return &book->lists[i];
  }
  return NULL;
}

static void report_class(struct parser *p, size_t at, struct span name) {
  struct span known[256];
  const struct rule_book *book = p->context->book;
  size_t n = builtin_names(known, 64);
  for (size_t i = 0; i < book->n_lists && n < 256; i++) known[n++] = book->lists[i].name;
  struct place place = p->context->place;
  place.column += at;
  struct diag_list *faults = p->context->faults;
  struct diag *d = fault_error(faults, "pattern.class", place,
                               "there is no class or list <" SPAN_FMT ">", SPAN_ARG(name));
  d->hint = fault_suggest(faults->arena, name, known, n);
  p->failed = true;
}

static struct pattern_node *parse_class(struct parser *p) {
  size_t start = p->at++;
  size_t end = span_find_byte(p->text, '>', start);
  if (end == SPAN_NONE) {
    fail_at(p, start, "pattern.syntax", "'<' without '>'");
    return NULL;
  }
  struct pattern_node *node = new_node(p, NODE_CLASS);
  node->text = span_slice(p->text, start + 1, end);
  p->at = end + 1;
  node->list = find_list(p->context->book, node->text);
  if (!node->list && !builtin_find(node->text, p->context->language))
    report_class(p, start, node->text);
  return node;
}

static struct pattern_node *parse_sequence(struct parser *p);

static struct pattern_node *parse_group(struct parser *p) {
  size_t start = p->at++;
  struct pattern_node *node = new_node(p, NODE_GROUP);
  struct pattern_alternative **link = &node->alternatives;
  if (++p->depth > DEEPEST_GROUP) {
    fail_at(p, start, "pattern.depth", "groups nested too deep");
    return NULL;
  }
  for (;;) {
    *link = ARENA_NEW(p->context->arena, struct pattern_alternative);
    (*link)->first = parse_sequence(p);
    if (p->failed) return NULL;
    link = &(*link)->next;
    if (p->at == p->text.len) {
      fail_at(p, start, "pattern.syntax", "'(' without ')'");
      return NULL;
    }
    if (p->text.ptr[p->at++] == ')') break;
  }
  p->depth--;
  return node;
}

/* "~3": sets *gap. */
static void parse_gap(struct parser *p, int *gap) {
  size_t start = p->at++;
  int words = 0;
  size_t digits = 0;
  while (p->at < p->text.len && ascii_is_digit(p->text.ptr[p->at]) && digits < 3) {
    words = words * 10 + (p->text.ptr[p->at++] - '0');
    digits++;
  }
  if (digits == 0 || words > LONGEST_GAP)
    fail_at(p, start, "pattern.gap", "'~' needs a number from 0 to 20");
  else if (*gap != GAP_NONE)
    fail_at(p, start, "pattern.gap", "two gaps side by side");
  *gap = words;
}

/* "+" and "?" behind an atom. */
static void parse_suffixes(struct parser *p, struct pattern_node *node) {
  for (; p->at < p->text.len; p->at++) {
    char c = p->text.ptr[p->at];
    if (c == '+' && !node->inflected) {
      if (node->kind == NODE_CLASS) fail_at(p, p->at, "pattern.inflection", "'+' behind a class");
      node->inflected = true;
    } else if (c == '?' && !node->optional) {
      node->optional = true;
    } else {
      break;
    }
  }
}

static struct pattern_node *parse_atom(struct parser *p) {
  char c = p->text.ptr[p->at];
  size_t start = p->at;
  struct pattern_node *node = NULL;
  if (c == '(') {
    node = parse_group(p);
  } else if (c == '<') {
    node = parse_class(p);
  } else if (is_special(c)) {
    fail_at(p, p->at, "pattern.syntax", "a sign that does not belong here");
  } else {
    node = parse_word(p);
  }
  if (!p->failed) parse_suffixes(p, node);
  if (!p->failed) node->source = span_slice(p->text, start, p->at);
  return node;
}

static bool at_end(const struct parser *p) {
  return p->at == p->text.len || p->text.ptr[p->at] == '|' || p->text.ptr[p->at] == ')';
}

/* Up to '|', ')' or the end. */
static struct pattern_node *parse_sequence(struct parser *p) {
  struct pattern_node *first = NULL, **link = &first;
  size_t start = p->at;
  int gap = GAP_NONE;
  for (;;) {
    while (p->at < p->text.len && ascii_is_space(p->text.ptr[p->at])) p->at++;
    if (p->failed || at_end(p)) break;
    if (p->text.ptr[p->at] == '~') {
      parse_gap(p, &gap);
      continue;
    }
    *link = parse_atom(p);
    if (p->failed) break;
    if (gap != GAP_NONE && link == &first) fail_at(p, start, "pattern.gap", "a gap at the start");
    (*link)->gap_before = gap;
    gap = GAP_NONE;
    link = &(*link)->next;
  }
  if (p->failed) return NULL;
  if (gap != GAP_NONE) fail_at(p, p->at, "pattern.gap", "a gap at the end");
  if (!first) fail_at(p, start, "pattern.empty", "an empty alternative");
  return p->failed ? NULL : first;
}

bool pattern_is_optional(const struct pattern_node *sequence) {
  for (const struct pattern_node *n = sequence; n; n = n->next) {
    if (n->optional) continue;
    bool can_be_empty = false;
    for (const struct pattern_alternative *a = n->alternatives; a; a = a->next)
      can_be_empty |= pattern_is_optional(a->first);
    if (!can_be_empty) return false;
  }
  return true;
}

static bool has_empty_group(const struct pattern_node *sequence) {
  for (const struct pattern_node *n = sequence; n; n = n->next)
    for (const struct pattern_alternative *a = n->alternatives; a; a = a->next)
      if (pattern_is_optional(a->first) || has_empty_group(a->first)) return true;
  return false;
}

struct pattern_node *pattern_parse(const struct pattern_context *context, struct span text) {
  struct parser p = {.context = context, .text = text};
  if (text.len > LARGEST_PATTERN) {
    fault_error(context->faults, "pattern.size", context->place, "longer than %d bytes",
                (int)LARGEST_PATTERN);
    return NULL;
  }
  struct pattern_node *first = parse_sequence(&p);
  if (!p.failed && p.at < text.len)
    fail_at(&p, p.at, "pattern.syntax", "')' or '|' outside of a group");
  if (!p.failed && (pattern_is_optional(first) || has_empty_group(first)))
    fail_at(&p, 0, "pattern.empty", "a pattern or alternative that can match nothing");
  return p.failed ? NULL : first;
}
