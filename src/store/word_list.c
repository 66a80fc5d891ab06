#include "store/word_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

/* Where in the file the parser is: the root, a map at the root, or a sequence of words. */
struct reader {
  yaml_parser_t parser;
  const char *path;
  word_taker *take;
  void *context;
  char key[128];
  size_t key_len;
  bool in_map, in_words, have_key;
};

static enum ms_status fault(const struct reader *r, yaml_mark_t mark, const char *what,
                            struct ms_error *error) {
  return ms_fail(error, MS_BAD_CONFIG, "%s:%zu:%zu: %s", r->path, mark.line + 1, mark.column + 1,
                 what);
}

static enum ms_status take_scalar(struct reader *r, const yaml_event_t *event,
                                  struct ms_error *error) {
  struct span text = {(const char *)event->data.scalar.value, event->data.scalar.length};
  if (r->in_words) {
    if (text.len == 0) return MS_OK;
    struct span key = {r->key, r->key_len};
    if (r->take(r->context, key, text)) return MS_OK;
    return fault(r, event->start_mark, "this key is not known", error);
  }
  if (!r->in_map || r->have_key || text.len >= sizeof r->key)
    return fault(r, event->start_mark, "expected a list of words", error);
  memcpy(r->key, text.ptr, text.len);
  r->key_len = text.len;
  r->have_key = true;
  return MS_OK;
}

static enum ms_status take_event(struct reader *r, const yaml_event_t *event,
                                 struct ms_error *error) {
  switch (event->type) {
    case YAML_SCALAR_EVENT: return take_scalar(r, event, error);
    case YAML_MAPPING_START_EVENT:
      if (r->in_map || r->in_words)
        return fault(r, event->start_mark, "expected a list of words", error);
      r->in_map = true;
      return MS_OK;
    case YAML_SEQUENCE_START_EVENT:
      if (r->in_words || (r->in_map && !r->have_key))
        return fault(r, event->start_mark, "expected a word", error);
      r->in_words = true;
      return MS_OK;
    case YAML_SEQUENCE_END_EVENT: r->in_words = r->have_key = false; return MS_OK;
    case YAML_ALIAS_EVENT: return fault(r, event->start_mark, "aliases are not used here", error);
    case YAML_MAPPING_END_EVENT:
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT: break;
  }
  return MS_OK;
}

static enum ms_status read_events(struct reader *r, struct ms_error *error) {
  for (bool end = false; !end;) {
    yaml_event_t event;
    if (!yaml_parser_parse(&r->parser, &event))
      return fault(r, r->parser.problem_mark,
                   r->parser.problem ? r->parser.problem : "this is no YAML", error);
    enum ms_status status = take_event(r, &event, error);
    end = event.type == YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
    if (status) return status;
  }
  return MS_OK;
}

enum ms_status word_file_read(const char *path, word_taker *take, void *context,
                              struct ms_error *error) {
  struct reader reader = {.path = path, .take = take, .context = context};
  FILE *file = fopen(path, "rb");
  if (!file)
    return ms_fail(error, MS_BAD_CONFIG, "cannot read the word list %s: %s", path, strerror(errno));
  if (!yaml_parser_initialize(&reader.parser)) {
    fclose(file);
    return ms_fail(error, MS_SOFTWARE, "out of memory");
  }
  yaml_parser_set_input_file(&reader.parser, file);
  enum ms_status status = read_events(&reader, error);
  yaml_parser_delete(&reader.parser);
  fclose(file);
  return status;
}

void word_list_add(struct word_list *list, struct span word, int kind) {
  struct word item = {arena_dup(list->arena, word), kind};
  ARENA_PUSH(list->arena, list, item);
}

static int by_text(const void *a, const void *b) {
  const struct word *one = a, *two = b;
  int order = span_compare(one->text, two->text);
  return order ? order : (one->kind > two->kind) - (one->kind < two->kind);
}

void word_list_sort(struct word_list *list) {
  if (list->n == 0) return;
  qsort(list->items, list->n, sizeof *list->items, by_text);
  size_t kept = 1;
  for (size_t i = 1; i < list->n; i++)
    if (!span_eq(list->items[i].text, list->items[kept - 1].text))
      list->items[kept++] = list->items[i];
  list->n = kept;
}

int word_list_find(const struct word_list *list, struct span word) {
  size_t low = 0, high = list->n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = span_compare(list->items[middle].text, word);
    if (order == 0) return list->items[middle].kind;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return WORD_LIST_NONE;
}
