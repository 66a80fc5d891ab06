#include "cli/config.h"

#include <errno.h>
#include <stdio.h>
#include <yaml.h>

/* Where in "name: value" or "name: [value, ...]" the events stand. */
enum place { OUTSIDE, AT_NAME, AT_VALUE, IN_LIST };

struct reader {
  struct arena *arena;
  const char *path;
  struct config *out;
  enum place place;
};

static enum ms_status fault(const struct reader *reader, yaml_mark_t mark, const char *what,
                            struct ms_error *error) {
  return ms_fail(error, MS_BAD_CONFIG, "%s:%zu:%zu: %s", reader->path, mark.line + 1,
                 mark.column + 1, what);
}

static void take_scalar(struct reader *reader, const yaml_event_t *event) {
  const char *text = arena_strndup(reader->arena, (const char *)event->data.scalar.value,
                                   event->data.scalar.length);
  struct config *config = reader->out;
  if (reader->place == AT_NAME) {
    ARENA_PUSH(reader->arena, config,
               ((struct config_entry){.name = text, .line = event->start_mark.line + 1}));
    reader->place = AT_VALUE;
    return;
  }
  struct config_entry *entry = &config->items[config->n - 1];
  struct {
    const char **items;
    size_t n, capacity;
  } values = {entry->values, entry->n, entry->capacity};
  ARENA_PUSH(reader->arena, &values, text);
  entry->values = values.items;
  entry->n = values.n;
  entry->capacity = values.capacity;
  if (reader->place == AT_VALUE) reader->place = AT_NAME;
}

static enum ms_status take(struct reader *reader, const yaml_event_t *event,
                           struct ms_error *error) {
  switch (event->type) {
    case YAML_SCALAR_EVENT:
      if (reader->place == OUTSIDE && event->data.scalar.length == 0) return MS_OK; /* empty file */
      if (reader->place == OUTSIDE)
        return fault(reader, event->start_mark, "expected 'option: value' lines", error);
      take_scalar(reader, event);
      return MS_OK;
    case YAML_MAPPING_START_EVENT:
      if (reader->place != OUTSIDE)
        return fault(reader, event->start_mark, "an option takes a value or a list", error);
      reader->place = AT_NAME;
      return MS_OK;
    case YAML_MAPPING_END_EVENT:
      reader->place = OUTSIDE;
      return MS_OK;
    case YAML_SEQUENCE_START_EVENT:
      if (reader->place != AT_VALUE)
        return fault(reader, event->start_mark, "a list may only stand behind an option", error);
      reader->place = IN_LIST;
      return MS_OK;
    case YAML_SEQUENCE_END_EVENT:
      reader->place = AT_NAME;
      return MS_OK;
    case YAML_ALIAS_EVENT:
      return fault(reader, event->start_mark, "aliases are not supported here", error);
    default:
      return MS_OK;
  }
}

static enum ms_status parse(struct reader *reader, yaml_parser_t *parser, struct ms_error *error) {
  for (bool done = false; !done;) {
    yaml_event_t event;
    if (!yaml_parser_parse(parser, &event))
      return fault(reader, parser->problem_mark, parser->problem, error);
    done = event.type == YAML_STREAM_END_EVENT;
    enum ms_status status = take(reader, &event, error);
    yaml_event_delete(&event);
    if (status) return status;
  }
  return MS_OK;
}

enum ms_status config_read(struct arena *arena, const char *path, struct config *out,
                           struct ms_error *error) {
  *out = (struct config){0};
  FILE *file = fopen(path, "rb");
  if (!file && (errno == ENOENT || errno == ENOTDIR)) return MS_OK;
  if (!file) return ms_fail(error, MS_BAD_CONFIG, "%s: %s", path, strerror(errno));
  yaml_parser_t parser;
  if (!yaml_parser_initialize(&parser)) {
    fclose(file);
    return ms_fail(error, MS_SOFTWARE, "out of memory");
  }
  yaml_parser_set_input_file(&parser, file);
  struct reader reader = {arena, path, out, OUTSIDE};
  enum ms_status status = parse(&reader, &parser, error);
  yaml_parser_delete(&parser);
  fclose(file);
  return status;
}
