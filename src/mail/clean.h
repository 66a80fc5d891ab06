/* clean.h - decoded text to the form that mail.h promises: NFC, lines that end in \n, no NUL, no
 * other controls but \t, no soft hyphens, no zero-width characters. */
#ifndef MAILSIGNAL_MAIL_CLEAN_H
#define MAILSIGNAL_MAIL_CLEAN_H

#include "mailsignal/mail.h"
#include "mailsignal/sbuf.h"

/* A header value: one line, runs of white space that hold a line end or tab become one blank. */
struct span clean_line(struct arena *arena, struct span utf8);

/* The characters of `line`, which holds no line end, that survive; blanks at its end are taken off
 * except those of a signature delimiter ("-- ", also behind quote marks). Sets *odd once the output
 * may not be NFC. */
void clean_add_line(struct sbuf *out, struct span line, bool *odd, defect_set *defects);

/* The whole of a plain text: CRLF, CR, form feeds and Unicode's line ends become \n. */
struct span clean_text(struct arena *arena, struct span utf8, defect_set *defects);

/* Characters that never show: soft hyphen, zero-width and direction marks, variation of joining. */
bool clean_is_invisible(uint32_t code);
/* False for characters that are in NFC wherever they stand. */
bool clean_may_compose(uint32_t code);

/* `text` in NFC; the marks are moved along. */
struct span clean_compose(struct arena *arena, struct span text, struct text_mark *marks,
                          size_t n_marks);

#endif
