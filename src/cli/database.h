/* database.h - which database the user means. */
#ifndef MAILSIGNAL_CLI_DATABASE_H
#define MAILSIGNAL_CLI_DATABASE_H

#include "cli/options.h"

/* For a verb's table. */
#define DATABASE_OPTIONS \
  {"db", 0, "DSN", "the database (default: DATABASE_URL, then PGHOST, PGDATABASE, ...)", true, false}

/* --db, MAILSIGNAL_DB, DATABASE_URL, a configuration file; NULL: libpq's own variables. */
const char *database_dsn(const struct options *options);
/* The migrations that came with the program. */
const char *migrations_dir(struct arena *arena);

#endif
