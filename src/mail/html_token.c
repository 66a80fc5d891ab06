#include "mail/html_token.h"

static const struct {
  const char *name;
  unsigned flags;
} tags[TAG_COUNT] = {[TAG_OTHER] = {"", TAG_INLINE},
#define HTML_TAG_ROW(constant, name, flags) [constant] = {name, flags},
                     HTML_TAG_LIST(HTML_TAG_ROW)
#undef HTML_TAG_ROW
};

unsigned html_tag_flags(enum html_tag tag) { return tags[tag].flags; }

static enum html_tag find_tag(struct span name) {
  char lower[12];
  if (name.len >= sizeof lower) return TAG_OTHER;
  for (size_t i = 0; i < name.len; i++) lower[i] = ascii_lower(name.ptr[i]);
  lower[name.len] = '\0';
  for (int tag = TAG_OTHER + 1; tag < TAG_COUNT; tag++)
    if (tags[tag].name[0] == lower[0] && strcmp(tags[tag].name, lower) == 0)
      return (enum html_tag)tag;
  return TAG_OTHER;
}

/* Behind the '>' that follows, or the end. */
static size_t skip_past(struct span s, char c, size_t at) {
  size_t end = span_find_byte(s, c, at);
  return end == SPAN_NONE ? s.len : end + 1;
}

/* `at` is behind "<!--". */
static size_t skip_comment(struct span s, size_t at) {
  if (at < s.len && s.ptr[at] == '>') return at + 1; /* "<!-->" and "<!--->" are whole comments */
  if (at + 1 < s.len && s.ptr[at] == '-' && s.ptr[at + 1] == '>') return at + 2;
  while ((at = span_find(s, SPAN_LIT("--"), at)) != SPAN_NONE) {
    size_t end = at + 2;
    while (end < s.len && s.ptr[end] == '-') end++;
    if (end < s.len && s.ptr[end] == '>') return end + 1;
    if (end + 1 < s.len && s.ptr[end] == '!' && s.ptr[end + 1] == '>') return end + 2;
    at = end;
  }
  return s.len;
}

/* The end of the value at `at`; quotes hide ">". */
static size_t value_end(struct span s, size_t at) {
  if (at < s.len && (s.ptr[at] == '"' || s.ptr[at] == '\'')) return skip_past(s, s.ptr[at], at + 1);
  while (at < s.len && !ascii_is_space(s.ptr[at]) && s.ptr[at] != '>') at++;
  return at;
}

/* The '>' that ends the tag whose attributes begin at `at`, or s.len. */
static size_t tag_end(struct span s, size_t at) {
  while (at < s.len && s.ptr[at] != '>') {
    if (s.ptr[at] != '=') {
      at++;
      continue;
    }
    at++;
    while (at < s.len && ascii_is_space(s.ptr[at])) at++;
    at = value_end(s, at);
  }
  return at;
}

/* Where the end tag of a raw text element begins, or the end. */
static size_t raw_end(struct span s, size_t at, struct span name) {
  for (; (at = span_find(s, SPAN_LIT("</"), at)) != SPAN_NONE; at += 2) {
    struct span rest = span_from(s, at + 2);
    if (!span_istarts(rest, name)) continue;
    if (rest.len == name.len || !ascii_is_alnum(rest.ptr[name.len])) return at;
  }
  return s.len;
}

static void read_tag(struct html_reader *r, size_t name_at, struct html_token *out) {
  struct span s = r->html;
  size_t end = name_at;
  while (end < s.len && !ascii_is_space(s.ptr[end]) && s.ptr[end] != '>' && s.ptr[end] != '/')
    end++;
  out->name = span_slice(s, name_at, end);
  out->tag = find_tag(out->name);
  size_t close = tag_end(s, end);
  out->attributes = span_slice(s, end, close);
  r->at = close < s.len ? close + 1 : s.len;
  if (out->kind == HTML_OPEN && (html_tag_flags(out->tag) & TAG_RAW)) {
    r->at = raw_end(s, r->at, out->name);
    if (r->at < s.len) r->at = skip_past(s, '>', r->at);
  }
}

/* Reads markup at "<". False when it was a comment of some kind, or is text after all (then
 * r->at stays). */
static bool read_markup(struct html_reader *r, struct html_token *out) {
  struct span s = span_from(r->html, r->at);
  if (s.len < 2) return false;
  if (ascii_is_alpha(s.ptr[1])) {
    out->kind = HTML_OPEN;
    read_tag(r, r->at + 1, out);
    return true;
  }
  if (s.ptr[1] == '/' && s.len > 2 && ascii_is_alpha(s.ptr[2])) {
    out->kind = HTML_CLOSE;
    read_tag(r, r->at + 2, out);
    return true;
  }
  if (span_starts(s, SPAN_LIT("<!--"))) r->at = skip_comment(r->html, r->at + 4);
  else if (s.ptr[1] == '!' || s.ptr[1] == '?' || (s.ptr[1] == '/' && s.len > 2))
    r->at = skip_past(r->html, '>', r->at + 2);
  return false;
}

void html_next(struct html_reader *reader, struct html_token *out) {
  *out = (struct html_token){0};
  while (reader->at < reader->html.len) {
    size_t start = reader->at, from = start;
    if (reader->html.ptr[start] == '<') {
      if (read_markup(reader, out)) return;
      if (reader->at > start) continue;
      from = start + 1; /* a lone "<" is text */
    }
    size_t end = span_find_byte(reader->html, '<', from);
    reader->at = end == SPAN_NONE ? reader->html.len : end;
    out->kind = HTML_TEXT;
    out->text = span_slice(reader->html, start, reader->at);
    return;
  }
}

static struct span without_quotes(struct span s, size_t start, size_t end) {
  if (start == end || (s.ptr[start] != '"' && s.ptr[start] != '\''))
    return span_slice(s, start, end);
  bool closed = end - start > 1 && s.ptr[end - 1] == s.ptr[start];
  return span_slice(s, start + 1, end - closed);
}

bool html_attribute(struct span *attributes, struct span *name, struct span *value) {
  struct span s = *attributes;
  size_t at = 0;
  while (at < s.len && (ascii_is_space(s.ptr[at]) || s.ptr[at] == '/')) at++;
  size_t start = at;
  while (at < s.len && !ascii_is_space(s.ptr[at]) && s.ptr[at] != '/' &&
         (s.ptr[at] != '=' || at == start))
    at++;
  *name = span_slice(s, start, at);
  while (at < s.len && ascii_is_space(s.ptr[at])) at++;
  *value = (struct span){0};
  if (at < s.len && s.ptr[at] == '=') {
    at++;
    while (at < s.len && ascii_is_space(s.ptr[at])) at++;
    size_t end = value_end(s, at);
    *value = without_quotes(s, at, end);
    at = end;
  }
  *attributes = span_from(s, at);
  return name->len > 0;
}
