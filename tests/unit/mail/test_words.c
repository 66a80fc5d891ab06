#include "mail_test.h"

#include "mail/words.h"

TestSuite(words, .init = set_up, .fini = tear_down);

Test(words, values_become_one_line_of_text) {
  static const struct {
    const char *raw, *text;
    bool damaged;
  } rows[] = {
      {"plain", "plain", false},
      {"folded\r\n  value", "folded value", false},
      {"tab\tfolded\n\tagain", "tab folded again", false},
      {"=?utf-8?Q?M=C3=BCller?=", "M\xC3\xBCller", false},
      {"=?UTF-8?B?TcO8bGxlcg==?=", "M\xC3\xBCller", false},
      {"=?iso-8859-1?q?M=FCller_GmbH?=", "M\xC3\xBCller GmbH", false},
      {"=?iso-8859-1?q?=93quoted=94?=", "\xE2\x80\x9Cquoted\xE2\x80\x9D", false},
      {"Re: =?utf-8?q?a?= b", "Re: a b", false},
      {"=?utf-8?q?a?= =?utf-8?q?b?=", "ab", false},
      {"=?utf-8?q?a?=\r\n =?utf-8?q?_b?=", "a b", false},
      {"=?utf-8?q?a?= x =?utf-8?q?b?=", "a x b", false},
      {"=?utf-8?B?w7w=?= =?iso-8859-1?q?=FC?=", "\xC3\xBC\xC3\xBC", false},
      {"=?utf-8*en?q?a?=", "a", false},
      {"=?utf-8?B?w?= =?utf-8?B?YQ==?=", "a", true},
      {"=?utf-8?q?two words?=", "two words", true},
      {"=?utf-8?q?never ends", "never ends", true},
      {"=?utf-8?q?50=?=", "50=", true},
      {"=?utf-8?x?a?=", "=?utf-8?x?a?=", false},
      {"=??q?a?=", "=??q?a?=", false},
      {"what=?", "what=?", false},
      {"raw M\xC3\xBCller", "raw M\xC3\xBCller", false},
      {"raw M\xFCller", "raw M\xC3\xBCller", false},
      {"zero\xE2\x80\x8Bwidth", "zerowidth", false},
      {"u\xCC\x88", "\xC3\xBC", false},
      {"=?utf-8?q?a=0D=0AX-Evil:_1?=", "a X-Evil: 1", false},
      {"", "", false},
  };
  for (size_t r = 0; r < ROWS(rows); r++) {
    defect_set defects = 0;
    cr_assert_span(words_decode(arena, span_of(rows[r].raw), &defects), rows[r].text, r);
    cr_assert_eq(defect_has(defects, DEFECT_HEADER_ENCODED_WORD), rows[r].damaged, "row %zu", r);
  }
}

Test(words, nul_bytes_are_dropped) {
  defect_set defects = 0;
  struct span raw = SPAN_LIT("a\0b");
  cr_assert_span(words_decode(arena, raw, &defects), "ab", 0);
}
