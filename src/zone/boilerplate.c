/* What nobody wrote for this mail: gateway banners on top, client and list footers, notices. */
#include "zone/page.h"

enum {
  MAX_BANNERS = 3,
  MAX_BANNER_LINES = 8,
  MAX_CLIENT_WORDS = 18,
  NOTICE_SCORE = 3,      /* 2 for a phrase of notices, 1 for a word that hints at one */
  SURE_NOTICE_SCORE = 6, /* also where the sender's own text could stand */
  LONG_LINE_WORDS = 8,
  LIST_HEAD_LINES = 4,   /* of a list's footer, down to the line that shows what it is */
};

/* Lines [from, to) without a blank one. */
struct paragraph {
  size_t from, to;
};

static bool ends_like_banner(struct span text) {
  return text.len && memchr(".!])*", text.ptr[text.len - 1], 5);
}

static size_t banner_end(const struct page *page, size_t line) {
  bool bracket = span_starts(page_folded(page, line), SPAN_LIT("["));
  for (size_t i = line; i < page->n && i - line < MAX_BANNER_LINES; i++) {
    if (!line_open(&page->lines[i])) return i;
    if (i > line && line_has(&page->lines[i], LEX_BIT(GREETING))) return i;
    struct span text = page_folded(page, i);
    if (bracket && span_find_byte(text, ']', 0) != SPAN_NONE) return i + 1;
    bool more = i + 1 < page->n && line_has(&page->lines[i + 1], LEX_BIT(BANNER));
    if (!bracket && ends_like_banner(text) && !more) return i + 1;
  }
  return line + 1;
}

static void find_banners(struct page *page) {
  size_t i = 0;
  for (int found = 0; found < MAX_BANNERS; found++) {
    i = page_next(page, i, page->n);
    while (i < page->n && page->lines[i].quote_depth == 0 && page_is_rule(page, i)) {
      /* A frame of rules around the banner goes with it. */
      size_t inside = page_next(page, i + 1, 2);
      if (inside == page->n || !line_has(&page->lines[inside], LEX_BIT(BANNER))) break;
      page_decide(page, i, inside, ZONE_BOILERPLATE);
      i = inside;
    }
    if (i == page->n || !line_open(&page->lines[i])) return;
    if (!line_has(&page->lines[i], LEX_BIT(BANNER))) return;
    size_t end = banner_end(page, i);
    page_decide(page, i, end, ZONE_BOILERPLATE);
    i = end;
    if (i < page->n && line_open(&page->lines[i]) && page_is_rule(page, i))
      page_decide(page, i, i + 1, ZONE_BOILERPLATE);
  }
}

static bool is_client_line(const struct zone_line *line) {
  if (line_marked(line, MARK_CLIENT_FOOTER)) return line->hits.words <= MAX_CLIENT_WORDS;
  return line_has(line, LEX_BIT(CLIENT)) && line_has(line, LEX_BIT(DEVICE)) &&
         line->hits.words <= MAX_CLIENT_WORDS;
}

static bool is_bare_link(const struct page *page, size_t line) {
  struct span text = page_folded(page, line);
  return span_find_byte(text, ' ', 0) == SPAN_NONE &&
         (span_starts(text, SPAN_LIT("www.")) || span_starts(text, SPAN_LIT("http")));
}

static void find_client_lines(struct page *page) {
  for (size_t i = 0; i < page->n; i++) {
    if (!line_open(&page->lines[i]) || !is_client_line(&page->lines[i])) continue;
    size_t end = i + 1;
    if (end < page->n && line_open(&page->lines[end]) && is_bare_link(page, end)) end++;
    page_decide(page, i, end, ZONE_BOILERPLATE);
  }
}

struct notice {
  unsigned score;
  size_t words;
  bool list, offer, long_lines;
  size_t first; /* line with the first hit */
};

static struct notice weigh(const struct page *page, struct paragraph p) {
  struct notice n = {.first = p.to};
  for (size_t i = p.from; i < p.to; i++) {
    const struct zone_line *line = &page->lines[i];
    unsigned score = 2u * line->hits.legal + line->hits.legal_hints;
    n.score += score;
    n.words += line->hits.words;
    n.list |= line_has(line, LEX_BIT(LIST));
    n.offer |= line_has(line, LEX_BIT(OFFER));
    n.long_lines |= line->hits.words >= LONG_LINE_WORDS;
    if (n.first == p.to && (score || line_has(line, LEX_BIT(LIST)))) n.first = i;
  }
  return n;
}

