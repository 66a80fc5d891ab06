#include "mail/guard.h"

#include "mailsignal/limits.h"
#include "mailsignal/sbuf.h"

enum { LONGEST_BOUNDARY = 200 };

struct level {
  struct span boundary; /* empty: a message/rfc822, or a multipart that names none */
  bool digest;
};

struct guard {
  struct sbuf out;
  struct span in;
  size_t kept; /* bytes of `in` before this are copied or left out */
  struct level levels[LIMIT_MIME_DEPTH];
  size_t depth, parts;
  defect_set *defects;
  /* The header block that is being read. */
  bool in_header;
  size_t header_start, n_fields;
  struct span content_type; /* its whole field */
  bool closed;              /* an outermost end boundary came by */
};

static void keep_until(struct guard *g, size_t at) {
  if (at > g->kept) sbuf_add(&g->out, span_slice(g->in, g->kept, at));
  if (at > g->kept) g->kept = at;
}

static void leave_out(struct guard *g, size_t start, size_t end) {
  keep_until(g, start);
  if (end > g->kept) g->kept = end;
}

/* The media type of a Content-Type field, with what follows it. */
static struct span type_of(struct span field) {
  size_t colon = span_find_byte(field, ':', 0);
  return colon == SPAN_NONE ? (struct span){0} : span_trim(span_from(field, colon + 1));
}

static bool is_type(struct span type, const char *prefix) {
  return span_istarts(type, span_of(prefix));
}

static struct span boundary_of(struct span type) {
  size_t at = span_ifind(type, SPAN_LIT("boundary"), 0);
  if (at == SPAN_NONE) return (struct span){0};
  for (at += 8; at < type.len && ascii_is_space(type.ptr[at]);) at++;
  if (at >= type.len || type.ptr[at] != '=') return (struct span){0};
  struct span value = span_trim(span_from(type, at + 1));
  if (value.len && value.ptr[0] == '"') return span_slice(value, 1, span_find_byte(value, '"', 1));
  size_t end = 0;
  while (end < value.len && !ascii_is_space(value.ptr[end]) && value.ptr[end] != ';') end++;
  return span_slice(value, 0, end);
}

static void start_header(struct guard *g, size_t at) {
  g->in_header = true;
  g->header_start = at;
  g->n_fields = 0;
  g->content_type = (struct span){0};
}

/* Beyond the depth limit a container is handed on as an attachment of unknown kind. */
static void hide_content_type(struct guard *g) {
  size_t start = (size_t)(g->content_type.ptr - g->in.ptr);
  leave_out(g, start, start + g->content_type.len);
  sbuf_add(&g->out, SPAN_LIT("Content-Type: application/octet-stream\n"));
  defect_mark(g->defects, DEFECT_MIME_DEPTH);
}

/* At the end of a header block; `next` is where its body begins. */
static void end_header(struct guard *g, size_t next) {
  g->in_header = false;
  struct span type = type_of(g->content_type);
  bool multipart = is_type(type, "multipart/");
  bool message = is_type(type, "message/rfc822");
  if (!g->content_type.ptr && g->depth > 0) message = g->levels[g->depth - 1].digest;
  if (!multipart && !message) return;
  if (g->depth == LIMIT_MIME_DEPTH) {
    if (g->content_type.ptr) hide_content_type(g);
    return;
  }
  g->levels[g->depth++] = (struct level){multipart ? boundary_of(type) : (struct span){0},
                                         is_type(type, "multipart/digest")};
  if (message) start_header(g, next);
}

static void header_field(struct guard *g, struct span line, size_t at, size_t *next) {
  size_t end = *next;
  while (end < g->in.len && (g->in.ptr[end] == ' ' || g->in.ptr[end] == '\t'))
    header_line(g->in, end, &end);
  *next = end;
  bool is_content = span_istarts(line, SPAN_LIT("content-"));
  if (++g->n_fields > LIMIT_HEADER_COUNT || end - g->header_start > LIMIT_HEADER_BYTES) {
    leave_out(g, at, end);
    defect_mark(g->defects, DEFECT_SIZE_HEADER);
  } else if (is_content && end - at > LIMIT_CONTENT_FIELD_BYTES) {
    leave_out(g, at + LIMIT_CONTENT_FIELD_BYTES, end);
    sbuf_byte(&g->out, '\n');
    defect_mark(g->defects, DEFECT_SIZE_HEADER);
  } else if (span_istarts(line, SPAN_LIT("content-type")) && !g->content_type.ptr) {
    g->content_type = span_slice(g->in, at, end);
  }
}

