/* contact_phone.h - telephone numbers of the block, with their labels. */
#ifndef MAILSIGNAL_CONTACT_PHONE_H
#define MAILSIGNAL_CONTACT_PHONE_H

#include "contact/region.h"

/* Takes numbers and their labels out of the block. `regions` gains votes from +numbers. */
void contact_phones(struct block *block, struct regions *regions, struct contact *out);

#endif
