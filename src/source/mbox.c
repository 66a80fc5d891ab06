#include "source/mbox.h"

#include <stdlib.h>

#include "mailsignal/limits.h"
#include "source/sniff.h"

enum {
  LOOK_AHEAD = 2048, /* a separator line and the start of the next line fit */
  FLUSH_BYTES = 4 * 1024 * 1024,
};

static bool digits_at(struct span s, size_t at, size_t n) {
  if (at + n > s.len) return false;
  for (size_t i = at; i < at + n; i++)
    if (!ascii_is_digit(s.ptr[i])) return false;
  return true;
}

/* A time hh:mm and, somewhere, a year 19xx or 20xx: asctime and all its variants have both. */
static bool has_date(struct span line) {
  bool time = false, year = false;
  for (size_t i = 5; i < line.len; i++) {
    if (line.ptr[i] == ':' && digits_at(line, i - 1, 1) && digits_at(line, i + 1, 2)) time = true;
    bool word_start = !ascii_is_alnum(line.ptr[i - 1]);
    if (word_start && digits_at(line, i, 4) && !digits_at(line, i, 5) &&
        (line.ptr[i] == '1' || line.ptr[i] == '2'))
      year = true;
  }
  return time && year;
}

bool mbox_is_separator(struct span line, bool after_empty_line, struct span next_line) {
  if (!span_starts(line, SPAN_LIT("From "))) return false;
  /* Some writers put ">From " envelope lines of earlier hops below the separator. */
  bool header = sniff_header_field(next_line) || span_starts(next_line, SPAN_LIT(">From "));
  if (has_date(line)) return after_empty_line || header;
  return after_empty_line && header;
}

static struct span line_at(struct span s, size_t at) {
  struct span line = span_slice(s, at, span_find_byte(s, '\n', at));
  if (line.len && line.ptr[line.len - 1] == '\r') line.len--;
  return line;
}

/* Whether the byte before `at` ends an empty line; `at` is the start of a line. */
static bool after_empty_line(struct span s, size_t at) {
  if (at < 2) return true;
  size_t i = at - 2; /* s[at - 1] is \n */
  if (s.ptr[i] == '\r' && i > 0) i--;
  return s.ptr[i] == '\n';
}

static bool separator_at(struct window *w, size_t at) {
  window_fill(w, at + LOOK_AHEAD);
  struct span s = window_bytes(w);
  size_t end = span_find_byte(s, '\n', at);
  struct span next = end == SPAN_NONE ? (struct span){0} : span_from(s, end + 1);
  return mbox_is_separator(line_at(s, at), after_empty_line(s, at), next);
}

static bool append(struct raw_message *out, struct span bytes) {
  if (bytes.len > LIMIT_MESSAGE_BYTES - out->len) {
    bytes.len = LIMIT_MESSAGE_BYTES - out->len;
    out->cut = true;
  }
  if (out->len + bytes.len > out->capacity) {
    size_t needed = out->len + bytes.len + 4096;
    size_t capacity = out->capacity * 2 > needed ? out->capacity * 2 : needed;
    char *grown = realloc(out->bytes, capacity);
    if (!grown) {
      ms_fail(&out->error, MS_SOFTWARE, "out of memory");
      return false;
    }
    out->bytes = grown;
    out->capacity = capacity;
  }
  if (bytes.len) memcpy(out->bytes + out->len, bytes.ptr, bytes.len);
  out->len += bytes.len;
  return true;
}

/* Value of Content-Length in the header that the window starts with, or SPAN_NONE; *body is where
 * the body starts. The header must end within LIMIT_HEADER_BYTES. */
static size_t content_length(struct window *w, size_t *body) {
  size_t value = SPAN_NONE;
  for (size_t at = 0; at < LIMIT_HEADER_BYTES;) {
    size_t end;
    while ((end = span_find_byte(window_bytes(w), '\n', at)) == SPAN_NONE)
      if (!window_fill(w, window_bytes(w).len + 1)) return SPAN_NONE;
    struct span line = line_at(window_bytes(w), at);
    *body = end + 1;
    if (line.len == 0) return value;
    if (span_istarts(line, SPAN_LIT("Content-Length:"))) {
      value = 0;
      struct span digits = span_trim(span_from(line, 15));
      for (size_t i = 0; i < digits.len && i < 10; i++) {
        if (!ascii_is_digit(digits.ptr[i])) return SPAN_NONE;
        value = value * 10 + (size_t)(digits.ptr[i] - '0');
      }
    }
    at = end + 1;
  }
  return SPAN_NONE;
}