/* True when the line is a boundary of an open multipart; closes what it ends. */
static bool boundary_line(struct guard *g, struct span line, size_t next) {
  struct span rest = span_from(line, 2);
  while (rest.len && ascii_is_space(rest.ptr[rest.len - 1])) rest.len--;
  for (size_t d = g->depth; d > 0; d--) {
    struct span boundary = g->levels[d - 1].boundary;
    if (boundary.len == 0 || !span_starts(rest, boundary)) continue;
    struct span tail = span_from(rest, boundary.len);
    bool end = span_eq(tail, SPAN_LIT("--"));
    if (tail.len && !end) continue;
    g->depth = end ? d - 1 : d;
    g->in_header = false;
    if (end) g->closed = d == 1;
    else start_header(g, next);
    return true;
  }
  return false;
}

static void read_lines(struct guard *g) {
  for (size_t at = 0, next; at < g->in.len; at = next) {
    struct span line = header_line(g->in, at, &next);
    if (line.len >= 2 && line.ptr[0] == '-' && line.ptr[1] == '-' && boundary_line(g, line, next)) {
      if (!g->in_header || ++g->parts <= LIMIT_MIME_PARTS) continue;
      defect_mark(g->defects, DEFECT_MIME_PARTS);
      g->in.len = at;
      break;
    }
    if (!g->in_header) continue;
    if (line.len > 0 && header_name_length(line) > 0) header_field(g, line, at, &next);
    else end_header(g, line.len == 0 ? next : at);
  }
  keep_until(g, g->in.len);
}

/* A line "--X" with a Content-* field under it, where the header names a boundary that never comes
 * up or names none: X. */
static struct span find_boundary(struct span body) {
  for (size_t at = 0, next, after; at < body.len; at = next) {
    struct span line = header_line(body, at, &next);
    if (!span_starts(line, SPAN_LIT("--")) || line.len < 3) continue;
    if (span_istarts(header_line(body, next, &after), SPAN_LIT("content-")))
      return span_trim(span_from(line, 2));
  }
  return (struct span){0};
}

static bool is_usable(struct span boundary) {
  return boundary.len > 0 && boundary.len <= LONGEST_BOUNDARY &&
         !memchr(boundary.ptr, '"', boundary.len);
}

static void start(struct guard *g, struct span type, struct span boundary) {
  g->levels[0] = (struct level){boundary, is_type(type, "multipart/digest")};
  g->depth = 1;
  if (is_type(type, "message/rfc822")) start_header(g, 0);
  read_lines(g);
}

struct span guard_copy(struct arena *arena, struct span fields, struct span raw,
                       const struct header *header, struct guard_report *report) {
  struct span type = header->first[HEADER_CONTENT_TYPE], body = span_from(raw, header->end);
  struct guard g = {.out = {.arena = arena}, .in = body, .defects = report->defects};
  sbuf_reserve(&g.out, fields.len + body.len + 1);
  sbuf_add(&g.out, fields);
  start(&g, type, boundary_of(type));
  report->complete = g.closed || !is_type(type, "multipart/");
  if (g.parts > 0 || !is_type(type, "multipart/")) return sbuf_span(&g.out);

  struct span found = find_boundary(body);
  if (!is_usable(found)) return sbuf_span(&g.out);
  defect_mark(report->defects, DEFECT_MIME_BOUNDARY);
  struct guard again = {.out = {.arena = arena}, .in = body, .defects = report->defects};
  struct span kind = span_slice(type, 0, span_find_byte(type, ';', 0));
  sbuf_add(&again.out, SPAN_LIT("Content-Type: "));
  sbuf_add(&again.out, span_trim(kind));
  sbuf_printf(&again.out, "; boundary=\"" SPAN_FMT "\"\n\n", SPAN_ARG(found));
  start(&again, type, found);
  report->complete = again.closed;
  return sbuf_span(&again.out);
}
