/* class.h - who or what wrote a message, by its headers and structure. */
#ifndef MAILSIGNAL_MAIL_CLASS_H
#define MAILSIGNAL_MAIL_CLASS_H

#include "mail/tree.h"

/* Facts from RFC 3834 (Auto-Submitted), 2369, 2919 and 8058 (List-*), 3464 and 8098 (reports), 5546
 * (calendar), and from what senders of bulk mail set (Precedence, Feedback-ID, X-Campaign).
 * X-Auto-Response-Suppress is no sign: it asks the *receiver* not to answer automatically.
 * `mail` needs from and subject. */
enum mail_class class_find(const struct header *header, const struct tree *tree,
                           const struct mail *mail);

#endif
