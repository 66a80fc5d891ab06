#include <stdio.h>

#include "cli/database.h"
#include "mailsignal/migrate.h"

static const struct cli_option db_options[] = {
    DATABASE_OPTIONS,
    {"dry-run", 0, NULL, "migrate: print the SQL instead of running it", false, false},
    {"standalone", 0, NULL, "migrate: first make what a CRM would have: tenants, contacts ...", false, false},
    {"to", 0, "VERSION", "rollback: undo what is newer (0: everything; default: the newest)", false, false},
};

struct db {
  const struct options *options;
  struct arena *arena;
  struct store *store;
  struct migrations migrations;
};

static enum ms_status need_crm(struct db *db, struct ms_error *error) {
  struct store_rows rows;
  enum ms_status status = store_query(db->store, "select to_regclass('public.tenants') is not null",
                                      NULL, 0, &rows, error);
  if (status) return status;
  bool have = strcmp(store_cell(&rows, 0, 0), "t") == 0;
  store_rows_free(&rows);
  if (have) return MS_OK;
  return ms_fail(error, MS_BAD_CONFIG,
                 "%s has no CRM: there is no table public.tenants. Is it the right database? "
                 "--standalone makes what a CRM would have",
                 store_name(db->store));
}

static enum ms_status migrate(struct db *db, struct ms_error *error) {
  enum ms_status status = migrations_unchanged(&db->migrations, error);
  if (status) return status;
  if (options_given(db->options, "dry-run")) {
    migrations_print(&db->migrations, stdout);
    return MS_OK;
  }
  if (options_given(db->options, "standalone"))
    status = migrations_standalone(db->store, &db->migrations, stdout, error);
  else
    status = need_crm(db, error);
  return status ? status : migrations_apply(db->store, &db->migrations, stdout, error);
}

static const char *state_of(const struct migration *m) {
  if (!m->applied_at) return "pending";
  if (m->changed) return "CHANGED";
  return m->sql.len ? "applied" : "applied, no file";
}

static enum ms_status status_table(struct db *db, struct ms_error *error) {
  (void)error;
  printf("%-15s %-28s %-17s %s\n", "VERSION", "NAME", "STATE", "APPLIED AT");
  for (size_t i = 0; i < db->migrations.n; i++) {
    const struct migration *m = &db->migrations.items[i];
    printf("%-15s %-28s %-17s %s\n", m->version, m->name, state_of(m),
           m->applied_at ? m->applied_at : "-");
  }
  return MS_OK;
}

/* VERSION may be cut short: 0, or a date. */
static enum ms_status rollback(struct db *db, struct ms_error *error) {
  const char *to = options_text(db->options, "to", NULL);
  if (to && strspn(to, "0123456789") != strlen(to))
    return ms_fail(error, MS_USAGE, "--to: '%s' is no version; see 'mailsignal db status'", to);
  return migrations_rollback(db->store, &db->migrations, to, stdout, error);
}

static enum ms_status verify(struct db *db, struct ms_error *error) {
  size_t failed = 0;
  enum ms_status status = schema_verify(db->store, db->arena, stdout, &failed, error);
  if (status || failed == 0) return status;
  return ms_fail(error, MS_SOME_FAILED,
                 "%zu checks failed; 'mailsignal db migrate' makes what is missing", failed);
}

struct action {
  const char *name;
  enum ms_status (*run)(struct db *db, struct ms_error *error);
};

static const struct action actions[] = {
    {"migrate", migrate}, {"status", status_table}, {"rollback", rollback}, {"verify", verify}};

static const struct action *find_action(const struct options *options) {
  for (size_t i = 0; options->n_operands == 1 && i < sizeof actions / sizeof *actions; i++)
    if (strcmp(actions[i].name, options->operands[0]) == 0) return &actions[i];
  return NULL;
}

static enum ms_status run(struct db *db, struct ms_error *error) {
  const struct action *action = find_action(db->options);
  if (!action)
    return ms_fail(error, MS_USAGE, "say one of: db migrate, db status, db rollback, db verify");
  struct store_settings settings = {.dsn = database_dsn(db->options), .statement_seconds = -1};
  enum ms_status status =
      migrations_read(db->arena, migrations_dir(db->arena), &db->migrations, error);
  if (!status) status = store_open(&settings, &db->store, error);
  if (!status) status = migrations_compare(db->store, &db->migrations, error);
  if (!status) status = action->run(db, error);
  if (fflush(stdout) != 0 && !status) status = ms_fail(error, MS_IO, "cannot write to stdout");
  return status;
}

static int db_run(const struct cli *cli) {
  struct arena *arena = arena_new();
  struct ms_error error = {0};
  struct options options;
  struct db db = {.options = &options, .arena = arena};
  if (!arena) return cli_fail(MS_SOFTWARE, "out of memory");
  enum ms_status status = options_read(arena, cli, &options, &error);
  if (status == MS_OK && options.help)
    cli_print_help(cli->verb);
  else if (status == MS_OK)
    status = run(&db, &error);
  store_close(db.store);
  if (error.status) cli_fail(error.status, "%s", error.text);
  arena_free(arena);
  return (int)status;
}

const struct cli_verb verb_db = {
    "db",       "migrate|status|rollback|verify", "the tables in PostgreSQL: make, show, undo, prove",
    db_options, sizeof db_options / sizeof *db_options, db_run,
};
