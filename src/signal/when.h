/* when.h - dates that a sentence names, resolved against the day the message was written. */
#ifndef MAILSIGNAL_SIGNAL_WHEN_H
#define MAILSIGNAL_SIGNAL_WHEN_H

#include <stdint.h>

#include "mailsignal/span.h"

/* A day of the proleptic Gregorian calendar, counted from 1970-01-01. */
typedef int64_t day_number;

struct when {
  size_t start, end;    /* bytes of the sentence */
  day_number day;
  bool vague;           /* a period is meant (a month, a quarter, "next week"): day is its last */
};

/* The first date at or after `from`: "today", "tomorrow", "by friday", "the 14th", "5 march",
 * "march 5", "2025-03-05", "05.03.2025", "end of the month", "q3", "next week", and the same in
 * German, French, Spanish, Portuguese, Italian and Dutch. `today` is the day of the message; days
 * without a year are the next ones from there. False when there is none. */
bool when_find(struct span sentence, size_t from, day_number today, struct when *out);

/* Days that are neither Saturday nor Sunday, after `from` up to and including `to`; 0 when `to` is
 * not later. */
int64_t working_days(day_number from, day_number to);

day_number day_of(int64_t seconds_utc, int offset_minutes);
/* "2025-03-07" with a NUL. Years beyond 9999 give "". */
enum { DAY_TEXT_BYTES = 11 };
void day_text(day_number day, char text[DAY_TEXT_BYTES]);

#endif
