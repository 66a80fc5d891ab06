/* html_link.h - link targets that carry contact data. */
#ifndef MAILSIGNAL_MAIL_HTML_LINK_H
#define MAILSIGNAL_MAIL_HTML_LINK_H

#include "mailsignal/arena.h"

/* "<jane@acme.io>", "<+44 20 7946 0958>" or "<https://www.linkedin.com/in/jane>" for a mailto:,
 * tel: or LinkedIn target that the text of the link does not show; else empty. */
struct span html_link_target(struct arena *arena, struct span href, struct span shown);

#endif
