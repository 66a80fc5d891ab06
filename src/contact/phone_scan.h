/* phone_scan.h - stretches of a line that may be telephone numbers, cheaply told from dates,
 * postcodes, register numbers and prices, and the labels beside them. */
#ifndef MAILSIGNAL_CONTACT_PHONE_SCAN_H
#define MAILSIGNAL_CONTACT_PHONE_SCAN_H

#include "contact/block.h"

enum { MOST_CANDIDATES = 16, PHONE_DIGITS = 24 };

struct phone_candidate {
  size_t start, end;             /* bytes of the message's text, with extension */
  size_t number_end;             /* without */
  size_t taken_start, taken_end; /* with labels */
  char digits[PHONE_DIGITS];     /* NUL ended, may begin with '+' */
  size_t n_digits;               /* without the '+' */
  struct span extension;
  enum phone_label label;
  bool tail; /* "-20" or "250 4338": replaces the end of the number before */
};

struct phone_line {
  struct phone_candidate items[MOST_CANDIDATES];
  size_t n;
};

/* The candidates of one line of the block, without labels. */
void phone_scan(const struct block *block, size_t line, struct phone_line *out);
/* Fills in labels, and drops what a label says to be no phone (VAT, licence ...). */
void phone_read_labels(const struct block *block, size_t line, struct phone_line *phones);

#endif
