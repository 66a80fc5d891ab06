/* Header blocks of quoted and forwarded mail: "From: ... Sent: ... To: ... Subject: ...". */
#include "zone/page.h"

enum {
  MAX_BLOCK_LINES = 24,
  MAX_CONTINUATION = 4, /* lines of one wrapped address list */
};

#define ALL_HEADERS                                                                     \
  (LEX_BIT(HDR_FROM) | LEX_BIT(HDR_DATE) | LEX_BIT(HDR_TO) | LEX_BIT(HDR_CC) |          \
   LEX_BIT(HDR_SUBJECT) | LEX_BIT(HDR_OTHER))

struct block {
  uint64_t seen;
  size_t end, n_headers, continued;
  bool has_address; /* an @ in From or To */
  bool dated;       /* digits in the date */
};

static bool has_digits(struct span s, size_t wanted) {
  size_t n = 0;
  for (size_t i = 0; i < s.len && i < 200; i++) n += ascii_is_digit(s.ptr[i]);
  return n >= wanted;
}

/* Takes `line` as header or as continuation of one; false where the block is over. */
static bool take(const struct page *page, size_t line, struct block *block) {
  const struct zone_line *l = &page->lines[line];
  struct span text = page_folded(page, line);
  uint64_t classes = l->hits.classes & ALL_HEADERS;
  if (!classes && !block->n_headers) return false;
  bool address = span_find_byte(text, '@', 0) != SPAN_NONE;
  if (!classes) {
    bool list = address || span_ends(text, SPAN_LIT(";")) || span_ends(text, SPAN_LIT(","));
    if (!list || ++block->continued > MAX_CONTINUATION) return false;
    block->end = line + 1;
    return true;
  }
  /* One name may be two headers in two languages ("a:" is To, "tema:" Subject): only one that is
   * new counts, so that a list of equal labels is no header block. */
  if (!(classes & ~block->seen) && !(classes & LEX_BIT(HDR_OTHER))) return false;
  block->seen |= classes;
  block->continued = 0;
  block->n_headers++;
  block->end = line + 1;
  if (address && classes & (LEX_BIT(HDR_FROM) | LEX_BIT(HDR_TO))) block->has_address = true;
  if (classes & LEX_BIT(HDR_DATE) && has_digits(text, 3)) block->dated = true;
  return true;
}

static bool convincing(const struct block *block) {
  bool from = block->seen & LEX_BIT(HDR_FROM);
  bool subject = block->seen & LEX_BIT(HDR_SUBJECT);
  bool to = block->seen & LEX_BIT(HDR_TO);
  if (!from || block->n_headers < 2) return false;
  if (block->n_headers >= 3) return subject || block->has_address || (block->dated && to);
  return block->has_address && (block->dated || subject);
}

/* Without quotes, brackets, and the stars of bold text around it. */
static struct span without_marks(struct span s) {
  static const char marks[] = "*\"'<>()[]";
  s = span_trim(s);
  while (s.len && memchr(marks, s.ptr[0], sizeof marks - 1)) s = span_trim(span_from(s, 1));
  while (s.len && memchr(marks, s.ptr[s.len - 1], sizeof marks - 1))
    s = span_trim(span_slice(s, 0, s.len - 1));
  return s;
}

/* The last one: a display name may be an address itself. */
static size_t find_at_sign(struct span s) {
  for (size_t i = s.len; i-- > 0;)
    if (s.ptr[i] == '@') return i;
  return SPAN_NONE;
}

/* The colon behind the header's name: ASCII or full-width. */
static struct span header_value(struct span line) {
  size_t ascii = span_find_byte(line, ':', 0), wide = span_find(line, SPAN_LIT("\uFF1A"), 0);
  if (wide < ascii) return span_from(line, wide + 3);
  return ascii == SPAN_NONE ? (struct span){0} : span_from(line, ascii + 1);
}

/* "Jane Doe <jane@acme.io>", "Jane Doe [mailto:jane@acme.io]", "jane@acme.io", "Jane Doe". */
static struct mail_address parse_address(struct span value) {
  value = span_trim(value);
  size_t at = find_at_sign(value);
  if (at == SPAN_NONE) return (struct mail_address){.name = without_marks(value)};
  size_t start = at, end = at;
  while (start > 0 && !memchr(" \t<([\":;,*", value.ptr[start - 1], 10)) start--;
  while (end < value.len && !memchr(" \t>)]\";,*", value.ptr[end], 9)) end++;
  struct span name = span_slice(value, 0, start);
  if (span_iends(name, SPAN_LIT("mailto:"))) name.len -= 7;
  return (struct mail_address){without_marks(name), span_slice(value, start, end)};
}

size_t header_block_end(const struct page *page, size_t line, struct mail_address *from) {
  struct block block = {.end = line};
  size_t from_line = page->n;
  for (size_t i = line; i < page->n && i - line < MAX_BLOCK_LINES; i++) {
    if (line_blank(&page->lines[i])) {
      /* HTML may put each header into a paragraph of its own. */
      size_t next = page_next(page, i, 2);
      if (next == page->n || !line_has(&page->lines[next], ALL_HEADERS)) break;
      if (block.seen & LEX_BIT(HDR_SUBJECT) && block.n_headers >= 4) break;
      continue;
    }
    if (page->lines[i].quote_depth > 0 || !take(page, i, &block)) break;
    if (from_line == page->n && line_has(&page->lines[i], LEX_BIT(HDR_FROM))) from_line = i;
  }
  if (!convincing(&block)) return line;
  if (from) *from = parse_address(header_value(page_content(page, from_line)));
  return block.end;
}
