#include "zone/fold.h"

#include "mailsignal/utf8.h"

/* U+00C0-U+017F without accent, lower case; a capital marks the letters that become two. */
static const char latin[] =
    "aaaaaaAceeeeiiiidnoooooxouuuuyTSaaaaaaAceeeeiiiidnooooo/ouuuuyTy"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiIIjjkkklllllll"
    "lllnnnnnnnnnooooooOOrrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
/* U+1EA0-U+1EF9, the letters of Vietnamese. */
static const char vietnamese[] =
    "aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy";

static const char *two_letters(char mark) {
  switch (mark) {
    case 'A': return "ae";
    case 'T': return "th";
    case 'S': return "ss";
    case 'I': return "ij";
    default: return "oe";
  }
}

/* Greek capitals and letters with tonos to their plain small letter. */
static uint32_t fold_greek(uint32_t c) {
  switch (c) {
    case 0x386: case 0x3AC: return 0x3B1;
    case 0x388: case 0x3AD: return 0x3B5;
    case 0x389: case 0x3AE: return 0x3B7;
    case 0x38A: case 0x3AF: case 0x390: case 0x3CA: return 0x3B9;
    case 0x38C: case 0x3CC: return 0x3BF;
    case 0x38E: case 0x3CD: case 0x3CB: return 0x3C5;
    case 0x38F: case 0x3CE: return 0x3C9;
    default: return c >= 0x391 && c <= 0x3A9 ? c + 0x20 : c;
  }
}

static uint32_t fold_cyrillic(uint32_t c) {
  if (c == 0x401 || c == 0x451) return 0x435; /* yo is mostly written ye */
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  if (c >= 0x410 && c <= 0x42F) return c + 0x20;
  return c == 0x490 ? 0x491 : c;
}

/* The ASCII sign that stands for a typographic one; 0 = drop it, -1 = none. */
static int fold_sign(uint32_t c) {
  if (c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x3000) return ' ';
  if (c == 0xAD || (c >= 0x200B && c <= 0x200F) || c == 0xFEFF) return 0;
  if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069)) return 0; /* direction */
  if (c >= 0x2010 && c <= 0x2015) return '-';
  if (c >= 0x2018 && c <= 0x201B) return '\'';
  if (c >= 0x201C && c <= 0x201F) return '"';
  if (c >= 0xFF01 && c <= 0xFF5E) return ascii_lower((char)(c - 0xFF01 + '!'));
  return -1;
}

static size_t put(uint32_t c, char *out) {
  if (c < 0x80) {
    out[0] = (char)c;
    return 1;
  }
  out[0] = (char)(0xC0 | c >> 6);
  out[1] = (char)(0x80 | (c & 0x3F));
  return 2;
}

/* One character beyond ASCII, the bytes [start, end) of line. */
static size_t fold_character(uint32_t c, struct span source, char *out) {
  if (c == UTF8_INVALID) return 0;
  int sign = fold_sign(c);
  if (sign == 0) return 0;
  if (sign > 0) return put((uint32_t)sign, out);
  if (c >= 0xC0 && c <= 0x17F) {
    char letter = latin[c - 0xC0];
    if (!ascii_is_upper(letter)) return put((uint32_t)letter, out);
    memcpy(out, two_letters(letter), 2);
    return 2;
  }
  if (c >= 0x218 && c <= 0x21B) return put(c < 0x21A ? 's' : 't', out);
  if (c >= 0x370 && c <= 0x3FF) return put(fold_greek(c), out);
  if (c >= 0x400 && c <= 0x4FF) return put(fold_cyrillic(c), out);
  if (c >= 0x1EA0 && c <= 0x1EF9) return put((uint32_t)vietnamese[c - 0x1EA0], out);
  memcpy(out, source.ptr, source.len);
  return source.len;
}

/* Written so that the compiler makes it vector code. */
static void fold_ascii(const char *from, size_t len, char *out) {
  for (size_t i = 0; i < len; i++) {
    char c = from[i];
    char lower = c >= 'A' && c <= 'Z' ? (char)(c + 0x20) : c;
    out[i] = c >= '\t' && c <= '\r' ? ' ' : lower;
  }
}

size_t zone_fold(struct span line, char *out) {
  size_t n = 0;
  if (utf8_is_ascii(line)) {
    fold_ascii(line.ptr, line.len, out);
    return line.len;
  }
  for (size_t i = 0; i < line.len;) {
    char c = line.ptr[i];
    if ((unsigned char)c < 0x80) {
      fold_ascii(&c, 1, out + n++);
      i++;
      continue;
    }
    size_t start = i;
    uint32_t code = utf8_next(line, &i);
    n += fold_character(code, span_slice(line, start, i), out + n);
  }
  return n;
}
