/* contact_link.h - e-mail addresses, websites, LinkedIn and Twitter handles of the block. */
#ifndef MAILSIGNAL_CONTACT_LINK_H
#define MAILSIGNAL_CONTACT_LINK_H

#include "contact/block.h"

/* Takes what it finds out of the block, foreign lines excepted. */
void contact_links(struct block *block, struct contact *out);

/* The person's page as https://www.linkedin.com/in/NAME; empty when `url` is none. */
struct span linkedin_person(struct arena *arena, struct span url);

#endif
