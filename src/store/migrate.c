#include <stdlib.h>

#include "store/migration_files.h"

/* The transaction of each step begins so. The key is the first 8 bytes of "mailsign". A lock that
 * somebody holds on a table makes the step fail after a while instead of blocking the CRM behind it.
 *
 * A backend hears what others did to the catalogs when its transaction begins and when it locks a
 * table; an advisory lock tells it nothing. What was committed while it waited for its turn would
 * still be missing in its caches ("to_regclass is null", then "duplicate key"): hence the last
 * statement. */
static const char lock_sql[] =
    "set local lock_timeout = '30s';\n"
    "set local statement_timeout = 0;\n"
    "set local idle_in_transaction_session_timeout = 0;\n"
    "select pg_advisory_xact_lock(7881696737388750702);\n"
    "lock table pg_catalog.pg_namespace in access share mode;\n";

static const char table_sql[] =
    "do $$ begin\n"
    "  if to_regclass('mailsignal.schema_migrations') is null then\n"
    "    create schema if not exists mailsignal;\n"
    "    create table mailsignal.schema_migrations (\n"
    "      version text primary key, name text not null, checksum text not null,\n"
    "      applied_at timestamptz not null default now());\n"
    "    comment on table mailsignal.schema_migrations is\n"
    "      'Migrations that were applied; checksum is the SHA-256 of the file.';\n"
    "  end if;\n"
    "end $$;\n";

/* comparing ----------------------------------------------------------------- */

static struct migration *find(const struct migrations *list, const char *version) {
  for (size_t i = 0; i < list->n; i++)
    if (strcmp(list->items[i].version, version) == 0) return &list->items[i];
  return NULL;
}

static const char *keep(struct arena *arena, const char *text) {
  return arena_strndup(arena, text, strlen(text));
}

static int by_version(const void *a, const void *b) {
  return strcmp(((const struct migration *)a)->version, ((const struct migration *)b)->version);
}

static void take_row(struct migrations *list, const struct store_rows *rows, size_t row) {
  const char *version = store_cell(rows, row, 0), *checksum = store_cell(rows, row, 2);
  struct migration *known = find(list, version);
  if (!known) {
    struct migration missing = {.version = keep(list->arena, version),
                                .name = keep(list->arena, store_cell(rows, row, 1)),
                                .path = "",
                                .applied_at = keep(list->arena, store_cell(rows, row, 3))};
    ARENA_PUSH(list->arena, list, missing);
    return;
  }
  known->applied_at = keep(list->arena, store_cell(rows, row, 3));
  known->changed = strcmp(known->checksum, checksum) != 0;
}

static enum ms_status have_table(struct store *store, bool *have, struct ms_error *error) {
  struct store_rows rows;
  enum ms_status status = store_query(
      store, "select to_regclass('mailsignal.schema_migrations') is not null", NULL, 0, &rows, error);
  if (status) return status;
  *have = strcmp(store_cell(&rows, 0, 0), "t") == 0;
  store_rows_free(&rows);
  return MS_OK;
}

enum ms_status migrations_compare(struct store *store, struct migrations *list,
                                  struct ms_error *error) {
  bool have = false;
  enum ms_status status = have_table(store, &have, error);
  if (status || !have) return status;
  struct store_rows rows;
  status = store_query(store,
                       "select version, name, checksum, to_char(applied_at at time zone 'UTC', "
                       "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') "
                       "from mailsignal.schema_migrations order by version",
                       NULL, 0, &rows, error);
  if (status) return status;
  for (size_t i = 0; i < rows.n; i++) take_row(list, &rows, i);
  store_rows_free(&rows);
  if (list->n) qsort(list->items, list->n, sizeof *list->items, by_version);
  return MS_OK;
}

enum ms_status migrations_unchanged(const struct migrations *list, struct ms_error *error) {
  for (size_t i = 0; i < list->n; i++) {
    const struct migration *m = &list->items[i];
    if (m->changed)
      return ms_fail(error, MS_BAD_CONFIG,
                     "%s was changed after it was applied on %s: put the old text back and write a "
                     "new migration",
                     m->path, m->applied_at);
  }
  return MS_OK;
}

/* one step ------------------------------------------------------------------ */

/* Whether `version` is applied, asked while the lock is held. */
static enum ms_status is_applied(struct store *store, const char *version, bool *applied,
                                 struct ms_error *error) {
  struct store_rows rows;
  const char *values[] = {version};
  enum ms_status status =
      store_query(store, "select 1 from mailsignal.schema_migrations where version = $1", values, 1,
                  &rows, error);
  if (status) return status;
  *applied = rows.n > 0;
  store_rows_free(&rows);
  return MS_OK;
}

struct step {
  const struct migration *migration;
  const char *path; /* of the SQL that runs */
  struct span sql;
  bool forth;       /* apply; else roll back */
};

