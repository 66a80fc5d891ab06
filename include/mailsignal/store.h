/* store.h - one connection to PostgreSQL: open it, ask it, and know what a failure means.
 *
 * Works on a plain server and through Supabase's poolers, the transaction pooler too: parameters go
 * with each statement, nothing is prepared by name, and settings last for one transaction. Every
 * wait has an end: libpq runs non-blocking, under a deadline. */
#ifndef MAILSIGNAL_STORE_H
#define MAILSIGNAL_STORE_H

#include "mailsignal/diag.h"

/* What a failure means for the caller. */
enum store_fault {
  STORE_FINE,
  STORE_AWAY,    /* no connection, or it broke: connect again, then repeat the transaction */
  STORE_BUSY,    /* deadlock, serialisation, lock time-out: repeat the transaction */
  STORE_REFUSED, /* the values were refused: other values may pass */
  STORE_WRONG    /* password, rights, missing tables, read-only: a person has to mend it */
};

struct store_settings {
  const char *dsn;          /* URI or key=value pairs; NULL: libpq's variables (PGHOST, ...) */
  double connect_seconds;   /* 0: 10, or the DSN's connect_timeout */
  double statement_seconds; /* for the answer to one statement; 0: 120; negative: no end */
};

struct store; /* belongs to one thread at a time */

/* Connects. MS_TRY_AGAIN: the server is away; MS_BAD_CONFIG: the DSN, the user, the password or the
 * database is wrong. The error never holds a password, nor a DSN that may hold one. *out is made
 * also when the server is away (for store_reconnect()), unless memory ran out or the DSN is no DSN:
 * then it is NULL. */
enum ms_status store_open(const struct store_settings *settings, struct store **out,
                          struct ms_error *error);
/* A new connection with the same settings; whatever was left open is rolled back. */
enum ms_status store_reconnect(struct store *store, struct ms_error *error);
void store_close(struct store *store);

/* Of the last call. */
enum store_fault store_fault(const struct store *store);
/* The SQLSTATE of the last failure, or "". */
const char *store_sqlstate(const struct store *store);
/* The name of the constraint that the last statement met, or "". */
const char *store_constraint(const struct store *store);
/* "host:port/database", for messages. */
const char *store_name(const struct store *store);

/* Rows of an answer; all cells in text form. Free with store_rows_free(). */
struct store_rows {
  void *result;
  size_t n;
};
const char *store_cell(const struct store_rows *rows, size_t row, int column); /* NULL: null */
void store_rows_free(struct store_rows *rows);

/* One statement with `n` parameters $1..$n in text form (NULL: null). Outside of store_begin() it is
 * a transaction of its own. rows may be NULL. After a failure the transaction is rolled back. */
enum ms_status store_query(struct store *store, const char *sql, const char *const *values, int n,
                           struct store_rows *rows, struct ms_error *error);
/* Any number of statements without parameters, e.g. a migration. Notices are dropped. */
enum ms_status store_script(struct store *store, const char *sql, struct ms_error *error);

enum ms_status store_begin(struct store *store, struct ms_error *error);
/* MS_TRY_AGAIN with STORE_AWAY means that nobody knows whether it was committed. */
enum ms_status store_commit(struct store *store, struct ms_error *error);
void store_rollback(struct store *store);

/* The class of an SQLSTATE; "" for none (the connection is gone). */
enum store_fault store_fault_of(const char *sqlstate);
/* The exit status that goes with a failure. */
enum ms_status store_status_of(enum store_fault fault, const char *sqlstate);
/* What a person can do about it, or "". */
const char *store_advice(const char *sqlstate);

#endif
