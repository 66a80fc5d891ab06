/* mail_test.h - what the tests of the mail layer share: an arena per test, and comparisons. */
#ifndef MAILSIGNAL_TESTS_MAIL_TEST_H
#define MAILSIGNAL_TESTS_MAIL_TEST_H

#include <criterion/criterion.h>

#include "mailsignal/mail.h"

#define ROWS(table) (sizeof(table) / sizeof *(table))

static struct arena *arena;

static void set_up(void) {
  mail_init();
  arena = arena_new();
}
static void tear_down(void) { arena_free(arena); }

#define cr_assert_span(got, want, row)                                                 \
  do {                                                                                 \
    struct span got_ = (got), want_ = span_of(want);                                   \
    cr_assert(span_eq(got_, want_), "row %zu: got [" SPAN_FMT "] want [" SPAN_FMT "]", \
              (size_t)(row), SPAN_ARG(got_), SPAN_ARG(want_));                         \
  } while (0)

#endif
