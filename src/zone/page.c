#include "zone/page.h"

#include "zone/fold.h"

struct span page_content(const struct page *page, size_t line) {
  return span_slice(page->text->bytes, page->lines[line].start, page->lines[line].end);
}

struct span page_folded(const struct page *page, size_t line) {
  const struct zone_line *l = &page->lines[line];
  return (struct span){page->folded + l->folded, l->folded_len};
}

/* mbox writers put a > before "From " at the start of a line: that is no quote. */
static bool is_escaped_from(struct span rest) { return span_starts(rest, SPAN_LIT(">From ")); }

static void trim(struct span text, struct zone_line *line) {
  while (line->start < line->end && ascii_is_space(text.ptr[line->start])) line->start++;
  while (line->end > line->start && ascii_is_space(text.ptr[line->end - 1])) line->end--;
}

static void read_marks(struct span text, struct zone_line *line) {
  trim(text, line);
  if (is_escaped_from(span_slice(text, line->start, line->end))) return;
  while (line->start < line->end && text.ptr[line->start] == '>') {
    line->quote_depth++;
    line->start++;
    trim(text, line);
  }
}

/* The first line that starts at or after `offset`. */
static size_t line_at(const struct text *text, size_t offset) {
  size_t low = 0, high = text->n_lines;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (text->lines[middle].start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/* Marks nest and overlap: openings minus closings up to a line tell whether it is inside. */
static void spread_marks(struct page *page, enum text_mark_kind kind) {
  int *change = ARENA_ARRAY(page->arena, int, page->n + 1);
  for (size_t i = 0; i < page->hints->n_marks; i++) {
    const struct text_mark *mark = &page->hints->marks[i];
    if (mark->kind != kind || mark->start >= mark->end) continue;
    change[line_at(page->text, mark->start)]++;
    change[line_at(page->text, mark->end)]--;
  }
  int inside = 0;
  for (size_t i = 0; i < page->n; i++) {
    inside += change[i];
    if (inside > 0) page->lines[i].marks |= 1u << kind;
  }
}

void page_read(struct arena *arena, const struct text *text, const struct zone_hints *hints,
               struct page *out) {
  *out = (struct page){.arena = arena, .text = text, .hints = hints, .n = text->n_lines};
  out->folded = ARENA_ARRAY(arena, char, text->bytes.len);
  out->lines = ARENA_ARRAY(arena, struct zone_line, text->n_lines);
  size_t used = 0;
  for (size_t i = 0; i < out->n; i++) {
    struct zone_line *line = &out->lines[i];
    line->start = text->lines[i].start;
    line->end = text->lines[i].end;
    read_marks(text->bytes, line);
    if (line->quote_depth > 0 || line_blank(line)) continue;
    line->folded = used;
    line->folded_len = zone_fold(page_content(out, i), out->folded + used);
    used += line->folded_len;
    lexicon_scan(page_folded(out, i), &line->hits);
  }
  static const enum text_mark_kind kinds[] = {MARK_QUOTE, MARK_REPLY_HEADER, MARK_ATTRIBUTION,
                                              MARK_SIGNATURE, MARK_CLIENT_FOOTER};
  if (hints->n_marks == 0) return;
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) spread_marks(out, kinds[k]);
}

size_t page_next(const struct page *page, size_t line, size_t reach) {
  for (size_t i = line; i < page->n && i - line < reach; i++)
    if (!line_blank(&page->lines[i])) return i;
  return page->n;
}

bool page_is_rule(const struct page *page, size_t line) {
  struct span text = page_folded(page, line);
  size_t signs = 0;
  for (size_t i = 0; i < text.len; i++) {
    if (text.ptr[i] == ' ') continue;
    if (!memchr("_-=*~#+.", text.ptr[i], 8)) return false;
    signs++;
  }
  return signs >= 4;
}

void page_decide(struct page *page, size_t from, size_t to, enum zone_kind kind) {
  for (size_t i = from; i < to && i < page->n; i++) {
    if (page->lines[i].decided) continue;
    page->lines[i].kind = kind;
    page->lines[i].decided = true;
  }
}
