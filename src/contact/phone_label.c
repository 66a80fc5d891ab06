#include "contact/phone_scan.h"

#include "contact/shape.h"
#include "mailsignal/utf8.h"

enum { MOST_LABEL_WORDS = 3 };

/* A stretch between two numbers, or before the first or behind the last: one side of a separator.
 */
struct gap {
  size_t start, end; /* bytes of the message's text */
  struct word *words;
  size_t n;
};

struct label_hit {
  enum phone_label label;
  size_t start, end; /* bytes that the label takes */
};

static size_t offset_of(const struct block *block, const char *at) {
  return (size_t)(at - block->input->text->bytes.ptr);
}

static bool is_strong(const struct block *block, size_t at, size_t *len) {
  struct span text = block->input->text->bytes;
  size_t end = at;
  uint32_t c = utf8_next(text, &end);
  *len = end - at;
  return c == '|' || c == ',' || c == ';' || c == '/' || c == 0x2022 || c == 0xB7 || c == 0x25CF ||
         (c == '\t' && at > 0 && text.ptr[at - 1] != ':') || c == 0x2013 || c == 0x2014 ||
         c == '~' ||
         (c == '-' && at > 0 && text.ptr[at - 1] == ' ' && end < text.len && text.ptr[end] == ' ');
}

static struct gap read_gap(const struct block *block, size_t start, size_t end) {
  struct gap gap = {.start = start, .end = end};
  gap.n = words_read(block->arena, block_text(block, start, end), &gap.words);
  return gap;
}

/* The part of [start, end) behind its last strong separator: what labels the number that follows.
 * A slash between words ("Ffôn/Tel:") parts nothing. */
static size_t last_separator(const struct block *block, size_t start, size_t end) {
  size_t found = start, len;
  for (size_t at = start; at < end; at += len)
    if (is_strong(block, at, &len)) {
      struct span text = block->input->text->bytes;
      bool inside_word = text.ptr[at] == '/' && at > start && ascii_is_alpha(text.ptr[at - 1]);
      if (!inside_word || block_is_taken(block, at)) found = at + len;
    }
  return found;
}

static size_t first_separator(const struct block *block, size_t start, size_t end) {
  size_t len;
  for (size_t at = start; at < end; at += len)
    if (is_strong(block, at, &len)) return at;
  return end;
}

/* The label next to the number: the last words of the gap before it. */
static struct label_hit label_before(const struct block *block, const struct gap *gap) {
  struct label_hit hit = {LABEL_NONE, gap->end, gap->end};
  struct span text = span_trim(block_text(block, gap->start, gap->end));
  bool colon = text.len && text.ptr[text.len - 1] == ':';
  size_t looked = 0;
  for (size_t i = gap->n; i-- > 0 && looked < MOST_LABEL_WORDS; looked++) {
    enum phone_label label = gap->words[i].entry.label;
    if (label == LABEL_NONE) {
      if (colon || hit.label == LABEL_NONE) continue;
      break;
    }
    if (hit.label == LABEL_NONE || hit.label == LABEL_PHONE ||
        (hit.label == LABEL_WORK && label == LABEL_MOBILE))
      hit.label = label;
    else if (hit.label == LABEL_FAX && label == LABEL_PHONE) hit.label = LABEL_WORK; /* "Tel/Fax" */
    hit.start = offset_of(block, gap->words[i].text.ptr);
  }
  if (colon) hit.start = gap->start;
  return hit;
}

/* The label behind the number: "(cell)", "direct", "wk". */
static struct label_hit label_after(const struct block *block, const struct gap *gap) {
  struct label_hit hit = {LABEL_NONE, gap->start, gap->start};
  for (size_t i = 0; i < gap->n && i < MOST_LABEL_WORDS; i++) {
    enum phone_label label = gap->words[i].entry.label;
    if (label == LABEL_NONE) continue;
    if (hit.label == LABEL_NONE || hit.label == LABEL_PHONE) hit.label = label;
    hit.end = offset_of(block, gap->words[i].text.ptr + gap->words[i].text.len);
    break;
  }
  return hit;
}

