/* batch.h - messages that go into the database in one transaction. */
#ifndef MAILSIGNAL_STORE_BATCH_H
#define MAILSIGNAL_STORE_BATCH_H

#include "store/ingest_row.h"

struct batch_item {
  struct ingest_row row;
  struct ingest_position position; /* behind this message */
};

struct batch {
  struct arena *arena; /* of all that the items point to */
  struct batch_item *items;
  size_t n, capacity, bytes;
};

/* NULL when out of memory. */
struct batch *batch_new(void);
void batch_free(struct batch *batch);
void batch_clear(struct batch *batch);
/* Copies both. */
void batch_add(struct batch *batch, struct span encoded, const struct ingest_position *position);

/* Stores items [first, first + n) in one transaction; adds to the totals what is new. */
enum ms_status batch_store(struct batch *batch, size_t first, size_t n, struct store *store,
                           const char *tenant, struct ingest_totals *totals,
                           struct ms_error *error);

#endif
