#include "mail_test.h"

#include "mailsignal/sbuf.h"

TestSuite(body, .init = set_up, .fini = tear_down);

#define HEAD "From: a@b.example\nDate: Tue, 4 Mar 2025 10:11:12 +0100\nMessage-ID: <1@b.example>\n"
#define MULTIPART(kind, parts) \
  HEAD "Content-Type: multipart/" kind "; boundary=b\n\npreamble\n" parts "--b--\nepilogue\n"
#define PART(type, text) "--b\nContent-Type: " type "\n\n" text "\n"
#define LONG                                                                                    \
  "This is a sentence of forty characters or. This is a sentence of forty characters or. This " \
  "is a sentence of forty characters or. This is a sentence of forty characters or. This is a " \
  "sentence of forty characters or. This is a sentence of forty characters or. "

Test(body, the_part_that_is_the_text) {
  static const struct {
    const char *raw, *text;
    size_t attachments;
  } rows[] = {
      {MULTIPART("alternative", PART("text/plain", "plain") PART("text/html", "<p>html")), "plain",
       0},
      {MULTIPART("alternative", PART("text/html", "<p>html")), "html\n", 0},
      {MULTIPART("alternative", PART("text/plain", " \n") PART("text/html", "<p>html")), "html\n",
       0},
      {MULTIPART("alternative",
                 PART("text/plain", "Your mail program cannot show HTML.")
                     PART("text/html", "<p>All that is to be said in this mail, and more.")),
       "All that is to be said in this mail, and more.\n", 0},
      {MULTIPART("alternative", PART("text/plain", "Hi") PART("text/html", "<p>" LONG)),
       "This is a sentence of forty characters or. This is a sentence of forty characters or. This "
       "is a sentence of forty characters or. This is a sentence of forty characters or. This is a "
       "sentence of forty characters or. This is a sentence of forty characters or.\n",
       0},
      {MULTIPART("mixed", PART("text/plain", "one") PART("text/plain", "two")), "one\n\ntwo", 0},
      {MULTIPART("mixed", PART("text/plain", "one") PART("text/plain; name=notes.txt", "two")),
       "one", 1},
      {MULTIPART("mixed", PART("text/plain", "one")
                              PART("text/plain\nContent-Disposition: attachment", "two")),
       "one", 1},
      {MULTIPART("mixed", PART("application/pdf; name=a.pdf", "x") PART("text/plain", "one")),
       "one", 1},
      {MULTIPART("related", PART("text/html", "<b>html</b>") PART("image/png", "x")), "html\n", 1},
      {MULTIPART("signed", PART("text/plain", "signed") PART("application/pgp-signature", "x")),
       "signed", 1},
      {MULTIPART("mixed", PART("text/plain", "see below")
                              PART("message/rfc822", "From: Bob <bob@c.example>\n\nnot mine")),
       "see below", 1},
      {MULTIPART("report; report-type=delivery-status",
                 PART("text/plain", "could not") PART("message/delivery-status", "Status: 5.0.0")
                     PART("text/rfc822-headers", "Subject: x")),
       "could not", 2},
      {HEAD "Content-Type: text/plain; name=body.txt\n\nroot is body", "root is body", 0},
      {HEAD "\nno type at all", "no type at all", 0},
      {HEAD "Content-Type: text/plain\n\n<!DOCTYPE html><p>a<p>b", "a\n\nb\n", 0},
      {HEAD "Content-Type: text/plain; format=flowed\n\none \ntwo\n", "one two\n", 0},
      {HEAD "Content-Type: TEXT/PLAIN; charset=\"iso-8859-1\"\nContent-Transfer-Encoding: "
            "BASE64\n\n/A==\n",
       "\xC3\xBC", 0},
      {HEAD "Content-Type: text/html\n\n<meta charset=koi8-r><p>\xF0\xD2\xC9",
       "\xD0\x9F\xD1\x80\xD0\xB8\n", 0},
  };
  for (size_t r = 0; r < ROWS(rows); r++) {
    struct mail m;
    mail_parse(arena, span_of(rows[r].raw), &m);
    cr_assert_span(m.text, rows[r].text, r);
    cr_assert_eq(m.n_attachments, rows[r].attachments, "row %zu: %zu attachments", r,
                 m.n_attachments);
  }
}

