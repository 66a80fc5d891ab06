/* tree.h - the parts of a message as a flat table. The only file that knows GMime is tree.c; what
 * a message of one plain part is, single.c can tell without it. */
#ifndef MAILSIGNAL_MAIL_TREE_H
#define MAILSIGNAL_MAIL_TREE_H

#include "mail/header.h"
#include "mail/transfer.h"

struct part {
  struct span type; /* "text/plain", lower case; a multipart's or message's too */
  struct span charset, file_name, method, report_type;
  struct span content; /* as sent; of a multipart without parts, all that stood in it */
  struct span from;    /* raw From of a message/rfc822 */
  enum transfer transfer;
  bool attachment;    /* Content-Disposition: attachment */
  bool flowed, delsp; /* RFC 3676 */
  bool container;     /* a multipart or message, whose parts follow up to `end` */
  size_t end;         /* index behind its last part */
};

struct tree {
  struct part *items; /* items[0] is the message's own body, parents before their parts */
  size_t n, capacity;
};

/* Never empty. */
void tree_read(struct arena *arena, struct span raw, const struct header *header, struct tree *out,
               defect_set *defects);

bool part_is(const struct part *part, const char *type);

#endif
