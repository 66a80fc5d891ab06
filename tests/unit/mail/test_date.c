#include <criterion/criterion.h>

#include "mail/date.h"

Test(date, forms_that_mail_brings) {
  /* 1741079472 is 2025-03-04 09:11:12 UTC. */
  static const struct {
    const char *value;
    int64_t seconds;
    int offset;
  } rows[] = {
      {"Tue, 4 Mar 2025 10:11:12 +0100", 1741079472, 60},
      {"Tue, 04 Mar 2025 10:11:12 +0100 (CET)", 1741079472, 60},
      {"4 Mar 2025 10:11:12 +0100", 1741079472, 60},
      {"Tue,4 Mar 2025 09:11:12 GMT", 1741079472, 0},
      {"Tue, 4 Mar 2025 04:11:12 EST", 1741079472, -300},
      {"Tue, 4 Mar 25 10:11:12 +0100", 1741079472, 60},
      {"Tue, 4 Mar 2025 09:11:12", 1741079472, 0},
      {"Tue Mar  4 09:11:12 2025", 1741079472, 0},
      {"Tue Mar  4 10:11:12 CET 2025", 1741079472, 60},
      {"2025-03-04T10:11:12+01:00", 1741079472, 60},
      {"2025-03-04T09:11:12Z", 1741079472, 0},
      {"2025-03-04 10:11:12 +0100", 1741079472, 60},
      {"Tuesday, March 4, 2025 9:11:12 AM", 1741079472, 0},
      {"Tue, 4-Mar-2025 10:11:12 +0100", 1741079472, 60},
      {"Tue, 4 Mar 2025 09.11.12 -0000", 1741079472, 0},
      {"Tue, 4 Mar 2025 10:11 +0100", 1741079460, 60},
      {"Tue, 4 Mar 2025 14:41:12 +0530", 1741079472, 330},
      {"Tue, 4 Mar 2025 10:11:12 +0100 (a (nested) comment)", 1741079472, 60},
      {"Fri, 31 Dec 99 23:59:60 +0000", 946684800, 0},
      {"Thu, 22 Aug 0102 12:07:35 +0800", 1029989255, 480},
      {"Wed, 18 Jul 102 00:00:00 +0000", 1026950400, 0},
      {"Thu, 1 Jan 1970 00:00:00 +0000", 0, 0},
      {"Wed, 31 Dec 1969 23:59:59 +0000", -1, 0},
  };
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    int64_t seconds = 0;
    int offset = 0;
    cr_assert(date_read(span_of(rows[r].value), &seconds, &offset), "row %zu", r);
    cr_assert_eq(seconds, rows[r].seconds, "row %zu: %lld", r, (long long)seconds);
    cr_assert_eq(offset, rows[r].offset, "row %zu: %d", r, offset);
  }
}

Test(date, what_is_no_date) {
  static const char *const rows[] = {"",
                                     "yesterday",
                                     "Tue, 4 Mar",
                                     "99 Mar 2025 10:00:00",
                                     "4 Foo 2025 10:00:00",
                                     "(2025)",
                                     "10:11:12",
                                     "4 Mar 2025 77:00:00",
                                     "2025-13-04",
                                     "2025-03-44",
                                     "+0100 +0100",
                                     "((((((",
                                     "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 4 Mar 2025"};
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    int64_t seconds;
    int offset;
    cr_assert_not(date_read(span_of(rows[r]), &seconds, &offset), "row %zu", r);
  }
}
