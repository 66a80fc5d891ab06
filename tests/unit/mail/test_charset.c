#include "mail_test.h"

#include "mail/charset.h"

TestSuite(charset, .init = set_up, .fini = tear_down);

#define BIT(defect) ((defect_set)1 << (defect))

Test(charset, labels_and_bytes) {
  static const struct {
    const char *label, *bytes, *text;
    defect_set defects;
  } rows[] = {
      {"utf-8", "abc", "abc", 0},
      {"utf-8", "\xC3\xBC", "\xC3\xBC", 0},
      {"UTF8", "\xC3\xBC", "\xC3\xBC", 0},
      {"iso-8859-1", "\xFC \x80", "\xC3\xBC \xE2\x82\xAC", 0},
      {" ISO-8859-1 ", "\xFC", "\xC3\xBC", 0},
      {"iso-8859-16", "\xAA\xBA", "\xC8\x98\xC8\x99", 0},
      {"iso-8859-15", "\xA4", "\xE2\x82\xAC", 0},
      {"windows-1251", "\xCF\xF0\xE8", "\xD0\x9F\xD1\x80\xD0\xB8", 0},
      {"koi8-r", "\xF0\xD2\xC9", "\xD0\x9F\xD1\x80\xD0\xB8", 0},
      {"gb2312", "\xC4\xE3\xBA\xC3", "\xE4\xBD\xA0\xE5\xA5\xBD", 0},
      {"big5", "\xA7\x41\xA6\x6E", "\xE4\xBD\xA0\xE5\xA5\xBD", 0},
      {"shift_jis", "\x82\xB1", "\xE3\x81\x93", 0},
      {"euc-kr", "\xB0\xA1", "\xEA\xB0\x80", 0},
      {"iso-2022-jp", "\x1B$B$3\x1B(B", "\xE3\x81\x93", 0},
      {"utf-7", "+AOk-", "\xC3\xA9", 0},
      {"iso-8859-1", "\xC3\xBC", "\xC3\xBC", BIT(DEFECT_CHARSET_GUESSED)},
      {"us-ascii", "caf\xE9", "caf\xC3\xA9", BIT(DEFECT_CHARSET_GUESSED)},
      {"utf-8", "caf\xE9", "caf\xC3\xA9", BIT(DEFECT_CHARSET_GUESSED)},
      {"utf-8", "\xC3\xA9t\xC3\xA9 \xFF", "\xC3\xA9t\xC3\xA9 \xEF\xBF\xBD",
       BIT(DEFECT_CHARSET_REPLACED)},
      {"gb2312", "\xC4\xE3\xFF", "\xE4\xBD\xA0\xEF\xBF\xBD", BIT(DEFECT_CHARSET_REPLACED)},
      {"x-nonsense", "abc", "abc", BIT(DEFECT_CHARSET_UNKNOWN)},
      {"x-nonsense", "\xC3\xBC", "\xC3\xBC", BIT(DEFECT_CHARSET_UNKNOWN)},
      {"", "abc", "abc", 0},
      {"", "\xC3\xBC", "\xC3\xBC", BIT(DEFECT_CHARSET_GUESSED)},
      {"", "f\xFCr", "f\xC3\xBCr", BIT(DEFECT_CHARSET_GUESSED)},
      {"us-ascii", "\x1B$B$3\x1B(B", "\xE3\x81\x93", BIT(DEFECT_CHARSET_GUESSED)},
  };
  for (size_t r = 0; r < ROWS(rows); r++) {
    defect_set defects = 0;
    struct span text =
        charset_decode(arena, span_of(rows[r].bytes), span_of(rows[r].label), &defects);
    cr_assert_span(text, rows[r].text, r);
    cr_assert_eq(defects, rows[r].defects, "row %zu: %llx", r, (unsigned long long)defects);
  }
}

Test(charset, utf16_with_and_without_a_mark) {
  defect_set defects = 0;
  cr_assert_span(charset_decode(arena, SPAN_LIT("a\0b\0"), SPAN_LIT("utf-16"), &defects), "ab", 0);
  cr_assert_span(charset_decode(arena, SPAN_LIT("\0a\0b"), SPAN_LIT("utf-16be"), &defects), "ab",
                 1);
  struct span marked = charset_decode(arena, SPAN_LIT("\xFE\xFF\0a"), SPAN_LIT("utf-16"), &defects);
  cr_assert(span_ends(marked, SPAN_LIT("a")));
  cr_assert_eq(defects, 0);
}

Test(charset, detection_of_what_has_no_label) {
  /* A Russian sentence in windows-1251. */
  static const char cyrillic[] =
      "\xC7\xE4\xF0\xE0\xE2\xF1\xF2\xE2\xF3\xE9\xF2\xE5, \xEF\xEE\xE6\xE0\xEB\xF3\xE9\xF1\xF2\xE0, "
      "\xEF\xF0\xE8\xF8\xEB\xE8\xF2\xE5 \xED\xE0\xEC \xF1\xF7\xE5\xF2 \xE4\xEE \xEF\xFF\xF2\xED\xE8"
      "\xF6\xFB.";
  defect_set defects = 0;
  struct span text = charset_decode(arena, span_of(cyrillic), (struct span){0}, &defects);
  cr_assert(span_starts(text, SPAN_LIT("\xD0\x97\xD0\xB4\xD1\x80\xD0\xB0")), SPAN_FMT,
            SPAN_ARG(text));
  cr_assert_eq(defects, BIT(DEFECT_CHARSET_GUESSED));
}

Test(charset, every_converter_of_the_table_exists) {
  static const char *const labels[] = {
      "866",         "latin2",     "latin3",      "latin4",      "cyrillic",       "arabic",
      "greek",       "hebrew",     "latin6",      "iso-8859-13", "iso-8859-14",    "iso-8859-16",
      "koi8-u",      "macintosh",  "tis-620",     "cp1250",      "cp1253",         "latin5",
      "cp1255",      "cp1256",     "cp1257",      "cp1258",      "x-mac-cyrillic", "gbk",
      "big5",        "euc-jp",     "iso-2022-jp", "sjis",        "euc-kr",         "iso-2022-kr",
      "iso-2022-cn", "hz-gb-2312", "cp437",       "cp850",       "utf-7"};
  for (size_t r = 0; r < ROWS(labels); r++) {
    cr_assert_not_null(charset_converter(span_of(labels[r])), "row %zu", r);
    defect_set defects = 0;
    charset_decode(arena, SPAN_LIT("a\xE1"), span_of(labels[r]), &defects);
    cr_assert_not(defect_has(defects, DEFECT_CHARSET_UNKNOWN), "row %zu: %s", r, labels[r]);
  }
}
