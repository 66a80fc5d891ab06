#include "mail/single.h"

struct cursor {
  struct span s;
  size_t at;
};

/* RFC 2045, section 5.1: no blanks, controls or tspecials. */
static bool is_token_byte(char c) {
  return c > ' ' && c < 127 && !memchr("()<>@,;:\\\"/[]?=", c, 15);
}

static struct span token(struct cursor *c) {
  size_t start = c->at;
  while (c->at < c->s.len && is_token_byte(c->s.ptr[c->at])) c->at++;
  return span_slice(c->s, start, c->at);
}

static bool next_is(struct cursor *c, char wanted) {
  if (c->at >= c->s.len || c->s.ptr[c->at] != wanted) return false;
  c->at++;
  return true;
}

/* Also the line ends of folded fields. */
static void skip_blanks(struct cursor *c) {
  while (c->at < c->s.len && ascii_is_space(c->s.ptr[c->at])) c->at++;
}

enum { CHARSET = 1, FORMAT = 2, DELSP = 4 };

/* Of the parameters that somebody asks for; false where it stands twice. */
static bool set_parameter(struct span name, struct span value, unsigned *seen, struct part *out) {
  unsigned which = 0;
  if (span_ieq(name, SPAN_LIT("charset"))) {
    which = CHARSET;
    out->charset = value;
  } else if (span_ieq(name, SPAN_LIT("format"))) {
    which = FORMAT;
    out->flowed = span_ieq(value, SPAN_LIT("flowed"));
  } else if (span_ieq(name, SPAN_LIT("delsp"))) {
    which = DELSP;
    out->delsp = span_ieq(value, SPAN_LIT("yes"));
  }
  if (*seen & which) return false;
  *seen |= which;
  return true;
}

/* One of the types whose other parameters nobody asks for. A file name, a continuation or an
 * encoded value (RFC 2231) is left to GMime. */
static bool read_type(struct span value, struct part *out) {
  struct cursor c = {value, 0};
  unsigned seen = 0;
  struct span type = token(&c);
  bool slash = next_is(&c, '/');
  struct span subtype = token(&c);
  if (!slash || !span_ieq(type, SPAN_LIT("text"))) return false;
  bool html = span_ieq(subtype, SPAN_LIT("html"));
  if (!html && !span_ieq(subtype, SPAN_LIT("plain"))) return false;
  out->type = html ? SPAN_LIT("text/html") : SPAN_LIT("text/plain");
  for (skip_blanks(&c); c.at < value.len; skip_blanks(&c)) {
    if (!next_is(&c, ';')) return false;
    skip_blanks(&c);
    if (c.at == value.len) return true; /* a needless ';' */
    struct span name = token(&c);
    if (!name.len || memchr(name.ptr, '*', name.len) || span_ieq(name, SPAN_LIT("name")))
      return false;
    if (!next_is(&c, '=')) return false;
    bool quoted = next_is(&c, '"');
    struct span parameter = token(&c);
    if (!parameter.len || next_is(&c, '"') != quoted) return false;
    if (!set_parameter(name, parameter, &seen, out)) return false;
  }
  return true;
}

static bool read_transfer(struct span value, struct part *out) {
  static const struct {
    struct span name;
    enum transfer transfer;
  } rows[] = {{SPAN_INIT("7bit"), TRANSFER_NONE},
              {SPAN_INIT("8bit"), TRANSFER_NONE},
              {SPAN_INIT("binary"), TRANSFER_NONE},
              {SPAN_INIT("base64"), TRANSFER_BASE64},
              {SPAN_INIT("quoted-printable"), TRANSFER_QP}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (!span_ieq(value, rows[i].name)) continue;
    out->transfer = rows[i].transfer;
    return true;
  }
  return false;
}

bool single_read(const struct header *header, struct part *out) {
  *out = (struct part){.type = SPAN_LIT("text/plain")};
  bool have_type = false, have_transfer = false;
  for (size_t i = 0; i < header->content_lines.n; i++) {
    struct span line = header->content_lines.items[i];
    size_t colon = span_find_byte(line, ':', 0);
    if (colon == SPAN_NONE) return false;
    struct span name = span_slice(line, 0, colon), value = span_trim(span_from(line, colon + 1));
    if (span_ieq(name, SPAN_LIT("content-type"))) {
      if (have_type || !read_type(value, out)) return false;
      have_type = true;
    } else if (span_ieq(name, SPAN_LIT("content-transfer-encoding"))) {
      if (have_transfer || !read_transfer(value, out)) return false;
      have_transfer = true;
    } else if (span_ieq(name, SPAN_LIT("content-disposition"))) {
      if (!span_ieq(value, SPAN_LIT("inline"))) return false;
    } else if (!span_ieq(name, SPAN_LIT("content-length")) &&
               !span_ieq(name, SPAN_LIT("content-language")) &&
               !span_ieq(name, SPAN_LIT("content-class"))) {
      return false;
    }
  }
  return true;
}
