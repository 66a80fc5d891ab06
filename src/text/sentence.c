#include "text/sentence.h"

#include "mailsignal/limits.h"
#include "mailsignal/utf8.h"

/* A line shorter than this whose successor begins with a capital was ended by its writer, not by
 * a line wrap. */
enum { SHORT_LINE = 45 };

struct splitter {
  struct arena *arena;
  struct span text;
  uint32_t paragraph;
  struct sentence_ranges *out;
};

/* What is around the line border that is to be judged. */
struct body_line {
  size_t start, end; /* without white space at both ends */
  size_t width;      /* characters */
  size_t next;       /* where the next line starts */
};

static size_t count_characters(struct span s) {
  if (utf8_is_ascii(s)) return s.len;
  size_t n = 0;
  for (size_t i = 0; i < s.len; i++) n += ((unsigned char)s.ptr[i] & 0xC0) != 0x80;
  return n;
}

static struct body_line read_line(struct span text, size_t start, size_t limit) {
  size_t end = span_find_byte(span_slice(text, 0, limit), '\n', start);
  if (end == SPAN_NONE) end = limit;
  struct span trimmed = span_trim(span_slice(text, start, end));
  struct body_line line = {.start = start, .end = start, .next = end < limit ? end + 1 : limit};
  if (trimmed.len) {
    line.start = (size_t)(trimmed.ptr - text.ptr);
    line.end = line.start + trimmed.len;
    line.width = count_characters(trimmed);
  }
  return line;
}

/* Length of "- ", "* ", "1. ", "a) " or a bullet at the start of s, or 0. */
static size_t list_mark(struct span s) {
  size_t n = 0;
  if (s.len && strchr("-*+", s.ptr[0])) {
    n = 1;
  } else if (span_starts(s, SPAN_LIT("•")) || span_starts(s, SPAN_LIT("–"))) {
    n = SPAN_LIT("•").len;
  } else if (span_starts(s, SPAN_LIT("·"))) {
    n = SPAN_LIT("·").len;
  } else {
    while (n < s.len && n < 3 && ascii_is_digit(s.ptr[n])) n++;
    if (n == 0 && s.len && ascii_is_alpha(s.ptr[0])) n = 1;
    bool closed = n > 0 && n < s.len &&
                  (s.ptr[n] == ')' || (s.ptr[n] == '.' && ascii_is_digit(s.ptr[0])));
    n = closed ? n + 1 : 0;
  }
  if (n == 0 || n >= s.len || !ascii_is_space(s.ptr[n])) return 0;
  while (n < s.len && ascii_is_space(s.ptr[n])) n++;
  return n;
}

static size_t first_word_width(struct span s) {
  size_t n = 0;
  while (n < s.len && !ascii_is_space(s.ptr[n])) n++;
  return count_characters(span_slice(s, 0, n));
}

/* A capital, digit or sign at the start speaks for a new sentence. Letters beyond ASCII count as
 * capitals where they lie in the capital half of Latin-1. */
static bool starts_like_sentence(struct span s) {
  if (s.len == 0) return true;
  unsigned char c = (unsigned char)s.ptr[0];
  if (c < 0x80) return !ascii_is_lower((char)c);
  return c == 0xC3 && s.len > 1 && (unsigned char)s.ptr[1] < 0x9F;
}

/* Whether the writer ended `line`, as opposed to a mail program that wrapped it at `widest`. */
static bool is_border(struct span text, const struct body_line *line, const struct body_line *next,
                      size_t widest) {
  struct span a = span_slice(text, line->start, line->end);
  struct span b = span_slice(text, next->start, next->end);
  if (list_mark(b)) return true;
  char last = a.len ? a.ptr[a.len - 1] : '\n';
  if (last == ':' || last == ';') return true;
  /* A line that begins small goes on with the one before, however odd the wrap. */
  if (!starts_like_sentence(b)) return false;
  return line->width + 1 + first_word_width(b) <= widest || line->width < SHORT_LINE;
}

/* ---- Within one block of joined lines ---- */

/* Abbreviations that a name, number or more text always follows. */
static const char leading_abbreviations[] =
    " mr mrs ms dr prof st sr sra srta dra hr fr frau approx vs tel fig vol ext cf resp bzgl ca "
    "inkl zzgl mme mlle dott ing sig dhr mevr art abs vgl evtl ggf bspw incl excl attn dept pp ";
/* These end a sentence when a capital follows. */
static const char trailing_abbreviations[] = " etc inc ltd co corp jr bzw usw llc plc dep ";
/* These only before a number: "No. 5". */
static const char number_abbreviations[] = " no nr nos pos str núm nº p pg sec kap ";

