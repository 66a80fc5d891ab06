/* base64.h - base64 as it stands in a JSON string, without taking the string apart first: requests
 * are mostly that, and a JSON library spends longer on them than reading the mail does. glib's decoder
 * skips what it does not know and drops what is not padded, so it needs cleaned input; with it the
 * worker reached 86 to 91 % of scan, with this one 100 (bench/worker). */
#ifndef MAILSIGNAL_CLI_BASE64_H
#define MAILSIGNAL_CLI_BASE64_H

#include "mailsignal/span.h"

/* Room that base64_decode() needs for so many characters. */
static inline size_t base64_room(size_t len) { return len / 4 * 3 + 3; }

/* RFC 4648, with or without padding. Line breaks are passed over, also as the escapes \r and \n; \/
 * is a slash. Anything else is refused: SPAN_NONE. Returns how many bytes were written. */
size_t base64_decode(struct span text, char *out);

#endif
