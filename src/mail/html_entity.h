/* html_entity.h - character references (WHATWG HTML, section 13.2.5.72 to 13.2.5.80). */
#ifndef MAILSIGNAL_MAIL_HTML_ENTITY_H
#define MAILSIGNAL_MAIL_HTML_ENTITY_H

#include "mailsignal/span.h"

enum { HTML_ENTITY_BYTES = 8 }; /* of UTF-8: two code points at most */

/* The reference at s.ptr[at] == '&': its length in `s`, and the UTF-8 it stands for. 0 when the
 * ampersand stands for itself. */
size_t html_entity(struct span s, size_t at, char utf8[HTML_ENTITY_BYTES], size_t *len);

#endif
