/* verify.h - the check list that both parts of schema_verify() write to. */
#ifndef MAILSIGNAL_STORE_VERIFY_H
#define MAILSIGNAL_STORE_VERIFY_H

#include "mailsignal/migrate.h"

struct checklist {
  struct store *store;
  struct arena *arena;
  FILE *out;
  size_t failed;
};

/* `why` empty: ok. */
void check(struct checklist *list, struct span what, struct span why);

/* Tables, columns, functions, triggers, indexes, policies, views. */
enum ms_status verify_schema(struct checklist *list, struct ms_error *error);
/* Acts as users of two tenants, in a transaction that is rolled back. */
enum ms_status verify_isolation(struct checklist *list, struct ms_error *error);

#endif
