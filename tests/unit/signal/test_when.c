#include <criterion/criterion.h>

#include "signal/when.h"

/* All relative to Thursday, 4 December 2025. */
enum { SECONDS = 1764842400 };

Test(when, dates_are_resolved_against_the_message) {
  static const struct {
    const char *text, *day;
    bool vague;
  } rows[] = {
      {"i need it today", "2025-12-04", false},
      {"by tomorrow noon", "2025-12-05", false},
      {"by friday", "2025-12-05", false},
      {"on monday at nine", "2025-12-08", false},
      {"thursday works", "2025-12-11", false},
      {"before the 5th of january", "2026-01-05", false},
      {"on march 5th, 2026", "2026-03-05", false},
      {"on 5 december", "2025-12-05", false},
      {"am 9. dezember", "2025-12-09", false},
      {"bis 31.01.2026", "2026-01-31", false},
      {"by 12/24/2025", "2025-12-24", false},
      {"due 2026-02-28", "2026-02-28", false},
      {"by the end of the month", "2025-12-31", true},
      {"sometime in q1", "2026-03-31", true},
      {"we open in september", "2026-09-30", true},
      {"on 2 may", "2026-05-02", false},
      {"on 20 november we met", "2025-11-20", false},
      {"le 14 janvier", "2026-01-14", false},
      {"el lunes", "2025-12-08", false},
      {"vor februar 2026", "2026-02-28", true},
  };
  day_number today = day_of(SECONDS, 0);
  char text[DAY_TEXT_BYTES];
  day_text(today, text);
  cr_assert_str_eq(text, "2025-12-04");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct when w;
    cr_assert(when_find(span_of(rows[i].text), 0, today, &w), "row %zu: %s", i, rows[i].text);
    day_text(w.day, text);
    cr_assert_str_eq(text, rows[i].day, "row %zu: %s gives %s", i, rows[i].text, text);
    cr_assert_eq(w.vague, rows[i].vague, "row %zu: %s", i, rows[i].text);
  }
}

Test(when, words_that_are_no_dates) {
  static const char *const rows[] = {"you may call", "31.02.2026", "version 5.3.1234567",
                                     "sunny days", "1/2 of it", "q5 is not", ""};
  day_number today = day_of(SECONDS, 0);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct when w;
    cr_assert_not(when_find(span_of(rows[i]), 0, today, &w), "row %zu: %s", i, rows[i]);
  }
}

Test(when, leap_days_and_working_days) {
  struct when w;
  day_number today = day_of(1709164800, 0); /* 2024-02-29 */
  char text[DAY_TEXT_BYTES];
  cr_assert(when_find(SPAN_LIT("29 february"), 0, today, &w));
  day_text(w.day, text);
  cr_assert_str_eq(text, "2024-02-29");
  cr_assert(when_find(SPAN_LIT("tomorrow"), 0, today, &w));
  day_text(w.day, text);
  cr_assert_str_eq(text, "2024-03-01");
  /* From Thursday: Friday 1, Monday 2; from Saturday: Monday 1. */
  cr_assert_eq(working_days(today, today), 0);
  cr_assert_eq(working_days(today, today + 4), 2);
  cr_assert_eq(working_days(today + 2, today + 4), 1);
  cr_assert_eq(working_days(today, today + 14), 10);
  /* The sender's own day, east and west of Greenwich. */
  cr_assert_eq(day_of(1709164800 - 1, 60), today);
  cr_assert_eq(day_of(1709164800, -60), today - 1);
}
