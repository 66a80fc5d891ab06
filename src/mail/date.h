/* date.h - dates of mail headers: RFC 5322, section 3.3 and 4.3, and what else is sent. */
#ifndef MAILSIGNAL_MAIL_DATE_H
#define MAILSIGNAL_MAIL_DATE_H

#include <stdint.h>

#include "mailsignal/span.h"

/* Seconds since 1970 UTC and the zone in minutes east of UTC. Reads, besides the standard form,
 * two-digit years, named zones, a missing weekday, seconds or zone, ctime's order of fields and
 * ISO 8601. False when there is no date in it. */
bool date_read(struct span value, int64_t *seconds, int *offset_minutes);

#endif
