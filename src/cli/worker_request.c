#include "cli/worker_request.h"

#include <glib.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "mailsignal/limits.h"

__attribute__((format(printf, 3, 4))) static void refuse(struct request *out, const char *code, const char *format, ...) {
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

/* RFC 4648 with or without line breaks; anything else is refused rather than skipped. */
static bool is_base64(struct span s) {
  size_t padding = 0;
  for (size_t i = 0; i < s.len; i++) {
    char c = s.ptr[i];
    if (c == '\n' || c == '\r') continue;
    if (c == '=') {
      padding++;
      continue;
    }
    if (padding || !(ascii_is_alnum(c) || c == '+' || c == '/')) return false;
  }
  return padding <= 2;
}

static void take_base64(struct span encoded, struct request *out) {
  size_t room = encoded.len / 4 * 3 + 3;
  if (!is_base64(encoded)) {
    refuse(out, "request.raw", "\"raw\" is not base64");
    return;
  }
  if (room > out->raw.capacity) {
    char *grown = realloc(out->raw.bytes, room);
    if (!grown) {
      refuse(out, "memory", "out of memory");
      return;
    }
    out->raw.bytes = grown;
    out->raw.capacity = room;
  }
  gint state = 0;
  guint save = 0;
  out->raw.len =
      g_base64_decode_step(encoded.ptr, encoded.len, (guchar *)out->raw.bytes, &state, &save);
  out->raw.cut = out->raw.len > LIMIT_MESSAGE_BYTES;
  if (out->raw.cut) out->raw.len = LIMIT_MESSAGE_BYTES;
  out->raw.origin = (struct origin){SPAN_LIT("-"), 0, out->raw.len};
}

static void take_path(const char *path, struct request *out) {
  struct source *source = NULL;
  if (strcmp(path, "-") == 0) {
    refuse(out, "request.path", "\"path\" must name a file");
    return;
  }
  if (source_open(&path, 1, &source, &out->error)) {
    out->kind = REQUEST_ERROR;
    out->error_code = "memory";
    return;
  }
  if (source_next(source, &out->raw) == 0)
    refuse(out, "empty", "%s: there is no message in it", path);
  else if (out->raw.error_code)
    refuse(out, out->raw.error_code, "%s", out->raw.error.text);
  source_close(source);
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
  refuse(out, "request.cmd", "unknown command '%.40s'; ping, reload and stats are known", name);
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
    take_base64((struct span){json_string_value(raw), json_string_length(raw)}, out);
  else if (json_is_string(path))
    take_path(json_string_value(path), out);
  else
    refuse(out, "request", "a request has \"raw\" (base64), \"path\" or \"cmd\"");
}

void request_parse(struct arena *arena, struct span line, struct request *out) {
  json_error_t fault;
  out->kind = REQUEST_ANALYSE;
  out->error_code = NULL;
  out->error = (struct ms_error){0};
  out->id = SPAN_LIT("null");
  out->source_id = out->tenant = (struct span){0};
  out->text = out->zones = false;
  out->n_faults = 0;
  out->raw.len = 0;
  out->raw.cut = false;
  out->raw.error_code = NULL;
  json_t *json = json_loadb(line.ptr, line.len, JSON_ALLOW_NUL, &fault);
  if (!json)
    refuse(out, "request.json", "not JSON at byte %d: %s", fault.position, fault.text);
  else if (!json_is_object(json))
    refuse(out, "request", "a request is a JSON object");
  else
    take_object(arena, json, out);
  json_decref(json);
}
