/* envelope.h - who, whom, when, about what: the header fields of struct mail. */
#ifndef MAILSIGNAL_MAIL_ENVELOPE_H
#define MAILSIGNAL_MAIL_ENVELOPE_H

#include "mail/header.h"

void envelope_read(struct arena *arena, const struct header *header, struct span raw,
                   struct mail *out);

#endif
