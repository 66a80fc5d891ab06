#include "mailsignal/html.h"

#include <stdio.h>

#include "mail/clean.h"
#include "mail/html_link.h"
#include "mail/html_style.h"
#include "mail/html_writer.h"
#include "mailsignal/digest.h"
#include "mailsignal/limits.h"

#define NBSP "\xC2\xA0"

/* Offsets of marks that are open and had no text yet, and of those that never got any. */
static const size_t unset = SPAN_NONE;

/* An open element, with what it changed. */
struct element {
  enum html_tag tag;
  uint32_t name;      /* hash, of TAG_OTHER */
  size_t mark;        /* index of its mark, or SPAN_NONE */
  bool hides, quotes; /* it raised renderer.hidden, renderer.quote_depth */
  bool container;     /* of a quote whose blockquote is still to come */
  bool no_gap;
  bool was_invisible, was_tiny, was_preformatted;
  bool verify;             /* its mark counts only if the text begins like a header field */
  long number;             /* the next item's */
  size_t cells;            /* of rows: those that began */
  uint64_t pieces, breaks; /* the writer's counts when a row or cell began */
  struct span href;
  size_t text_start; /* of links: where their text begins */
};

struct renderer {
  struct arena *arena;
  struct mail *mail;
  struct html_writer w;
  struct element *stack;
  size_t depth, capacity; /* of the stack; at most LIMIT_HTML_DEPTH */
  size_t overflow;        /* elements beyond the limit that are open */
  unsigned open_count[TAG_COUNT];
  unsigned hidden, quote_depth;
  bool invisible, tiny, preformatted;
  size_t first_unset; /* marks before this one have their start */
};

static bool is_shown(const struct renderer *r) {
  return r->hidden == 0 && !r->invisible && !r->tiny;
}

/* Marks. */

static size_t add_mark(struct renderer *r, enum text_mark_kind kind, unsigned depth) {
  struct {
    struct text_mark *items;
    size_t n, capacity;
  } list = {r->mail->marks, r->mail->n_marks, r->mail->marks_capacity};
  struct text_mark mark = {kind, depth, unset, unset};
  ARENA_PUSH(r->arena, &list, mark);
  r->mail->marks = list.items;
  r->mail->n_marks = list.n;
  r->mail->marks_capacity = list.capacity;
  return list.n - 1;
}

/* The text that comes next stands at the end of the output: there the waiting marks begin. */
static void start_marks(struct renderer *r) {
  html_write_due(&r->w);
  for (; r->first_unset < r->mail->n_marks; r->first_unset++) {
    struct text_mark *mark = &r->mail->marks[r->first_unset];
    if (mark->end == unset || mark->kind == MARK_RULE) mark->start = r->w.out.len;
  }
}

/* "From:", "Von :", "De:" begin the block under Outlook's line. */
static bool begins_with_field(struct span text) {
  size_t colon = span_find_byte(span_slice(text, 0, 24), ':', 0);
  return colon != SPAN_NONE && colon > 1 &&
         span_find_byte(span_slice(text, 0, colon), '\n', 0) == SPAN_NONE;
}

/* Without the blanks before its end, which may not stay. */
static void end_mark(struct renderer *r, const struct element *e) {
  struct text_mark *mark = &r->mail->marks[e->mark];
  struct span text = sbuf_span(&r->w.out);
  while (text.len && (ascii_is_space(text.ptr[text.len - 1]) || span_ends(text, SPAN_LIT(NBSP))))
    text.len -= span_ends(text, SPAN_LIT(NBSP)) ? 2 : 1;
  mark->end = text.len;
  bool has_text = mark->start != unset && mark->start < mark->end;
  if (e->verify && has_text && !begins_with_field(span_from(text, mark->start))) mark->end = 0;
}

/* Takes out the marks that hold no text; a rule at the very end begins and ends there. */
static void settle_marks(struct renderer *r) {
  struct mail *mail = r->mail;
  size_t n = 0, len = r->w.out.len;
  for (size_t i = 0; i < mail->n_marks; i++) {
    struct text_mark mark = mail->marks[i];
    if (mark.kind == MARK_RULE) {
      if (mark.start == unset || mark.start > len) mark.start = len;
      mark.end = mark.start;
    } else {
      if (mark.start == unset || mark.start >= len) continue;
      if (mark.end == unset || mark.end > len) mark.end = len;
      if (mark.end <= mark.start) continue;
    }
    mail->marks[n++] = mark;
  }
  mail->n_marks = n;
}

/* Text. */

static void write_text(struct renderer *r, struct span text) {
  if (!is_shown(r)) return;
  if (r->first_unset < r->mail->n_marks && (r->preformatted || span_trim(text).len)) start_marks(r);
  html_write_text(&r->w, text, r->preformatted);
}

