/* writer.h - one batch into the database, whatever it takes: waits, repeats, splits. */
#ifndef MAILSIGNAL_STORE_WRITER_H
#define MAILSIGNAL_STORE_WRITER_H

#include "store/batch.h"
#include "store/patience.h"

struct writer {
  const struct ingest_options *options; /* of them: store, tenant, and what patience needs */
  struct patience patience;
  struct ingest_totals totals;
  /* A message that the database refuses. */
  void (*refused)(void *context, const struct batch_item *item, const char *why);
  void *context;
};

/* MS_OK: everything is stored that the database takes, the rest was reported. MS_TRY_AGAIN: the
 * database is away, and patience has come to its end. What is stored by then, totals.position says. */
enum ms_status writer_store(struct writer *writer, struct batch *batch, struct ms_error *error);
/* Whether the database knows options->tenant: MS_BAD_CONFIG with STORE_FINE when it does not. */
enum ms_status writer_check_tenant(struct writer *writer, struct ms_error *error);
/* Connects again and repeats `error` or asks for patience, as the fault of the last call says;
 * MS_OK: try again. */
enum ms_status writer_recover(struct writer *writer, const struct ms_error *cause,
                              struct ms_error *error);

#endif
