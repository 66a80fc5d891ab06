/* body.h - which parts are the message's own text, and that text. */
#ifndef MAILSIGNAL_MAIL_BODY_H
#define MAILSIGNAL_MAIL_BODY_H

#include "mail/tree.h"

/* Fills text, marks, from_html, attachments, vcard and forwarded_from of *out.
 *
 * Of a multipart/alternative the plain text is taken, unless it is empty, a stub ("view this in
 * HTML") or much shorter than the HTML. Text parts of other multiparts are joined. Text with a file
 * name or as attachment is no body, unless it is all there is to the message. */
void body_read(struct arena *arena, const struct tree *tree, struct mail *out);

#endif
