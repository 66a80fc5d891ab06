#include "store/pg_array.h"

#include "mailsignal/utf8.h"

static void comma(struct sbuf *elements) {
  if (elements->len) sbuf_byte(elements, ',');
}

/* Bytes that may stand in a quoted element as they are. */
static bool is_plain(unsigned char c) { return c != '"' && c != '\\' && c != '\0' && c < 0x80; }

static void add_special(struct sbuf *elements, struct span value, size_t *at) {
  char c = value.ptr[*at];
  if (c == '"' || c == '\\') {
    sbuf_byte(elements, '\\');
    sbuf_byte(elements, c);
    ++*at;
  } else if (c == '\0') {
    ++*at;
  } else {
    utf8_put(elements, utf8_next(value, at)); /* UTF8_INVALID becomes U+FFFD */
  }
}

void pg_array_text(struct sbuf *elements, struct span value) {
  comma(elements);
  sbuf_byte(elements, '"');
  for (size_t at = 0; at < value.len;) {
    size_t plain = at;
    while (at < value.len && is_plain((unsigned char)value.ptr[at])) at++;
    sbuf_add(elements, span_slice(value, plain, at));
    if (at < value.len) add_special(elements, value, &at);
  }
  sbuf_byte(elements, '"');
}

void pg_array_null(struct sbuf *elements) {
  comma(elements);
  sbuf_add(elements, SPAN_LIT("NULL"));
}

void pg_array_text_or_null(struct sbuf *elements, struct span value) {
  if (value.len)
    pg_array_text(elements, value);
  else
    pg_array_null(elements);
}

void pg_array_append(struct sbuf *elements, struct span more) {
  if (more.len == 0) return;
  comma(elements);
  sbuf_add(elements, more);
}

const char *pg_array_finish(struct sbuf *elements) {
  struct sbuf out = {.arena = elements->arena};
  sbuf_reserve(&out, elements->len + 3);
  sbuf_byte(&out, '{');
  sbuf_add(&out, sbuf_span(elements));
  sbuf_add(&out, (struct span){"}", 2}); /* with the NUL of the literal */
  return out.bytes;
}

struct span json_without_nul(struct arena *arena, struct span json) {
  static const struct span escape = SPAN_INIT("\\u0000");
  if (span_find(json, escape, 0) == SPAN_NONE) return json;
  struct sbuf out = {.arena = arena};
  for (size_t at = 0; at < json.len;) {
    size_t len = json.ptr[at] == '\\' ? 2 : 1; /* an escaped backslash is not the start of one */
    if (span_starts(span_from(json, at), escape))
      at += escape.len;
    else
      sbuf_add(&out, span_slice(json, at, at + len)), at += len;
  }
  return sbuf_span(&out);
}
