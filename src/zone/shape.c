#include "zone/shape.h"

static bool is_phone_sign(char c) {
  switch (c) {
    case ' ': case '-': case '.': case '/': case '(': case ')': case '+':
    case '\xC2': case '\xA0': /* a blank that does not break */
      return true;
    default: return false;
  }
}

/* Digits of the longest run of digits and telephone signs. */
static size_t longest_number(struct span line) {
  size_t longest = 0, digits = 0, gap = 0;
  for (size_t i = 0; i < line.len; i++) {
    if (ascii_is_digit(line.ptr[i])) {
      digits++;
      gap = 0;
    } else if (!is_phone_sign(line.ptr[i]) || ++gap > 4) {
      digits = 0;
    }
    if (digits > longest) longest = digits;
  }
  return longest;
}

static bool is_upper_at(struct span line, size_t i) {
  if (ascii_is_upper(line.ptr[i])) return true;
  if ((unsigned char)line.ptr[i] < 0x80 || i + 1 >= line.len) return false;
  unsigned char a = (unsigned char)line.ptr[i], b = (unsigned char)line.ptr[i + 1];
  if (a == 0xC3) return b < 0x9F;
  if (a == 0xC4 || a == 0xC5) return b % 2 == 0;
  if (a == 0xD0) return b >= 0x80 && b <= 0xAF;
  return a == 0xCE && b >= 0x86 && b <= 0xAB;
}

static void read_words(struct span line, struct shape *out) {
  bool inside = false;
  for (size_t i = 0; i < line.len; i++) {
    char c = line.ptr[i];
    bool letter = shape_is_letter(c);
    if (letter && !inside) {
      out->words++;
      out->capitalised += is_upper_at(line, i);
    }
    inside = letter || (inside && (ascii_is_digit(c) || c == '\''));
    out->letters += ascii_is_alpha(c) || ((unsigned char)c & 0xC0) == 0xC0;
    out->uppers += letter && is_upper_at(line, i);
    out->digits += ascii_is_digit(c);
  }
}

/* Separators beyond ASCII: middle dot, broken bar, bullets, dashes between blanks; currencies. */
static void read_sign(struct span line, size_t i, struct shape *out) {
  static const char *const bars[] = {"\u00B7", "\u00A6", "\u2022", "\u2219", "\u25CF",
                                     "\u25AA", "\u2758", "\uFF5C", "\u22C5"};
  struct span rest = span_slice(line, i, i + 4);
  for (size_t b = 0; i > 0 && b < sizeof bars / sizeof *bars; b++)
    out->bars += span_starts(rest, span_of(bars[b]));
  bool dash = span_starts(rest, SPAN_LIT("\u2013 ")) || span_starts(rest, SPAN_LIT("\u2014 "));
  out->bars += dash && i > 0 && line.ptr[i - 1] == ' ';
  out->money |= span_starts(rest, SPAN_LIT("\u20AC")) || span_starts(rest, SPAN_LIT("\u00A3"));
}

static bool stands_between(struct span line, size_t i, bool (*test)(char)) {
  return i > 0 && i + 1 < line.len && test(line.ptr[i - 1]) && test(line.ptr[i + 1]);
}

static void read_ascii_sign(struct span line, size_t i, struct shape *out) {
  switch (line.ptr[i]) {
    case ',': out->commas++; break;
    case '\t': out->tabs++; break;
    case '|': case '~': out->bars++; break;
    case '/': case '-': case '*': out->bars += stands_between(line, i, ascii_is_space); break;
    case '$': case '%': out->money = true; break;
    case '[': case '<': out->bracket = true; break;
    case '{': out->code = true; break;
    case '=': out->code |= stands_between(line, i, ascii_is_space); break;
    case ')': out->code |= i > 0 && line.ptr[i - 1] == '('; break;
    case '&': out->code |= i > 0 && line.ptr[i - 1] == '&'; break;
    case ';': out->code |= i + 1 == line.len; break;
    case '@': out->email |= stands_between(line, i, ascii_is_alnum); break;
    default: break;
  }
}

void shape_read(struct span line, struct shape *out) {
  *out = (struct shape){0};
  read_words(line, out);
  out->longest_number = longest_number(line);
  for (size_t i = 0; i < line.len; i++) {
    unsigned char c = (unsigned char)line.ptr[i];
    /* Columns of a table are set off by two blanks or more. */
    out->gaps += i > 1 && c != ' ' && line.ptr[i - 1] == ' ' && line.ptr[i - 2] == ' ';
    if (c == 0xC2 || c == 0xE2 || c == 0xEF) read_sign(line, i, out);
    else if (c < 0x80 && !ascii_is_alnum(line.ptr[i]) && c != ' ') read_ascii_sign(line, i, out);
  }
  static const char *const quotes[] = {"\"", "\u201C", "\u201E", "\u00AB"};
  for (size_t q = 0; q < sizeof quotes / sizeof *quotes; q++)
    out->quote_start |= span_starts(line, span_of(quotes[q]));
  out->lower_start = line.len && ascii_is_lower(line.ptr[0]);
}

bool shape_has_domain(struct span folded) {
  for (size_t i = 2; i + 2 < folded.len; i++) {
    if (folded.ptr[i] == ':' && folded.ptr[i + 1] == '/' && folded.ptr[i + 2] == '/') return true;
    if (folded.ptr[i] != '.' || !ascii_is_alnum(folded.ptr[i - 1]) ||
        !ascii_is_alnum(folded.ptr[i - 2]))
      continue;
    size_t end = i + 1;
    while (end < folded.len && ascii_is_alpha(folded.ptr[end])) end++;
    bool closed = end == folded.len || !ascii_is_alnum(folded.ptr[end]);
    if (end - i > 2 && end - i <= 8 && closed && (end == folded.len || folded.ptr[end] != '@'))
      return true;
  }
  return false;
}

bool shape_is_bullet(struct span text) {
  if (text.len < 3) return false;
  if ((text.ptr[0] == '-' || text.ptr[0] == '*' || text.ptr[0] == '+') && text.ptr[1] == ' ') return true;
  if (span_starts(text, SPAN_LIT("\u2022")) || span_starts(text, SPAN_LIT("\u25AA"))) return true;
  size_t i = 0;
  while (i < text.len && i < 3 && ascii_is_digit(text.ptr[i])) i++;
  return i > 0 && i + 1 < text.len && (text.ptr[i] == '.' || text.ptr[i] == ')') &&
         text.ptr[i + 1] == ' ';
}

bool shape_is_postscript(struct span folded) {
  static const char *const starts[] = {"p.s", "ps:", "ps ", "ps.", "pps", "nb:", "n.b.", "p.d."};
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
    if (span_starts(folded, span_of(starts[i]))) return true;
  return false;
}