static bool in_list(const char *list, struct span word) {
  char padded[16];
  if (word.len == 0 || word.len > sizeof padded - 3) return false;
  padded[0] = ' ';
  for (size_t i = 0; i < word.len; i++) padded[i + 1] = ascii_lower(word.ptr[i]);
  padded[word.len + 1] = ' ';
  padded[word.len + 2] = 0;
  return strstr(list, padded) != NULL;
}

static bool is_month(struct span word) {
  static const char months[] =
      " januar jänner februar märz april mai juni juli august september oktober november dezember "
      "january february march may june july october december marts maj januari februari maart mei "
      "augustus ";
  return in_list(months, word);
}

static struct span word_before(struct span text, size_t from, size_t at) {
  size_t start = at;
  while (start > from && at - start < 24 && !ascii_is_space(text.ptr[start - 1]) &&
         !strchr("(\"'/,", text.ptr[start - 1]))
    start--;
  return span_slice(text, start, at);
}

static struct span word_after(struct span text, size_t at, size_t end) {
  while (at < end && ascii_is_space(text.ptr[at])) at++;
  size_t stop = at;
  while (stop < end && stop - at < 24 && !ascii_is_space(text.ptr[stop]) &&
         !strchr(".,;:!?)", text.ptr[stop]))
    stop++;
  return span_slice(text, at, stop);
}

static bool all_digits(struct span s) {
  for (size_t i = 0; i < s.len; i++)
    if (!ascii_is_digit(s.ptr[i])) return false;
  return s.len > 0;
}

/* "e.g", "z.B", "U.S": letters one by one with points between. */
static bool is_dotted(struct span word) {
  if (word.len < 3 || word.len % 2 == 0) return false;
  for (size_t i = 0; i < word.len; i++)
    if (i % 2 ? word.ptr[i] != '.' : !ascii_is_alpha(word.ptr[i])) return false;
  return true;
}

/* Whether the single full stop behind `before` belongs to an abbreviation, initial or ordinal. */
static bool stop_is_inner(struct span before, struct span after, bool at_start) {
  if (before.len == 0) return false;
  bool capital = after.len && !ascii_is_lower(after.ptr[0]);
  bool number = after.len && ascii_is_digit(after.ptr[0]);
  if (in_list(leading_abbreviations, before)) return true;
  if (in_list(trailing_abbreviations, before)) return !capital;
  if (in_list(number_abbreviations, before)) return number;
  if (is_dotted(before)) return !(capital && ascii_lower(before.ptr[before.len - 1]) == 'm');
  if (before.len == 1 && ascii_is_upper(before.ptr[0])) return before.ptr[0] != 'I';
  if (before.len == 1 && ascii_is_lower(before.ptr[0])) return after.len == 1; /* "z. B." */
  if (before.len <= 2 && all_digits(before))
    return at_start || is_month(after) || (after.len && ascii_is_lower(after.ptr[0]));
  return false;
}

static void add_range(struct splitter *s, size_t start, size_t end, bool question) {
  struct span trimmed = span_trim(span_slice(s->text, start, end));
  if (trimmed.len == 0) return;
  start = (size_t)(trimmed.ptr - s->text.ptr);
  end = start + trimmed.len;
  while (end - start > LIMIT_SENTENCE_BYTES) {
    size_t cut = start + LIMIT_SENTENCE_BYTES;
    while (cut > start + LIMIT_SENTENCE_BYTES / 2 && !ascii_is_space(s->text.ptr[cut])) cut--;
    if (!ascii_is_space(s->text.ptr[cut])) cut = utf8_floor(s->text, start + LIMIT_SENTENCE_BYTES);
    ARENA_PUSH(s->arena, s->out, ((struct sentence_range){start, cut, s->paragraph, question}));
    start = cut;
    while (start < end && ascii_is_space(s->text.ptr[start])) start++;
  }
  if (start < end)
    ARENA_PUSH(s->arena, s->out, ((struct sentence_range){start, end, s->paragraph, question}));
}

/* Length of the end mark at `at`: . ! ? … or their wide forms; 0 for none. */
static size_t end_mark(struct span text, size_t at, size_t end) {
  char c = text.ptr[at];
  if (c == '.' || c == '!' || c == '?') return 1;
  if ((unsigned char)c < 0x80) return 0;
  static const struct span marks[] = {SPAN_INIT("…"), SPAN_INIT("。"), SPAN_INIT("！"),
                                      SPAN_INIT("？")};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (span_starts(span_slice(text, at, end), marks[i])) return marks[i].len;
  return 0;
}

