#include "mail/words.h"

#include "mail/charset.h"
#include "mail/clean.h"
#include "mail/transfer.h"
#include "mailsignal/utf8.h"

enum { LONGEST_CHARSET = 64 };

struct word {
  struct span charset, text;
  char encoding; /* 'b' or 'q' */
  size_t end;    /* offset behind the word */
  bool broken;
};

struct reader {
  struct arena *arena;
  defect_set *defects;
  struct span raw;
  size_t closing; /* the first "?=" at or after the last place where one was looked for */
  struct sbuf out;
  struct sbuf pending; /* decoded bytes of adjoining words in one charset */
  struct span charset; /* of these */
};

/* Searches go forward only, so that a header full of "=?" is read in linear time. */
static size_t find_closing(struct reader *r, size_t from) {
  if (r->closing != SPAN_NONE && r->closing < from)
    r->closing = span_find(r->raw, SPAN_LIT("?="), from);
  return r->closing;
}

/* Reads "=?charset?Q?text?=" at `at`. */
static bool read_word(struct reader *r, size_t at, struct word *out) {
  struct span raw = r->raw;
  size_t name = at + 2, mark = name;
  while (mark < raw.len && mark - name < LONGEST_CHARSET && raw.ptr[mark] != '?' &&
         raw.ptr[mark] > ' ')
    mark++;
  if (mark == name || mark + 2 >= raw.len || raw.ptr[mark] != '?' || raw.ptr[mark + 2] != '?')
    return false;
  out->encoding = ascii_lower(raw.ptr[mark + 1]);
  if (out->encoding != 'b' && out->encoding != 'q') return false;
  out->charset = span_slice(raw, name, mark);
  size_t language = span_find_byte(out->charset, '*', 0); /* RFC 2231, section 5 */
  if (language != SPAN_NONE) out->charset.len = language;
  size_t text = mark + 3, closing = find_closing(r, text);
  out->broken = closing == SPAN_NONE;
  out->text = span_slice(raw, text, closing == SPAN_NONE ? raw.len : closing);
  out->end = closing == SPAN_NONE ? raw.len : closing + 2;
  if (out->encoding == 'q' && span_find_byte(out->text, ' ', 0) != SPAN_NONE) out->broken = true;
  return true;
}

static void flush(struct reader *r) {
  if (r->pending.len == 0) return;
  struct span text = charset_decode(r->arena, sbuf_span(&r->pending), r->charset, r->defects);
  sbuf_add(&r->out, text);
  r->pending = (struct sbuf){.arena = r->arena};
}

static void add_word(struct reader *r, const struct word *word) {
  if (r->pending.len && !span_ieq(r->charset, word->charset)) flush(r);
  r->charset = word->charset;
  bool damaged = word->broken;
  if (word->encoding == 'b') {
    defect_set in_base64 = 0;
    transfer_base64(&r->pending, word->text, &in_base64);
    damaged = damaged || in_base64;
  } else {
    damaged |= !transfer_q(&r->pending, word->text);
  }
  if (damaged) defect_mark(r->defects, DEFECT_HEADER_ENCODED_WORD);
}

static bool is_blank(struct span s) { return span_trim(s).len == 0; }

static void add_plain(struct reader *r, struct span text) {
  if (text.len == 0) return;
  flush(r);
  sbuf_add(&r->out, text);
}

static void read_all(struct reader *r) {
  size_t plain = 0, at = 0;
  bool after_word = false;
  while ((at = span_find(r->raw, SPAN_LIT("=?"), at)) != SPAN_NONE) {
    struct word word;
    if (!read_word(r, at, &word)) {
      at += 2;
      continue;
    }
    struct span between = span_slice(r->raw, plain, at);
    if (!after_word || !is_blank(between)) add_plain(r, between); /* RFC 2047, section 6.2 */
    add_word(r, &word);
    plain = at = word.end;
    after_word = true;
  }
  add_plain(r, span_from(r->raw, plain));
  flush(r);
}

/* Some mailers write headers in raw UTF-8 (RFC 6532 allows it), some in their local charset. */
static struct span read_8bit(struct arena *arena, struct span raw) {
  if (utf8_is_valid(raw)) return raw;
  defect_set ignored = 0; /* header.raw_8bit is set for the whole block */
  return charset_decode(arena, raw, SPAN_LIT("windows-1252"), &ignored);
}

struct span words_decode(struct arena *arena, struct span raw, defect_set *defects) {
  if (raw.len == 0) return (struct span){"", 0};
  raw = read_8bit(arena, raw);
  if (span_find(raw, SPAN_LIT("=?"), 0) != SPAN_NONE) {
    struct reader r = {.arena = arena, .defects = defects, .raw = raw};
    r.out.arena = r.pending.arena = arena;
    read_all(&r);
    raw = sbuf_span(&r.out);
  }
  return clean_line(arena, raw);
}
