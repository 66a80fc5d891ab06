/* guard.h - what GMime gets to see of a multipart message.
 *
 * GMime (3.2.13) reads most damage in linear time, but compares each line that begins with "--" to
 * the boundaries of all open multiparts (1.4 us a byte at 1000 levels), and makes several objects a
 * part and a header (0.7 us a byte on empty parts). So the limits are kept before it comes into
 * play: the structure is followed here with a stack of boundaries, and what lies beyond a limit is
 * left out of the copy that GMime parses. */
#ifndef MAILSIGNAL_MAIL_GUARD_H
#define MAILSIGNAL_MAIL_GUARD_H

#include "mail/header.h"

struct guard_report {
  defect_set *defects;
  bool complete; /* the outermost multipart was closed */
};

/* `fields` (the message's Content-* fields and an empty line) and the body of `raw` within the
 * limits, in the arena. */
struct span guard_copy(struct arena *arena, struct span fields, struct span raw,
                       const struct header *header, struct guard_report *report);

#endif
