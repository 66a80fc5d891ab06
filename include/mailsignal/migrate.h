/* migrate.h - the database's schema: migrations forth and back, their state, and a proof of it.
 *
 * A migration is migrations/<14 digits>_<name>.sql, its way back migrations/rollback/ with the same
 * file name. Each runs in a transaction of its own that also holds an advisory lock and writes
 * the row of mailsignal.schema_migrations (version, name, checksum, applied_at), so that it is either
 * done and known or neither, and two that run at once take turns, behind a pooler too. */
#ifndef MAILSIGNAL_MIGRATE_H
#define MAILSIGNAL_MIGRATE_H

#include <stdio.h>

#include "mailsignal/digest.h"
#include "mailsignal/store.h"

struct migration {
  const char *version; /* 14 digits */
  const char *name;    /* "p1_engines" */
  const char *path;
  struct span sql;     /* empty: applied, but the file is not here */
  char checksum[SHA256_HEX_BYTES];
  const char *applied_at; /* ISO 8601 in UTC; NULL: not applied */
  bool changed;           /* the file is not the one that was applied */
};

struct migrations { /* sorted by version */
  struct arena *arena;
  const char *dir;
  struct migration *items;
  size_t n, capacity;
};

/* Reads the folder. MS_NO_INPUT when it is not there, MS_BAD_CONFIG when two have one version. */
enum ms_status migrations_read(struct arena *arena, const char *dir, struct migrations *out,
                               struct ms_error *error);
/* Fills in what the database knows, and adds rows for what is applied and not in the folder. */
enum ms_status migrations_compare(struct store *store, struct migrations *migrations,
                                  struct ms_error *error);
/* MS_BAD_CONFIG and the file's name when an applied one was changed. */
enum ms_status migrations_unchanged(const struct migrations *migrations, struct ms_error *error);

/* Applies what is not applied; `log` gets one line each (NULL: none). */
enum ms_status migrations_apply(struct store *store, struct migrations *migrations, FILE *log,
                                struct ms_error *error);
/* Undoes, newest first, what is newer than `to`; NULL: the newest one only. */
enum ms_status migrations_rollback(struct store *store, struct migrations *migrations,
                                   const char *to, FILE *log, struct ms_error *error);
/* What migrations_apply() would send, as a script for psql. */
void migrations_print(const struct migrations *migrations, FILE *out);

/* Runs the files of <dir>/standalone: what a CRM has already. They may be run again. */
enum ms_status migrations_standalone(struct store *store, const struct migrations *migrations,
                                     FILE *log, struct ms_error *error);

/* Prints one line a check, "ok ..." or "FAIL ...: why". *failed counts the latter. Nothing that it
 * writes to the database stays there. */
enum ms_status schema_verify(struct store *store, struct arena *arena, FILE *out, size_t *failed,
                             struct ms_error *error);

#endif
