#include "mail/charset.h"

#include <glib.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include "mailsignal/utf8.h"

enum {
  DETECT_BYTES = 2048,   /* what ICU's detector gets to see: it takes 0.2 us a byte */
  DETECT_CONFIDENCE = 40 /* of 100; below, its answers are noise on short text */
};

/* windows-1252 where it differs from ISO 8859-1: 0x80 to 0x9F. The five unused ones stay controls.
 */
static const uint16_t windows_1252[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

static struct span decode_windows_1252(struct arena *arena, struct span bytes) {
  struct sbuf out = {.arena = arena};
  sbuf_reserve(&out, bytes.len + bytes.len / 8 + 16);
  for (size_t i = 0; i < bytes.len; i++) {
    unsigned char c = (unsigned char)bytes.ptr[i];
    if (c < 0x80) sbuf_byte(&out, (char)c);
    else utf8_put(&out, c < 0xA0 ? windows_1252[c - 0x80] : c);
  }
  return sbuf_span(&out);
}

static struct span replace_invalid(struct arena *arena, struct span bytes) {
  struct sbuf out = {.arena = arena};
  sbuf_reserve(&out, bytes.len + bytes.len / 8 + 16);
  for (size_t at = 0; at < bytes.len;) {
    size_t start = at;
    uint32_t code = utf8_next(bytes, &at);
    if (code == UTF8_INVALID) utf8_put(&out, 0xFFFD);
    else sbuf_add(&out, span_slice(bytes, start, at));
  }
  return sbuf_span(&out);
}

/* For the one encoding that ICU does not have (ISO-8859-16): GLib's iconv, fallbacks as "?". */
static struct span decode_with_iconv(struct arena *arena, struct span bytes, const char *name,
                                     defect_set *defects) {
  gsize len = 0;
  gchar *text =
      g_convert_with_fallback(bytes.ptr, (gssize)bytes.len, "UTF-8", name, "?", NULL, &len, NULL);
  if (!text) {
    defect_mark(defects, DEFECT_CHARSET_REPLACED);
    return decode_windows_1252(arena, bytes);
  }
  arena_on_reset(arena, g_free, text);
  return (struct span){text, len};
}

static void close_converter(void *converter) { ucnv_close(converter); }

static struct span decode_with_icu(struct arena *arena, struct span bytes, const char *name,
                                   defect_set *defects) {
  UErrorCode status = U_ZERO_ERROR;
  UConverter *converter = ucnv_open(name, &status);
  if (!converter) return decode_with_iconv(arena, bytes, name, defects);
  arena_on_reset(arena, close_converter, converter);
  /* No encoding that we know needs more than three bytes of UTF-8 for one of its own. */
  size_t room = bytes.len * 3 + 16;
  char *out = arena_alloc(arena, room);
  int32_t len = ucnv_toAlgorithmic(UCNV_UTF8, converter, out, (int32_t)room, bytes.ptr,
                                   (int32_t)bytes.len, &status);
  if (len > (int32_t)room) len = (int32_t)room;
  struct span text = {out, (size_t)len};
  if (U_FAILURE(status) || span_find(text, SPAN_LIT("\xEF\xBF\xBD"), 0) != SPAN_NONE)
    defect_mark(defects, DEFECT_CHARSET_REPLACED);
  return utf8_is_valid(text) ? text : replace_invalid(arena, text);
}

static void close_detector(void *detector) { ucsdet_close(detector); }

/* In Latin scripts bytes beyond ASCII stand alone among ASCII letters; in others, side by side. */
static bool looks_latin(struct span bytes) {
  size_t high = 0, pairs = 0;
  unsigned char before = 0;
  for (size_t i = 0; i < bytes.len; i++) {
    unsigned char c = (unsigned char)bytes.ptr[i];
    high += c >> 7;
    pairs += (c & before) >> 7;
    before = c;
  }
  return pairs * 3 < high;
}

/* The lines that hold more than ASCII, up to DETECT_BYTES. */
static struct span sample_lines(struct arena *arena, struct span bytes) {
  struct sbuf out = {.arena = arena};
  struct span line;
  while (out.len < DETECT_BYTES && span_split(&bytes, '\n', &line))
    if (!utf8_is_ascii(line)) sbuf_add(&out, span_slice(line, 0, DETECT_BYTES - out.len));
  return sbuf_span(&out);
}

/* NULL when nothing better than windows-1252 is known. ICU takes short Latin text for all kinds of
 * Latin charsets, so among these its word does not count. */
static const char *detect(struct arena *arena, struct span bytes) {
  if (looks_latin(bytes)) return NULL;
  UErrorCode status = U_ZERO_ERROR;
  UCharsetDetector *detector = ucsdet_open(&status);
  if (!detector) return NULL;
  arena_on_reset(arena, close_detector, detector);
  struct span sample = sample_lines(arena, bytes);
  ucsdet_setText(detector, sample.ptr, (int32_t)sample.len, &status);
  const UCharsetMatch *match = ucsdet_detect(detector, &status);
  if (U_FAILURE(status) || !match) return NULL;
  const char *name = ucsdet_getName(match, &status);
  int32_t confidence = ucsdet_getConfidence(match, &status);
  if (U_FAILURE(status) || confidence < DETECT_CONFIDENCE) return NULL;
  static const char *const latin[] = {"ISO-8859-1",   "ISO-8859-2",   "ISO-8859-9", "windows-1250",
                                      "windows-1252", "windows-1254", "UTF-8"};
  for (size_t i = 0; i < sizeof latin / sizeof *latin; i++)
    if (strcmp(name, latin[i]) == 0) return NULL;
  return charset_converter(span_of(name));
}

static bool has_iso_2022_escape(struct span bytes) {
  size_t at = span_find_byte(bytes, '\x1B', 0);
  return at != SPAN_NONE && at + 1 < bytes.len &&
         (bytes.ptr[at + 1] == '$' || bytes.ptr[at + 1] == '(');
}

static struct span guess(struct arena *arena, struct span bytes, defect_set *defects) {
  bool ascii = utf8_is_ascii(bytes);
  if (ascii && !has_iso_2022_escape(bytes)) return bytes;
  defect_mark(defects, DEFECT_CHARSET_GUESSED);
  if (ascii) return decode_with_icu(arena, bytes, "ISO-2022-JP-2", defects);
  if (utf8_is_valid(bytes)) return bytes;
  const char *detected = detect(arena, bytes);
  if (detected) return decode_with_icu(arena, bytes, detected, defects);
  return decode_windows_1252(arena, bytes);
}

/* Bytes that claim to be UTF-8 and are not: damaged UTF-8, or something else altogether? */
static struct span decode_bad_utf8(struct arena *arena, struct span bytes, defect_set *defects) {
  size_t good = 0, bad = 0;
  for (size_t at = 0; at < bytes.len;) {
    uint32_t code = utf8_next(bytes, &at);
    if (code == UTF8_INVALID) bad++;
    else if (code >= 0x80) good++;
  }
  if (good <= bad) return guess(arena, bytes, defects);
  defect_mark(defects, DEFECT_CHARSET_REPLACED);
  return replace_invalid(arena, bytes);
}

/* Encodings in which bytes below 0x80 do not stand for ASCII. */
static bool is_ascii_superset(const char *converter) {
  return strncmp(converter, "UTF-16", 6) != 0 && strcmp(converter, "UTF-7") != 0 &&
         strncmp(converter, "ISO-2022", 8) != 0 && strcmp(converter, "HZ") != 0;
}

static struct span decode_utf16(struct arena *arena, struct span bytes, const char *converter,
                                defect_set *defects) {
  if (span_starts(bytes, SPAN_LIT("\xFE\xFF"))) converter = "UTF-16BE";
  if (span_starts(bytes, SPAN_LIT("\xFF\xFE"))) converter = "UTF-16LE";
  return decode_with_icu(arena, bytes, converter, defects);
}

struct span charset_decode(struct arena *arena, struct span bytes, struct span label,
                           defect_set *defects) {
  label = span_trim(label);
  if (label.len == 0) return guess(arena, bytes, defects);
  const char *converter = charset_converter(label);
  if (!converter) {
    defect_mark(defects, DEFECT_CHARSET_UNKNOWN);
    defect_set ignored = 0;
    return guess(arena, bytes, &ignored);
  }
  if (strncmp(converter, "UTF-16", 6) == 0) return decode_utf16(arena, bytes, converter, defects);
  if (!is_ascii_superset(converter)) return decode_with_icu(arena, bytes, converter, defects);
  if (utf8_is_ascii(bytes)) {
    return has_iso_2022_escape(bytes) ? guess(arena, bytes, defects) : bytes;
  }
  bool is_utf8 = utf8_is_valid(bytes);
  if (strcmp(converter, "UTF-8") == 0)
    return is_utf8 ? bytes : decode_bad_utf8(arena, bytes, defects);
  if (is_utf8) { /* by chance, it almost never is */
    defect_mark(defects, DEFECT_CHARSET_GUESSED);
    return bytes;
  }
  if (strcmp(converter, "windows-1252") != 0)
    return decode_with_icu(arena, bytes, converter, defects);
  if (span_ieq(label, SPAN_LIT("us-ascii"))) return guess(arena, bytes, defects);
  return decode_windows_1252(arena, bytes);
}
