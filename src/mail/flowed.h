/* flowed.h - format=flowed (RFC 3676). */
#ifndef MAILSIGNAL_MAIL_FLOWED_H
#define MAILSIGNAL_MAIL_FLOWED_H

#include "mailsignal/mail.h"

/* Joins what the sender's client broke up. Lines of quotes begin with "> " once a level. With
 * `delsp` the blank that marks a soft break is not part of the text. */
struct span flowed_join(struct arena *arena, struct span text, bool delsp);

#endif
