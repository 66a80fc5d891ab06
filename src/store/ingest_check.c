#include "store/writer.h"

/* Everything that can be wrong before the first mail, in one question. */
static const char check_sql[] =
    "select current_setting('server_version_num')::int >= 150000, "
    "current_setting('transaction_read_only') = 'on' or pg_is_in_recovery(), "
    "to_regclass('public.tenants') is not null, "
    "to_regclass('public.opportunity_signals') is not null, "
    "exists (select from pg_proc p join pg_namespace n on n.oid = p.pronamespace "
    "        where n.nspname = 'public' and p.proname = 'ms_ingest_facts')";

static bool is_true(const struct store_rows *rows, int column) {
  const char *cell = store_cell(rows, 0, column);
  return cell && *cell == 't';
}

static enum ms_status judge(const struct store *store, const struct store_rows *rows,
                            struct ms_error *error) {
  const char *name = store_name(store);
  if (!is_true(rows, 0))
    return ms_fail(error, MS_UNAVAILABLE, "%s: PostgreSQL 15 or newer is needed", name);
  if (is_true(rows, 1))
    return ms_fail(error, MS_UNAVAILABLE, "the database %s is read-only; %s", name,
                   store_advice("25006"));
  if (!is_true(rows, 2) || !is_true(rows, 3))
    return ms_fail(error, MS_BAD_CONFIG, "the database %s has not got the tables; %s", name,
                   store_advice("42P01"));
  if (!is_true(rows, 4))
    return ms_fail(error, MS_BAD_CONFIG,
                   "the database %s lacks a migration; run 'mailsignal db migrate'", name);
  return MS_OK;
}

static enum ms_status check_database(struct store *store, struct ms_error *error) {
  struct store_rows rows;
  enum ms_status status = store_query(store, check_sql, NULL, 0, &rows, error);
  if (status) return status;
  status = judge(store, &rows, error);
  store_rows_free(&rows);
  return status;
}

static enum ms_status check_tenant(struct store *store, const char *tenant,
                                   struct ms_error *error) {
  struct store_rows rows;
  const char *values[] = {tenant};
  enum ms_status status = store_query(store, "select 1 from public.tenants where id = $1::uuid",
                                      values, 1, &rows, error);
  if (status) return status;
  bool known = rows.n > 0;
  store_rows_free(&rows);
  if (known) return MS_OK;
  return ms_fail(error, MS_BAD_CONFIG,
                 "there is no tenant %s in %s (or this role may not see it); a tenant is an id of "
                 "the table tenants",
                 tenant, store_name(store));
}

static enum ms_status check_all(struct store *store, const char *tenant, struct ms_error *error) {
  enum ms_status status = check_database(store, error);
  return status || !tenant ? status : check_tenant(store, tenant, error);
}

static enum ms_status check_patiently(
    struct writer *writer, enum ms_status (*check)(struct store *, const char *, struct ms_error *),
    struct ms_error *error) {
  const struct ingest_options *options = writer->options;
  for (;;) {
    struct ms_error why = {0};
    enum ms_status status = check(options->store, options->tenant, &why);
    if (status == MS_OK) return MS_OK;
    if (store_fault(options->store) == STORE_FINE) return ms_fail(error, status, "%s", why.text);
    status = writer_recover(writer, &why, error);
    if (status) return status;
  }
}

enum ms_status writer_check_tenant(struct writer *writer, struct ms_error *error) {
  return check_patiently(writer, check_tenant, error);
}

enum ms_status ingest_check(const struct ingest_options *options, struct ms_error *error) {
  struct writer writer = {.options = options};
  patience_init(&writer.patience, options);
  return check_patiently(&writer, check_all, error);
}
