#include "store/writer.h"

/* The tenant's own foreign key: then it is not the message that is at fault. */
static bool tenant_is_gone(const struct store *store) {
  const char *constraint = store_constraint(store);
  static const char ending[] = "tenant_id_fkey";
  size_t len = strlen(constraint);
  return len >= sizeof ending - 1 && strcmp(constraint + len - (sizeof ending - 1), ending) == 0;
}

enum ms_status writer_recover(struct writer *writer, const struct ms_error *cause,
                              struct ms_error *error) {
  struct store *store = writer->options->store;
  struct ms_error why = *cause;
  for (;;) {
    enum store_fault fault = store_fault(store);
    if (fault != STORE_AWAY && fault != STORE_BUSY)
      return ms_fail(error, why.status, "%s", why.text);
    if (!patience_wait(&writer->patience, why.text))
      return ms_fail(error, MS_TRY_AGAIN, "%s", why.text);
    if (fault == STORE_BUSY) return MS_OK;
    why = (struct ms_error){0};
    if (store_reconnect(store, &why) == MS_OK) return MS_OK;
  }
}

/* As batch_store(), until the database has answered. MS_BAD_DATA: it refused. */
static enum ms_status store_part(struct writer *writer, struct batch *batch, size_t first, size_t n,
                                 struct ms_error *error) {
  for (;;) {
    const struct ingest_options *options = writer->options;
    struct ms_error why = {0};
    enum ms_status status = batch_store(batch, first, n, options->store, options->tenant,
                                        &writer->totals, &why);
    if (status == MS_OK) {
      patience_renew(&writer->patience);
      return MS_OK;
    }
    if (tenant_is_gone(options->store))
      return ms_fail(error, MS_BAD_CONFIG, "tenant %s was removed from the database",
                     options->tenant);
    if (store_fault(options->store) == STORE_REFUSED)
      return ms_fail(error, MS_BAD_DATA, "%s", why.text);
    status = writer_recover(writer, &why, error);
    if (status) return status;
  }
}

static void refuse(struct writer *writer, const struct batch_item *item, const char *why) {
  writer->totals.refused++;
  writer->refused(writer->context, item, why);
}

/* Halves what was refused until the messages at fault stand alone. The stack of halves that are
 * still to do never holds more than one for each halving. */
enum ms_status writer_store(struct writer *writer, struct batch *batch, struct ms_error *error) {
  struct part {
    size_t first, n;
  } parts[65] = {{0, batch->n}};
  for (size_t depth = batch->n ? 1 : 0; depth > 0;) {
    struct part part = parts[--depth];
    struct ms_error why = {0};
    enum ms_status status = store_part(writer, batch, part.first, part.n, &why);
    if (status == MS_BAD_DATA && part.n == 1) {
      refuse(writer, &batch->items[part.first], why.text);
    } else if (status == MS_BAD_DATA) {
      size_t half = part.n / 2;
      parts[depth++] = (struct part){part.first + half, part.n - half};
      parts[depth++] = (struct part){part.first, half};
      continue;
    } else if (status) {
      return ms_fail(error, status, "%s", why.text);
    }
    writer->totals.messages += part.n;
    writer->totals.position = batch->items[part.first + part.n - 1].position;
  }
  return MS_OK;
}
