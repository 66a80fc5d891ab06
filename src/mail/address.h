/* address.h - address lists (RFC 5322, section 3.4), as real mail writes them. */
#ifndef MAILSIGNAL_MAIL_ADDRESS_H
#define MAILSIGNAL_MAIL_ADDRESS_H

#include "mailsignal/mail.h"

/* Appends the addresses of a raw header value, up to LIMIT_ADDRESSES. Understands groups (their
 * members are taken), comments as names ("jane@x.com (Jane)"), missing brackets, commas and encoded
 * words in names that are not quoted, source routes, quotes and brackets that are never closed.
 * False when the value does not follow the RFC. Linear in the length of `raw`. */
bool address_list_read(struct arena *arena, struct span raw, struct mail_addresses *out,
                       defect_set *defects);

#endif