Test(body, text_is_made_clean) {
  static const struct {
    const char *sent, *text;
  } rows[] = {
      {"trailing  \t\nblanks \n", "trailing\nblanks\n"},
      {"-- \nJane\n", "-- \nJane\n"},
      {"> -- \n> Jane \n", "> -- \n> Jane\n"},
      {"a\r\nb\rc\n", "a\nb\nc\n"},
      {"a\fb", "a\nb"},
      {"a\xE2\x80\xA8"
       "b",
       "a\nb"},
      {"a\tb\n", "a\tb\n"},
      {"a\x01\x7F"
       "b",
       "ab"},
      {"so\xC2\xAD"
       "ft zero\xE2\x80\x8Bwidth \xEF\xBB\xBF"
       "bom",
       "soft zerowidth bom"},
      {"no\xC2\xA0"
       "break",
       "no\xC2\xA0"
       "break"},
      {"u\xCC\x88 e\xCC\x81", "\xC3\xBC \xC3\xA9"},
      {"\xE2\x84\xAB", "\xC3\x85"},
  };
  for (size_t r = 0; r < ROWS(rows); r++) {
    struct sbuf raw = {.arena = arena};
    sbuf_printf(&raw, HEAD "Content-Type: text/plain; charset=utf-8\n\n%s", rows[r].sent);
    struct mail m;
    mail_parse(arena, sbuf_span(&raw), &m);
    cr_assert_span(m.text, rows[r].text, r);
  }
}

Test(body, attachments_are_listed_with_name_and_size) {
  struct mail m;
  mail_parse(
      arena,
      SPAN_LIT(MULTIPART("mixed", PART("text/plain", "see") PART(
                                      "application/pdf;\n name*=utf-8''M%C3%BCller.pdf", "12345")
                                      PART("text/vcard", "BEGIN:VCARD\nFN:Jane\nEND:VCARD")
                                          PART("application/ms-tnef; name=\"winmail.dat\"", "x"))),
      &m);
  cr_assert_eq(m.n_attachments, 3);
  cr_assert_span(m.attachments[0].media_type, "application/pdf", 0);
  cr_assert_span(m.attachments[0].file_name, "M\xC3\xBCller.pdf", 1);
  cr_assert_eq(m.attachments[0].size, 5);
  cr_assert_span(m.attachments[2].file_name, "winmail.dat", 2);
  cr_assert_span(m.vcard, "BEGIN:VCARD\nFN:Jane\nEND:VCARD", 3);
}

Test(body, an_attached_message_is_a_forward) {
  struct mail m;
  mail_parse(arena,
             SPAN_LIT(MULTIPART(
                 "mixed", PART("text/plain", "fyi") PART(
                              "message/rfc822", "From: =?utf-8?q?B=C3=B6b?= <b@c.example>\n\nx"))),
             &m);
  cr_assert_span(m.forwarded_from,
                 "B\xC3\xB6"
                 "b <b@c.example>",
                 0);
  cr_assert_span(m.text, "fyi", 1);
}

Test(body, marks_are_moved_when_parts_are_joined) {
  struct mail m;
  mail_parse(arena,
             SPAN_LIT(MULTIPART("mixed", PART("text/plain", "first")
                                             PART("text/html", "<blockquote>quoted</blockquote>"))),
             &m);
  cr_assert_span(m.text, "first\n\nquoted\n", 0);
  cr_assert_eq(m.n_marks, 1);
  cr_assert_span(span_slice(m.text, m.marks[0].start, m.marks[0].end), "quoted", 1);
}
