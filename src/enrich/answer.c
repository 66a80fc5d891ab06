#include "enrich/answer.h"

#include "mailsignal/utf8.h"

static struct span mend(struct arena *arena, struct span body) {
  if (utf8_is_valid(body)) return body;
  struct sbuf out = {.arena = arena};
  for (size_t at = 0; at < body.len;) utf8_put(&out, utf8_next(body, &at));
  return sbuf_span(&out);
}

const json_t *answer_json(struct work *work, const struct http_answer *answer) {
  struct span body = mend(work->arena, answer->body);
  return work_keep_json(
      work, json_loadb(body.ptr, body.len, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL));
}

static bool says(struct work *work, const json_t *value, const char *word) {
  return span_ifind(clean_string(work->arena, value), span_of(word), 0) != SPAN_NONE;
}

/* Apollo's answer when credits run out is not documented: 402, or a 4xx that speaks of credits.
 * Brave refuses a token with 422. */
static bool refuses_us(struct work *work, const struct http_answer *answer) {
  static const char *const keys[] = {"error", "message", "error_message", "error_code"};
  const json_t *document = answer_json(work, answer);
  const json_t *code = json_object_get(json_object_get(document, "error"), "code");
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (says(work, json_object_get(document, keys[i]), "credit")) return true;
  return says(work, code, "subscription_token");
}

enum verdict answer_verdict(struct work *work, const struct http_answer *answer) {
  switch (answer->end) {
    case HTTP_NOT_SENT:
      return VERDICT_NOT_SENT;
    case HTTP_CUT:
      return VERDICT_UNKNOWN;
    case HTTP_TOO_LARGE:
      return VERDICT_UNREADABLE;
    case HTTP_ANSWERED:
      break;
  }
  switch (answer->status) {
    case 401:
    case 402:
    case 403:
      return VERDICT_REFUSED;
    case 408:
      return VERDICT_BROKEN;
    case 429:
      return VERDICT_THROTTLED;
    default:
      break;
  }
  if (answer->status >= 200 && answer->status < 300) return VERDICT_ANSWER;
  if (answer->status < 400 || answer->status >= 500) return VERDICT_BROKEN;
  return refuses_us(work, answer) ? VERDICT_REFUSED : VERDICT_REJECTED;
}

const char *verdict_name(enum verdict verdict) {
  static const char *const names[] = {"answer",    "not_sent", "unknown",  "unreadable",
                                      "throttled", "refused",  "rejected", "broken"};
  return names[verdict];
}
