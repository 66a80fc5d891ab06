#include <stdio.h>

#include "cli/database.h"
#include "mailsignal/digest.h"
#include "mailsignal/store.h"

static const struct cli_option erase_options[] = {
    {"tenant", 0, "UUID", "from whose data: an id of the table tenants", true, false},
    {"all-tenants", 0, NULL, "from everybody's data", false, false},
    {"email", 0, "ADDRESS", "the person", false, false},
    {"reason", 0, "TEXT", "kept with the record of the erasure (erasure request)", false, false},
    {"keep-door-open", 0, NULL, "do not suppress the address: the next mail may bring it back",
     false, false},
    DATABASE_OPTIONS,
};

struct erase {
  const char *tenant, *email, *reason;
};

static enum ms_status read_settings(const struct options *options, struct erase *out,
                                    struct ms_error *error) {
  unsigned char bytes[16];
  out->tenant = options_text(options, "tenant", NULL);
  out->email = options_text(options, "email", NULL);
  out->reason = options_text(options, "reason", "erasure request");
  if (options_given(options, "all-tenants")) out->tenant = NULL;
  else if (!out->tenant)
    return ms_fail(error, MS_USAGE, "say from whose data: --tenant UUID or --all-tenants");
  if (out->tenant && !digest_uuid_parse(span_of(out->tenant), bytes))
    return ms_fail(error, MS_USAGE, "--tenant: '%s' is no UUID", out->tenant);
  if (!out->email) return ms_fail(error, MS_USAGE, "say whom: --email ADDRESS");
  if (!strchr(out->email, '@')) return ms_fail(error, MS_USAGE, "--email: that is no address");
  return MS_OK;
}

/* One transaction: all or nothing. The counts, as JSON, go to stdout. */
static enum ms_status erase(const struct options *options, struct store *store,
                            const struct erase *what, struct ms_error *error) {
  const char *keep = options_given(options, "keep-door-open") ? "false" : "true";
  const char *values[] = {what->tenant, what->email, what->reason, keep};
  struct store_rows rows;
  enum ms_status status =
      store_query(store, "select public.ms_erase_person($1::uuid, $2, $3, $4::boolean)", values, 4,
                  &rows, error);
  if (status) return status;
  printf("%s\n", store_cell(&rows, 0, 0));
  store_rows_free(&rows);
  return fflush(stdout) == 0 ? MS_OK : ms_fail(error, MS_IO, "cannot write to stdout");
}

static int erase_run(const struct cli *cli) {
  struct arena *arena = arena_new();
  struct ms_error error = {0};
  struct options options;
  struct erase what;
  struct store *store = NULL;
  if (!arena) return cli_fail(MS_SOFTWARE, "out of memory");
  enum ms_status status = options_read(arena, cli, &options, &error);
  if (status == MS_OK && options.help) {
    cli_print_help(cli->verb);
  } else {
    struct store_settings settings = {.dsn = status ? NULL : database_dsn(&options)};
    if (!status) status = read_settings(&options, &what, &error);
    if (!status) status = store_open(&settings, &store, &error);
    if (!status) status = erase(&options, store, &what, &error);
  }
  store_close(store);
  if (error.status) cli_fail(error.status, "%s", error.text);
  arena_free(arena);
  return (int)status;
}

const struct cli_verb verb_erase = {
    "erase",
    "",
    "remove a person, by address, from all that mailsignal writes or reads",
    erase_options,
    sizeof erase_options / sizeof *erase_options,
    erase_run,
};
