#include "mail/tree.h"

#include <gmime/gmime.h>

#include "mail/guard.h"
#include "mail/single.h"
#include "mailsignal/limits.h"

struct walk {
  struct arena *arena;
  struct tree *tree;
  struct span bytes; /* what GMime parsed */
  defect_set *defects;
};

bool part_is(const struct part *part, const char *type) {
  return span_eq(part->type, span_of(type));
}

static struct span dup_string(struct arena *arena, const char *s) {
  return s ? arena_dup(arena, span_of(s)) : (struct span){0};
}

static struct span lower_type(struct arena *arena, GMimeContentType *type) {
  const char *media = type ? g_mime_content_type_get_media_type(type) : NULL;
  const char *sub = type ? g_mime_content_type_get_media_subtype(type) : NULL;
  struct span text = arena_printf(arena, "%s/%s", media ? media : "text", sub ? sub : "plain");
  char *copy = arena_strndup(arena, text.ptr, text.len);
  for (size_t i = 0; i < text.len; i++) copy[i] = ascii_lower(copy[i]);
  return (struct span){copy, text.len};
}

static bool parameter_is(GMimeContentType *type, const char *name, const char *value) {
  const char *found = g_mime_content_type_get_parameter(type, name);
  return found && g_ascii_strcasecmp(found, value) == 0;
}

static void read_type(struct walk *w, GMimeObject *object, struct part *part) {
  GMimeContentType *type = g_mime_object_get_content_type(object);
  part->type = lower_type(w->arena, type);
  if (!type) return;
  part->charset = dup_string(w->arena, g_mime_content_type_get_parameter(type, "charset"));
  part->method = dup_string(w->arena, g_mime_content_type_get_parameter(type, "method"));
  part->report_type = dup_string(w->arena, g_mime_content_type_get_parameter(type, "report-type"));
  part->flowed = parameter_is(type, "format", "flowed");
  part->delsp = parameter_is(type, "delsp", "yes");
}

/* GMime calls a type that it cannot read application/octet-stream; RFC 2045, section 5.2 says text.
 */
static void repair_type(struct walk *w, GMimeObject *object, struct part *part) {
  const char *value = g_mime_object_get_header(object, "Content-Type");
  if (!value) return;
  struct span s = span_trim(span_of(value));
  size_t slash = span_find_byte(s, '/', 0), end = span_find_byte(s, ';', 0);
  bool good = slash != SPAN_NONE && slash > 0 && slash + 1 < s.len && slash < end &&
              !ascii_is_space(s.ptr[slash + 1]) && s.ptr[slash + 1] != ';';
  if (good) return;
  defect_mark(w->defects, DEFECT_MIME_CONTENT_TYPE);
  if (!part->container) part->type = SPAN_LIT("text/plain");
}

static enum transfer read_transfer(struct walk *w, GMimePart *leaf) {
  switch (g_mime_part_get_content_encoding(leaf)) {
    case GMIME_CONTENT_ENCODING_BASE64:
      return TRANSFER_BASE64;
    case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
      return TRANSFER_QP;
    case GMIME_CONTENT_ENCODING_UUENCODE:
      return TRANSFER_UU;
    case GMIME_CONTENT_ENCODING_7BIT:
    case GMIME_CONTENT_ENCODING_8BIT:
    case GMIME_CONTENT_ENCODING_BINARY:
      return TRANSFER_NONE;
    case GMIME_CONTENT_ENCODING_DEFAULT:
    default:
      break;
  }
  const char *value = g_mime_object_get_header((GMimeObject *)leaf, "Content-Transfer-Encoding");
  if (value && span_trim(span_of(value)).len) defect_mark(w->defects, DEFECT_ENCODING_UNKNOWN);
  return TRANSFER_NONE;
}

/* The parser leaves a part's content where it stands in our memory; its stream knows the bounds. */
static struct span read_content(struct walk *w, GMimePart *leaf) {
  GMimeDataWrapper *wrapper = g_mime_part_get_content(leaf);
  GMimeStream *stream = wrapper ? g_mime_data_wrapper_get_stream(wrapper) : NULL;
  if (!stream || stream->bound_start < 0) return (struct span){"", 0};
  size_t end = stream->bound_end < 0 ? w->bytes.len : (size_t)stream->bound_end;
  return span_slice(w->bytes, (size_t)stream->bound_start, end);
}

static void read_leaf(struct walk *w, GMimePart *leaf, struct part *part) {
  GMimeContentDisposition *disposition = g_mime_object_get_content_disposition((GMimeObject *)leaf);
  part->attachment = disposition && g_mime_content_disposition_is_attachment(disposition);
  part->file_name = dup_string(w->arena, g_mime_part_get_filename(leaf));
  part->transfer = read_transfer(w, leaf);
  part->content = read_content(w, leaf);
}