static bool is_bracketed(const struct block *block, const struct gap *gap) {
  struct span text = span_trim(block_text(block, gap->start, gap->end));
  return text.len && text.ptr[0] == '(';
}

static bool names_register(const struct gap *gap) {
  size_t from = gap->n > 4 ? gap->n - 4 : 0;
  if (gap->n == 0) return false;
  const struct word_entry *last = &gap->words[gap->n - 1].entry;
  if (last->label != LABEL_NONE && !(last->classes & W_REGISTER)) return false;
  return (words_classes(gap->words + from, gap->n - from) & W_REGISTER) != 0;
}

/* The numbers' labels stand all before or all behind them; the ends of the line tell. */
static bool labels_trail(const struct block *block, const struct phone_line *phones,
                         size_t line_start, size_t line_end) {
  const struct phone_candidate *first = &phones->items[0], *last = &phones->items[phones->n - 1];
  struct gap before =
      read_gap(block, last_separator(block, line_start, first->start), first->start);
  struct gap after = read_gap(block, last->end, first_separator(block, last->end, line_end));
  return label_before(block, &before).label == LABEL_NONE &&
         label_after(block, &after).label != LABEL_NONE;
}

static void drop_registers(const struct block *block, size_t line_start,
                           struct phone_line *phones) {
  size_t kept = 0, from = line_start;
  for (size_t i = 0; i < phones->n; i++) {
    struct phone_candidate *candidate = &phones->items[i];
    size_t start = last_separator(block, from, candidate->start);
    if (start > candidate->start) start = candidate->start;
    struct gap gap = read_gap(block, start, candidate->start);
    from = candidate->end;
    if (!names_register(&gap)) phones->items[kept++] = *candidate;
  }
  phones->n = kept;
}

static void label_one(const struct block *block, struct phone_candidate *candidate,
                      size_t gap_start, size_t gap_end, bool trailing) {
  struct gap before =
      read_gap(block, last_separator(block, gap_start, candidate->start), candidate->start);
  struct gap after =
      read_gap(block, candidate->end, first_separator(block, candidate->end, gap_end));
  struct label_hit ahead = label_before(block, &before), behind = label_after(block, &after);
  bool take_behind =
      behind.label != LABEL_NONE &&
      (trailing || (ahead.label == LABEL_NONE && is_bracketed(block, &after) && after.n <= 2) ||
       (ahead.label == LABEL_PHONE && is_bracketed(block, &after)));
  candidate->taken_start = candidate->start;
  candidate->taken_end = candidate->end;
  if (ahead.label != LABEL_NONE && !trailing) {
    candidate->label = ahead.label;
    candidate->taken_start = ahead.start;
  } else if (ahead.start < candidate->start && !trailing) {
    candidate->taken_start = ahead.start; /* an unknown word with a colon is still a label */
  }
  if (take_behind) {
    candidate->label = behind.label;
    candidate->taken_end = behind.end;
  }
}

void phone_read_labels(const struct block *block, size_t line, struct phone_line *phones) {
  const struct block_line *bounds = &block->lines.items[line];
  drop_registers(block, bounds->start, phones);
  if (phones->n == 0) return;
  bool trailing = labels_trail(block, phones, bounds->start, bounds->end);
  for (size_t i = 0; i < phones->n; i++) {
    size_t from = i ? phones->items[i - 1].taken_end : bounds->start;
    size_t to = i + 1 < phones->n ? phones->items[i + 1].start : bounds->end;
    /* "704-865-4420 (f) 704-865-4429": what stands before the next number labels that one. */
    if (!trailing && i + 1 < phones->n && first_separator(block, phones->items[i].end, to) == to)
      to = phones->items[i].end;
    label_one(block, &phones->items[i], from, to, trailing);
  }
}
