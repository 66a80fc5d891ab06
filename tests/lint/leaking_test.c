#include <criterion/criterion.h>
#include <stdlib.h>

/* Leaks on purpose: tests/lint expects the sanitizer's report to fail it. */
Test(guard, leaks) {
  void *volatile lost = malloc(100);
  cr_assert_not_null(lost);
  lost = NULL;
}
