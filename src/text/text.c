#include "mailsignal/text.h"

#include "mailsignal/limits.h"
#include "mailsignal/utf8.h"

enum { USUAL_LINE = 24 }; /* bytes; most lines are longer */

void text_read(struct arena *arena, struct span bytes, struct text *out) {
  *out = (struct text){.bytes = bytes};
  if (bytes.len > LIMIT_TEXT_BYTES) {
    out->bytes = span_slice(bytes, 0, utf8_floor(bytes, LIMIT_TEXT_BYTES));
    out->cut = true;
  }
  size_t at = 0, capacity = out->bytes.len / USUAL_LINE + 8;
  out->lines = ARENA_ARRAY(arena, struct line, capacity);
  while (at < out->bytes.len) {
    if (out->n_lines == LIMIT_LINES) {
      out->cut = true;
      break;
    }
    if (out->n_lines == capacity) {
      void *lines = out->lines;
      arena_grow(arena, &lines, out->n_lines, &capacity, sizeof *out->lines);
      out->lines = lines;
    }
    size_t end = span_find_byte(out->bytes, '\n', at);
    if (end == SPAN_NONE) end = out->bytes.len;
    out->lines[out->n_lines++] = (struct line){at, end};
    at = end + 1;
  }
  out->bytes = span_slice(out->bytes, 0, at);
}
