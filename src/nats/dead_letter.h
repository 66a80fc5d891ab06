/* dead_letter.h - messages that nobody can store, kept with the reason. */
#ifndef MAILSIGNAL_NATS_DEAD_LETTER_H
#define MAILSIGNAL_NATS_DEAD_LETTER_H

#include "nats/link.h"
#include "nats/pending.h"

/* True when the server has stored the letter and the message was taken off the stream. */
bool dead_letter_bury(struct nats_link *link, const char *subject, const struct delivery *delivery,
                      const char *why);

#endif
