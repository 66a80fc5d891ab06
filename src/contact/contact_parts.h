/* contact_parts.h - fields made from the pieces once they have their roles. */
#ifndef MAILSIGNAL_CONTACT_PARTS_H
#define MAILSIGNAL_CONTACT_PARTS_H

#include "contact/block.h"

void contact_name(struct block *block, struct contact *out);
void contact_title(struct block *block, struct contact *out); /* and department */
void contact_company(struct block *block, struct contact *out);
void contact_address(struct block *block, struct contact *out);

/* First and last name of out->name; a bare first name takes the last one from the header. */
void contact_split_name(struct block *block, struct contact *out);

/* By the words of a title. */
enum seniority contact_seniority(struct arena *arena, struct span title);

/* Marks the lines that tell of somebody else. */
void contact_mark_foreign(struct block *block);

/* A vCard (RFC 2426, RFC 6350, version 2.1): fields of the sender, trusted where it names him.
 * `region` is for national numbers, as in phone_parse.h. */
void contact_vcard(struct arena *arena, struct span vcard, const struct sender *sender,
                   const char *region, struct contact *out);

/* Return date, stand-in and departure told by an automatic reply. */
void contact_absence(struct arena *arena, const struct contact_input *input,
                     const struct sender *sender, struct contact *out);

/* The text of all neighbouring pieces with a role, lines joined by ", "; NULL where there are none.
 */
struct stretch {
  struct span text;
  size_t start, end;
  size_t first, n; /* pieces */
};
bool stretch_find(const struct block *block, enum role role, struct stretch *out);

#endif
