#include "contact/block.h"
#include "mailsignal/limits.h"
#include "mailsignal/utf8.h"

enum { MOST_LINES = 40, MOST_SIGNOFF_LINES = 6, MOST_PIECES = 80, LONGEST_LINE = 600 };

static bool is_senders(enum zone_kind kind) {
  return kind == ZONE_SIGNATURE || kind == ZONE_SIGNOFF;
}

/* A run of neighbouring zones that are the sender's block: [first, end). */
struct zone_run {
  size_t first, end;
  bool has_signature;
};

/* The first run with a signature in it; else the last, which is a sign-off. */
static struct zone_run find_run(const struct zones *zones) {
  struct zone_run found = {0};
  for (size_t i = 0; i < zones->n;) {
    if (!is_senders(zones->items[i].kind)) {
      i++;
      continue;
    }
    struct zone_run run = {.first = i};
    for (; i < zones->n && is_senders(zones->items[i].kind); i++)
      run.has_signature |= zones->items[i].kind == ZONE_SIGNATURE;
    run.end = i;
    found = run;
    if (run.has_signature) break;
  }
  return found;
}

/* The first line that begins at or after `offset`. */
static size_t line_at(const struct text *text, size_t offset) {
  size_t low = 0, high = text->n_lines;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (text->lines[middle].start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

static void add_lines(struct block *block, const struct zone *zone, size_t most) {
  const struct text *text = block->input->text;
  for (size_t i = line_at(text, zone->start);
       i < text->n_lines && most > 0 && block->lines.n < MOST_LINES; i++) {
    struct line line = text->lines[i];
    if (line.start >= zone->end) break;
    if (span_trim(text_line(text, i)).len == 0) continue;
    size_t end = line.end - line.start > LONGEST_LINE
                     ? utf8_floor(text->bytes, line.start + LONGEST_LINE)
                     : line.end;
    struct block_line added = {line.start, end, zone->kind == ZONE_SIGNOFF, false};
    ARENA_PUSH(block->arena, &block->lines, added);
    most--;
  }
}

bool block_find(struct arena *arena, const struct contact_input *input, struct block *out) {
  struct zone_run run = find_run(input->zones);
  out->arena = arena;
  out->input = input;
  for (size_t i = run.first; i < run.end; i++) {
    const struct zone *zone = &input->zones->items[i];
    add_lines(out, zone, zone->kind == ZONE_SIGNOFF ? MOST_SIGNOFF_LINES : LIMIT_SIGNATURE_LINES);
  }
  out->has_signature = run.has_signature;
  if (out->lines.n == 0) return false;
  out->start = out->lines.items[0].start;
  out->end = out->lines.items[out->lines.n - 1].end;
  out->taken = ARENA_ARRAY(arena, unsigned char, out->end - out->start);
  return true;
}

void block_take(struct block *block, size_t start, size_t end) {
  if (start < block->start) start = block->start;
  if (end > block->end) end = block->end;
  if (start < end) memset(block->taken + (start - block->start), 1, end - start);
}

/* A separator found at a place of a line: how long it is and what it parts. */
struct cut {
  size_t len; /* 0: none */
  enum separator kind;
};

static bool blank_at(struct span line, size_t at) {
  return at >= line.len || line.ptr[at] == ' ' || line.ptr[at] == '\t';
}

static bool blank_before(struct span line, size_t at) { return at == 0 || blank_at(line, at - 1); }

static struct cut cut_in_ascii(struct span line, size_t at) {
  char c = line.ptr[at], next = at + 1 < line.len ? line.ptr[at + 1] : ' ';
  switch (c) {
    case '|':
    case '\t':
    case '~':
      return (struct cut){1, SEP_BAR};
    case ',':
    case ';':
      return blank_at(line, at + 1) ? (struct cut){1, SEP_COMMA} : (struct cut){0};
    case '/':
      if (next == '/') return (struct cut){2, SEP_BAR};
      return blank_before(line, at) && blank_at(line, at + 1) ? (struct cut){1, SEP_SLASH}
                                                              : (struct cut){0};
    case '-':
      if (next == '-') return (struct cut){2, SEP_BAR};
      return blank_before(line, at) && blank_at(line, at + 1) ? (struct cut){1, SEP_DASH}
                                                              : (struct cut){0};
    case '.':
      return at > 0 && blank_before(line, at) && blank_at(line, at + 1) ? (struct cut){1, SEP_BAR}
                                                                        : (struct cut){0};
    case '@':
      return blank_before(line, at) && blank_at(line, at + 1) ? (struct cut){1, SEP_AT}
                                                              : (struct cut){0};
    case ' ':
      return next == ' ' ? (struct cut){1, SEP_GAP} : (struct cut){0};
    default:
      return (struct cut){0};
  }
}

static struct cut cut_at(struct span line, size_t at) {
  if ((unsigned char)line.ptr[at] < 0x80) return cut_in_ascii(line, at);
  size_t end = at;
  switch (utf8_next(line, &end)) {
    case 0x2022:
    case 0xB7:
    case 0x25CF:
    case 0x2219:
    case 0x22C5:
    case 0x2502:
    case 0x2503:
    case 0xA6:
    case 0x25AA:
    case 0x25A0:
    case 0x2666:
    case 0x2605:
    case 0xFF5C:
    case 0x2758:
      return (struct cut){end - at, SEP_BAR};
    case 0x2013:
    case 0x2014:
    case 0x2212:
      return blank_before(line, at) || blank_at(line, end) ? (struct cut){end - at, SEP_DASH}
                                                           : (struct cut){0};
    default:
      return (struct cut){0};
  }
}

struct cutter {
  struct block *block;
  size_t line;
  enum separator before;
};

/* Also no-break spaces, which HTML leaves behind. */
static struct span trim_blanks(struct span s) {
  static const struct span nbsp = SPAN_INIT("\xC2\xA0");
  for (;;) {
    struct span trimmed = span_trim(s);
    if (span_starts(trimmed, nbsp)) trimmed = span_from(trimmed, nbsp.len);
    if (span_ends(trimmed, nbsp)) trimmed.len -= nbsp.len;
    if (trimmed.len == s.len) return s;
    s = trimmed;
  }
}

/* Dashes, colons and the like at the ends of a piece belong to nobody. */
static struct span strip_piece(struct span s) {
  s = trim_blanks(s);
  while (s.len && strchr(",;:-/*_<>=#", s.ptr[0])) s = trim_blanks(span_from(s, 1));
  while (s.len && strchr(",;:-/*_<>=(", s.ptr[s.len - 1]) &&
         !(s.len > 2 && s.ptr[s.len - 1] == '*' && s.ptr[s.len - 2] == '*'))
    s = trim_blanks(span_slice(s, 0, s.len - 1));
  return s;
}

/* "Thanks Bob", "xo Chantelle": the name stands behind the valediction. */
static struct span drop_valediction(struct block *block, struct span text) {
  struct word *words;
  size_t n = words_read(block->arena, text, &words), first = 0;
  while (first < n && words[first].entry.classes & W_CLOSING) first++;
  while (n > first + 1 && words[n - 1].entry.classes & W_CLOSING) n--; /* "Caitlin x" */
  if (first == n || n - first > 3 || words[first].letters < CASE_TITLE) return text;
  return span_slice(text, (size_t)(words[first].text.ptr - text.ptr),
                    (size_t)(words[n - 1].text.ptr - text.ptr) + words[n - 1].text.len);
}

static void add_piece(struct cutter *cutter, size_t start, size_t end, bool in_parens) {
  struct block *block = cutter->block;
  struct span text = strip_piece(block_text(block, start, end));
  if (block->lines.items[cutter->line].signoff) text = drop_valediction(block, text);
  if (text.len == 0 || block->pieces.n >= MOST_PIECES) return;
  struct piece piece = {
      .text = text, .line = cutter->line, .before = cutter->before, .in_parens = in_parens};
  piece.start = (size_t)(text.ptr - block->input->text->bytes.ptr);
  piece.end = piece.start + text.len;
  piece.n_words = words_read(block->arena, text, &piece.words);
  if (piece.n_words == 0) return;
  ARENA_PUSH(block->arena, &block->pieces, piece);
}

/* What a bracket holds decides whether it stands alone: "(Einkauf)" does, "(P) Ltd" does not. */
static bool stands_alone(struct block *block, struct span inside) {
  struct word *words;
  size_t n = words_read(block->arena, inside, &words);
  unsigned classes = 0;
  for (size_t i = 0; i < n; i++) classes |= words[i].entry.classes;
  return n > 0 &&
         (classes & (W_TITLE | W_DEPT | W_PRONOUN | W_HONORIFIC | W_MONTHDAY | W_CREDENTIAL)) &&
         !(classes & W_LEGAL);
}

static void cut_line(struct cutter *cutter) {
  struct block *block = cutter->block;
  struct block_line *bounds = &block->lines.items[cutter->line];
  struct span line = block_text(block, bounds->start, bounds->end);
  size_t start = 0, depth_end = 0;
  for (size_t at = 0; at < line.len;) {
    if (block_is_taken(block, bounds->start + at)) {
      add_piece(cutter, bounds->start + start, bounds->start + at, false);
      while (at < line.len && block_is_taken(block, bounds->start + at)) at++;
      start = at;
      cutter->before = SEP_GAP;
      continue;
    }
    struct cut cut = at < depth_end ? (struct cut){0} : cut_at(line, at);
    if (line.ptr[at] == '(' && at >= depth_end) {
      size_t close = span_find_byte(line, ')', at);
      if (close != SPAN_NONE) depth_end = close + 1;
    }
    if (cut.len) {
      size_t pieces = block->pieces.n;
      add_piece(cutter, bounds->start + start, bounds->start + at, false);
      if (pieces != block->pieces.n || cut.kind != SEP_GAP) cutter->before = cut.kind;
      at += cut.len;
      start = at;
      continue;
    }
    utf8_next(line, &at);
  }
  add_piece(cutter, bounds->start + start, bounds->end, false);
}

/* Brackets that stand alone become pieces of their own: they are cut out of the piece. */
static void split_brackets(struct block *block, struct cutter *cutter, size_t first) {
  size_t n = block->pieces.n;
  for (size_t i = first; i < n; i++) {
    struct span text = block->pieces.items[i].text;
    size_t open = span_find_byte(text, '(', 0);
    size_t close = open == SPAN_NONE ? SPAN_NONE : span_find_byte(text, ')', open);
    if (close == SPAN_NONE || !stands_alone(block, span_slice(text, open + 1, close))) continue;
    struct piece *piece = &block->pieces.items[i];
    bool has_title = false;
    for (size_t w = 0; w < piece->n_words && piece->words[w].text.ptr < text.ptr + open; w++)
      has_title |= (piece->words[w].entry.classes & W_TITLE) != 0;
    if (has_title && close + 1 == text.len) continue; /* "Manager (Works)" is one title */
    size_t base = piece->start;
    struct span head = strip_piece(span_slice(text, 0, open));
    if (head.len == 0) continue;
    piece->text = head;
    piece->end = base + head.len;
    piece->n_words = words_read(block->arena, head, &piece->words);
    cutter->before = SEP_PAREN;
    add_piece(cutter, base + open + 1, base + close, true);
    add_piece(cutter, base + close + 1, base + text.len, false);
  }
}

void block_cut(struct block *block) {
  for (size_t i = 0; i < block->lines.n; i++) {
    if (block->lines.items[i].foreign) continue;
    struct cutter cutter = {block, i, SEP_LINE};
    size_t first = block->pieces.n;
    cut_line(&cutter);
    split_brackets(block, &cutter, first);
  }
}
