/* What others wrote: quoted lines, attributions ("On ... wrote:"), header blocks, forwarded mail. */
#include "zone/page.h"

enum {
  MAX_ATTRIBUTION_LINES = 4,
  MAX_ATTRIBUTION_BYTES = 600,
  MAX_MARKER_WORDS = 14,
};

/* The line stands apart: "-----Original Message-----", "Begin forwarded message:". */
static bool is_marker(const struct page *page, size_t line, uint64_t classes) {
  const struct zone_line *l = &page->lines[line];
  if (!line_has(l, classes) || l->hits.words > MAX_MARKER_WORDS) return false;
  struct span text = page_folded(page, line);
  if (text.len && memchr("-_=*#<", text.ptr[0], 6)) return true;
  if (span_ends(text, SPAN_LIT(":"))) return true;
  size_t next = page_next(page, line + 1, 2);
  return next < page->n && header_block_end(page, next, NULL) > next;
}

struct window {
  uint64_t classes;
  size_t bytes, digits;
  bool address, clock;
};

static void widen(const struct page *page, size_t line, struct window *window) {
  struct span text = page_folded(page, line);
  window->classes |= page->lines[line].hits.classes;
  window->bytes += text.len;
  if (window->bytes > MAX_ATTRIBUTION_BYTES) return;
  for (size_t i = 0; i < text.len; i++) {
    char c = text.ptr[i];
    window->digits += ascii_is_digit(c);
    window->address |= c == '@';
    bool between = i > 0 && i + 1 < text.len && ascii_is_digit(text.ptr[i - 1]) &&
                   ascii_is_digit(text.ptr[i + 1]);
    window->clock |= between && (c == ':' || c == '.' || c == 'h');
  }
}

static bool is_dated(const struct window *window) {
  return window->digits >= 3 || window->classes & LEX_BIT(CALENDAR);
}

/* "On Monday you wrote:" is the sender's own sentence. */
static bool speaks_to_reader(const struct page *page, size_t line) {
  static const char *const phrases[] = {"you wrote", "i wrote",   "you said",      "he wrote:",
                                        "she wrote:", "you have written", "they wrote:"};
  struct span text = page_folded(page, line);
  for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
    if (span_find(text, span_of(phrases[i]), 0) != SPAN_NONE) return true;
  return false;
}

static bool next_is_quoted(const struct page *page, size_t line) {
  size_t next = page_next(page, line + 1, 4);
  return next < page->n && line_quoted(&page->lines[next]);
}

static bool window_introduces(const struct page *page, const struct window *w, size_t last) {
  struct span text = page_folded(page, last);
  bool verb = w->classes & LEX_BIT(ATTR_VERB);
  bool dated = is_dated(w);
  bool brief = w->bytes < 80;
  if (next_is_quoted(page, last))
    return (verb && (dated || w->address || brief)) || (w->address && (dated || brief)) ||
           (dated && w->clock);
  bool closed_address = span_ends(text, SPAN_LIT(">:")) || span_ends(text, SPAN_LIT("):"));
  if (w->address && closed_address && dated && w->digits >= 3) return true;
  if (!verb || speaks_to_reader(page, last)) return false;
  if (w->address && dated) return true;
  return w->classes & LEX_BIT(ATTR_START) && dated && w->digits >= 3 && w->clock;
}

/* May an attribution begin with this? */
static bool may_start(const struct window *first) {
  return first->classes & (LEX_BIT(ATTR_START) | LEX_BIT(CALENDAR) | LEX_BIT(ATTR_VERB)) ||
         first->address || first->digits >= 3;
}

/* The next line that ends in a colon, or page.n: only there an attribution can end. */
static size_t colon_line(const struct page *page, size_t line) {
  for (size_t i = line; i < page->n && i - line < MAX_ATTRIBUTION_LINES; i++) {
    if (line_blank(&page->lines[i]) || page->lines[i].quote_depth > 0) break;
    if (span_ends(page_folded(page, i), SPAN_LIT(":"))) return i;
  }
  return page->n;
}

/* Do lines first ... last attribute what follows? */
static bool introduces(const struct page *page, size_t first, size_t last) {
  struct window window = {0};
  for (size_t i = first; i <= last; i++) {
    widen(page, i, &window);
    if (window.bytes > MAX_ATTRIBUTION_BYTES || (i == first && !may_start(&window))) return false;
  }
  return window_introduces(page, &window, last);
}

/* Nothing but digits speaks for it, as for a telephone number above the attribution. */
static bool starts_by_digits_alone(const struct page *page, size_t line) {
  struct window window = {0};
  widen(page, line, &window);
  return !window.address &&
         !(window.classes & (LEX_BIT(ATTR_START) | LEX_BIT(CALENDAR) | LEX_BIT(ATTR_VERB)));
}