static enum ms_status note(struct store *store, const struct step *step, struct ms_error *error) {
  const struct migration *m = step->migration;
  const char *values[] = {m->version, m->name, m->checksum};
  if (step->forth)
    return store_query(store,
                       "insert into mailsignal.schema_migrations (version, name, checksum) "
                       "values ($1, $2, $3)",
                       values, 3, NULL, error);
  return store_query(store, "delete from mailsignal.schema_migrations where version = $1", values, 1,
                     NULL, error);
}

static enum ms_status run_sql(struct store *store, const struct step *step, struct ms_error *error) {
  struct ms_error inner = {0};
  enum ms_status status = store_script(store, step->sql.ptr, &inner);
  if (status == MS_BAD_DATA) status = MS_BAD_CONFIG; /* rows of the database, not of the input */
  if (status) ms_fail(error, status, "%s: %s", step->path, inner.text);
  return status;
}

/* Everything of a step in one transaction; *done stays false when another session was faster. */
static enum ms_status run_step(struct store *store, const struct step *step, bool *done,
                               struct ms_error *error) {
  bool applied = false;
  enum ms_status status = store_begin(store, error);
  if (!status) status = store_script(store, lock_sql, error);
  if (!status && step->forth) status = store_script(store, table_sql, error);
  if (!status) status = is_applied(store, step->migration->version, &applied, error);
  *done = !status && applied != step->forth;
  if (*done) {
    status = run_sql(store, step, error);
    if (!status) status = note(store, step, error);
  }
  if (!status) return store_commit(store, error);
  *done = false;
  store_rollback(store);
  return status;
}

/* all steps ----------------------------------------------------------------- */

enum ms_status migrations_apply(struct store *store, struct migrations *list, FILE *log,
                                struct ms_error *error) {
  enum ms_status status = migrations_unchanged(list, error);
  size_t count = 0;
  for (size_t i = 0; i < list->n && !status; i++) {
    const struct migration *m = &list->items[i];
    if (m->applied_at) continue;
    bool done = false;
    status = run_step(store, &(struct step){m, m->path, m->sql, true}, &done, error);
    count += done;
    if (done && log) fprintf(log, "applied %s_%s\n", m->version, m->name);
  }
  if (!status && count == 0 && log) fputs("nothing to apply\n", log);
  return status;
}

static enum ms_status undo(struct store *store, const struct migrations *list,
                           const struct migration *m, FILE *log, struct ms_error *error) {
  struct step step = {.migration = m};
  bool done = false;
  step.path = arena_printf(list->arena, "%s/rollback/%s_%s.sql", list->dir, m->version, m->name).ptr;
  enum ms_status status = file_read(list->arena, step.path, &step.sql, error);
  if (!status) status = run_step(store, &step, &done, error);
  if (done && log) fprintf(log, "rolled back %s_%s\n", m->version, m->name);
  return status;
}

enum ms_status migrations_rollback(struct store *store, struct migrations *list, const char *to,
                                   FILE *log, struct ms_error *error) {
  enum ms_status status = MS_OK;
  size_t count = 0;
  for (size_t i = list->n; i-- > 0 && !status;) {
    const struct migration *m = &list->items[i];
    if (!m->applied_at) continue;
    if (to ? strcmp(m->version, to) <= 0 : count > 0) break;
    status = undo(store, list, m, log, error);
    count++;
  }
  if (!status && count == 0 && log) fputs("nothing to roll back\n", log);
  return status;
}

void migrations_print(const struct migrations *list, FILE *out) {
  for (size_t i = 0; i < list->n; i++) {
    const struct migration *m = &list->items[i];
    if (m->applied_at) continue;
    fprintf(out, "-- %s_%s\nbegin;\n%s%s", m->version, m->name, lock_sql, table_sql);
    fwrite(m->sql.ptr, 1, m->sql.len, out);
    fprintf(out,
            "\ninsert into mailsignal.schema_migrations (version, name, checksum)\n"
            "values ('%s', '%s', '%s');\ncommit;\n\n",
            m->version, m->name, m->checksum);
  }
}

enum ms_status migrations_standalone(struct store *store, const struct migrations *list, FILE *log,
                                     struct ms_error *error) {
  struct file_names files;
  const char *dir = arena_printf(list->arena, "%s/standalone", list->dir).ptr;
  enum ms_status status = folder_list(list->arena, dir, &files, error);
  for (size_t i = 0; i < files.n && !status; i++) {
    struct step step = {.path = arena_printf(list->arena, "%s/%s", dir, files.items[i]).ptr};
    status = file_read(list->arena, step.path, &step.sql, error);
    if (!status) status = store_begin(store, error);
    if (!status) status = store_script(store, lock_sql, error);
    if (!status) status = run_sql(store, &step, error);
    if (!status) status = store_commit(store, error);
    if (status) store_rollback(store);
    if (!status && log) fprintf(log, "applied standalone/%s\n", files.items[i]);
  }
  return status;
}
