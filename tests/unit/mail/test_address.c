#include "mail_test.h"

#include "mail/address.h"
#include "mailsignal/limits.h"
#include "mailsignal/sbuf.h"

TestSuite(address, .init = set_up, .fini = tear_down);

Test(address, lists_are_read_as_people_write_them) {
  static const struct {
    const char *raw;
    bool good;
    struct {
      const char *name, *address;
    } want[4];
  } rows[] = {
      {"jane@x.com", true, {{"", "jane@x.com"}}},
      {"Jane Doe <Jane@X.COM>", true, {{"Jane Doe", "Jane@x.com"}}},
      {"\"Doe, Jane\" <jane@x.com>", true, {{"Doe, Jane", "jane@x.com"}}},
      {"Doe, Jane <jane@x.com>", false, {{"Doe, Jane", "jane@x.com"}}},
      {"jane@x.com (Jane Doe)", true, {{"Jane Doe", "jane@x.com"}}},
      {"Jane (from Sales) <jane@x.com>", true, {{"Jane", "jane@x.com"}}},
      {"<jane@x.com>, bob@y.org", true, {{"", "jane@x.com"}, {"", "bob@y.org"}}},
      {"Team: jane@x.com, Bob <bob@y.org>;", true, {{"", "jane@x.com"}, {"Bob", "bob@y.org"}}},
      {"undisclosed-recipients:;", true, {{0}}},
      {"Jane Doe jane@x.com", false, {{"Jane Doe", "jane@x.com"}}},
      {"\"Jane \\\"JD\\\" Doe\" <jane@x.com>", true, {{"Jane \"JD\" Doe", "jane@x.com"}}},
      {"'Jane Doe' <jane@x.com>", true, {{"Jane Doe", "jane@x.com"}}},
      {"=?utf-8?q?M=C3=BCller=2C_J?= <j@x.de>", true, {{"M\xC3\xBCller, J", "j@x.de"}}},
      {"\"=?utf-8?q?M=C3=BCller?=\" <j@x.de>", true, {{"M\xC3\xBCller", "j@x.de"}}},
      {"\"Doe, Jane <jane@x.com>", false, {{"Doe, Jane", "jane@x.com"}}},
      {"Jane <jane@x.com, Bob <bob@y.org>", false, {{"Jane", "jane@x.com"}, {"Bob", "bob@y.org"}}},
      {"a@x.com; b@x.com", true, {{"", "a@x.com"}, {"", "b@x.com"}}},
      {"<@relay.com,@b.com:jane@x.com>", true, {{"", "jane@x.com"}}},
      {"<mailto:jane@x.com>", true, {{"", "jane@x.com"}}},
      {"Jane <jane @ x.com>", true, {{"Jane", "jane@x.com"}}},
      {"Mailer <MAILER-DAEMON>", false, {{"Mailer", "MAILER-DAEMON"}}},
      {"Jane", false, {{"Jane", ""}}},
      {"<>", false, {{"", ""}}},
      {"Jane (never closed <jane@x.com>", false, {{"Jane never closed", "jane@x.com"}}},
      {"jane@x.com (a (b) c)", true, {{"a (b) c", "jane@x.com"}}},
      {",,,jane@x.com,,", true, {{"", "jane@x.com"}}},
      {"", true, {{0}}},
  };
  for (size_t r = 0; r < ROWS(rows); r++) {
    defect_set defects = 0;
    struct mail_addresses list = {0};
    bool good = address_list_read(arena, span_of(rows[r].raw), &list, &defects);
    cr_assert_eq(good, rows[r].good, "row %zu", r);
    size_t n = 0;
    for (; n < 4 && rows[r].want[n].name; n++) {
      cr_assert_lt(n, list.n, "row %zu: only %zu addresses", r, list.n);
      cr_assert_span(list.items[n].name, rows[r].want[n].name, r);
      cr_assert_span(list.items[n].address, rows[r].want[n].address, r);
    }
    cr_assert_eq(list.n, n, "row %zu: %zu addresses", r, list.n);
  }
}

Test(address, long_lists_are_cut_at_the_limit) {
  struct sbuf raw = {.arena = arena};
  for (int i = 0; i < LIMIT_ADDRESSES; i++) sbuf_printf(&raw, "u%d@x.com,", i);
  struct mail_addresses list = {0};
  defect_set defects = 0;
  address_list_read(arena, sbuf_span(&raw), &list, &defects);
  cr_assert_eq(list.n, LIMIT_ADDRESSES);
  cr_assert_not(defect_has(defects, DEFECT_SIZE_ADDRESSES));
  sbuf_add(&raw, SPAN_LIT("one@more.com"));
  list = (struct mail_addresses){0};
  address_list_read(arena, sbuf_span(&raw), &list, &defects);
  cr_assert_eq(list.n, LIMIT_ADDRESSES);
  cr_assert(defect_has(defects, DEFECT_SIZE_ADDRESSES));
}
