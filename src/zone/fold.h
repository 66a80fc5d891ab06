/* fold.h - one line in the form that phrases are compared in: lower case, Latin letters without
 * accents, curly quotes and dashes straight, every kind of blank a space, full-width forms plain.
 * Tables of phrases (lexicon.def, locales.c) are written in this form. */
#ifndef ZONE_FOLD_H
#define ZONE_FOLD_H

#include "mailsignal/span.h"

/* Writes at most line.len bytes to `out` (the folded form is never longer); returns how many. */
size_t zone_fold(struct span line, char *out);

#endif
