/* writer.h - one batch into the database, whatever it takes: waits, repeats, splits. */
#ifndef MAILSIGNAL_STORE_WRITER_H
#define MAILSIGNAL_STORE_WRITER_H

#include "store/batch.h"
#include "store/patience.h"

struct writer {
  const struct ingest_options *options;
  struct patience patience;
  struct ingest_totals totals;
};

/* MS_OK: everything is stored that the database takes, the rest was reported. */
enum ms_status writer_store(struct writer *writer, struct batch *batch, struct ms_error *error);
/* Connects again and repeats `error` or asks for patience, as the fault of the last call says;
 * MS_OK: try again. */
enum ms_status writer_recover(struct writer *writer, const struct ms_error *cause,
                              struct ms_error *error);

#endif
