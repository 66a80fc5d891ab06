#include "mail/body.h"

#include "mail/address.h"
#include "mail/charset.h"
#include "mail/clean.h"
#include "mail/flowed.h"
#include "mail/words.h"
#include "mailsignal/html.h"
#include "mailsignal/limits.h"

enum {
  STUB_BYTES = 300,    /* a longer text is no stub */
  COMPARE_BYTES = 400, /* plain text as short as this is compared to the HTML */
  COMPARE_RATIO = 30,  /* so is any that is this many times smaller as sent */
  META_BYTES = 2048,   /* where an HTML charset declaration is looked for */
};

struct body {
  struct arena *arena;
  const struct tree *tree;
  struct mail *out;
  struct mail **texts; /* by part: text and marks once converted, or NULL */
  struct {
    size_t *items;
    size_t n, capacity;
  } leaves; /* the parts that make up the text, in order */
};

static bool is_html(const struct part *part) { return part_is(part, "text/html"); }

static bool is_plain(const struct part *part) {
  return part_is(part, "text/plain") || part_is(part, "text/enriched") ||
         part_is(part, "text/richtext") || part_is(part, "text/x-markdown") ||
         part_is(part, "text/markdown");
}

/* <meta charset=...> or <meta http-equiv ... content="text/html; charset=...">. */
static struct span meta_charset(struct span html) {
  html = span_slice(html, 0, META_BYTES);
  size_t at = span_ifind(html, SPAN_LIT("charset="), 0);
  if (at == SPAN_NONE) return (struct span){0};
  struct span value = span_from(html, at + 8);
  while (value.len && (value.ptr[0] == '"' || value.ptr[0] == '\'' || value.ptr[0] == ' '))
    value = span_from(value, 1);
  size_t n = 0;
  while (n < value.len && (ascii_is_alnum(value.ptr[n]) || memchr("-_:.", value.ptr[n], 4))) n++;
  return span_slice(value, 0, n);
}

static void read_html(struct body *b, const struct part *part, struct span bytes,
                      struct mail *text) {
  struct span label = part->charset;
  if (label.len == 0) label = meta_charset(bytes);
  html_to_text(b->arena, charset_decode(b->arena, bytes, label, &text->defects), text);
}

/* HTML that was sent as plain text, or without saying what it is. */
static bool looks_like_html(struct span bytes) {
  static const struct span starts[] = {SPAN_INIT("<!doctype html"), SPAN_INIT("<html"),
                                       SPAN_INIT("<x-html>")};
  bytes = span_trim(span_slice(bytes, 0, META_BYTES));
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
    if (span_istarts(bytes, starts[i])) return true;
  return false;
}

static void read_plain(struct body *b, const struct part *part, struct span bytes,
                       struct mail *text) {
  struct span utf8 = charset_decode(b->arena, bytes, part->charset, &text->defects);
  if (part->flowed) utf8 = flowed_join(b->arena, utf8, part->delsp);
  text->text = clean_text(b->arena, utf8, &text->defects);
}

/* The text of a leaf; it is converted once. */
static const struct mail *text_of(struct body *b, size_t index) {
  if (b->texts[index]) return b->texts[index];
  const struct part *part = &b->tree->items[index];
  struct mail *text = ARENA_NEW(b->arena, struct mail);
  struct span bytes =
      transfer_decode(b->arena, part->content, part->transfer, LIMIT_DECODED_BYTES, &text->defects);
  text->from_html = is_html(part) || looks_like_html(bytes);
  if (text->from_html) read_html(b, part, bytes, text);
  else read_plain(b, part, bytes, text);
  b->texts[index] = text;
  return text;
}