static void write_string(struct renderer *r, struct span text) {
  if (!is_shown(r)) return;
  start_marks(r);
  html_write_plain(&r->w, text);
}

/* An emoji that was replaced by an image. */
static bool is_symbol(struct span alt) {
  return alt.len > 1 && alt.len <= 16 && (unsigned char)alt.ptr[0] >= 0xE2;
}

static bool is_table_part(enum html_tag tag) {
  switch (tag) {
    case TAG_TABLE:
    case TAG_CAPTION:
    case TAG_TBODY:
    case TAG_THEAD:
    case TAG_TFOOT:
    case TAG_TR:
    case TAG_TD:
    case TAG_TH:
      return true;
    default:
      return false;
  }
}

static bool is_barrier(enum html_tag open, enum html_tag tag) {
  if (tag == TAG_LI && (open == TAG_OL || open == TAG_UL)) return true;
  if ((tag == TAG_DD || tag == TAG_DT) && open == TAG_DL) return true;
  return (html_tag_flags(open) & TAG_SCOPE) != 0;
}

/* The nearest open element of that kind which an end tag may reach, or SPAN_NONE. Cells and the
 * like keep end tags in, and tables those of their parts. */
static size_t find_open(const struct renderer *r, enum html_tag tag, uint32_t name) {
  if (r->open_count[tag] == 0) return SPAN_NONE;
  bool table_part = is_table_part(tag);
  for (size_t i = r->depth; i > 0; i--) {
    const struct element *open = &r->stack[i - 1];
    if (open->tag == tag && open->name == name) return i - 1;
    if (table_part ? open->tag == TAG_TABLE : is_barrier(open->tag, tag)) break;
  }
  return SPAN_NONE;
}

static struct element *nearest(struct renderer *r, enum html_tag a, enum html_tag b) {
  if (r->open_count[a] == 0 && r->open_count[b] == 0) return NULL;
  for (size_t i = r->depth; i > 0; i--) {
    struct element *e = &r->stack[i - 1];
    if (e->tag == a || e->tag == b) return e;
  }
  return NULL;
}

/* In a cell that is still empty the borders of blocks make no lines. */
static void block_border(struct renderer *r, bool gap) {
  if (!is_shown(r)) return;
  const struct element *cell = nearest(r, TAG_TD, TAG_TH);
  if (cell && cell->pieces == r->w.pieces) return;
  html_write_block(&r->w, gap);
}

/* Closing. */

static void close_link(struct renderer *r, const struct element *e) {
  if (e->href.len == 0 || !is_shown(r)) return;
  struct span shown = span_from(sbuf_span(&r->w.out), e->text_start);
  struct span target = html_link_target(r->arena, e->href, shown);
  if (target.len == 0) return;
  start_marks(r);
  if (shown.len && r->w.open) html_write_plain(&r->w, SPAN_LIT(" "));
  html_write_plain(&r->w, target);
}

static void close_cell(struct renderer *r, const struct element *e) {
  struct element *row = nearest(r, TAG_TR, TAG_TR);
  if (row && e->pieces != r->w.pieces) row->cells++;
  html_end_cell(&r->w);
}

static void undo(struct renderer *r, const struct element *e) {
  unsigned flags = html_tag_flags(e->tag);
  if (e->tag == TAG_A) close_link(r, e);
  if (e->tag == TAG_TD || e->tag == TAG_TH) close_cell(r, e);
  if (e->mark != SPAN_NONE) end_mark(r, e);
  bool had_box = r->hidden == 0;
  if (e->hides) r->hidden--;
  if (e->quotes) r->quote_depth--;
  r->invisible = e->was_invisible;
  r->tiny = e->was_tiny;
  r->preformatted = e->was_preformatted;
  if (had_box && (flags & TAG_BLOCK)) block_border(r, (flags & TAG_MARGIN) && !e->no_gap);
}

static void pop_to(struct renderer *r, size_t depth) {
  while (r->depth > depth) {
    struct element e = r->stack[--r->depth];
    r->open_count[e.tag]--;
    undo(r, &e);
  }
}

/* Closes the nearest open `tag` and all inside it. */
static void close_open(struct renderer *r, enum html_tag tag) {
  size_t index = find_open(r, tag, 0);
  if (index != SPAN_NONE) pop_to(r, index);
}

static bool is_block(enum html_tag tag) {
  return (html_tag_flags(tag) & (TAG_BLOCK | TAG_SCOPE)) != 0;
}

/* An end tag of an inline element does not close the blocks in between: only the element itself is
 * taken out of the stack (what the standard's adoption agency comes to, for text). */
