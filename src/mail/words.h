/* words.h - RFC 2047 encoded words in header text. */
#ifndef MAILSIGNAL_MAIL_WORDS_H
#define MAILSIGNAL_MAIL_WORDS_H

#include "mailsignal/mail.h"

/* A raw header value as one line of UTF-8 (NFC, no controls): unfolded, encoded words decoded, also
 * those that are broken in the usual ways (blanks inside, missing end, characters split between two
 * words); bytes beyond ASCII are read as UTF-8 where they are that, else as windows-1252. */
struct span words_decode(struct arena *arena, struct span raw, defect_set *defects);

#endif
