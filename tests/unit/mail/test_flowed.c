#include "mail_test.h"

#include "mail/flowed.h"

TestSuite(flowed, .init = set_up, .fini = tear_down);

Test(flowed, paragraphs_are_joined_as_rfc_3676_says) {
  static const struct {
    const char *text, *joined;
    bool delsp;
  } rows[] = {
      {"one \ntwo\n", "one two\n", false},
      {"one \r\ntwo\r\n", "one two\n", false},
      {"one \ntwo\n", "onetwo\n", true},
      {"fixed\nlines\n", "fixed\nlines\n", false},
      {">quoted \n>text\n", "> quoted text\n", false},
      {"> > not two\n", "> > not two\n", false},
      {">>deep \n>> text\n", "> > deep text\n", false},
      {">quoted \nnot quoted\n", "> quoted \nnot quoted\n", false},
      {"thanks \n-- \nJane\n", "thanks \n-- \nJane\n", false},
      {"-- \nJane\n", "-- \nJane\n", false},
      {" From here\n", "From here\n", false},
      {"ends soft ", "ends soft ", false},
      {"", "", false},
  };
  for (size_t r = 0; r < ROWS(rows); r++)
    cr_assert_span(flowed_join(arena, span_of(rows[r].text), rows[r].delsp), rows[r].joined, r);
}
