#include "store/batch.h"

#include <stdlib.h>

#include "store/pg_array.h"

/* One statement, hence one transaction and one round trip; unnest inside the functions is the
 * fastest form that knows "on conflict" and goes through transaction poolers. The first column
 * binds the transaction to the tenant, so that row security guards what the functions check already;
 * a session that is bound to another tenant stays so, and is refused. */
static const char store_sql[] =
    "select set_config('mailsignal.tenant_id', coalesce(nullif(current_setting("
    "'mailsignal.tenant_id', true), ''), $1), true), "
    "public.ms_ingest_signals($1::uuid, $2::uuid[], $3::text[], $4::text[], $5::text[], "
    "$6::text[], $7::numeric[], $8::text[], $9::text[]), "
    "public.ms_ingest_contacts($1::uuid, $10::uuid[], $11::text[], $12::text[], $13::text[]), "
    "public.ms_ingest_facts($1::uuid, $14::uuid[], $15::text[], $16::text[], $17::timestamptz[], "
    "$18::text[], $19::text[], $20::numeric[], $21::text[], $22::text[])";

struct batch *batch_new(void) {
  struct batch *batch = calloc(1, sizeof *batch);
  if (batch && (batch->arena = arena_new())) return batch;
  free(batch);
  return NULL;
}

void batch_free(struct batch *batch) {
  if (!batch) return;
  arena_free(batch->arena);
  free(batch);
}

void batch_clear(struct batch *batch) {
  arena_reset(batch->arena);
  *batch = (struct batch){.arena = batch->arena};
}

void batch_add(struct batch *batch, struct span encoded, const struct ingest_position *position) {
  struct batch_item item = {.position = *position};
  ingest_row_decode(arena_dup(batch->arena, encoded), &item.row);
  item.position.last.path = arena_dup(batch->arena, position->last.path);
  batch->bytes += encoded.len;
  ARENA_PUSH(batch->arena, batch, item);
}

/* The array of one column over the items. */
static const char *array_of(const struct batch *batch, size_t first, size_t n, int column) {
  struct sbuf elements = {.arena = batch->arena};
  for (size_t i = first; i < first + n; i++)
    pg_array_append(&elements, batch->items[i].row.columns[column]);
  return pg_array_finish(&elements);
}

static uint64_t count_in(const struct store_rows *rows, int column) {
  const char *text = store_cell(rows, 0, column);
  return text ? strtoull(text, NULL, 10) : 0;
}

static bool has_rows(const struct batch *batch, size_t first, size_t n) {
  for (size_t i = first; i < first + n; i++)
    for (int column = 0; column < COLUMN_COUNT; column++)
      if (batch->items[i].row.columns[column].len) return true;
  return false;
}

enum ms_status batch_store(struct batch *batch, size_t first, size_t n, struct store *store,
                           const char *tenant, struct ingest_totals *totals,
                           struct ms_error *error) {
  if (!has_rows(batch, first, n)) return MS_OK;
  const char *values[COLUMN_COUNT + 1] = {tenant};
  for (int i = 0; i < COLUMN_COUNT; i++) values[i + 1] = array_of(batch, first, n, i);
  struct store_rows rows;
  enum ms_status status = store_query(store, store_sql, values, COLUMN_COUNT + 1, &rows, error);
  if (status) return status;
  totals->signals += count_in(&rows, 1);
  totals->contacts += count_in(&rows, 2);
  totals->facts += count_in(&rows, 3);
  store_rows_free(&rows);
  return MS_OK;
}
