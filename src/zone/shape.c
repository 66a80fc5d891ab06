#include "zone/shape.h"

/* What a byte may be. */
enum {
  LETTER = 1,      /* also a piece of one beyond ASCII */
  CHARACTER = 2,   /* a letter of ASCII, or where one beyond it begins */
  UPPER = 4,       /* of ASCII */
  DIGIT = 8,
  IN_WORD = 16,    /* goes on with a word that letters began */
  PHONE_SIGN = 32, /* stands between the digits of a telephone number */
  ASCII_SIGN = 64,
  SIGN_LEAD = 128, /* a sign beyond ASCII may begin here */
};

#define IS_BETWEEN(c, low, high) ((c) >= (low) && (c) <= (high))
#define IS_UPPER(c) IS_BETWEEN(c, 'A', 'Z')
#define IS_ALPHA(c) (IS_UPPER(c) || IS_BETWEEN(c, 'a', 'z'))
#define IS_DIGIT(c) IS_BETWEEN(c, '0', '9')
/* C2 A0 is a blank that does not break. */
#define IS_PHONE_SIGN(c)                                                                      \
  ((c) == ' ' || (c) == '-' || (c) == '.' || (c) == '/' || (c) == '(' || (c) == ')' ||        \
   (c) == '+' || (c) == 0xC2 || (c) == 0xA0)
#define CLASS(c)                                                                              \
  ((IS_ALPHA(c) || (c) >= 0x80 ? LETTER : 0) | (IS_ALPHA(c) || (c) >= 0xC0 ? CHARACTER : 0) | \
   (IS_UPPER(c) ? UPPER : 0) | (IS_DIGIT(c) ? DIGIT : 0) |                                    \
   (IS_DIGIT(c) || (c) == '\'' ? IN_WORD : 0) | (IS_PHONE_SIGN(c) ? PHONE_SIGN : 0) |        \
   ((c) < 0x80 && !IS_ALPHA(c) && !IS_DIGIT(c) && (c) != ' ' ? ASCII_SIGN : 0) |              \
   ((c) == 0xC2 || (c) == 0xE2 || (c) == 0xEF ? SIGN_LEAD : 0))
#define CLASS_4(c) CLASS(c), CLASS((c) + 1), CLASS((c) + 2), CLASS((c) + 3)
#define CLASS_16(c) CLASS_4(c), CLASS_4((c) + 4), CLASS_4((c) + 8), CLASS_4((c) + 12)
#define CLASS_64(c) CLASS_16(c), CLASS_16((c) + 16), CLASS_16((c) + 32), CLASS_16((c) + 48)
static const unsigned char classes[256] = {CLASS_64(0), CLASS_64(64), CLASS_64(128), CLASS_64(192)};

/* A capital beyond ASCII. */
static bool is_upper_at(struct span line, size_t i) {
  if ((unsigned char)line.ptr[i] < 0x80 || i + 1 >= line.len) return false;
  unsigned char a = (unsigned char)line.ptr[i], b = (unsigned char)line.ptr[i + 1];
  if (a == 0xC3) return b < 0x9F;
  if (a == 0xC4 || a == 0xC5) return b % 2 == 0;
  if (a == 0xD0) return b >= 0x80 && b <= 0xAF;
  return a == 0xCE && b >= 0x86 && b <= 0xAB;
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

/* Counts that need to know where the reading of a line stands. */
struct progress {
  bool in_word;
  size_t number_digits, number_gap; /* of the run of digits and telephone signs */
};

static void read_byte(struct span line, size_t i, struct progress *at, struct shape *out) {
  unsigned char kind = classes[(unsigned char)line.ptr[i]];
  if (kind & LETTER) {
    bool upper = kind & UPPER || is_upper_at(line, i);
    if (!at->in_word) {
      out->words++;
      out->capitalised += upper;
    }
    out->uppers += upper;
    out->letters += (kind & CHARACTER) != 0;
    at->in_word = true;
  } else if (!(kind & IN_WORD)) {
    at->in_word = false;
  }
  if (kind & DIGIT) {
    out->digits++;
    at->number_gap = 0;
    if (++at->number_digits > out->longest_number) out->longest_number = at->number_digits;
  } else if (!(kind & PHONE_SIGN) || ++at->number_gap > 4) {
    at->number_digits = 0;
  }
  if (kind & SIGN_LEAD) read_sign(line, i, out);
  if (kind & ASCII_SIGN) read_ascii_sign(line, i, out);
}

/* Small letters within a word, most of a text; returns where they end. */
static size_t skip_small(struct span line, size_t i, struct progress *at, struct shape *out) {
  size_t start = i;
  while (i < line.len && ascii_is_lower(line.ptr[i])) i++;
  out->letters += i - start;
  at->number_digits = i > start ? 0 : at->number_digits;
  return i;
}

void shape_read(struct span line, struct shape *out) {
  *out = (struct shape){0};
  struct progress at = {0};
  size_t blanks = 0; /* right before this byte */
  for (size_t i = 0; i < line.len;) {
    bool blank = line.ptr[i] == ' ';
    /* Columns of a table are set off by two blanks or more. */
    if (!blank && blanks > 1) out->gaps++;
    blanks = blank ? blanks + 1 : 0;
    read_byte(line, i++, &at, out);
    if (at.in_word) i = skip_small(line, i, &at, out);
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
