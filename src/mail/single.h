/* single.h - the description of a message of one part, read without GMime where it is plain.
 *
 * Nine of ten messages are one part of text whose Content-* fields use no more than tokens. For
 * these GMime's objects cost more than all the rest of mail/, and their reading leaves no room for
 * doubt. Anything else is GMime's: see tree.c. */
#ifndef MAILSIGNAL_MAIL_SINGLE_H
#define MAILSIGNAL_MAIL_SINGLE_H

#include "mail/tree.h"

/* False where only GMime can tell; *out is then not to be used. It points into the header's lines.
 * `content` and `end` are left to the caller. */
bool single_read(const struct header *header, struct part *out);

#endif
