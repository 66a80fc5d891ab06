#include "cli/worker_request.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/base64.h"
#include "mailsignal/limits.h"

void request_refuse(struct request *out, const char *code, const char *format, ...) {
  va_list args;
  out->kind = REQUEST_ERROR;
  out->error_code = code;
  out->error.status = MS_BAD_DATA;
  va_start(args, format);
  vsnprintf(out->error.text, sizeof out->error.text, format, args);
  va_end(args);
}

static struct span text_member(struct arena *arena, const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  if (!json_is_string(value)) return (struct span){0};
  return arena_dup(arena, (struct span){json_string_value(value), json_string_length(value)});
}

/* What is no string is kept as JSON, so that it can be refused later; null is as good as absent. */
static struct span text_or_json(struct arena *arena, const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  if (!value || json_is_null(value) || json_is_string(value)) return text_member(arena, object, key);
  char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
  struct span kept = text ? arena_dup(arena, span_of(text)) : SPAN_LIT("?");
  free(text);
  return kept;
}

static struct span id_member(struct arena *arena, const json_t *object) {
  char *text = json_dumps(json_object_get(object, "id"), JSON_ENCODE_ANY | JSON_COMPACT);
  struct span id = text ? arena_dup(arena, span_of(text)) : SPAN_LIT("null");
  free(text);
  return id;
}

static void take_command(const char *name, struct request *out) {
  static const struct {
    const char *name;
    enum request_kind kind;
  } commands[] = {{"ping", REQUEST_PING}, {"reload", REQUEST_RELOAD}, {"stats", REQUEST_STATS}};
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
    if (strcmp(name, commands[i].name) != 0) continue;
    out->kind = commands[i].kind;
    return;
  }
  request_refuse(out, "request.cmd", "unknown command '%.40s'; ping, reload and stats are known", name);
}

static void take_object(struct arena *arena, const json_t *object, struct request *out) {
  const json_t *raw = json_object_get(object, "raw"), *path = json_object_get(object, "path");
  const json_t *command = json_object_get(object, "cmd");
  out->id = id_member(arena, object);
  out->source_id = text_or_json(arena, object, "source_id");
  out->tenant = text_or_json(arena, object, "tenant");
  out->text = json_is_true(json_object_get(object, "text"));
  out->zones = json_is_true(json_object_get(object, "zones"));
  if (json_is_string(command))
    take_command(json_string_value(command), out);
  else if (json_is_string(raw))
    out->encoded = text_member(arena, object, "raw");
  else if (json_is_string(path))
    out->path = text_member(arena, object, "path").ptr;
  else
    request_refuse(out, "request", "a request has \"raw\" (base64), \"path\" or \"cmd\"");
}

static void clear(struct request *out) {
  *out = (struct request){.kind = REQUEST_ANALYSE, .id = SPAN_LIT("null")};
}

/* without a tree ------------------------------------------------------------ */

/* What a line with base64 in it looks like when that is cut out and this stands in its place. */
static const struct span mark = SPAN_INIT("\"?\"");

static size_t skip_blanks(struct span line, size_t at) {
  while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '\t')) at++;
  return at;
}

/* No escapes but those that base64_decode() knows. */
static bool is_plain(struct span text) {
  for (size_t at = 0; (at = span_find_byte(text, '\\', at)) != SPAN_NONE; at += 2)
    if (at + 1 >= text.len || !memchr("/nr", text.ptr[at + 1], 3)) return false;
  return true;
}

/* The string behind the first "raw":, with its quotes; an empty span when it is not as plain as it
 * usually is. A quote without a backslash before it begins or ends a string in any case: where it
 * ends one, the line is no JSON, with or without what follows. */
static struct span find_raw(struct span line) {
  size_t at = span_find(line, SPAN_LIT("\"raw\""), 0);
  if (at == SPAN_NONE || (at > 0 && line.ptr[at - 1] == '\\')) return (struct span){0};
  at = skip_blanks(line, at + strlen("\"raw\""));
  if (at >= line.len || line.ptr[at] != ':') return (struct span){0};
  at = skip_blanks(line, at + 1);
  if (at >= line.len || line.ptr[at] != '"') return (struct span){0};
  size_t end = span_find_byte(line, '"', at + 1);
  if (end == SPAN_NONE || !is_plain(span_slice(line, at + 1, end))) return (struct span){0};
  return span_slice(line, at, end + 1);
}

