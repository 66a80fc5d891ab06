#include <criterion/criterion.h>

#include "mailsignal/span.h"

Test(span, split_gives_the_pieces_between_separators) {
  static const struct {
    const char *text;
    const char *pieces[4];
  } rows[] = {
      {"a,,b", {"a", "", "b"}},
      {"a,", {"a"}},
      {",a", {"", "a"}},
      {"", {NULL}},
      {"one", {"one"}},
  };
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    struct span rest = span_of(rows[r].text), piece;
    size_t n = 0;
    while (span_split(&rest, ',', &piece)) {
      cr_assert(rows[r].pieces[n], "row %zu: one piece too many", r);
      cr_assert(span_eq(piece, span_of(rows[r].pieces[n])), "row %zu piece %zu", r, n);
      n++;
    }
    cr_assert_null(rows[r].pieces[n], "row %zu: pieces missing", r);
  }
}

Test(span, find_respects_bounds) {
  struct span s = SPAN_LIT("On Monday on monday");
  cr_assert_eq(span_find(s, SPAN_LIT("onday"), 0), 4);
  cr_assert_eq(span_ifind(s, SPAN_LIT("on m"), 1), 10);
  cr_assert_eq(span_find(s, SPAN_LIT("x"), 0), SPAN_NONE);
  cr_assert_eq(span_find(s, SPAN_LIT(""), 0), SPAN_NONE);
  cr_assert_eq(span_find(s, SPAN_LIT("monday"), s.len + 5), SPAN_NONE);
  cr_assert_eq(span_ifind(span_slice(s, 0, 8), SPAN_LIT("MONDAY"), 0), SPAN_NONE);
}

Test(span, compare_orders_by_bytes_then_length) {
  cr_assert_lt(span_compare(SPAN_LIT("a"), SPAN_LIT("b")), 0);
  cr_assert_lt(span_compare(SPAN_LIT("a"), SPAN_LIT("ab")), 0);
  cr_assert_eq(span_compare(SPAN_LIT("ab"), SPAN_LIT("ab")), 0);
  cr_assert_gt(span_compare(SPAN_LIT("\xC3"), SPAN_LIT("z")), 0);
}

Test(span, trim_takes_white_space_of_both_ends_only) {
  cr_assert(span_eq(span_trim(SPAN_LIT(" \t a b\r\n")), SPAN_LIT("a b")));
  cr_assert_eq(span_trim(SPAN_LIT(" \n ")).len, 0);
}
