#include "enrich/work.h"

#include <math.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

static const double FIRST_BACKOFF = 2, LONGEST_BACKOFF = 3600;

static void release_rows(void *object) {
  struct store_rows *rows = object;
  store_rows_free(rows);
}

static void keep_rows(struct work *work, struct store_rows got, struct store_rows *out) {
  struct store_rows *kept = ARENA_NEW(work->arena, struct store_rows);
  *kept = got;
  arena_on_reset(work->arena, release_rows, kept);
  *out = got;
}

enum ms_status work_step(struct work *work, const char *sql, const char *const *values, int n,
                         struct store_rows *rows, struct ms_error *error) {
  struct store_rows got;
  enum ms_status status = store_query(work->store, sql, values, n, rows ? &got : NULL, error);
  if (!status && rows) keep_rows(work, got, rows);
  return status;
}

/* Whether to try again: waits, and connects when the connection is gone. */
static bool recover(struct work *work, const struct ms_error *why) {
  if (why->status != MS_TRY_AGAIN) return false;
  bool away = store_fault(work->store) == STORE_AWAY;
  while (patience_wait(&work->patience, why->text)) {
    if (!away) return true;
    struct ms_error still = {0};
    enum ms_status status = store_reconnect(work->store, &still);
    if (status == MS_OK) return true;
    if (status != MS_TRY_AGAIN) return false;
  }
  return false;
}

enum ms_status work_query(struct work *work, const char *sql, const char *const *values, int n,
                          struct store_rows *rows, struct ms_error *error) {
  for (;;) {
    struct ms_error why = {0};
    enum ms_status status = work_step(work, sql, values, n, rows, &why);
    if (!status) patience_renew(&work->patience);
    if (!status || !recover(work, &why))
      return status ? ms_fail(error, status, "%s", why.text) : status;
  }
}

enum ms_status work_transaction(struct work *work,
                                enum ms_status (*body)(struct work *, void *, struct ms_error *),
                                void *context, struct ms_error *error) {
  for (;;) {
    struct ms_error why = {0};
    enum ms_status status = store_begin(work->store, &why);
    if (!status) status = body(work, context, &why);
    if (!status) status = store_commit(work->store, &why);
    if (!status) patience_renew(&work->patience);
    if (status) store_rollback(work->store);
    if (!status || !recover(work, &why))
      return status ? ms_fail(error, status, "%s", why.text) : status;
  }
}

double work_random(struct work *work) {
  uint64_t x = work->patience.random;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  work->patience.random = x;
  return (double)((x * UINT64_C(2685821657736338717)) >> 11) / 9007199254740992.0;
}

double work_backoff(struct work *work, int attempts, double least) {
  double most = fmin(LONGEST_BACKOFF, FIRST_BACKOFF * pow(2, fmin(fmax(attempts - 1, 0), 20)));
  return least + work_random(work) * most;
}

static void release_json(void *object) { json_decref(object); }

json_t *work_keep_json(struct work *work, json_t *value) {
  if (value) arena_on_reset(work->arena, release_json, value);
  return value;
}

const char *work_json_text(struct work *work, const json_t *value) {
  char *text = json_dumps(value, JSON_COMPACT);
  if (text) arena_on_reset(work->arena, free, text);
  return text ? text : json_is_array(value) ? "[]" : "{}";
}

void work_log(struct work *work, const char *event, json_t *fields) {
  FILE *log = work->options->log;
  if (log) {
    char at[40];
    struct timespec t;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &t);
    gmtime_r(&t.tv_sec, &utc);
    strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", &utc);
    json_t *line = json_pack("{s:s, s:s}", "at", at, "event", event);
    if (line && fields) json_object_update(line, fields);
    if (line && json_dumpf(line, log, JSON_COMPACT) == 0) fputc('\n', log);
    fflush(log);
    json_decref(line);
  }
  json_decref(fields);
}

/* CRMs differ in what they keep of a contact; only columns that we may write count. */
enum ms_status columns_discover(struct work *work, struct ms_error *error) {
  static const char sql[] =
      "select c.column_name, c.data_type from information_schema.columns c "
      "where c.table_schema = 'public' and c.table_name = 'contacts' and "
      "has_column_privilege('public.contacts', c.column_name::text, 'update')";
  struct store_rows rows;
  enum ms_status status = work_query(work, sql, NULL, 0, &rows, error);
  if (status) return status;
  work->columns = (struct columns){0};
  for (size_t i = 0; i < rows.n; i++) {
    const char *name = store_cell(&rows, i, 0), *type = store_cell(&rows, i, 1);
    if (strcmp(name, "props") == 0 && strcmp(type, "jsonb") == 0) work->columns.props = true;
    if (strcmp(name, "updated_at") == 0) work->columns.updated_at = true;
    bool text = strcmp(type, "text") == 0 || strcmp(type, "character varying") == 0;
    for (int f = 0; text && f < CRM_COUNT; f++) {
      const struct crm_field_info *info = field_info((enum crm_field)f);
      if (strcmp(name, info->name) == 0) work->columns.of[f] = info->name;
      if (info->other && strcmp(name, info->other) == 0 && !work->columns.of[f])
        work->columns.of[f] = info->other;
    }
  }
  if (rows.n) return MS_OK;
  return ms_fail(error, MS_BAD_CONFIG,
                 "%s: no column of public.contacts may be written; run 'mailsignal db migrate' and "
                 "connect as mailsignal_worker",
                 store_name(work->store));
}
