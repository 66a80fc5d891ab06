#include "mail/single.h"

#include "mail_test.h"
#include "mailsignal/sbuf.h"

TestSuite(single, .init = set_up, .fini = tear_down);

/* Fields of one-part messages, and whether they may be read without GMime. */
static const struct {
  const char *fields;
  bool simple;
} rows[] = {
    {"", true},
    {"Content-Type: text/plain\n", true},
    {"Content-Type: TEXT/Html; Charset=\"UTF-8\"\n", true},
    {"Content-Type: text/plain; charset=us-ascii; format=flowed; delsp=yes\n", true},
    {"Content-Type: text/plain;\n\tcharset=\"iso-8859-1\";\r\n format=Flowed;\n", true},
    {"Content-Type: text/plain; format=fixed\nContent-Transfer-Encoding: 7bit\n", true},
    {"content-transfer-encoding:QUOTED-PRINTABLE \n", true},
    {"Content-Transfer-Encoding: base64\nContent-Type: text/plain; x-odd=1\n", true},
    {"Content-Type: text/plain\nContent-Disposition: inline\nContent-Length: 7\n", true},
    {"Content-Type: text/plain; charset=a; charset=b\n", false},
    {"Content-Type: text/plain; format=fixed; format=flowed\n", false},
    {"Content-Type: text/plain; charset = utf-8\n", false},
    {"Content-Type: text/plain; charset=\"iso 8859\"\n", false},
    {"Content-Type: text/plain; charset=\"a\\b\"\n", false},
    {"Content-Type: text/plain; charset=\"utf-8\n", false},
    {"Content-Type: text/plain; charset=utf-8\"\n", false},
    {"Content-Type: text/plain; charset*=us-ascii'en'utf-8\n", false},
    {"Content-Type: text/plain (comment)\n", false},
    {"Content-Type: text/plain charset=utf-8\n", false},
    {"Content-Type: text/plain; name=a.txt\n", false},
    {"Content-Type: text/plain; charset=\n", false},
    {"Content-Type: text\n", false},
    {"Content-Type:\n", false},
    {"Content-Type: text/x-vcard\n", false},
    {"Content-Type: text/plain\nContent-Type: text/html\n", false},
    {"Content-Type : text/plain\n", false},
    {"Content-Transfer-Encoding: 7-bit\n", false},
    {"Content-Transfer-Encoding:\n", false},
    {"Content-Disposition: attachment\n", false},
    {"Content-Description: x\n", false},
};

static struct part part_of(const char *more, size_t row, bool *simple) {
  struct span raw = arena_printf(arena, "Subject: x\n%s%s\nbody\n", rows[row].fields, more);
  struct header header;
  struct tree tree;
  struct part single;
  defect_set defects = 0;
  header_read(arena, raw, &header, &defects);
  *simple = single_read(&header, &single);
  tree_read(arena, raw, &header, &tree, &defects);
  cr_assert_eq(tree.n, 1, "row %zu", row);
  return tree.items[0];
}

Test(single, takes_what_is_plain_and_leaves_the_rest) {
  for (size_t i = 0; i < ROWS(rows); i++) {
    bool simple;
    part_of("", i, &simple);
    cr_assert_eq(simple, rows[i].simple, "row %zu: [%s]", i, rows[i].fields);
  }
}

/* A field that says nothing, but sends the message to GMime. */
Test(single, reads_as_gmime_does) {
  for (size_t i = 0; i < ROWS(rows); i++) {
    bool simple, other;
    struct part got = part_of("", i, &simple), want = part_of("Content-Description: x\n", i, &other);
    cr_assert(!other, "row %zu", i);
    if (!simple) continue;
    cr_assert(span_eq(got.type, want.type), "row %zu: type", i);
    cr_assert(span_eq(got.charset, want.charset), "row %zu: charset", i);
    cr_assert(span_eq(got.content, span_of("body\n")), "row %zu: content", i);
    cr_assert_eq(got.transfer, want.transfer, "row %zu", i);
    cr_assert_eq(got.attachment, want.attachment, "row %zu", i);
    cr_assert_eq(got.flowed, want.flowed, "row %zu", i);
    cr_assert_eq(got.delsp, want.delsp, "row %zu", i);
    cr_assert_eq(got.file_name.len, want.file_name.len, "row %zu", i);
  }
}