/* The first leaf below `index` that is `wanted` and no attachment, or SPAN_NONE. */
static size_t find_leaf(const struct tree *tree, size_t index,
                        bool (*wanted)(const struct part *)) {
  size_t end = tree->items[index].end;
  for (size_t i = index; i < end;) {
    const struct part *part = &tree->items[i];
    if (part_is(part, "message/rfc822")) {
      i = part->end;
      continue;
    }
    if (!part->container && !part->attachment && wanted(part)) return i;
    i++;
  }
  return SPAN_NONE;
}

static bool is_stub(struct span text) {
  static const char *const hints[] = {"html", "browser", "e-mail client", "email client",
                                      "mail reader"};
  text = span_trim(text);
  if (text.len == 0) return true;
  if (text.len > STUB_BYTES) return false;
  for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
    if (span_ifind(text, span_of(hints[i]), 0) != SPAN_NONE) return true;
  return false;
}

/* Does the HTML say much more than the plain text? */
static bool prefers_html(struct body *b, size_t plain, size_t html) {
  struct span text = span_trim(text_of(b, plain)->text);
  if (text.len == 0) return true;
  size_t as_sent = b->tree->items[html].content.len;
  if (text.len > COMPARE_BYTES && as_sent / COMPARE_RATIO < text.len) return false;
  struct span rendered = span_trim(text_of(b, html)->text);
  if (is_stub(text) && rendered.len > text.len) return true;
  return rendered.len > text.len * 2 + 200;
}

/* The alternative to take, as the index of a child; SPAN_NONE when none can be read. */
static size_t choose(struct body *b, size_t index) {
  const struct tree *tree = b->tree;
  size_t plain = SPAN_NONE, html = SPAN_NONE, plain_child = SPAN_NONE, html_child = SPAN_NONE;
  for (size_t child = index + 1; child < tree->items[index].end; child = tree->items[child].end) {
    size_t leaf = find_leaf(tree, child, is_html);
    if (leaf != SPAN_NONE) {
      html = leaf;
      html_child = child;
    } else if ((leaf = find_leaf(tree, child, is_plain)) != SPAN_NONE && plain == SPAN_NONE) {
      plain = leaf;
      plain_child = child;
    }
  }
  if (plain == SPAN_NONE) return html_child;
  if (html == SPAN_NONE) return plain_child;
  return prefers_html(b, plain, html) ? html_child : plain_child;
}

static void add_attachment(struct body *b, const struct part *part) {
  struct mail *out = b->out;
  struct {
    struct mail_attachment *items;
    size_t n, capacity;
  } list = {out->attachments, out->n_attachments, out->attachments_capacity};
  struct mail_attachment item = {part->type, words_decode(b->arena, part->file_name, &out->defects),
                                 part->content.len};
  ARENA_PUSH(b->arena, &list, item);
  out->attachments = list.items;
  out->n_attachments = list.n;
  out->attachments_capacity = list.capacity;
}

static bool is_vcard(const struct part *part) {
  return part_is(part, "text/vcard") || part_is(part, "text/x-vcard") ||
         part_is(part, "text/directory") || span_iends(part->file_name, SPAN_LIT(".vcf"));
}

static void read_vcard(struct body *b, const struct part *part) {
  defect_set ignored = 0;
  struct span bytes =
      transfer_decode(b->arena, part->content, part->transfer, LIMIT_TEXT_BYTES, &ignored);
  b->out->vcard =
      clean_text(b->arena, charset_decode(b->arena, bytes, part->charset, &ignored), &ignored);
}

static void read_leaf(struct body *b, size_t index) {
  const struct part *part = &b->tree->items[index];
  bool is_root = index == 0;
  bool is_text = is_plain(part) || is_html(part);
  if (is_text && (is_root || (!part->attachment && part->file_name.len == 0))) {
    ARENA_PUSH(b->arena, &b->leaves, index);
    return;
  }
  if (is_vcard(part) && b->out->vcard.len == 0) read_vcard(b, part);
  add_attachment(b, part);
}

static void read_forward(struct body *b, const struct part *part) {
  if (b->out->forwarded_from.len == 0)
    b->out->forwarded_from = words_decode(b->arena, part->from, &b->out->defects);
  add_attachment(b, part);
}

