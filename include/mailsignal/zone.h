/* zone.h - whose words: splits a message's text into zones.
 *
 * Zones are half-open byte ranges over the text, in order, without gaps, on line borders. */
#ifndef MAILSIGNAL_ZONE_H
#define MAILSIGNAL_ZONE_H

#include "mailsignal/mail.h"
#include "mailsignal/text.h"

enum zone_kind {
  ZONE_BODY,        /* the sender's new words */
  ZONE_SIGNOFF,     /* valediction and bare name: "Thanks,\nBob" */
  ZONE_SIGNATURE,   /* from the first line of name or contact data in the sender's block */
  ZONE_QUOTE,       /* earlier mail, with its attribution line or header block */
  ZONE_FORWARD,     /* forwarded mail, with its header block */
  ZONE_BOILERPLATE, /* disclaimers, client and list footers, gateway banners */
  ZONE_KIND_COUNT
};
const char *zone_kind_name(enum zone_kind kind);

struct zone {
  enum zone_kind kind;
  size_t start, end;
};

struct zones {
  struct zone *items;
  size_t n, capacity;
  struct mail_address forwarded_from; /* sender of the forwarded mail, where it says so */
};

/* What zoning may know beyond the text; spans may be empty. */
struct zone_hints {
  struct mail_address sender;
  const struct text_mark *marks;
  size_t n_marks;
  enum mail_class mail_class;
};

void zone_find(struct arena *arena, const struct text *text, const struct zone_hints *hints,
               struct zones *out);

#endif