static size_t add_part(struct walk *w, GMimeObject *object) {
  struct part part = {.end = w->tree->n + 1};
  read_type(w, object, &part);
  part.container = GMIME_IS_MULTIPART(object) || GMIME_IS_MESSAGE_PART(object);
  repair_type(w, object, &part);
  if (GMIME_IS_PART(object)) read_leaf(w, (GMimePart *)object, &part);
  ARENA_PUSH(w->arena, w->tree, part);
  return w->tree->n - 1;
}

/* No boundary, or none that occurs: GMime has all of it as the prologue. */
static void read_empty_multipart(struct walk *w, GMimeMultipart *multipart, size_t index) {
  w->tree->items[index].content = dup_string(w->arena, g_mime_multipart_get_prologue(multipart));
  defect_mark(w->defects, DEFECT_MIME_BOUNDARY);
}

/* Recursion is bounded: guard_copy() keeps the depth within LIMIT_MIME_DEPTH. */
static void walk_object(struct walk *w, GMimeObject *object) {
  size_t index = add_part(w, object);
  if (GMIME_IS_MULTIPART(object)) {
    GMimeMultipart *multipart = (GMimeMultipart *)object;
    int n = g_mime_multipart_get_count(multipart);
    for (int i = 0; i < n; i++) walk_object(w, g_mime_multipart_get_part(multipart, i));
    if (n == 0) read_empty_multipart(w, multipart, index);
  } else if (GMIME_IS_MESSAGE_PART(object)) {
    GMimeMessage *inner = g_mime_message_part_get_message((GMimeMessagePart *)object);
    GMimeObject *body = inner ? g_mime_message_get_mime_part(inner) : NULL;
    if (inner)
      w->tree->items[index].from =
          dup_string(w->arena, g_mime_object_get_header((GMimeObject *)inner, "From"));
    if (body) walk_object(w, body);
  }
  w->tree->items[index].end = w->tree->n;
}

static void release_object(void *object) { g_object_unref(object); }

/* NULL when GMime finds no message in it. The byte array only lends our memory to the stream:
 * GMime's own would be a copy. */
static GMimeMessage *parse(struct arena *arena, struct span bytes) {
  GByteArray *lent = ARENA_NEW(arena, GByteArray);
  lent->data = (guint8 *)(uintptr_t)bytes.ptr;
  lent->len = (guint)bytes.len;
  GMimeStream *stream = g_mime_stream_mem_new();
  g_mime_stream_mem_set_byte_array((GMimeStreamMem *)stream, lent);
  GMimeParser *parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
  g_object_unref(parser);
  g_object_unref(stream);
  if (message) arena_on_reset(arena, release_object, message);
  return message;
}

static bool is_container(const struct header *header) {
  struct span type = header->first[HEADER_CONTENT_TYPE];
  return span_istarts(type, SPAN_LIT("multipart/")) || span_istarts(type, SPAN_LIT("message/"));
}

/* The Content-* fields alone are enough for GMime to describe a body that has no parts. */
static struct span copy_fields(struct arena *arena, const struct header *header) {
  struct sbuf out = {.arena = arena};
  sbuf_add(&out, SPAN_LIT("MIME-Version: 1.0\n"));
  for (size_t i = 0; i < header->content_lines.n; i++) {
    struct span line = header->content_lines.items[i];
    sbuf_add(&out, line);
    if (line.ptr[line.len - 1] != '\n') sbuf_byte(&out, '\n');
  }
  sbuf_byte(&out, '\n');
  return sbuf_span(&out);
}

static void parse_parts(struct arena *arena, struct span raw, const struct header *header,
                        struct tree *out, struct guard_report *report) {
  struct span fields = copy_fields(arena, header);
  struct walk w = {.arena = arena, .tree = out, .defects = report->defects, .bytes = fields};
  if (is_container(header)) w.bytes = guard_copy(arena, fields, raw, header, report);
  GMimeMessage *message = parse(arena, w.bytes);
  GMimeObject *body = message ? g_mime_message_get_mime_part(message) : NULL;
  if (body) walk_object(&w, body);
}

void tree_read(struct arena *arena, struct span raw, const struct header *header, struct tree *out,
               defect_set *defects) {
  *out = (struct tree){0};
  struct guard_report report = {.defects = defects, .complete = true};
  struct part single;
  bool simple = single_read(header, &single);
  if (!simple) parse_parts(arena, raw, header, out, &report);
  if (out->n == 0) {
    if (!simple) single = (struct part){.type = SPAN_LIT("text/plain")};
    single.end = 1;
    ARENA_PUSH(arena, out, single);
  }
  struct part *root = &out->items[0];
  if (!root->container) root->content = span_from(raw, header->end);
  else if (!report.complete && out->n > 1) defect_mark(defects, DEFECT_BODY_TRUNCATED);
}