static size_t closing_mark(struct span text, size_t at, size_t end) {
  if ((unsigned char)text.ptr[at] < 0x80)
    return text.ptr[at] && strchr("\"')]*_", text.ptr[at]) ? 1 : 0;
  static const struct span marks[] = {SPAN_INIT("”"), SPAN_INIT("’"), SPAN_INIT("“"),
                                      SPAN_INIT("»"), SPAN_INIT("«")};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (span_starts(span_slice(text, at, end), marks[i])) return marks[i].len;
  return 0;
}

struct ending {
  size_t end; /* behind end marks and closing marks */
  size_t n_marks;
  bool question;
};

static struct ending read_ending(struct span text, size_t at, size_t end) {
  struct ending e = {.end = at};
  for (size_t n; e.end < end && (n = end_mark(text, e.end, end)) > 0; e.end += n) {
    e.n_marks += n == 1 ? 1 : 3;
    e.question |= text.ptr[e.end] == '?' || span_starts(span_from(text, e.end), SPAN_LIT("？"));
  }
  for (size_t n; e.end < end && (n = closing_mark(text, e.end, end)) > 0;) e.end += n;
  return e;
}

static bool ends_sentence(const struct splitter *s, size_t start, size_t at, size_t block_end,
                          const struct ending *e) {
  if (e->end < block_end && !ascii_is_space(s->text.ptr[e->end]))
    return (unsigned char)s->text.ptr[at] >= 0x80 && s->text.ptr[at] != (char)0xE2;
  struct span after = word_after(s->text, e->end, block_end);
  bool lower = after.len && ascii_is_lower(after.ptr[0]);
  bool dots = s->text.ptr[at] == '.' || (unsigned char)s->text.ptr[at] == 0xE2;
  if (dots && e->n_marks > 1) return !lower;
  if (!dots) return true;
  struct span before = word_before(s->text, start, at);
  return !stop_is_inner(before, after, before.ptr == s->text.ptr + start);
}

/* The first byte from `at` on with which an end mark may begin. */
static size_t next_mark(struct span text, size_t at, size_t end) {
  static const bool begins[256] = {['.'] = true, ['!'] = true, ['?'] = true,
                                   [0xE2] = true, [0xE3] = true, [0xEF] = true};
  while (at < end && !begins[(unsigned char)text.ptr[at]]) at++;
  return at;
}

static void split_block(struct splitter *s, size_t start, size_t end) {
  start += list_mark(span_slice(s->text, start, end));
  for (size_t at = next_mark(s->text, start, end); at < end; at = next_mark(s->text, at, end)) {
    if (!end_mark(s->text, at, end)) {
      at++;
      continue;
    }
    struct ending e = read_ending(s->text, at, end);
    if (ends_sentence(s, start, at, end, &e)) {
      add_range(s, start, e.end, e.question);
      start = e.end;
      while (start < end && ascii_is_space(s->text.ptr[start])) start++;
      at = start;
    } else {
      at = e.end;
    }
  }
  add_range(s, start, end, false);
}

/* Widest line of the paragraph that begins at `at`. */
static size_t widest_line(struct span text, size_t at, size_t end) {
  size_t widest = 0;
  while (at < end) {
    struct body_line line = read_line(text, at, end);
    if (line.width == 0) break;
    if (line.width > widest) widest = line.width;
    at = line.next;
  }
  return widest;
}

void sentence_split(struct arena *arena, const struct passage *passage, uint32_t *paragraph,
                    struct sentence_ranges *out) {
  struct splitter s = {arena, span_slice(passage->text, 0, passage->end), *paragraph, out};
  size_t end = s.text.len, block = SPAN_NONE, widest = 0;
  struct body_line previous = {0};
  struct body_line line;
  for (size_t at = passage->start; at < end; at = line.next) {
    line = read_line(s.text, at, end);
    bool in_block = block != SPAN_NONE;
    if (in_block && (line.width == 0 || is_border(s.text, &previous, &line, widest))) {
      split_block(&s, block, previous.end);
      block = SPAN_NONE;
    }
    if (line.width == 0) {
      s.paragraph += widest != 0;
      widest = 0;
      continue;
    }
    if (widest == 0) widest = widest_line(s.text, at, end);
    if (block == SPAN_NONE) block = line.start;
    previous = line;
  }
  if (block != SPAN_NONE) split_block(&s, block, previous.end);
  *paragraph = s.paragraph + (widest != 0);
}