static void close_inline(struct renderer *r, size_t index) {
  for (size_t i = index + 1; i < r->depth; i++) {
    if (!is_block(r->stack[i].tag)) continue;
    struct element e = r->stack[index];
    memmove(&r->stack[index], &r->stack[index + 1], (r->depth - index - 1) * sizeof e);
    r->depth--;
    r->open_count[e.tag]--;
    undo(r, &e);
    return;
  }
  pop_to(r, index);
}

/* Opening. */

/* Elements whose end tag was left out (WHATWG HTML, section 13.1.2.4). */
static void close_implied(struct renderer *r, enum html_tag tag) {
  switch (tag) {
    case TAG_A:
    case TAG_LI:
      close_open(r, tag);
      break;
    case TAG_DD:
    case TAG_DT:
      close_open(r, TAG_DD);
      close_open(r, TAG_DT);
      break;
    case TAG_TD:
    case TAG_TH:
    case TAG_TR:
    case TAG_TBODY:
    case TAG_THEAD:
    case TAG_TFOOT:
      close_open(r, TAG_TD);
      close_open(r, TAG_TH);
      if (tag != TAG_TD && tag != TAG_TH) close_open(r, TAG_TR);
      break;
    default:
      break;
  }
  if (html_tag_flags(tag) & TAG_BLOCK) close_open(r, TAG_P);
}

/* A blockquote inside a client's quote container is that same quote. */
static bool continues_container(struct renderer *r) {
  for (size_t i = r->depth; i > 0; i--) {
    struct element *e = &r->stack[i - 1];
    if (e->container) {
      e->container = false;
      return true;
    }
    if (e->quotes) return false;
  }
  return false;
}

static void open_quote(struct renderer *r, struct element *e, const struct html_look *look) {
  bool blockquote = e->tag == TAG_BLOCKQUOTE;
  if (blockquote && look->indent_only && !look->cite && !look->has_mark) return;
  if (!blockquote || !continues_container(r)) {
    r->quote_depth++;
    e->quotes = true;
    e->container = !blockquote;
  }
  e->mark = add_mark(r, MARK_QUOTE, r->quote_depth);
}

static void open_mark(struct renderer *r, struct element *e, const struct html_look *look) {
  bool quote = e->tag == TAG_BLOCKQUOTE || (look->has_mark && look->mark == MARK_QUOTE);
  if (quote) {
    open_quote(r, e, look);
  } else if (look->has_mark) {
    if (look->mark == MARK_RULE && is_shown(r)) html_write_block(&r->w, false);
    e->mark = add_mark(r, look->mark, r->quote_depth);
  } else if (look->reply_border) {
    e->mark = add_mark(r, MARK_REPLY_HEADER, r->quote_depth);
    e->verify = true;
  } else if (e->tag == TAG_TABLE) {
    e->mark = add_mark(r, MARK_TABLE, r->quote_depth);
  }
}

static void open_item(struct renderer *r, const struct html_look *look) {
  struct element *list = nearest(r, TAG_OL, TAG_UL);
  if (!is_shown(r)) return;
  if (!list || list->tag == TAG_UL) {
    html_write_marker(&r->w, SPAN_LIT("- "));
    return;
  }
  if (look->value >= 0) list->number = look->value;
  char marker[16];
  int len = snprintf(marker, sizeof marker, "%ld. ", list->number++);
  html_write_marker(&r->w, (struct span){marker, (size_t)len});
}

/* Single lines stand side by side; beside a cell of several lines the next one begins anew. */
static void open_cell(struct renderer *r) {
  const struct element *row = nearest(r, TAG_TR, TAG_TR);
  if (!row) block_border(r, false); /* a cell without a table, in a fragment */
  if (!row || row->cells == 0 || !is_shown(r)) return;
  if (row->breaks != r->w.breaks) html_write_block(&r->w, false);
  else html_write_cell(&r->w);
}

static void apply_look(struct renderer *r, struct element *e, const struct html_look *look) {
  e->hides = look->gone || (html_tag_flags(e->tag) & TAG_DROPPED) != 0;
  if (e->hides) r->hidden++;
  if (look->invisible != SWITCH_UNSAID) r->invisible = look->invisible == SWITCH_ON;
  if (look->tiny != SWITCH_UNSAID) r->tiny = look->tiny == SWITCH_ON;
  if (look->preformatted != SWITCH_UNSAID) r->preformatted = look->preformatted == SWITCH_ON;
  if (e->tag == TAG_PRE && look->preformatted == SWITCH_UNSAID) r->preformatted = true;
}

static bool has_no_gap(const struct renderer *r, enum html_tag tag, const struct html_look *look) {
  bool list = tag == TAG_OL || tag == TAG_UL;
  bool inner_list = list && (r->open_count[TAG_OL] || r->open_count[TAG_UL]);
  return inner_list || (look->no_top && look->no_bottom);
}

