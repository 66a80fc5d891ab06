#include "cli/worker_answer.h"

void answer_error(struct sbuf *out, struct span id, const struct answer_error *error) {
  struct json json = {.out = out};
  json_begin_object(&json);
  json_key(&json, "id");
  json_add_raw(&json, id);
  json_key(&json, "error");
  json_begin_object(&json);
  json_key_string(&json, "code", span_of(error->code));
  json_key_string(&json, "message", span_of(error->message));
  if (error->retry) json_key_bool(&json, "retry", true);
  if (error->n_faults) {
    json_key(&json, "faults");
    json_begin_array(&json);
    for (size_t i = 0; i < error->n_faults; i++) json_add_string(&json, error->faults[i]);
    json_end_array(&json);
  }
  json_end_object(&json);
  json_end_object(&json);
  sbuf_byte(out, '\n');
}

/* A command without an id is answered without one. */
static struct json begin(struct sbuf *out, struct span id) {
  struct json json = {.out = out};
  json_begin_object(&json);
  if (!span_eq(id, SPAN_LIT("null"))) {
    json_key(&json, "id");
    json_add_raw(&json, id);
  }
  return json;
}

static void end(struct json *json) {
  json_end_object(json);
  sbuf_byte(json->out, '\n');
}

void answer_pong(struct sbuf *out, struct span id) {
  struct json json = begin(out, id);
  json_key_bool(&json, "pong", true);
  end(&json);
}

void answer_reloaded(struct sbuf *out, struct span id, const char *ruleset) {
  struct json json = begin(out, id);
  json_key_bool(&json, "reloaded", true);
  json_key_string(&json, "ruleset", span_of(ruleset));
  end(&json);
}

void answer_stats(struct sbuf *out, struct span id, const char *ruleset,
                  const struct answer_stats *stats) {
  struct json json = begin(out, id);
  json_key(&json, "stats");
  json_begin_object(&json);
  json_key_int(&json, "messages", (int64_t)stats->messages);
  json_key_int(&json, "errors", (int64_t)stats->errors);
  json_key_int(&json, "reloads", (int64_t)stats->reloads);
  if (stats->stores) json_key_int(&json, "stored", (int64_t)stats->stored);
  json_key_int(&json, "uptime_seconds", stats->uptime_seconds);
  json_key_string(&json, "ruleset", span_of(ruleset));
  json_end_object(&json);
  end(&json);
}