/* The message's end by Content-Length, or SPAN_NONE when there is none or it does not fit. */
static size_t end_by_length(struct window *w) {
  size_t body = 0;
  size_t length = content_length(w, &body);
  if (length == SPAN_NONE || length > LIMIT_MESSAGE_BYTES) return SPAN_NONE;
  size_t end = body + length;
  window_fill(w, end + 16);
  struct span s = window_bytes(w);
  if (end > s.len) return SPAN_NONE;
  size_t at = end;
  while (at < s.len && at < end + 4 && (s.ptr[at] == '\n' || s.ptr[at] == '\r')) at++;
  if (at == s.len && w->at_end) return end;
  bool at_line_start = at > 0 && s.ptr[at - 1] == '\n';
  return at_line_start && span_starts(span_from(s, at), SPAN_LIT("From ")) ? end : SPAN_NONE;
}

/* The next "From " with `before` before it; returns where that stands. A capital F is rare enough for
 * memchr to be at least twice as fast as memmem. */
static size_t find_from(struct span s, char before, size_t at) {
  for (at++; (at = span_find_byte(s, 'F', at)) != SPAN_NONE; at++)
    if (s.ptr[at - 1] == before && span_starts(span_from(s, at), SPAN_LIT("From "))) return at - 1;
  return SPAN_NONE;
}

/* Appends bytes, taking one ">" off quoted "From " lines. */
static bool append_unquoted(struct raw_message *out, struct span bytes) {
  size_t copied = 0;
  for (size_t at = 0; (at = find_from(bytes, '>', at)) != SPAN_NONE; at += 6) {
    size_t first = at;
    while (first > 0 && bytes.ptr[first - 1] == '>') first--;
    if (first > 0 ? bytes.ptr[first - 1] != '\n' : out->len && out->bytes[out->len - 1] != '\n')
      continue;
    if (!append(out, span_slice(bytes, copied, first))) return false;
    copied = first + 1;
  }
  return append(out, span_from(bytes, copied));
}

/* Finds the separator that ends the message and appends what is before it, window by window. */
static bool append_until_separator(struct window *w, struct raw_message *out) {
  size_t at = 0;
  for (;;) {
    struct span s = window_bytes(w);
    if (at == 0 && separator_at(w, 0)) break; /* an empty message */
    size_t hit = find_from(window_bytes(w), '\n', at);
    if (hit != SPAN_NONE) {
      if (separator_at(w, hit + 1)) {
        at = hit + 1;
        break;
      }
      at = hit + 1;
      continue;
    }
    s = window_bytes(w);
    at = s.len > 8 ? s.len - 8 : 0;
    if (!window_fill(w, s.len + 1)) {
      at = window_bytes(w).len;
      break;
    }
    if (at > FLUSH_BYTES) { /* let go of whole lines; a tail stays for the context */
      size_t done = at - 8;
      const char *line_end = memrchr(window_bytes(w).ptr, '\n', done);
      if (line_end) done = (size_t)(line_end - window_bytes(w).ptr) + 1;
      if (!append_unquoted(out, span_slice(window_bytes(w), 0, done))) return false;
      window_skip(w, done);
      at -= done;
    }
  }
  if (!append_unquoted(out, span_slice(window_bytes(w), 0, at))) return false;
  window_skip(w, at);
  return true;
}

/* The empty line before a separator belongs to the mbox, not to the message. */
static void drop_last_empty_line(struct raw_message *out) {
  struct span s = {out->bytes, out->len};
  if (span_ends(s, SPAN_LIT("\r\n\r\n")))
    out->len -= 2;
  else if (span_ends(s, SPAN_LIT("\n\n")))
    out->len -= 1;
}

static bool skip_line(struct window *w) {
  for (;;) {
    struct span s = window_bytes(w);
    size_t end = span_find_byte(s, '\n', 0);
    if (end != SPAN_NONE) {
      window_skip(w, end + 1);
      return true;
    }
    window_skip(w, s.len);
    if (!window_fill(w, 1)) return false;
  }
}

bool mbox_next(struct window *w, struct raw_message *out) {
  out->len = 0;
  out->cut = false;
  if (!window_fill(w, 1)) return false;
  skip_line(w);
  uint64_t start = w->offset;
  size_t end = end_by_length(w);
  if (end != SPAN_NONE) {
    struct span body = span_slice(window_bytes(w), 0, end);
    /* mboxcl quotes "From " lines, mboxcl2 does not. */
    bool quoted = find_from(body, '\n', 0) == SPAN_NONE;
    if (quoted ? !append_unquoted(out, body) : !append(out, body)) return true;
    window_skip(w, end);
    while (window_fill(w, 1) && span_trim(span_slice(window_bytes(w), 0, 1)).len == 0)
      window_skip(w, 1);
  } else if (append_until_separator(w, out)) {
    drop_last_empty_line(out);
  }
  out->origin.offset = start;
  out->origin.size = end != SPAN_NONE ? end : w->offset - start;
  return true;
}

void message_read(struct window *w, struct raw_message *out) {
  out->len = 0;
  out->cut = false;
  uint64_t start = w->offset;
  while (window_fill(w, 1)) {
    struct span s = window_bytes(w);
    if (!append(out, s)) break;
    window_skip(w, s.len);
  }
  out->origin.offset = start;
  out->origin.size = w->offset - start;
}