/* The line behind an attribution that starts at `line`, or `line`. */
static size_t attribution_end(const struct page *page, size_t line) {
  size_t last = colon_line(page, line);
  if (last == page->n || !introduces(page, line, last)) return line;
  bool without = line < last && starts_by_digits_alone(page, line) && introduces(page, line + 1, last);
  return without ? line : last + 1;
}

struct finder {
  struct page *page;
  struct mail_address *forwarded_from;
  bool own_text; /* the sender has said something above */
};

/* What follows an introduction that ends before `line`: quoted lines are found by their marks, and
 * text without marks is the other's to the end. Returns where to go on. */
static size_t take_rest(struct finder *f, size_t start, size_t line, enum zone_kind kind) {
  struct page *page = f->page;
  size_t next = page_next(page, line, page->n);
  bool marked = next < page->n && line_quoted(&page->lines[next]);
  size_t end = marked ? line : page->n;
  page_decide(page, start, end, kind);
  if (!marked) return page->n;
  while (next < page->n && (line_quoted(&page->lines[next]) || line_blank(&page->lines[next]))) next++;
  page_decide(page, line, next, kind);
  return next;
}

/* A rule line right above belongs to what it introduces. */
static size_t with_rule_above(const struct page *page, size_t line) {
  for (size_t back = 1; back <= 2 && back <= line; back++) {
    size_t above = line - back;
    if (line_blank(&page->lines[above])) continue;
    return !page->lines[above].decided && page_is_rule(page, above) ? above : line;
  }
  return line;
}

static size_t take_forward(struct finder *f, size_t line) {
  struct page *page = f->page;
  size_t block = page_next(page, line + 1, 3), end = line + 1;
  if (block < page->n) {
    size_t behind = header_block_end(page, block, f->forwarded_from);
    if (behind > block) end = behind;
  }
  return take_rest(f, with_rule_above(page, line), end, ZONE_FORWARD);
}

static size_t take_header_block(struct finder *f, size_t line, size_t end) {
  /* Passed on without a word of one's own. */
  enum zone_kind kind = f->own_text ? ZONE_QUOTE : ZONE_FORWARD;
  if (kind == ZONE_FORWARD) header_block_end(f->page, line, f->forwarded_from);
  return take_rest(f, with_rule_above(f->page, line), end, kind);
}

/* Lines inside blockquotes, and the introduction that mail programs put in there with them. */
static size_t take_marked(struct finder *f, size_t line) {
  struct page *page = f->page;
  size_t end = line;
  while (end < page->n && line_marked(&page->lines[end], MARK_QUOTE)) end++;
  enum zone_kind kind = ZONE_QUOTE;
  if (is_marker(page, line, LEX_BIT(FORWARDED))) {
    kind = ZONE_FORWARD;
    size_t block = page_next(page, line + 1, 3);
    if (block < page->n) header_block_end(page, block, f->forwarded_from);
  }
  page_decide(page, line, end, kind);
  return end;
}

static bool is_banner_like(const struct zone_line *line) { return line_has(line, LEX_BIT(BANNER)); }

static size_t take_line(struct finder *f, size_t i) {
  struct page *page = f->page;
  struct zone_line *line = &page->lines[i];
  if (line->quote_depth > 0) {
    page_decide(page, i, i + 1, ZONE_QUOTE);
    return i + 1;
  }
  if (line_blank(line)) return i + 1;
  if (line_marked(line, MARK_QUOTE)) return take_marked(f, i);
  if (is_marker(page, i, LEX_BIT(FORWARDED))) return take_forward(f, i);
  if (is_marker(page, i, LEX_BIT(ORIGINAL)))
    return take_rest(f, with_rule_above(page, i), i + 1, ZONE_QUOTE);
  size_t end = header_block_end(page, i, NULL);
  if (end > i) return take_header_block(f, i, end);
  if (line_marked(line, MARK_REPLY_HEADER))
    return take_rest(f, with_rule_above(page, i), i + 1, ZONE_QUOTE);
  end = attribution_end(page, i);
  if (end > i) return take_rest(f, i, end, ZONE_QUOTE);
  if (line_marked(line, MARK_ATTRIBUTION) && next_is_quoted(page, i)) {
    page_decide(page, i, i + 1, ZONE_QUOTE);
    return i + 1;
  }
  if (!is_banner_like(line) && !page_is_rule(page, i)) f->own_text = true;
  return i + 1;
}

void quotes_find(struct page *page, struct mail_address *forwarded_from) {
  struct finder finder = {page, forwarded_from, false};
  for (size_t i = 0; i < page->n;) i = take_line(&finder, i);
}
