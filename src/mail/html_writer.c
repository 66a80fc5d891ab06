#include "mail/html_writer.h"

#include "mail/clean.h"
#include "mail/html_entity.h"
#include "mailsignal/utf8.h"

enum { MOST_NEWLINES = 3 }; /* two empty lines */

void html_writer_init(struct html_writer *w, struct arena *arena) {
  *w = (struct html_writer){.out = {.arena = arena}, .tab = SPAN_NONE};
}

static void newline(struct html_writer *w) {
  if (w->newlines >= MOST_NEWLINES || w->out.len == 0) return;
  sbuf_byte(&w->out, '\n');
  w->newlines++;
  w->breaks++;
  w->line = w->out.len;
}

/* Takes blanks and no-break spaces off the end of the line. */
static void trim_line(struct html_writer *w) {
  size_t end = w->out.len;
  const char *bytes = w->out.bytes;
  while (end > w->line) {
    if (bytes[end - 1] == ' ' || bytes[end - 1] == '\t') end--;
    else if (end - w->line >= 2 && memcmp(bytes + end - 2, "\xC2\xA0", 2) == 0) end -= 2;
    else break;
  }
  bool delimiter = end - w->line == 2 && memcmp(bytes + w->line, "--", 2) == 0;
  bool had_blank = end < w->out.len || w->blank;
  w->out.len = end;
  if (delimiter && had_blank) sbuf_byte(&w->out, ' ');
}

static void end_line(struct html_writer *w) {
  if (!w->open) return;
  if (w->tab != SPAN_NONE) { /* this cell has several lines: let them stand by themselves */
    w->out.bytes[w->tab] = '\n';
    w->line = w->tab + 1;
  }
  trim_line(w);
  /* A line of blanks only is an empty line; a second one in a row says nothing more. */
  bool keep = w->solid || w->newlines < 2;
  w->open = w->solid = w->blank = false;
  w->tab = SPAN_NONE;
  if (keep) newline(w);
}

void html_start_line(struct html_writer *w) {
  if (w->want_break) end_line(w);
  if (w->want_gap && !w->open && w->newlines < 2) newline(w);
  w->want_break = w->want_gap = false;
}

void html_write_due(struct html_writer *w) {
  html_start_line(w);
  if (w->cell && w->open) {
    w->tab = w->out.len;
    sbuf_byte(&w->out, w->cell);
    w->blank = false;
  }
  w->cell = 0;
  if (w->blank && w->open) sbuf_byte(&w->out, ' ');
  w->blank = false;
  if (w->marker.len) sbuf_add(&w->out, w->marker);
  w->marker = (struct span){0};
}

static void wrote(struct html_writer *w, bool visible) {
  w->open = true;
  if (!visible) return;
  w->pieces++;
  w->solid = true;
  w->newlines = 0;
}

void html_write_plain(struct html_writer *w, struct span text) {
  if (text.len == 0) return;
  html_write_due(w);
  sbuf_add(&w->out, text);
  wrote(w, true);
}

void html_write_break(struct html_writer *w) {
  html_write_due(w);
  w->pieces++;
  if (w->open) end_line(w);
  else newline(w);
}

void html_write_block(struct html_writer *w, bool gap) {
  w->want_break = true;
  if (gap) w->want_gap = true;
}

void html_write_cell(struct html_writer *w) {
  w->want_break = w->want_gap = w->blank = false;
  w->cell = '\t';
}

void html_end_cell(struct html_writer *w) {
  w->tab = SPAN_NONE;
  w->cell = 0;
}

void html_write_marker(struct html_writer *w, struct span marker) {
  if (marker.len > sizeof w->marker_bytes) return;
  memcpy(w->marker_bytes, marker.ptr, marker.len);
  w->marker = (struct span){w->marker_bytes, marker.len};
}

enum { PLAIN, SPACE, AMPERSAND, HIGH, CONTROL };

static unsigned char kind_of(unsigned char c) {
  if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') return SPACE;
  if (c == '&') return AMPERSAND;
  if (c >= 0x80) return HIGH;
  return c < 0x20 || c == 0x7F ? CONTROL : PLAIN;
}

static void write_code(struct html_writer *w, struct span character, uint32_t code) {
  if (code == UTF8_INVALID || clean_is_invisible(code) || (code < 0xA0 && code >= 0x7F)) return;
  if (code < 0x20) { /* from a reference such as &#10; */
    if (code == '\n' || code == '\t' || code == '\r') w->blank = true;
    return;
  }
  if (code == 0x2028 || code == 0x2029) {
    html_write_break(w);
    return;
  }
  bool fills_cell = code == 0xA0 && (w->cell || (w->tab != SPAN_NONE && w->tab + 1 == w->out.len));
  if (fills_cell) return; /* no-break spaces keep empty cells open */
  if (clean_may_compose(code)) w->may_compose = true;
  html_write_due(w);
  sbuf_add(&w->out, character);
  wrote(w, code != 0xA0);
}

static size_t write_reference(struct html_writer *w, struct span text, size_t at) {
  char utf8[HTML_ENTITY_BYTES];
  size_t len = 0, used = html_entity(text, at, utf8, &len);
  if (used == 0) {
    html_write_plain(w, SPAN_LIT("&"));
    return at + 1;
  }
  struct span characters = {utf8, len};
  for (size_t i = 0; i < len;) {
    size_t start = i;
    uint32_t code = utf8_next(characters, &i);
    write_code(w, span_slice(characters, start, i), code);
  }
  return at + used;
}

static void write_space(struct html_writer *w, char c, bool preformatted) {
  if (!preformatted) {
    if (w->open) w->blank = true;
  } else if (c == '\n') {
    html_write_break(w);
  } else if (c != '\r') {
    html_write_due(w);
    sbuf_byte(&w->out, c == '\t' ? '\t' : ' ');
    wrote(w, false);
  }
}

void html_write_text(struct html_writer *w, struct span text, bool preformatted) {
  for (size_t at = 0; at < text.len;) {
    size_t start = at;
    unsigned char kind = kind_of((unsigned char)text.ptr[at]);
    switch (kind) {
      case SPACE:
        write_space(w, text.ptr[at++], preformatted);
        break;
      case AMPERSAND:
        at = write_reference(w, text, at);
        break;
      case CONTROL:
        at++;
        break;
      case HIGH: {
        uint32_t code = utf8_next(text, &at);
        write_code(w, span_slice(text, start, at), code);
        break;
      }
      default:
        while (at < text.len && kind_of((unsigned char)text.ptr[at]) == PLAIN) at++;
        html_write_plain(w, span_slice(text, start, at));
    }
  }
}

void html_writer_finish(struct html_writer *w) {
  end_line(w);
  while (w->out.len && w->out.bytes[w->out.len - 1] == '\n') w->out.len--;
  if (w->out.len) sbuf_byte(&w->out, '\n');
}
