#include "mail_test.h"

TestSuite(header, .init = set_up, .fini = tear_down);

static void parse(const char *raw, struct mail *out) { mail_parse(arena, span_of(raw), out); }

Test(header, fields_of_a_usual_message) {
  struct mail m;
  parse(
      "From: Jane Doe <jane@Acme.EXAMPLE>\r\n"
      "To: Bob <bob@us.example>, ops@us.example\r\n"
      "Cc: c@us.example\r\n"
      "Reply-To: desk@acme.example\r\n"
      "Subject: =?utf-8?q?Pump_7?=\r\n"
      "Date: Tue, 4 Mar 2025 10:11:12 +0100\r\n"
      "Message-ID: <1@acme.example>\r\n"
      "In-Reply-To: <0@us.example> (your message)\r\n"
      "References: <a@us.example>\r\n <0@us.example>\r\n"
      "X-Source-Id: 42\r\n"
      "Content-Language: en-GB, de\r\n"
      "\r\nHello\r\n",
      &m);
  cr_assert_span(m.from.name, "Jane Doe", 0);
  cr_assert_span(m.from.address, "jane@acme.example", 1);
  cr_assert_eq(m.to.n, 2);
  cr_assert_span(m.to.items[1].address, "ops@us.example", 2);
  cr_assert_eq(m.cc.n, 1);
  cr_assert_eq(m.reply_to.n, 1);
  cr_assert_span(m.subject, "Pump 7", 3);
  cr_assert(m.has_date);
  cr_assert_eq(m.date, 1741079472);
  cr_assert_eq(m.date_offset, 60);
  cr_assert_span(m.message_id, "1@acme.example", 4);
  cr_assert_not(m.message_id_made);
  cr_assert_span(m.in_reply_to, "0@us.example", 5);
  cr_assert_eq(m.n_references, 2);
  cr_assert_span(m.references[0], "a@us.example", 6);
  cr_assert_span(m.source_id, "42", 7);
  cr_assert_span(m.language, "en-gb", 8);
  cr_assert_span(m.text, "Hello\n", 9);
  cr_assert_eq(m.defects, 0);
}

Test(header, where_the_block_ends) {
  static const struct {
    const char *raw, *subject, *text;
  } rows[] = {
      {"Subject: a\n\nbody\n", "a", "body\n"},
      {"Subject: a\r\n\r\nbody\r\n", "a", "body\n"},
      {"From me Mon Jan  1 00:00:00 2024\nSubject: a\n\nbody\n", "a", "body\n"},
      {">From me Mon Jan  1 00:00:00 2024\nSubject: a\n\nbody\n", "a", "body\n"},
      {"Subject: a", "a", ""},
      {"Subject: a\nHello Bob,\nthe pump\n", "a", "Hello Bob,\nthe pump\n"},
      {"Subject: a\nnot a field\nDate: x\n\nbody\n", "a", "body\n"},
      {"Subject : a\n\nbody\n", "a", "body\n"},
      {"Subject:\n a\n\nbody\n", "a", "body\n"},
      {"no header here\nat all\n", "", "no header here\nat all\n"},
      {"Subject: \nSubject: second\n\nb\n", "second", "b\n"},
      {"", "", ""},
  };
  for (size_t r = 0; r < ROWS(rows); r++) {
    struct mail m;
    parse(rows[r].raw, &m);
    cr_assert_span(m.subject, rows[r].subject, r);
    cr_assert_span(m.text, rows[r].text, r);
  }
}

Test(header, ids_and_their_stand_ins) {
  struct mail m;
  parse("Message-ID: 17@odd.example\n\nx", &m);
  cr_assert_span(m.message_id, "17@odd.example", 0);
  parse("Message-ID: <no at sign>\n\nx", &m);
  cr_assert_span(m.message_id, "no at sign", 1);
  parse("Subject: x\n\nx", &m);
  cr_assert(m.message_id_made);
  cr_assert_span(m.message_id,
                 "sha256:3e732ef661e675a05773157416c5f70296c0dd3d527b80ed1b0e7ee6af1f467c", 2);
}

Test(header, sender_where_from_says_nothing) {
  struct mail m;
  parse("Sender: Desk <desk@acme.example>\nReturn-Path: <r@acme.example>\n\nx", &m);
  cr_assert_span(m.from.address, "desk@acme.example", 0);
  cr_assert(defect_has(m.defects, DEFECT_FROM_MISSING));
  parse("From: Jane, Bob <bob@acme.example>\n\nx", &m);
  cr_assert_span(m.from.address, "bob@acme.example", 1);
}
