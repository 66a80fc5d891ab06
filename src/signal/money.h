/* money.h - amounts of money in a folded sentence, normalised. */
#ifndef MAILSIGNAL_SIGNAL_MONEY_H
#define MAILSIGNAL_SIGNAL_MONEY_H

#include "mailsignal/span.h"

struct money {
  size_t start, end;  /* bytes of the sentence, with currency */
  double amount;      /* the lower end of a range; "40k" is 40000 */
  double amount_high; /* the upper end of a range, else the same as amount */
  char currency[4];   /* ISO 4217, or "" when none is written */
};

/* The first amount at or after `from` that is clearly money: a number with a currency sign, code or
 * word, before or after it ("$40k", "EUR 1.200,50", "40.000€", "5 grand", "2-3k euros"), or with k
 * alone ("62k"). Understands 1,234.56 and 1.234,56. False when there is none. */
bool money_find(struct span sentence, size_t from, struct money *out);

#endif
