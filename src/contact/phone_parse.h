/* phone_parse.h - the C face of libphonenumber, which is C++.
 *
 * A lookup costs 5-20 microseconds, most of it regular expressions: call it only with what looks
 * like a number. */
#ifndef MAILSIGNAL_CONTACT_PHONE_PARSE_H
#define MAILSIGNAL_CONTACT_PHONE_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum phone_line_type {
  LINE_UNKNOWN,
  LINE_FIXED,
  LINE_MOBILE,
  LINE_FIXED_OR_MOBILE,
  LINE_TOLL_FREE,
  LINE_PAGER,
  LINE_OTHER
};

struct phone_number {
  bool valid;     /* in a range that is in use; otherwise only the length fits */
  char e164[20];  /* NUL ended */
  char region[3]; /* ISO 3166-1, the main one of its calling code; or "" */
  enum phone_line_type line;
};

/* `digits` are "+4420..." or, with `region` (ISO 3166-1), what one dials within the country. Finds
 * valid numbers only, in the plain way: trunk prefix off, calling code put before unless it is
 * there. False when that gives none. Never throws. */
bool phone_lookup(const char *digits, size_t len, const char *region, struct phone_number *out);

/* The library's own, slower reading: any spelling, carrier codes, calling codes without "+".
 * `region` "ZZ" stands for none. False when it cannot be a number there; see `valid`. Never
 * throws. */
bool phone_parse(const char *text, size_t len, const char *region, struct phone_number *out);

#ifdef __cplusplus
}
#endif

#endif