static bool may_hold_mark(struct span text) {
  return span_find(text, mark, 0) != SPAN_NONE || span_find(text, SPAN_LIT("\\u"), 0) != SPAN_NONE;
}

/* The same as parsing all of the line, where it succeeds. False: parse all of it. What could be taken
 * for the mark, even in disguise, is left to the parser. */
static bool parse_around(struct arena *arena, struct span line, struct request *out) {
  struct span raw = find_raw(line);
  if (!raw.len) return false;
  size_t at = (size_t)(raw.ptr - line.ptr);
  struct span head = span_slice(line, 0, at), tail = span_from(line, at + raw.len);
  if (may_hold_mark(head) || may_hold_mark(tail)) return false;
  struct sbuf whole = {.arena = arena};
  sbuf_add(&whole, head);
  sbuf_add(&whole, mark);
  sbuf_add(&whole, tail);
  json_error_t fault;
  json_t *json = json_loadb(sbuf_span(&whole).ptr, whole.len, JSON_ALLOW_NUL, &fault);
  const json_t *value = json_object_get(json, "raw");
  bool found = json_is_string(value) && span_eq(span_of(json_string_value(value)), SPAN_LIT("?"));
  if (found) {
    take_object(arena, json, out);
    out->encoded = span_slice(raw, 1, raw.len - 1);
  }
  json_decref(json);
  return found;
}

void request_parse(struct arena *arena, struct span line, struct request *out) {
  json_error_t fault;
  clear(out);
  if (parse_around(arena, line, out)) return;
  clear(out);
  json_t *json = json_loadb(line.ptr, line.len, JSON_ALLOW_NUL, &fault);
  if (!json)
    request_refuse(out, "request.json", "not JSON at byte %d: %s", fault.position, fault.text);
  else if (!json_is_object(json))
    request_refuse(out, "request", "a request is a JSON object");
  else
    take_object(arena, json, out);
  json_decref(json);
}

/* the message --------------------------------------------------------------- */

static void load_base64(struct request *request, struct raw_message *raw) {
  size_t room = base64_room(request->encoded.len);
  if (room > raw->capacity) {
    char *grown = realloc(raw->bytes, room);
    if (!grown) {
      request_refuse(request, "memory", "out of memory");
      return;
    }
    raw->bytes = grown;
    raw->capacity = room;
  }
  raw->len = base64_decode(request->encoded, raw->bytes);
  if (raw->len == SPAN_NONE) {
    raw->len = 0;
    request_refuse(request, "request.raw", "\"raw\" is not base64");
    return;
  }
  raw->cut = raw->len > LIMIT_MESSAGE_BYTES;
  if (raw->cut) raw->len = LIMIT_MESSAGE_BYTES;
  raw->origin = (struct origin){SPAN_LIT("-"), 0, raw->len};
}

static void load_path(struct request *request, struct raw_message *raw) {
  struct source *source = NULL;
  const char *path = request->path;
  if (strcmp(path, "-") == 0) {
    request_refuse(request, "request.path", "\"path\" must name a file");
    return;
  }
  if (source_open(&path, 1, &source, &request->error)) {
    request->kind = REQUEST_ERROR;
    request->error_code = "memory";
    return;
  }
  if (source_next(source, raw) == 0)
    request_refuse(request, "empty", "%s: there is no message in it", path);
  else if (raw->error_code)
    request_refuse(request, raw->error_code, "%s", raw->error.text);
  source_close(source);
}

void request_load(struct request *request, struct raw_message *raw) {
  raw->len = 0;
  raw->cut = false;
  raw->error_code = NULL;
  if (request->path)
    load_path(request, raw);
  else
    load_base64(request, raw);
}