/* Multiparts of which only the first part is the message's own text. */
static bool is_headed_by_first(const struct part *part) {
  return part_is(part, "multipart/related") || part_is(part, "multipart/signed") ||
         part_is(part, "multipart/report");
}

/* What is not chosen and carries a file name is still an attachment; so is all of an encrypted
 * message. */
static void list_attachments(struct body *b, size_t start, size_t end) {
  for (size_t i = start; i < end; i++) {
    const struct part *part = &b->tree->items[i];
    if (!part->container && !is_plain(part) && !is_html(part)) add_attachment(b, part);
  }
}

/* Recursion is bounded by LIMIT_MIME_DEPTH. */
static void collect(struct body *b, size_t index) {
  const struct tree *tree = b->tree;
  const struct part *part = &tree->items[index];
  if (part_is(part, "message/rfc822")) {
    read_forward(b, part);
    return;
  }
  if (!part->container) {
    read_leaf(b, index);
    return;
  }
  if (part->end == index + 1) { /* a multipart without parts: its content is taken for text */
    ARENA_PUSH(b->arena, &b->leaves, index);
    return;
  }
  if (part_is(part, "multipart/encrypted")) {
    list_attachments(b, index + 1, part->end);
    return;
  }
  bool alternative = part_is(part, "multipart/alternative");
  size_t only = SPAN_NONE;
  if (alternative) only = choose(b, index);
  if (is_headed_by_first(part)) only = index + 1;
  for (size_t child = index + 1; child < part->end; child = tree->items[child].end) {
    if (only == SPAN_NONE || child == only) collect(b, child);
    else list_attachments(b, child, tree->items[child].end);
  }
}

static void add_mark(struct arena *arena, struct mail *out, struct text_mark mark) {
  struct {
    struct text_mark *items;
    size_t n, capacity;
  } list = {out->marks, out->n_marks, out->marks_capacity};
  ARENA_PUSH(arena, &list, mark);
  out->marks = list.items;
  out->n_marks = list.n;
  out->marks_capacity = list.capacity;
}

static void take_single(struct mail *out, const struct mail *text) {
  out->text = text->text;
  out->marks = text->marks;
  out->n_marks = text->n_marks;
  out->marks_capacity = text->marks_capacity;
}

static void join(struct body *b) {
  struct sbuf joined = {.arena = b->arena};
  for (size_t i = 0; i < b->leaves.n; i++) {
    const struct mail *text = text_of(b, b->leaves.items[i]);
    if (text->text.len == 0) continue;
    if (joined.len && joined.bytes[joined.len - 1] != '\n') sbuf_byte(&joined, '\n');
    if (joined.len) sbuf_byte(&joined, '\n');
    size_t shift = joined.len;
    sbuf_add(&joined, text->text);
    for (size_t m = 0; m < text->n_marks; m++) {
      struct text_mark mark = text->marks[m];
      mark.start += shift;
      mark.end += shift;
      add_mark(b->arena, b->out, mark);
    }
  }
  b->out->text = sbuf_span(&joined);
}

void body_read(struct arena *arena, const struct tree *tree, struct mail *out) {
  struct body b = {.arena = arena, .tree = tree, .out = out};
  b.texts = ARENA_ARRAY(arena, struct mail *, tree->n);
  collect(&b, 0);
  if (b.leaves.n == 0) {
    defect_mark(&out->defects, DEFECT_TEXT_NONE);
    out->text = (struct span){"", 0};
    return;
  }
  for (size_t i = 0; i < b.leaves.n; i++) {
    const struct mail *text = text_of(&b, b.leaves.items[i]);
    out->defects |= text->defects;
    if (text->from_html) out->from_html = true;
  }
  if (b.leaves.n == 1) take_single(out, text_of(&b, b.leaves.items[0]));
  else join(&b);
}
