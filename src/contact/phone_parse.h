/* phone_parse.h - the C face of libphonenumber, which is C++.
 *
 * Parsing costs some 10-30 microseconds: call it only with what looks like a number. */
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
  char region[3]; /* ISO 3166-1, or "" */
  enum phone_line_type line;
};

/* `region` (ISO 3166-1, NUL ended) says whose national format `text` may be in; "ZZ" for none.
 * False when it cannot be a number there. Never throws. */
bool phone_parse(const char *text, size_t len, const char *region, struct phone_number *out);

#ifdef __cplusplus
}
#endif

#endif
