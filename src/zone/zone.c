#include "mailsignal/zone.h"

#include "zone/page.h"

static const char *const names[ZONE_KIND_COUNT] = {"body",  "signoff", "signature",
                                                   "quote", "forward", "boilerplate"};

const char *zone_kind_name(enum zone_kind kind) { return names[kind]; }

static void push(struct arena *arena, struct zones *out, enum zone_kind kind, size_t end) {
  size_t start = out->n ? out->items[out->n - 1].end : 0;
  if (start == end) return;
  if (out->n && out->items[out->n - 1].kind == kind) {
    out->items[out->n - 1].end = end;
    return;
  }
  ARENA_PUSH(arena, out, ((struct zone){kind, start, end}));
}

/* Blank lines go with what stands above them; at the top, with what follows. */
static void write_zones(const struct page *page, struct zones *out) {
  const struct text *text = page->text;
  enum zone_kind kind = ZONE_BODY;
  bool any = false;
  for (size_t i = 0; i < page->n; i++) {
    const struct zone_line *line = &page->lines[i];
    if (line_blank(line) && line->quote_depth == 0) continue;
    if (any && line->kind != kind) push(page->arena, out, kind, text->lines[i].start);
    kind = line->kind;
    any = true;
  }
  push(page->arena, out, kind, text->bytes.len);
}

void zone_prepare(struct arena *arena, const struct text *text, const struct zone_hints *hints,
                  struct page *page, struct mail_address *forwarded_from) {
  page_read(arena, text, hints, page);
  quotes_find(page, forwarded_from);
  boilerplate_find(page);
}

void zone_find(struct arena *arena, const struct text *text, const struct zone_hints *hints,
               struct zones *out) {
  *out = (struct zones){0};
  struct page page;
  zone_prepare(arena, text, hints, &page, &out->forwarded_from);
  signature_find(&page);
  write_zones(&page, out);
}
