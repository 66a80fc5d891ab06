#include "mailsignal/limits.h"
#include "mailsignal/nats.h"

/* The line of `s` at `at` with its line end. */
static struct span line_at(struct span s, size_t at) {
  size_t end = span_find_byte(s, '\n', at);
  return span_slice(s, at, end == SPAN_NONE ? s.len : end + 1);
}

static bool is_blank(struct span line) { return span_trim(line).len == 0; }

static bool is_folded(struct span line) {
  return line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\t') && !is_blank(line);
}

/* The field's value with its folded lines; empty where there is none. */
static struct span find_field(struct span raw, struct span name) {
  struct span headers = span_slice(raw, 0, LIMIT_HEADER_BYTES);
  for (size_t at = 0; at < headers.len;) {
    struct span line = line_at(headers, at);
    if (is_blank(line)) break;
    size_t start = at + name.len;
    at += line.len;
    if (!span_istarts(line, name)) continue;
    for (struct span next; is_folded(next = line_at(headers, at)); at += next.len) continue;
    return span_slice(headers, start, at);
  }
  return (struct span){0};
}

void nats_message_id(struct span subject, struct span raw, char hex[SHA256_HEX_BYTES]) {
  struct span id = span_trim(find_field(raw, SPAN_LIT("message-id:")));
  size_t open = span_find_byte(id, '<', 0);
  size_t close = open == SPAN_NONE ? SPAN_NONE : span_find_byte(id, '>', open);
  if (close != SPAN_NONE) id = span_trim(span_slice(id, open + 1, close));
  /* A NUL between them: no subject and id can be cut in two ways. */
  const struct span pieces[] = {subject, {"", 1}, id.len ? id : raw};
  digest_sha256(pieces, 3, hex);
}
