#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "mailsignal/utf8.h"
#include "text/fold.h"

static void set_bytes(struct folded_char *out, const char *bytes, size_t n, enum char_kind kind) {
  memcpy(out->bytes, bytes, n);
  out->len = (unsigned char)n;
  out->kind = (unsigned char)kind;
}

static void read_ascii(char c, struct folded_char *out) {
  out->bytes[0] = ascii_lower(c);
  out->len = 1;
  out->capital = ascii_is_upper(c);
  if (ascii_is_alpha(c))
    out->kind = CHAR_LETTER;
  else if (ascii_is_digit(c))
    out->kind = CHAR_DIGIT;
  else if (c == '$')
    out->kind = CHAR_CURRENCY;
  else
    out->kind = (unsigned char)c <= ' ' || c == 0x7F ? CHAR_SPACE : CHAR_SIGN;
}

/* The letters of Latin-1 that lead with byte C3, by their second byte. */
static void read_latin1(unsigned char second, struct folded_char *out) {
  if (second == 0x9F) { /* sharp s */
    set_bytes(out, "ss", 2, CHAR_LETTER);
    return;
  }
  bool sign = second == 0x97 || second == 0xB7; /* times, divided by */
  out->capital = second < 0x9F && !sign;
  const char bytes[2] = {(char)0xC3, (char)(out->capital ? second + 0x20 : second)};
  set_bytes(out, bytes, 2, sign ? CHAR_SIGN : CHAR_LETTER);
}

/* Signs that mail is full of: written as their ASCII kin. */
static bool read_typographic(uint32_t code, struct folded_char *out) {
  switch (code) {
    case 0x2018: case 0x2019: case 0x201A: case 0x201B: case 0x00B4: case 0x2032: case 0x02BC:
      set_bytes(out, "'", 1, CHAR_SIGN);
      return true;
    case 0x201C: case 0x201D: case 0x201E: case 0x201F: case 0x00AB: case 0x00BB: case 0x2033:
      set_bytes(out, "\"", 1, CHAR_SIGN);
      return true;
    case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2015: case 0x2212:
      set_bytes(out, "-", 1, CHAR_SIGN);
      return true;
    case 0x2026:
      set_bytes(out, "...", 3, CHAR_SIGN);
      return true;
    case 0x20AC:
      set_bytes(out, "€", 3, CHAR_CURRENCY);
      return true;
    case 0x00A3:
      set_bytes(out, "£", 2, CHAR_CURRENCY);
      return true;
    case 0x00A5:
      set_bytes(out, "¥", 2, CHAR_CURRENCY);
      return true;
    case 0x00A0: case 0x202F: case 0x2009: case 0x2028: case 0x2029: case 0x0085:
      set_bytes(out, " ", 1, CHAR_SPACE);
      return true;
    case 0x200B: case 0x200C: case 0x200D: case 0x00AD: case 0x2060: case 0xFEFF:
      set_bytes(out, "", 0, CHAR_NOTHING);
      return true;
    default:
      return false;
  }
}

static enum char_kind kind_of(UChar32 code) {
  if (u_isalpha(code) || u_getCombiningClass(code)) return CHAR_LETTER;
  if (u_isUWhiteSpace(code) || u_iscntrl(code)) return CHAR_SPACE;
  if (code < 0x80 && u_isdigit(code)) return CHAR_DIGIT;
  return u_charType(code) == U_CURRENCY_SYMBOL ? CHAR_CURRENCY : CHAR_SIGN;
}

static void read_unicode(uint32_t code, struct folded_char *out) {
  UErrorCode error = U_ZERO_ERROR;
  const UNormalizer2 *folding = unorm2_getNFKCCasefoldInstance(&error);
  UChar source[2], target[18];
  int32_t n = 0, bytes = 0;
  U16_APPEND_UNSAFE(source, n, code);
  n = unorm2_normalize(folding, source, n, target, 18, &error);
  u_strToUTF8(out->bytes, (int32_t)sizeof out->bytes, &bytes, target, n, &error);
  if (U_FAILURE(error)) {
    set_bytes(out, "\xEF\xBF\xBD", 3, CHAR_SIGN);
    return;
  }
  out->len = (unsigned char)bytes;
  out->capital = u_isupper((UChar32)code);
  UChar first = 0;
  if (n) first = target[0];
  /* What folds to a surrogate pair is judged by the character itself. */
  UChar32 judged = U16_IS_SURROGATE(first) ? (UChar32)code : first;
  out->kind = n ? (unsigned char)kind_of(judged) : CHAR_NOTHING;
  /* "½" folds to "1⁄2", which is no digit: numbers are read digit by digit. */
  if (out->kind == CHAR_DIGIT && bytes != 1) out->kind = CHAR_SIGN;
}

void fold_char_read(struct span text, size_t at, struct folded_char *out) {
  unsigned char c = (unsigned char)text.ptr[at];
  out->capital = false;
  out->next = at + 1;
  out->code = c;
  if (c < 0x80) {
    read_ascii((char)c, out);
    return;
  }
  out->next = at;
  out->code = utf8_next(text, &out->next);
  if (out->code == UTF8_INVALID)
    set_bytes(out, "\xEF\xBF\xBD", 3, CHAR_SIGN);
  else if (c == 0xC3)
    read_latin1((unsigned char)text.ptr[at + 1], out);
  else if (!read_typographic(out->code, out))
    read_unicode(out->code, out);
}
