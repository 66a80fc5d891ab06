/* locales.h - how mail programs introduce the mail that is answered or passed on, by language. */
#ifndef ZONE_LOCALES_H
#define ZONE_LOCALES_H

#include <stddef.h>

/* Alternatives stand between bars, in the form of fold.h. Header names are without the colon.
 * Sources: the message catalogues of Outlook, Thunderbird, Gmail, Apple Mail, Lotus Notes as seen
 * in mail. */
struct locale {
  const char *language;
  const char *from, *date, *to, *cc, *subject;
  const char *other;       /* further header names that may stand in the block */
  const char *starts;      /* first words of an attribution: "on" */
  const char *verbs;       /* "wrote" */
  const char *original;    /* -----Original Message----- */
  const char *forwarded;   /* ---------- Forwarded message ---------- */
};

extern const struct locale zone_locales[];
extern const size_t zone_n_locales;

#endif