/* The notice may have begun above its first telling word, in wrapped prose. */
static size_t notice_start(const struct page *page, struct paragraph p, size_t first) {
  while (first > p.from) {
    const struct zone_line *above = &page->lines[first - 1];
    bool wrapped = above->hits.words >= LONG_LINE_WORDS && above->hits.prose >= 2;
    if (!wrapped && !page_is_rule(page, first - 1)) break;
    first--;
  }
  return first;
}

/* A list's footer begins at its delimiter: "-- ", then the list's name, then its links. */
static size_t list_start(const struct page *page, struct paragraph p, size_t first) {
  for (size_t back = 1; back <= LIST_HEAD_LINES && first - p.from >= back; back++) {
    size_t line = first - back;
    if (page_is_rule(page, line) || span_eq(page_folded(page, line), SPAN_LIT("--"))) return line;
  }
  return first;
}

struct tail {
  const struct page *page;
  size_t first;    /* line of the text that is not blank */
  bool closed;     /* a valediction or delimiter stands above */
  bool below;      /* other text of the sender stands below */
};

static bool is_notice(const struct tail *tail, struct paragraph p, const struct notice *n) {
  if (n->list) return n->words <= 80;
  unsigned needed = tail->below || p.from == tail->first ? SURE_NOTICE_SCORE : NOTICE_SCORE;
  if (n->score >= needed) return n->long_lines;
  if (tail->below) return false;
  bool ruled = page_is_rule(tail->page, p.from) ||
               (p.from > 0 && !line_blank(&tail->page->lines[p.from - 1]) &&
                page_is_rule(tail->page, p.from - 1));
  if (ruled) return n->score > 0 || n->offer;
  return n->score >= 2 && tail->closed && n->words >= 4;
}

static bool closes(const struct page *page, size_t line) {
  const struct zone_line *l = &page->lines[line];
  struct span text = page_folded(page, line);
  return span_eq(text, SPAN_LIT("--")) || (line_has(l, LEX_BIT(VALEDICTION)) && l->hits.words <= 6);
}

/* Is there a valediction in the 30 lines above? */
static bool closed_above(const struct page *page, size_t line) {
  for (size_t back = 1; back <= 30 && back <= line; back++)
    if (closes(page, line - back)) return true;
  return false;
}

/* The paragraph that ends before `end`, or an empty one where that line is decided or blank. */
static struct paragraph paragraph_before(const struct page *page, size_t end) {
  size_t from = end;
  while (from > 0 && line_open(&page->lines[from - 1])) from--;
  return (struct paragraph){from, end};
}

static bool is_prose(const struct notice *n, const struct page *page, struct paragraph p) {
  size_t prose = 0;
  for (size_t i = p.from; i < p.to; i++) prose += page->lines[i].hits.prose;
  return n->words >= 12 && prose * 4 >= n->words;
}

/* Notices stand behind everything that the sender wrote: from the end upwards until prose. */
static void find_notices(struct page *page) {
  bool below = false;
  size_t first_line = page_next(page, 0, page->n);
  for (size_t end = page->n; end > 0;) {
    struct paragraph p = paragraph_before(page, end);
    if (p.from == p.to) {
      end--;
      continue;
    }
    struct notice n = weigh(page, p);
    struct tail tail = {page, first_line, closed_above(page, p.to), below};
    if (is_notice(&tail, p, &n)) {
      size_t first = n.first == p.to ? p.from : notice_start(page, p, n.first);
      if (n.list) first = list_start(page, p, first);
      page_decide(page, first, p.to, ZONE_BOILERPLATE);
      /* The rule above it, also across a blank line. */
      size_t above = first;
      while (above > 0 && line_blank(&page->lines[above - 1]) && first - above < 2) above--;
      if (above > 0 && line_open(&page->lines[above - 1]) && page_is_rule(page, above - 1))
        page_decide(page, above - 1, above, ZONE_BOILERPLATE);
      if (first > p.from) return;
    } else if (is_prose(&n, page, p)) {
      return;
    } else {
      below = true;
    }
    end = p.from;
  }
}

void boilerplate_find(struct page *page) {
  find_banners(page);
  find_client_lines(page);
  find_notices(page);
}
