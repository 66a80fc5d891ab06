#include "mail/flowed.h"

#include "mailsignal/sbuf.h"

static void add_quote_marks(struct sbuf *out, size_t depth) {
  for (size_t i = 0; i < depth; i++) sbuf_add(out, SPAN_LIT("> "));
}

/* Quote depth of a line; *line becomes what stands behind the marks and the stuffed blank. */
static size_t take_marks(struct span *line) {
  size_t depth = 0;
  while (depth < line->len && line->ptr[depth] == '>') depth++;
  *line = span_from(*line, depth);
  if (line->len && line->ptr[0] == ' ') *line = span_from(*line, 1);
  return depth;
}

struct span flowed_join(struct arena *arena, struct span text, bool delsp) {
  struct sbuf out = {.arena = arena};
  sbuf_reserve(&out, text.len + text.len / 8);
  bool open = false; /* the line before ended in a soft break */
  size_t open_depth = 0;
  for (size_t at = 0; at < text.len;) {
    size_t end = span_find_byte(text, '\n', at);
    if (end == SPAN_NONE) end = text.len;
    struct span line = span_slice(text, at, end);
    at = end + 1;
    if (line.len && line.ptr[line.len - 1] == '\r') line.len--;
    size_t depth = take_marks(&line);
    bool delimiter = span_eq(line, SPAN_LIT("-- "));
    if (open && (depth != open_depth || delimiter)) { /* RFC 3676, section 4.5: not flowed on */
      sbuf_byte(&out, '\n');
      open = false;
    }
    if (!open) add_quote_marks(&out, depth);
    bool soft = !delimiter && line.len && line.ptr[line.len - 1] == ' ';
    if (soft && delsp) line.len--;
    sbuf_add(&out, line);
    if (!soft) sbuf_byte(&out, '\n');
    open = soft;
    open_depth = depth;
  }
  return sbuf_span(&out);
}
