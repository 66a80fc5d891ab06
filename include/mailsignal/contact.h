/* contact.h - the sender's contact fields, from signature, sign-off, vCard and headers. */
#ifndef MAILSIGNAL_CONTACT_H
#define MAILSIGNAL_CONTACT_H

#include "mailsignal/zone.h"

enum phone_type { PHONE_WORK, PHONE_MOBILE, PHONE_FAX, PHONE_HOME, PHONE_OTHER };
const char *phone_type_name(enum phone_type type);

enum seniority { SENIORITY_UNKNOWN, SENIORITY_DECISION_MAKER, SENIORITY_INFLUENCER, SENIORITY_USER };
const char *seniority_name(enum seniority seniority); /* "" for unknown */

/* A value with where it stands in the text (start == end: not in the text, e.g. from a header) and
 * how sure it is (0-1). An absent field has an empty value. */
struct contact_field {
  struct span value;
  size_t start, end;
  double confidence;
};

struct contact_phone {
  struct span raw;       /* as written */
  struct span e164;      /* "+442079460958"; empty where it could not be made sure of */
  struct span extension; /* digits */
  enum phone_type type;
  size_t start, end;
  double confidence;
};

struct contact_fields { /* several values of one kind */
  struct contact_field *items;
  size_t n, capacity;
};

struct contact {
  struct contact_field name, first_name, last_name, title, department, company, linkedin, twitter,
      address;
  struct contact_phone *phones;
  size_t n_phones, phones_capacity;
  struct contact_fields emails, websites;
  enum seniority seniority;
  double confidence;     /* of the whole */
  bool from_signature;   /* false: header fields only, to be left out of the record */
  /* Auto-replies. Spans may be empty. */
  struct span return_date;   /* YYYY-MM-DD */
  struct mail_address stand_in;
  bool has_left;         /* "no longer with the company" */
};

struct contact_input {
  const struct mail *mail;
  const struct text *text;
  const struct zones *zones;
  const char *language;  /* ISO 639-1 or "" */
};

/* Once a process, before threads start: loads tables, cheap. */
void contact_init(void);

void contact_extract(struct arena *arena, const struct contact_input *input, struct contact *out);

#endif
