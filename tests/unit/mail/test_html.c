#include "mail_test.h"

#include "mailsignal/html.h"
#include "mailsignal/limits.h"
#include "mailsignal/sbuf.h"

TestSuite(html, .init = set_up, .fini = tear_down);

struct row {
  const char *html, *text;
};

static void check(const struct row *rows, size_t n) {
  for (size_t r = 0; r < n; r++) {
    struct mail m = {0};
    html_to_text(arena, span_of(rows[r].html), &m);
    struct sbuf want = {.arena = arena};
    sbuf_printf(&want, "%s%s", rows[r].text, *rows[r].text ? "\n" : "");
    cr_assert(span_eq(m.text, sbuf_span(&want)), "row %zu: got [" SPAN_FMT "]", r,
              SPAN_ARG(m.text));
  }
}

Test(html, lines) {
  static const struct row rows[] = {
      {"plain", "plain"},
      {"  a \n b\t c  ", "a b c"},
      {"a<br>b", "a\nb"},
      {"a<br/>b<BR />c</br>d", "a\nb\nc\nd"},
      {"<div>a</div><div>b</div>", "a\nb"},
      {"<div>a<br></div><div>b</div>", "a\nb"},
      {"<div>a</div><div><br></div><div>b</div>", "a\n\nb"},
      {"<p>a</p><p>b</p>", "a\n\nb"},
      {"<p>a<p>b", "a\n\nb"},
      {"<p style='margin:0'>a</p><p style=\"margin: 0px\">b</p>", "a\nb"},
      {"<p style='margin:0 0 12px 0'>a</p><p style='margin:0 0 12px'>b</p>", "a\n\nb"},
      {"<p class=MsoNormal>a<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
       "<p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>b</p>",
       "a\n\nb"},
      {"a<br><br><br><br><br>b", "a\n\n\nb"},
      {"<h1>a</h1>b", "a\n\nb"},
      {"a<hr>b", "a\nb"},
      {"<b>a</b><i>b</i> <u>c</u>", "ab c"},
      {"a <b> b</b>", "a b"},
      {"<div>-- <br>Jane</div>", "-- \nJane"},
      {"<div>--&nbsp;</div><div>Jane</div>", "-- \nJane"},
      {"<pre>a  b\n  c\n\nd</pre>e", "a  b\n  c\n\nd\n\ne"},
      {"<div style='white-space:pre-wrap'>a  b\nc</div>", "a  b\nc"},
      {"<pre>a<span style='white-space:normal'> b \n c</span></pre>", "a b c"},
      {"a\xC2\xA0\xC2\xA0"
       "b",
       "a\xC2\xA0\xC2\xA0"
       "b"},
      {"so&shy;ft&#8203;", "soft"},
      {"e&#769;", "\xC3\xA9"},
      {"", ""},
      {"<p> </p><div>&nbsp;</div>", ""},
  };
  check(rows, ROWS(rows));
}

Test(html, tables_and_lists) {
  static const struct row rows[] = {
      {"<table><tr><td>a</td><td>b</td></tr><tr><td>c<td>d</table>e", "a\tb\nc\td\ne"},
      {"a<table><tr><td></td><td>b</td></tr></table>", "a\nb"},
      {"<table><tr><td>a</td></tr><tr><td>b</td></tr></table>", "a\nb"},
      {"<table><tr><td><p>a</p></td><td><p>b</p></td></tr></table>", "a\tb"},
      {"<table><tr><td>a<br>b</td><td>c</td></tr></table>", "a\nb\nc"},
      {"<table><tr><td>a</td><td>b<br>c</td></tr></table>", "a\nb\nc"},
      {"<table><tr><td>a</td><td>&nbsp;</td><td>b</td></tr></table>", "a\tb"},
      {"<table><tr><td><img src=x></td><td><table><tr><td>T</td><td>1</td></tr><tr><td>M</td><td>2"
       "</td></tr></table></td></tr></table>",
       "T\t1\nM\t2"},
      {"<table><tbody><tr><th>a</th><th>b</th></tr></tbody></table>", "a\tb"},
      {"<ul><li>a</li><li>b</li></ul>c", "- a\n- b\n\nc"},
      {"<ul><li>a<li>b</ul>", "- a\n- b"},
      {"<ul><li><p>a</p></li></ul>", "- a"},
      {"<ol><li>a<li>b</ol>", "1. a\n2. b"},
      {"<ol start=5><li>a<li value=9>b<li>c</ol>", "5. a\n9. b\n10. c"},
      {"<ol><li>a<ul><li>b</ul><li>c</ol>", "1. a\n- b\n2. c"},
      {"<dl><dt>a<dd>b</dl>", "a\nb"},
  };
  check(rows, ROWS(rows));
}

