#include "mailsignal/text.h"

#include "mailsignal/limits.h"
#include "mailsignal/utf8.h"

static size_t count_lines(struct span bytes) {
  size_t n = 0;
  for (size_t at = 0; at < bytes.len && n <= LIMIT_LINES; n++) {
    size_t end = span_find_byte(bytes, '\n', at);
    at = end == SPAN_NONE ? bytes.len : end + 1;
  }
  return n;
}

void text_read(struct arena *arena, struct span bytes, struct text *out) {
  *out = (struct text){.bytes = bytes};
  if (bytes.len > LIMIT_TEXT_BYTES) {
    out->bytes = span_slice(bytes, 0, utf8_floor(bytes, LIMIT_TEXT_BYTES));
    out->cut = true;
  }
  size_t n = count_lines(out->bytes);
  if (n > LIMIT_LINES) {
    n = LIMIT_LINES;
    out->cut = true;
  }
  out->lines = ARENA_ARRAY(arena, struct line, n);
  size_t at = 0;
  for (size_t i = 0; i < n; i++) {
    size_t end = span_find_byte(out->bytes, '\n', at);
    if (end == SPAN_NONE) end = out->bytes.len;
    out->lines[i] = (struct line){at, end};
    at = end + 1;
  }
  out->n_lines = n;
  out->bytes = span_slice(out->bytes, 0, at);
}
