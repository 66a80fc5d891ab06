#include "mailsignal/text.h"

#include "mailsignal/limits.h"

void text_read(struct arena *arena, struct span bytes, struct text *out) {
  *out = (struct text){.bytes = bytes};
  struct {
    struct line *items;
    size_t n, capacity;
  } lines = {0};
  for (size_t at = 0; at < bytes.len;) {
    size_t end = span_find_byte(bytes, '\n', at);
    if (end == SPAN_NONE) end = bytes.len;
    ARENA_PUSH(arena, &lines, ((struct line){at, end}));
    at = end + 1;
  }
  out->lines = lines.items;
  out->n_lines = lines.n;
}

const char *text_language(struct span bytes) { return bytes.len ? "en" : ""; }
