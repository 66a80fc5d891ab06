#include "mail/header.h"

#include "mailsignal/limits.h"

static const struct span names[HEADER_COUNT] = {
#define HEADER_NAME(constant, name) [constant] = SPAN_INIT(name),
    HEADER_LIST(HEADER_NAME)
#undef HEADER_NAME
};

struct span header_line(struct span s, size_t at, size_t *next) {
  size_t end = span_find_byte(s, '\n', at);
  *next = end == SPAN_NONE ? s.len : end + 1;
  if (end == SPAN_NONE) end = s.len;
  if (end > at && s.ptr[end - 1] == '\r') end--;
  return span_slice(s, at, end);
}

size_t header_name_length(struct span line) {
  size_t n = 0;
  while (n < line.len && line.ptr[n] > ' ' && line.ptr[n] < 127 && line.ptr[n] != ':') n++;
  size_t colon = n;
  while (colon < line.len && (line.ptr[colon] == ' ' || line.ptr[colon] == '\t')) colon++;
  return colon < line.len && line.ptr[colon] == ':' ? n : 0;
}

static bool is_folded(struct span s, size_t at) {
  return at < s.len && (s.ptr[at] == ' ' || s.ptr[at] == '\t');
}

static void find_id(struct span name, int *id) {
  *id = -1;
  char first = ascii_lower(name.ptr[0]);
  for (int i = 0; i < HEADER_COUNT; i++) {
    if (names[i].ptr[0] != first || !span_ieq(names[i], name)) continue;
    *id = i;
    return;
  }
}

/* Fields of which RFC 5322 (section 3.6) allows one. */
static bool is_unique(int id) {
  switch (id) {
    case HEADER_CC:
    case HEADER_CONTENT_TYPE:
    case HEADER_DATE:
    case HEADER_FROM:
    case HEADER_IN_REPLY_TO:
    case HEADER_MESSAGE_ID:
    case HEADER_REFERENCES:
    case HEADER_REPLY_TO:
    case HEADER_SENDER:
    case HEADER_SUBJECT:
    case HEADER_TO:
      return true;
    default:
      return false;
  }
}

static void add_content_line(struct arena *arena, struct span field, struct header *out,
                             defect_set *defects) {
  if (field.len > LIMIT_CONTENT_FIELD_BYTES) {
    field.len = LIMIT_CONTENT_FIELD_BYTES;
    defect_mark(defects, DEFECT_SIZE_HEADER);
  }
  ARENA_PUSH(arena, &out->content_lines, field);
}

static void add_field(struct arena *arena, struct span field, size_t name_length,
                      struct header *out, defect_set *defects) {
  struct span name = span_slice(field, 0, name_length);
  out->n_fields++;
  if (span_istarts(name, SPAN_LIT("content-"))) add_content_line(arena, field, out, defects);
  int id;
  find_id(name, &id);
  if (id < 0) return;
  struct span value = span_trim(span_from(field, span_find_byte(field, ':', name_length) + 1));
  if (!header_has(out, (enum header_id)id)) {
    out->first[id] = value;
    return;
  }
  if (!is_unique(id)) return;
  defect_mark(defects, DEFECT_HEADER_DUPLICATE);
  /* An empty field does not hide a later one that says something. */
  if (out->first[id].len == 0) out->first[id] = value;
}

/* The end of the field that begins at `at`: its line and the folded ones after it. A line of blanks
 * only ends the block in some mailers' minds, yet RFC 5322 counts it as folding. */
static size_t field_end(struct span raw, size_t at) {
  size_t next;
  header_line(raw, at, &next);
  while (is_folded(raw, next)) header_line(raw, next, &next);
  return next;
}

/* A line that is no field: where the next one is a field again it is passed over, otherwise the
 * empty line before the body was forgotten. */
static bool resumes(struct span raw, size_t next) {
  size_t after;
  struct span line = header_line(raw, next, &after);
  return next < raw.len && header_name_length(line) > 0;
}

/* The block goes on beyond a limit; the body begins after the next empty line. */
static size_t skip_rest(struct span raw, size_t at) {
  while (at < raw.len) {
    struct span line = header_line(raw, at, &at);
    if (line.len == 0) break;
  }
  return at;
}

static void note_bytes(struct span block, defect_set *defects) {
  if (memchr(block.ptr, 0, block.len)) defect_mark(defects, DEFECT_HEADER_NUL);
  unsigned char seen = 0;
  for (size_t i = 0; i < block.len; i++) seen |= (unsigned char)block.ptr[i];
  if (seen >= 0x80) defect_mark(defects, DEFECT_HEADER_RAW8BIT);
}

static size_t skip_mbox_line(struct span raw) {
  size_t at = 0;
  if (span_starts(raw, SPAN_LIT("From ")) || span_starts(raw, SPAN_LIT(">From ")))
    header_line(raw, 0, &at);
  return at;
}

/* Where the block ends: after the empty line, or at the line that cannot belong to it. */
static size_t read_fields(struct arena *arena, struct span raw, size_t start, struct header *out,
                          defect_set *defects) {
  for (size_t at = start, next; at < raw.len; at = next) {
    struct span line = header_line(raw, at, &next);
    if (line.len == 0) return next;
    if (out->n_fields >= LIMIT_HEADER_COUNT || at - start > LIMIT_HEADER_BYTES) {
      defect_mark(defects, DEFECT_SIZE_HEADER);
      return skip_rest(raw, at);
    }
    next = field_end(raw, at);
    size_t name_length = header_name_length(line);
    if (name_length > 0) {
      size_t end = next;
      if (end - at > LIMIT_HEADER_BYTES) {
        defect_mark(defects, DEFECT_SIZE_HEADER);
        end = at + LIMIT_HEADER_BYTES;
      }
      add_field(arena, span_slice(raw, at, end), name_length, out, defects);
      continue;
    }
    bool more = resumes(raw, next);
    if (out->n_fields > 0 || more) defect_mark(defects, DEFECT_HEADER_MALFORMED);
    if (!more) return at;
  }
  return raw.len;
}

void header_read(struct arena *arena, struct span raw, struct header *out, defect_set *defects) {
  *out = (struct header){0};
  size_t start = skip_mbox_line(raw);
  out->end = read_fields(arena, raw, start, out, defects);
  note_bytes(span_slice(raw, start, out->end), defects);
  if (out->n_fields > 0) return;
  defect_mark(defects, DEFECT_HEADER_NONE);
  out->end = start;
}
