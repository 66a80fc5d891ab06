#include "mail_test.h"

#include "mailsignal/html.h"

TestSuite(html_marks, .init = set_up, .fini = tear_down);

struct want {
  enum text_mark_kind kind;
  unsigned depth;
  const char *text; /* NULL ends the list */
};

Test(html_marks, what_clients_write) {
  static const struct {
    const char *html;
    struct want want[5];
  } rows[] = {
      {"a<blockquote type=cite>b</blockquote>c", {{MARK_QUOTE, 1, "b"}}},
      {"<blockquote>a<blockquote>b</blockquote></blockquote>",
       {{MARK_QUOTE, 1, "a\nb"}, {MARK_QUOTE, 2, "b"}}},
      {"<blockquote style='margin:0 0 0 40px;border:none;padding:0px'>a</blockquote>", {{0}}},
      {"<blockquote style='border:none;border-left:solid #ccc 1pt'>a</blockquote>",
       {{MARK_QUOTE, 1, "a"}}},
      {"hi<div class='gmail_quote gmail_quote_container'><div dir=ltr class=gmail_attr>On "
       "x:<br></div>"
       "<blockquote class=gmail_quote>b<blockquote "
       "class=gmail_quote>c</blockquote></blockquote></div>",
       {{MARK_QUOTE, 1, "On x:\nb\nc"},
        {MARK_ATTRIBUTION, 1, "On x:"},
        {MARK_QUOTE, 1, "b\nc"},
        {MARK_QUOTE, 2, "c"}}},
      {"<div class='moz-cite-prefix'>On x:</div><blockquote type='cite'>b</blockquote>",
       {{MARK_ATTRIBUTION, 0, "On x:"}, {MARK_QUOTE, 1, "b"}}},
      {"a<div class=moz-signature>-- <br>J</div>", {{MARK_SIGNATURE, 0, "-- \nJ"}}},
      {"a<div data-smartmail='gmail_signature'>J</div>b", {{MARK_SIGNATURE, 0, "J"}}},
      {"a<div id='Signature'>J</div>", {{MARK_SIGNATURE, 0, "J"}}},
      {"a<div id='x_Signature'>J</div>", {{MARK_SIGNATURE, 0, "J"}}},
      {"a<div class='x_gmail_signature'>J</div>", {{MARK_SIGNATURE, 0, "J"}}},
      {"a<div class='AppleMailSignature'>J</div>", {{MARK_SIGNATURE, 0, "J"}}},
      {"a<div class='protonmail_signature_block protonmail_signature_block-user'>J</div>",
       {{MARK_SIGNATURE, 0, "J"}}},
      {"a<div id='ms-outlook-mobile-signature'>Get Outlook</div>",
       {{MARK_CLIENT_FOOTER, 0, "Get Outlook"}}},
      {"a<hr>b", {{MARK_RULE, 0, ""}}},
      {"a<div id=appendonsend></div><hr><div id=divRplyFwdMsg><b>From:</b> J</div>",
       {{MARK_RULE, 0, ""}, {MARK_RULE, 0, ""}, {MARK_REPLY_HEADER, 0, "From: J"}}},
      {"<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p><b>Von:</b> J</p></div>",
       {{MARK_REPLY_HEADER, 0, "Von: J"}}},
      {"<div style='border:none;border-top:solid #B5C4DF 1.0pt'><p>Totals</p></div>", {{0}}},
      {"<div class=yahoo_quoted>a</div>", {{MARK_QUOTE, 1, "a"}}},
      {"<div class=protonmail_quote>On x:<blockquote>a</blockquote></div>",
       {{MARK_QUOTE, 1, "On x:\na"}, {MARK_QUOTE, 1, "a"}}},
      {"<blockquote class=tutanota_quote>a</blockquote>", {{MARK_QUOTE, 1, "a"}}},
      {"<div class=zmail_extra>a</div>", {{MARK_QUOTE, 1, "a"}}},
      {"<table><tr><td>a</td></tr></table>b", {{MARK_TABLE, 0, "a"}}},
      {"<blockquote>u&#776;</blockquote><blockquote>b</blockquote>",
       {{MARK_QUOTE, 1, "\xC3\xBC"}, {MARK_QUOTE, 1, "b"}}},
      {"a<blockquote></blockquote><div class=gmail_signature> </div>", {{0}}},
      {"a<blockquote style='display:none'>b</blockquote>c", {{0}}},
  };
  for (size_t r = 0; r < ROWS(rows); r++) {
    struct mail m = {0};
    html_to_text(arena, span_of(rows[r].html), &m);
    size_t n = 0;
    for (; n < 5 && rows[r].want[n].text; n++) {
      cr_assert_lt(n, m.n_marks, "row %zu: only %zu marks", r, m.n_marks);
      struct text_mark mark = m.marks[n];
      cr_assert_eq(mark.kind, rows[r].want[n].kind, "row %zu mark %zu: kind %d", r, n,
                   (int)mark.kind);
      cr_assert_eq(mark.depth, rows[r].want[n].depth, "row %zu mark %zu: depth %u", r, n,
                   mark.depth);
      cr_assert_span(span_slice(m.text, mark.start, mark.end), rows[r].want[n].text, r);
    }
    cr_assert_eq(m.n_marks, n, "row %zu: %zu marks", r, m.n_marks);
  }
}

Test(html_marks, a_rule_stands_at_the_line_that_follows) {
  struct mail m = {0};
  html_to_text(arena, SPAN_LIT("<p>a</p><hr><p>b</p>"), &m);
  cr_assert_span(m.text, "a\n\nb\n", 0);
  cr_assert_eq(m.n_marks, 1);
  cr_assert_eq(m.marks[0].start, 3);
  cr_assert_eq(m.marks[0].end, 3);
}
