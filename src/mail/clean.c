#include "mail/clean.h"

#include <stdlib.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "mailsignal/utf8.h"

bool clean_is_invisible(uint32_t code) {
  if (code < 0xAD) return false;
  if (code < 0x200B) return code == 0xAD || code == 0x34F || code == 0x61C || code == 0x180E;
  return code <= 0x200F || (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF || code == 0xFFFC ||
         (code >= 0xE0000 && code <= 0xE0FFF);
}

bool clean_may_compose(uint32_t code) {
  if (code < 0x300) return false;
  if (code >= 0x400 && code < 0x483) return false;   /* Cyrillic */
  if (code >= 0x2010 && code < 0x2126) return false; /* punctuation, currency */
  if (code >= 0x3001 && code < 0x3099) return false; /* CJK punctuation, Hiragana */
  if (code >= 0x30A0 && code < 0xA000) return false; /* Katakana, Han */
  return !(code >= 0x1F300 && code < 0x20000);       /* emoji */
}

static bool is_control(uint32_t code) {
  return (code < 0x20 && code != '\t') || (code >= 0x7F && code < 0xA0);
}

/* What kinds of bytes a line holds; written so that the compiler makes it vector code. */
struct line_kind {
  unsigned char high, control;
};

static struct line_kind look(struct span line) {
  unsigned char high = 0, control = 0;
  for (size_t i = 0; i < line.len; i++) {
    unsigned char c = (unsigned char)line.ptr[i];
    high |= c;
    control |= (unsigned char)((c < 0x20) & (c != '\t')) | (unsigned char)(c == 0x7F);
  }
  return (struct line_kind){high & 0x80, control};
}

static void add_visible(struct sbuf *out, struct span line, bool *odd, defect_set *defects) {
  sbuf_reserve(out, line.len);
  for (size_t at = 0; at < line.len;) {
    size_t start = at;
    uint32_t code = utf8_next(line, &at);
    if (is_control(code)) {
      defect_mark(defects, DEFECT_TEXT_NUL);
      continue;
    }
    if (clean_is_invisible(code) || code == UTF8_INVALID) continue;
    if (clean_may_compose(code)) *odd = true;
    for (; start < at; start++) out->bytes[out->len++] = line.ptr[start];
  }
}

static bool is_delimiter(const char *line, size_t len) {
  if (len < 3 || memcmp(line + len - 3, "-- ", 3) != 0) return false;
  for (size_t i = 0; i + 3 < len; i++)
    if (line[i] != '>' && line[i] != ' ') return false;
  return true;
}

static void trim_end(struct sbuf *out, size_t start) {
  size_t end = out->len;
  while (end > start) {
    if (out->bytes[end - 1] == ' ' || out->bytes[end - 1] == '\t') end--;
    else if (end - start >= 2 && memcmp(out->bytes + end - 2, "\xC2\xA0", 2) == 0) end -= 2;
    else break;
  }
  if (end == out->len) return;
  if (is_delimiter(out->bytes + start, end + 1 - start)) end++;
  out->len = end;
}

void clean_add_line(struct sbuf *out, struct span line, bool *odd, defect_set *defects) {
  struct line_kind kind = look(line);
  size_t start = out->len;
  if (!kind.high && !kind.control) sbuf_add(out, line);
  else add_visible(out, line, odd, defects);
  trim_end(out, start);
}

/* Length of the line end at `at`, 0 if there is none. U+2028 and U+2029 count. */
static size_t line_end(struct span s, size_t at) {
  char c = s.ptr[at];
  if (c == '\r') return at + 1 < s.len && s.ptr[at + 1] == '\n' ? 2 : 1;
  if (c == '\n' || c == '\f' || c == '\v') return 1;
  if (c == '\xE2' && at + 2 < s.len && s.ptr[at + 1] == '\x80' &&
      (s.ptr[at + 2] == '\xA8' || s.ptr[at + 2] == '\xA9'))
    return 3;
  return 0;
}

/* Splits what stands between two \n at the rarer line ends. */
static void add_lines(struct sbuf *out, struct span line, bool *odd, defect_set *defects) {
  size_t start = 0;
  for (size_t at = 0; at < line.len;) {
    size_t len = line_end(line, at);
    if (len == 0) {
      at++;
      continue;
    }
    clean_add_line(out, span_slice(line, start, at), odd, defects);
    at += len;
    if (at == line.len && line.ptr[at - 1] == '\r') return; /* the \n is the caller's */
    sbuf_byte(out, '\n');
    start = at;
  }
  clean_add_line(out, span_from(line, start), odd, defects);
}

struct span clean_text(struct arena *arena, struct span utf8, defect_set *defects) {
  struct sbuf out = {.arena = arena};
  bool odd = false;
  sbuf_reserve(&out, utf8.len + 1);
  for (size_t at = 0; at < utf8.len;) {
    size_t end = span_find_byte(utf8, '\n', at);
    bool last = end == SPAN_NONE;
    if (last) end = utf8.len;
    struct span line = span_slice(utf8, at, end);
    if (line.len && line.ptr[line.len - 1] == '\r') line.len--;
    struct line_kind kind = look(line);
    if (!kind.high && !kind.control) {
      size_t start = out.len;
      sbuf_add(&out, line);
      trim_end(&out, start);
    } else {
      add_lines(&out, line, &odd, defects);
    }
    if (!last) sbuf_byte(&out, '\n');
    at = end + 1;
  }
  return odd ? clean_compose(arena, sbuf_span(&out), NULL, 0) : sbuf_span(&out);
}

struct span clean_line(struct arena *arena, struct span utf8) {
  struct span s = span_trim(utf8);
  struct line_kind kind = look(s);
  if (!kind.high && !kind.control && !memchr(s.ptr, '\t', s.len)) return s;
  struct sbuf out = {.arena = arena};
  bool odd = false, blank = false;
  sbuf_reserve(&out, s.len);
  for (size_t at = 0; at < s.len;) {
    size_t start = at;
    uint32_t code = utf8_next(s, &at);
    if (code == '\n' || code == '\r' || code == '\t') {
      blank = true;
      continue;
    }
    if (is_control(code) || clean_is_invisible(code) || code == UTF8_INVALID) continue;
    if (blank && code == ' ') continue;
    if (blank && out.len && out.bytes[out.len - 1] != ' ') sbuf_byte(&out, ' ');
    blank = false;
    if (clean_may_compose(code)) odd = true;
    sbuf_add(&out, span_slice(s, start, at));
  }
  struct span line = sbuf_span(&out);
  return span_trim(odd ? clean_compose(arena, line, NULL, 0) : line);
}

/* NFC of a stretch, appended. Where ICU fails (out of memory) the text stays as it was. */
static void add_composed(struct sbuf *out, struct span s) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
  if (s.len == 0) return;
  UChar *utf16 = ARENA_ARRAY(out->arena, UChar, s.len), *composed;
  int32_t n = 0, m = 0, bytes = 0;
  u_strFromUTF8(utf16, (int32_t)s.len, &n, s.ptr, (int32_t)s.len, &status);
  if (U_FAILURE(status) || unorm2_quickCheck(nfc, utf16, n, &status) == UNORM_YES) {
    sbuf_add(out, s);
    return;
  }
  size_t room = (size_t)n * 3 + 16; /* NFC of UTF-16 grows by a factor of 3 at most (UAX 15) */
  composed = ARENA_ARRAY(out->arena, UChar, room);
  m = unorm2_normalize(nfc, utf16, n, composed, (int32_t)room, &status);
  size_t most = (size_t)(U_SUCCESS(status) ? m : 0) * 3 + 1;
  sbuf_reserve(out, most);
  u_strToUTF8(out->bytes + out->len, (int32_t)most, &bytes, composed, m, &status);
  if (U_FAILURE(status)) sbuf_add(out, s);
  else out->len += (size_t)bytes;
}

static int compare_offsets(const void *a, const void *b) {
  const size_t *const *x = a, *const *y = b;
  return (**x > **y) - (**x < **y);
}

struct span clean_compose(struct arena *arena, struct span text, struct text_mark *marks,
                          size_t n_marks) {
  struct sbuf out = {.arena = arena};
  size_t **borders = ARENA_ARRAY(arena, size_t *, n_marks * 2);
  for (size_t i = 0; i < n_marks; i++) {
    borders[2 * i] = &marks[i].start;
    borders[2 * i + 1] = &marks[i].end;
  }
  if (n_marks) qsort(borders, n_marks * 2, sizeof *borders, compare_offsets);
  size_t done = 0;
  for (size_t i = 0; i < n_marks * 2; i++) {
    size_t border = *borders[i];
    add_composed(&out, span_slice(text, done, border));
    done = border;
    *borders[i] = out.len;
  }
  add_composed(&out, span_from(text, done));
  return sbuf_span(&out);
}
