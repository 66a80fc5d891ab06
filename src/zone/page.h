/* page.h - a message's lines as the zone layer sees them, and what was decided about each. */
#ifndef ZONE_PAGE_H
#define ZONE_PAGE_H

#include "mailsignal/zone.h"
#include "zone/lexicon.h"

struct zone_line {
  size_t start, end;            /* the content in the text: trimmed, behind quote marks */
  size_t folded, folded_len;    /* in page.folded; empty for quoted lines */
  struct lex_hits hits;
  unsigned quote_depth;         /* `>` marks */
  unsigned marks;               /* bit 1 << enum text_mark_kind */
  enum zone_kind kind;
  bool decided;                 /* kind is final */
};

struct page {
  struct arena *arena;
  const struct text *text;
  const struct zone_hints *hints;
  char *folded;
  struct zone_line *lines;
  size_t n;
};

void page_read(struct arena *arena, const struct text *text, const struct zone_hints *hints,
               struct page *out);

static inline bool line_blank(const struct zone_line *line) { return line->start == line->end; }
static inline bool line_has(const struct zone_line *line, uint64_t classes) {
  return (line->hits.classes & classes) != 0;
}
static inline bool line_marked(const struct zone_line *line, enum text_mark_kind kind) {
  return line->marks >> kind & 1;
}
static inline bool line_quoted(const struct zone_line *line) {
  return line->quote_depth > 0 || line_marked(line, MARK_QUOTE);
}
/* Nothing decided yet, and something to read. */
static inline bool line_open(const struct zone_line *line) {
  return !line->decided && !line_blank(line);
}

struct span page_content(const struct page *page, size_t line);
struct span page_folded(const struct page *page, size_t line);

/* The next line from `line` on that is not blank, or page.n; looks at `reach` lines at most. */
size_t page_next(const struct page *page, size_t line, size_t reach);

/* A line of nothing but rule signs, such as "________". */
bool page_is_rule(const struct page *page, size_t line);

/* Sets kind of the lines [from, to) that are not decided. */
void page_decide(struct page *page, size_t from, size_t to, enum zone_kind kind);

/* Everything up to signature_find(): the part that needs no weights (zone.c). */
void zone_prepare(struct arena *arena, const struct text *text, const struct zone_hints *hints,
                  struct page *page, struct mail_address *forwarded_from);

/* Finds quotes and forwarded mail with their headers (quotes.c). */
void quotes_find(struct page *page, struct mail_address *forwarded_from);
/* A header block that starts at `line`: the line behind it, or `line` where there is none.
 * `from` may be NULL (headers.c). */
size_t header_block_end(const struct page *page, size_t line, struct mail_address *from);
/* Finds banners, footers and notices in what is open (boilerplate.c). */
void boilerplate_find(struct page *page);
/* Finds sign-off and signature in what is open (signature.c). */
void signature_find(struct page *page);

#endif
