/* html.h - HTML to the text that a reader sees, with marks for zoning.
 *
 * Keeps lines (br, p, div, li, tr), writes table cells with a tab between them, list items with
 * "- ", and drops style, script, head, comments, hidden elements and tracking pixels. Links keep
 * their text; a link whose text is not its address adds nothing, but mailto:, tel: and LinkedIn
 * targets that the text does not show are appended in angle brackets, as they carry contact data. */
#ifndef MAILSIGNAL_HTML_H
#define MAILSIGNAL_HTML_H

#include "mailsignal/mail.h"

/* `html` is UTF-8. Sets text, marks and defects of *out. */
void html_to_text(struct arena *arena, struct span html, struct mail *out);

#endif
