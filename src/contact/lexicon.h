/* lexicon.h - what a word may be in a signature: one table of folded words with their classes.
 *
 * The lists are data/words.def (words of eight languages, legal forms, places),
 * data/phone_labels.def and data/suffixes.def (ends of compounds: "Vertriebsleiter",
 * "Hafenstraße"). */
#ifndef MAILSIGNAL_CONTACT_LEXICON_H
#define MAILSIGNAL_CONTACT_LEXICON_H

#include <stdint.h>

#include "mailsignal/span.h"

enum word_class {
  W_TITLE = 1 << 0,  /* makes a job title: manager, Leiter, gérant */
  W_RANK = 1 << 1,   /* stands before or after one: senior, deputy, regional */
  W_DEPT = 1 << 2,   /* names a field of work: sales, Einkauf */
  W_LEGAL = 1 << 3,  /* legal form: Ltd, GmbH */
  W_ORG = 1 << 4,    /* names a business: hotel, solutions, Praxis */
  W_STREET = 1 << 5, /* street, suite, box, Platz */
  W_STATE = 1 << 6,  /* state or province, also abbreviated */
  W_COUNTRY = 1 << 7,
  W_CREDENTIAL = 1 << 8, /* PhD, MBA, CPA: behind a name */
  W_HONORIFIC = 1 << 9,  /* Dr, Mrs, Dipl.-Ing.: before a name */
  W_PARTICLE = 1 << 10,  /* van, de la: inside a name */
  W_FUNCTION = 1 << 11,  /* words of sentences: the, is, we */
  W_REGISTER = 1 << 12,  /* VAT, HRB, licence: numbers that follow are no phone */
  W_DECIDES = 1 << 13,   /* titles of decision makers */
  W_INFLUENCES = 1 << 14,
  W_ASSISTS = 1 << 15,  /* assistant, secretary: below whoever is named next */
  W_CLOSING = 1 << 16,  /* valedictions: regards, Grüße */
  W_PRONOUN = 1 << 17,  /* she/her */
  W_SOCIAL = 1 << 18,   /* LinkedIn, Facebook: a caption, no content */
  W_SECOND = 1 << 19,   /* introduces somebody else: assistant, colleague */
  W_MONTHDAY = 1 << 20, /* Mon, Monday, January */
  W_SLOGAN = 1 << 22,   /* since, family-owned */
  W_CITY = 1 << 21,     /* a large town whose name stands alone in signatures */
};

/* Longest folded word; longer ones are cut. */
enum { WORD_BYTES = 48 };

/* What a word beside a telephone number says of it. */
enum phone_label {
  LABEL_NONE,
  LABEL_PHONE,
  LABEL_WORK,
  LABEL_MOBILE,
  LABEL_FAX,
  LABEL_HOME,
  LABEL_OTHER
};

struct word_entry {
  unsigned classes;
  enum phone_label label;
  char region[3]; /* ISO 3166-1 that the word speaks for, or "" */
};

/* Builds the table; call once, before threads start. */
void lexicon_init(void);

/* Lower case, accents off ("ü" -> "u", "ß" -> "ss"), dots and apostrophes dropped: "S.r.l." ->
 * "srl". Returns the length written. Other scripts are kept as they are. */
size_t lexicon_fold(struct span word, char out[WORD_BYTES]);

/* Zeroes for unknown words. `folded` as lexicon_fold() makes it. */
struct word_entry lexicon_find(struct span folded);

#endif
