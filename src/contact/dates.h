/* dates.h - days named in running text, resolved against the day of the mail. */
#ifndef MAILSIGNAL_CONTACT_DATES_H
#define MAILSIGNAL_CONTACT_DATES_H

#include "contact/block.h"

struct day {
  int year, month, day; /* year 0: not a day */
};

/* What a date in the text is read against. */
struct day_context {
  bool has_today;
  int64_t today;    /* seconds UTC, shifted to the sender's clock */
  bool month_first; /* 8/4 is the fourth of August */
};

/* A date that begins at words[i]: "14 August 2025", "August 14th", "14.8.", "8/14/25",
 * "2025-08-14", "25 de agosto", "Monday". A missing year is that of the next such day, from a week
 * before today on. Sets *n_words to its length. */
struct day day_at(const struct word *words, size_t i, size_t n, const struct day_context *context,
                  size_t *n_words);

bool day_before(struct day a, struct day b);

#endif
