/* contact.h - a contact as the CRM holds it now, and how far each of its values is to be trusted.
 */
#ifndef MAILSIGNAL_ENRICH_CONTACT_H
#define MAILSIGNAL_ENRICH_CONTACT_H

#include "enrich/work.h"

/* Higher wins. What we did not write, or what was changed since, was written by a human. */
enum trust {
  TRUST_NONE,
  TRUST_WEB,
  TRUST_APOLLO,
  TRUST_APOLLO_VERIFIED,
  TRUST_SIGNATURE,
  TRUST_HUMAN
};

struct crm_contact {
  const char *id; /* NULL: there is none */
  const char *email;
  struct crm_fields now;
  enum trust trust[CRM_COUNT];
  const char *source[CRM_COUNT]; /* of values that we wrote; NULL: a human's */
};

/* lock: within a transaction, until its end. */
enum ms_status contact_read(struct work *work, const struct job *job, bool lock,
                            struct crm_contact *out, struct ms_error *error);
enum trust trust_of_source(const char *source, const json_t *answer);
/* Where contact_field_sources keeps the origin of a field: the column, or "props.<key>". */
const char *contact_place(const struct work *work, enum crm_field field);

#endif
