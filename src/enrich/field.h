/* field.h - the fields of a contact that enrichment may fill, and when two values are the same. */
#ifndef MAILSIGNAL_ENRICH_FIELD_H
#define MAILSIGNAL_ENRICH_FIELD_H

#include <jansson.h>

#include "mailsignal/arena.h"

enum crm_field {
  CRM_FIRST_NAME,
  CRM_LAST_NAME,
  CRM_TITLE,
  CRM_DEPARTMENT,
  CRM_PHONE,
  CRM_MOBILE,
  CRM_COMPANY,
  CRM_LINKEDIN,
  CRM_TWITTER,
  CRM_WEBSITE,
  CRM_ADDRESS,
  CRM_COUNT
};

enum crm_field_kind { CRM_TEXT, CRM_NUMBER, CRM_LINK };

struct crm_field_info {
  const char *name;  /* of the column of contacts, or of the key in its props */
  const char *other; /* another name that a CRM may use for the column; NULL: none */
  const char *key;   /* in extracted_data */
  enum crm_field_kind kind;
};

const struct crm_field_info *field_info(enum crm_field field);

/* One value of each field; empty: not known. */
struct crm_fields {
  struct span values[CRM_COUNT];
  double confidence[CRM_COUNT];
};

/* Reads the keys of extracted_data, or of a provider's answer under the same keys. Values are
 * cleaned: white space folded, controls and angle brackets dropped, long ones left out. */
void fields_read(struct arena *arena, const json_t *object, struct crm_fields *out);

/* Same but for case, white space, the writing of numbers, and scheme, "www." and query of links. */
bool field_same(struct arena *arena, enum crm_field field, struct span a, struct span b);
/* Text as it is compared: case folded, white space folded. */
struct span text_key(struct arena *arena, struct span text);
/* A JSON string cleaned as above; empty when it is none. */
struct span clean_string(struct arena *arena, const json_t *value);

#endif
