#include <criterion/criterion.h>

#include "signal/money.h"

Test(money, amounts_are_normalised) {
  static const struct {
    const char *text;
    double low, high;
    const char *currency;
  } rows[] = {
      {"we can go up to $40k this year", 40000, 40000, "USD"},
      {"the cap is eur 1.200,50 per month", 1200.5, 1200.5, "EUR"},
      {"somewhere around 40.000\xE2\x82\xAC", 40000, 40000, "EUR"},
      {"40.000 \xE2\x82\xAC are approved", 40000, 40000, "EUR"},
      {"\xC2\xA3" "2,500.75 is all we have", 2500.75, 2500.75, "GBP"},
      {"5 grand at most", 5000, 5000, ""},
      {"nothing over 62k gets past me", 62000, 62000, ""},
      {"2-3k euros", 2000, 3000, "EUR"},
      {"$10 to $15 a seat", 10, 15, "USD"},
      {"1.5 million usd", 1500000, 1500000, "USD"},
      {"r$ 12.000 por ano", 12000, 12000, "BRL"},
      {"38.000 euro in den haushalt", 38000, 38000, "EUR"},
      {"5 lakh", 500000, 500000, ""},
      {"1'200 chf", 1200, 1200, "CHF"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct money m;
    cr_assert(money_find(span_of(rows[i].text), 0, &m), "row %zu", i);
    cr_assert_float_eq(m.amount, rows[i].low, 0.001, "row %zu: %f", i, m.amount);
    cr_assert_float_eq(m.amount_high, rows[i].high, 0.001, "row %zu: %f", i, m.amount_high);
    cr_assert_str_eq(m.currency, rows[i].currency, "row %zu", i);
  }
}

Test(money, numbers_that_are_no_money) {
  static const char *const rows[] = {"call 40 people", "in 2025 we moved", "room 12 at 10.30",
                                     "part 40kx", "version 2.5", "", "$", "5 m of cable"};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct money m;
    cr_assert_not(money_find(span_of(rows[i]), 0, &m), "row %zu: %s", i, rows[i]);
  }
}