Test(html, what_is_not_shown) {
  static const struct row rows[] = {
      {"<head><title>t</title><style>p{}</style></head><body>a", "a"},
      {"<script>if (a < b) document.write('</b>')</script>a", "a"},
      {"<style><!-- p{} --></style>a", "a"},
      {"a<!-- b -->c<!-->d<!--->e<!-- f --!>g", "acdeg"},
      {"a<!--[if mso]><p>b</p><![endif]-->c", "ac"},
      {"a<![if !mso]>b<![endif]>c", "abc"},
      {"<?xml version=1?>a<!doctype html>b", "ab"},
      {"<div style='display:none'>a<div>b</div></div>c", "c"},
      {"<div style='DISPLAY: None !important'>a</div>c", "c"},
      {"<span style='display:none'>a<span>b</span>c</span>d", "d"},
      {"<div style='visibility:hidden'>a<b style='visibility:visible'>b</b></div>c", "b\nc"},
      {"<div style='font-size:0'>a<span style='font-size:14px'>b</span></div>c", "b\nc"},
      {"<div style='font-size:0px;line-height:0'>a</div>c", "c"},
      {"<div style='max-height:0;overflow:hidden'>a</div>c", "c"},
      {"<div style='opacity:0'>a</div><div style='opacity:0.5'>b</div>", "b"},
      {"<div style='mso-hide:all'>a</div>c", "c"},
      {"<div class='preheader'>a</div>c", "c"},
      {"<div hidden>a</div>c", "c"},
      {"<img src=x width=1 height=1 alt='pixel'>a", "a"},
      {"<img alt='\xF0\x9F\x98\x80'>a",
       "\xF0\x9F\x98\x80"
       "a"},
      {"<select><option>a<option>b</select>c", "c"},
      {"<xml><o:x>a</o:x></xml>b", "b"},
      {"<textarea>a</textarea>b", "b"},
  };
  check(rows, ROWS(rows));
}

Test(html, character_references) {
  static const struct row rows[] = {
      {"a &amp; b &lt;c&gt;", "a & b <c>"},
      {"&uuml;&Uuml;&euro;&hellip;", "\xC3\xBC\xC3\x9C\xE2\x82\xAC\xE2\x80\xA6"},
      {"&#252;&#xFC;&#XfC;&#252x", "\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBCx"},
      {"&#128;&#150;", "\xE2\x82\xAC\xE2\x80\x93"},
      {"&#0;&#xD800;&#99999999999;", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"&ampx &notit; &copy2",
       "&x \xC2\xACit; \xC2\xA9"
       "2"},
      {"&CounterClockwiseContourIntegral;", "\xE2\x88\xB3"},
      {"& &; &# &#x; &nosuchname; &", "& &; &# &#x; &nosuchname; &"},
      {"a&NotEqualTilde;b",
       "a\xE2\x89\x82\xCC\xB8"
       "b"},
  };
  check(rows, ROWS(rows));
}

Test(html, damage) {
  static const struct row rows[] = {
      {"a < b <3 c", "a < b <3 c"},
      {"a<", "a<"},
      {"a</", "a</"},
      {"a</>b", "ab"},
      {"<p>a<!-- never closed <p>b", "a"},
      {"<p>a<a href=\"never closed <p>b", "a"},
      {"<p>a<style>never closed <p>b", "a"},
      {"a</div></b></p>b", "a\n\nb"},
      {"<b><div>a</b>b</div>c", "ab\nc"},
      {"<div title='>'>a</div>", "a"},
      {"<div title=\"a>b\" >c</div>", "c"},
      {"<td>a<td>b", "a\nb"},
      {"<div\n\tclass=x\n>a</div\n>", "a"},
      {"<table><tr><td><p>a</table>b", "a\n\nb"},
      {"</body></html>a", "a"},
  };
  check(rows, ROWS(rows));
}

Test(html, links_with_contact_data) {
  static const struct row rows[] = {
      {"<a href='mailto:jane@acme.example'>jane@acme.example</a>", "jane@acme.example"},
      {"<a href='mailto:jane@acme.example?subject=x'>Mail me</a>", "Mail me <jane@acme.example>"},
      {"<a href='mailto:jane%40acme.example'>Mail</a> x", "Mail <jane@acme.example> x"},
      {"<a href='tel:+442079460958'>020 7946 0958</a>", "020 7946 0958"},
      {"<a href='tel:+442079460958'>Call</a>", "Call <+442079460958>"},
      {"<a href='https://www.linkedin.com/in/jane?x=1'>LinkedIn</a>",
       "LinkedIn <https://www.linkedin.com/in/jane>"},
      {"<a href='https://www.linkedin.com/in/jane'><img src=li.png></a>",
       "<https://www.linkedin.com/in/jane>"},
      {"<a href='https://acme.example/x'>Acme</a>", "Acme"},
      {"<a href='mailto:'>x</a><a href='tel:1'>y</a>", "xy"},
  };
  check(rows, ROWS(rows));
}

Test(html, depth_is_limited_and_text_is_kept) {
  struct sbuf html = {.arena = arena};
  for (int i = 0; i < LIMIT_HTML_DEPTH * 4; i++) sbuf_add(&html, SPAN_LIT("<div>"));
  sbuf_add(&html, SPAN_LIT("deep"));
  for (int i = 0; i < LIMIT_HTML_DEPTH * 4; i++) sbuf_add(&html, SPAN_LIT("</div>"));
  sbuf_add(&html, SPAN_LIT("after"));
  struct mail m = {0};
  html_to_text(arena, sbuf_span(&html), &m);
  cr_assert_span(m.text, "deep\nafter\n", 0);
  cr_assert(defect_has(m.defects, DEFECT_HTML_DEPTH));
}