static uint32_t name_hash(const struct html_token *tag) {
  if (tag->tag != TAG_OTHER) return 0;
  uint32_t hash = FNV1A_START;
  for (size_t i = 0; i < tag->name.len; i++) {
    char c = ascii_lower(tag->name.ptr[i]);
    hash = fnv1a(hash, &c, 1);
  }
  return hash;
}

static void open_element(struct renderer *r, const struct html_token *tag,
                         const struct html_look *look) {
  unsigned flags = html_tag_flags(tag->tag);
  struct element e = {.tag = tag->tag,
                      .name = name_hash(tag),
                      .mark = SPAN_NONE,
                      .was_invisible = r->invisible,
                      .was_tiny = r->tiny,
                      .was_preformatted = r->preformatted,
                      .no_gap = has_no_gap(r, tag->tag, look),
                      .number = look->start >= 0 ? look->start : 1};
  if (tag->tag == TAG_TD || tag->tag == TAG_TH) open_cell(r);
  if (flags & TAG_BLOCK) block_border(r, (flags & TAG_MARGIN) && !e.no_gap);
  if (tag->tag == TAG_TR && is_shown(r)) html_start_line(&r->w);
  apply_look(r, &e, look);
  open_mark(r, &e, look);
  if (tag->tag == TAG_LI) open_item(r, look);
  if (tag->tag == TAG_A) {
    e.href = look->href;
    e.text_start = r->w.out.len;
  }
  e.pieces = r->w.pieces;
  e.breaks = r->w.breaks;
  void *grown = r->stack;
  arena_grow(r->arena, &grown, r->depth, &r->capacity, sizeof *r->stack);
  r->stack = grown;
  r->stack[r->depth++] = e;
  r->open_count[e.tag]++;
}

static void void_element(struct renderer *r, const struct html_token *tag) {
  struct html_look look;
  switch (tag->tag) {
    case TAG_BR:
      if (!is_shown(r)) break;
      html_write_break(&r->w);
      break;
    case TAG_HR:
      close_open(r, TAG_P);
      if (!is_shown(r)) break;
      html_write_block(&r->w, false);
      add_mark(r, MARK_RULE, r->quote_depth);
      break;
    case TAG_IMG:
      html_look_read(tag, &look);
      if (!look.gone && is_symbol(look.alt)) write_string(r, look.alt);
      break;
    default:
      break;
  }
}

static void open_tag(struct renderer *r, const struct html_token *tag) {
  unsigned flags = html_tag_flags(tag->tag);
  if (flags & TAG_VOID) {
    void_element(r, tag);
    return;
  }
  if (flags & TAG_RAW) return;
  if ((tag->tag == TAG_HTML || tag->tag == TAG_BODY) && r->open_count[tag->tag]) return;
  close_implied(r, tag->tag);
  if (r->depth == LIMIT_HTML_DEPTH) {
    r->overflow++;
    defect_mark(&r->mail->defects, DEFECT_HTML_DEPTH);
    if (flags & TAG_BLOCK) block_border(r, false);
    return;
  }
  struct html_look look;
  html_look_read(tag, &look);
  open_element(r, tag, &look);
}

static void close_tag(struct renderer *r, const struct html_token *tag) {
  if (tag->tag == TAG_BR) {
    void_element(r, tag);
    return;
  }
  /* What follows these is still shown. */
  if (tag->tag == TAG_BODY || tag->tag == TAG_HTML) return;
  if (html_tag_flags(tag->tag) & (TAG_VOID | TAG_RAW)) return;
  if (r->overflow > 0) {
    r->overflow--;
    return;
  }
  size_t index = find_open(r, tag->tag, name_hash(tag));
  if (index == SPAN_NONE) {
    if (tag->tag == TAG_P) block_border(r, true);
    return;
  }
  if (is_block(tag->tag)) pop_to(r, index);
  else close_inline(r, index);
}

void html_to_text(struct arena *arena, struct span html, struct mail *out) {
  struct renderer *r = ARENA_NEW(arena, struct renderer);
  r->arena = arena;
  r->mail = out;
  html_writer_init(&r->w, arena);
  sbuf_reserve(&r->w.out, html.len / 4 + 256);
  struct html_reader reader = {.html = html};
  struct html_token token;
  for (html_next(&reader, &token); token.kind != HTML_END; html_next(&reader, &token)) {
    if (token.kind == HTML_TEXT) write_text(r, token.text);
    else if (token.kind == HTML_OPEN) open_tag(r, &token);
    else close_tag(r, &token);
  }
  pop_to(r, 0);
  html_writer_finish(&r->w);
  settle_marks(r);
  out->text = sbuf_span(&r->w.out);
  if (r->w.may_compose) out->text = clean_compose(arena, out->text, out->marks, out->n_marks);
}
