#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "mailsignal/store.h"

enum { DEFAULT_CONNECT_SECONDS = 10, DEFAULT_STATEMENT_SECONDS = 120, SQLSTATE_LENGTH = 5 };

struct store {
  struct store_settings settings;
  char *dsn;
  PGconn *conn;
  enum store_fault fault;
  char sqlstate[SQLSTATE_LENGTH + 1];
  char constraint[64];
  char name[256];
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* 1: the socket is ready; 0: the deadline passed; a negative `deadline` never does. */
static int wait_socket(PGconn *conn, short events, double deadline) {
  for (;;) {
    struct pollfd wanted = {.fd = PQsocket(conn), .events = events};
    double left = deadline - now();
    if (deadline >= 0 && left <= 0) return 0;
    int ms = deadline < 0 || left > 60 ? 60000 : (int)(left * 1000) + 1;
    int got = poll(&wanted, 1, ms);
    if (got > 0 || (got < 0 && errno != EINTR)) return 1; /* libpq finds out what is wrong */
  }
}

/* failure messages ---------------------------------------------------------- */

/* Errors of a login come as text only. The connection is set to verbose errors, so that the text
 * holds the SQLSTATE in any language: "FATAL:  28P01: password authentication failed ...". */
static struct span sqlstate_in(struct span text) {
  struct span found = {0};
  for (size_t at = 0; (at = span_find(text, SPAN_LIT(":  "), at)) != SPAN_NONE; at++) {
    struct span code = span_slice(text, at + 3, at + 3 + SQLSTATE_LENGTH);
    bool good = code.len == SQLSTATE_LENGTH && at + 8 < text.len && text.ptr[at + 8] == ':';
    for (size_t i = 0; good && i < code.len; i++)
      good = ascii_is_upper(code.ptr[i]) || ascii_is_digit(code.ptr[i]);
    if (good) found = code;
  }
  return found;
}

static bool is_location(struct span line) { return span_starts(line, SPAN_LIT("LOCATION:")); }

/* The text on one line, without the SQLSTATE and the place in the server's source. */
static struct span tidy(struct span text, struct span sqlstate, char *out, size_t size) {
  size_t len = 0;
  struct span rest = text, line;
  while (span_split(&rest, '\n', &line)) {
    line = span_trim(line);
    if (line.len == 0 || is_location(line)) continue;
    size_t code = sqlstate.len ? span_find(line, sqlstate, 0) : SPAN_NONE;
    struct span head = code == SPAN_NONE ? line : span_slice(line, 0, code);
    struct span tail = code == SPAN_NONE ? (struct span){0} : span_from(line, code + SQLSTATE_LENGTH + 2);
    int wrote = snprintf(out + len, size - len, "%s" SPAN_FMT SPAN_FMT, len ? "; " : "",
                         SPAN_ARG(head), SPAN_ARG(tail));
    if (wrote < 0 || (size_t)wrote >= size - len) return (struct span){out, size - 1};
    len += (size_t)wrote;
  }
  return (struct span){out, len};
}

static enum ms_status fail(struct store *store, const char *sqlstate, const char *what,
                           struct span text, struct ms_error *error) {
  char line[400];
  store->fault = store_fault_of(sqlstate);
  snprintf(store->sqlstate, sizeof store->sqlstate, "%s", sqlstate);
  const char *advice = store_advice(sqlstate);
  struct span told = tidy(text, span_of(sqlstate), line, sizeof line);
  return ms_fail(error, store_status_of(store->fault, sqlstate), "%s%s: " SPAN_FMT "%s%s", what,
                 store->name, SPAN_ARG(told), *advice ? "; " : "", advice);
}

/* connecting ---------------------------------------------------------------- */

/* libpq's own message for a broken DSN quotes pieces of it, maybe of the password: not repeated. */
static enum ms_status check_dsn(const char *dsn, struct ms_error *error) {
  char *why = NULL;
  PQconninfoOption *options = PQconninfoParse(dsn, &why);
  PQfreemem(why);
  enum ms_status status = MS_OK;
  if (!options)
    status = ms_fail(error, MS_BAD_CONFIG,
                     "the database address cannot be read; it looks like "
                     "postgresql://user:password@host:5432/database (with %%40 for an @ in the "
                     "password) or like host=... user=... dbname=...");
  for (PQconninfoOption *o = options; o && o->keyword && !status; o++)
    if (strcmp(o->keyword, "host") == 0 && o->val && strchr(o->val, '@') && o->val[0] != '@')
      status = ms_fail(error, MS_BAD_CONFIG,
                       "the host in the database address holds an @: write an @ in the password "
                       "as %%40");
  PQconninfoFree(options);
  return status;
}

static void remember_name(struct store *store) {
  const char *host = PQhost(store->conn), *port = PQport(store->conn), *db = PQdb(store->conn);
  snprintf(store->name, sizeof store->name, "%s:%s/%s", host && *host ? host : "local",
           port && *port ? port : "5432", db && *db ? db : "");
}

static enum ms_status connect_failed(struct store *store, bool timed_out, struct ms_error *error) {
  struct span text = timed_out ? SPAN_LIT("no answer in time") : span_of(PQerrorMessage(store->conn));
  char code[SQLSTATE_LENGTH + 1] = "";
  struct span sqlstate = sqlstate_in(text);
  if (sqlstate.len) memcpy(code, sqlstate.ptr, sqlstate.len);
  if (!timed_out && !sqlstate.len && PQconnectionNeedsPassword(store->conn))
    memcpy(code, "28P01", sizeof "28P01");
  enum ms_status status = fail(store, code, "cannot connect to the database ", text, error);
  PQfinish(store->conn);
  store->conn = NULL;
  return status;
}

static double connect_seconds(const struct store *store) {
  if (store->settings.connect_seconds > 0) return store->settings.connect_seconds;
  double seconds = DEFAULT_CONNECT_SECONDS;
  PQconninfoOption *options = PQconninfo(store->conn);
  for (PQconninfoOption *o = options; o && o->keyword; o++)
    if (strcmp(o->keyword, "connect_timeout") == 0 && o->val && strtol(o->val, NULL, 10) > 0)
      seconds = (double)strtol(o->val, NULL, 10);
  PQconninfoFree(options);
  return seconds;
}

static void ignore_notice(void *context, const PGresult *notice) {
  (void)context;
  (void)notice;
}

static PGconn *start_connecting(const char *dsn) {
  /* The DSN stands behind our defaults and wins over them. */
  const char *keys[] = {"fallback_application_name", "keepalives_idle", "keepalives_interval",
                        "keepalives_count", "tcp_user_timeout", "dbname", "client_encoding", NULL};
  const char *values[] = {"mailsignal", "30", "10", "3", "60000", dsn, "UTF8", NULL};
  if (!dsn) keys[5] = keys[6], values[5] = values[6], keys[6] = NULL;
  return PQconnectStartParams(keys, values, 1);
}

enum ms_status store_reconnect(struct store *store, struct ms_error *error) {
  if (store->conn) PQfinish(store->conn);
  store->fault = STORE_FINE;
  store->conn = start_connecting(store->dsn);
  if (!store->conn) {
    store->fault = STORE_AWAY;
    return ms_fail(error, MS_SOFTWARE, "out of memory");
  }
  remember_name(store);
  PQsetErrorVerbosity(store->conn, PQERRORS_VERBOSE);
  double deadline = now() + connect_seconds(store);
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  if (PQstatus(store->conn) == CONNECTION_BAD) return connect_failed(store, false, error);
  while (next != PGRES_POLLING_OK) {
    if (next == PGRES_POLLING_FAILED) return connect_failed(store, false, error);
    if (!wait_socket(store->conn, next == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline))
      return connect_failed(store, true, error);
    next = PQconnectPoll(store->conn);
  }
  remember_name(store);
  PQsetErrorVerbosity(store->conn, PQERRORS_DEFAULT);
  PQsetNoticeReceiver(store->conn, ignore_notice, NULL);
  PQsetnonblocking(store->conn, 1);
  return MS_OK;
}

enum ms_status store_open(const struct store_settings *settings, struct store **out,
                          struct ms_error *error) {
  *out = NULL;
  enum ms_status status = settings->dsn ? check_dsn(settings->dsn, error) : MS_OK;
  if (status) return status;
  struct store *store = calloc(1, sizeof *store);
  if (!store) return ms_fail(error, MS_SOFTWARE, "out of memory");
  store->settings = *settings;
  if (settings->dsn && !(store->dsn = strdup(settings->dsn))) {
    free(store);
    return ms_fail(error, MS_SOFTWARE, "out of memory");
  }
  *out = store;
  return store_reconnect(store, error);
}

void store_close(struct store *store) {
  if (!store) return;
  if (store->conn) PQfinish(store->conn);
  free(store->dsn);
  free(store);
}

enum store_fault store_fault(const struct store *store) { return store->fault; }
const char *store_sqlstate(const struct store *store) { return store->sqlstate; }
const char *store_constraint(const struct store *store) { return store->constraint; }
const char *store_name(const struct store *store) { return store->name; }

/* asking -------------------------------------------------------------------- */

static enum ms_status lost(struct store *store, const char *why, struct ms_error *error) {
  char text[300];
  snprintf(text, sizeof text, "%s", why);
  if (store->conn) PQfinish(store->conn);
  store->conn = NULL;
  return fail(store, "", "lost the database ", span_of(text), error);
}

/* Asks the server to give up what it still works on; the connection is not used again. */
static void cancel(PGconn *conn) {
  char why[256];
  PGcancel *request = PQgetCancel(conn);
  if (request) PQcancel(request, why, sizeof why);
  PQfreeCancel(request);
}

static int flush(PGconn *conn, double deadline) {
  int left;
  while ((left = PQflush(conn)) == 1) {
    if (!wait_socket(conn, POLLIN | POLLOUT, deadline)) return 0;
    if (!PQconsumeInput(conn)) return -1;
  }
  return left == 0 ? 1 : -1;
}

/* 1: *result is the next one, or NULL at the end; 0: too late; -1: the connection is gone. */
static int next_result(PGconn *conn, double deadline, PGresult **result) {
  while (PQisBusy(conn)) {
    if (!wait_socket(conn, POLLIN, deadline)) return 0;
    if (!PQconsumeInput(conn)) return -1;
  }
  *result = PQgetResult(conn);
  return 1;
}

static bool is_error(const PGresult *result) {
  ExecStatusType status = PQresultStatus(result);
  return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
}

/* Reads all results of what was sent; *out is the first error, else the last result. */
static enum ms_status collect(struct store *store, PGresult **out, struct ms_error *error) {
  double limit = store->settings.statement_seconds;
  if (limit == 0) limit = DEFAULT_STATEMENT_SECONDS;
  double deadline = limit < 0 ? -1 : now() + limit;
  int got = flush(store->conn, deadline);
  *out = NULL;
  for (PGresult *result; got == 1;) {
    got = next_result(store->conn, deadline, &result);
    if (got != 1 || !result) break;
    if (*out && is_error(*out)) {
      PQclear(result);
      continue;
    }
    PQclear(*out);
    *out = result;
  }
  if (got == 1 && *out) return MS_OK;
  if (got == 0) cancel(store->conn);
  PQclear(*out);
  *out = NULL;
  return lost(store, got == 0 ? "no answer in time" : PQerrorMessage(store->conn), error);
}

static const char *field(const PGresult *result, int code) {
  const char *text = PQresultErrorField(result, code);
  return text ? text : "";
}

static enum ms_status statement_failed(struct store *store, PGresult *result,
                                       struct ms_error *error) {
  char text[360];
  char sqlstate[SQLSTATE_LENGTH + 1];
  snprintf(sqlstate, sizeof sqlstate, "%s", field(result, PG_DIAG_SQLSTATE));
  snprintf(store->constraint, sizeof store->constraint, "%s",
           field(result, PG_DIAG_CONSTRAINT_NAME));
  const char *primary = field(result, PG_DIAG_MESSAGE_PRIMARY);
  snprintf(text, sizeof text, "%s", *primary ? primary : PQresultErrorMessage(result));
  PQclear(result);
  if (PQstatus(store->conn) == CONNECTION_BAD || !*sqlstate) return lost(store, text, error);
  enum ms_status status = fail(store, sqlstate, "the database ", span_of(text), error);
  /* A fault may have left a transaction open, or may end the connection soon: 57P01. */
  if (store->fault == STORE_AWAY) {
    PQfinish(store->conn);
    store->conn = NULL;
  } else {
    store_rollback(store);
  }
  return status;
}

static enum ms_status finish(struct store *store, int sent, struct store_rows *rows,
                             struct ms_error *error) {
  PGresult *result = NULL;
  if (!sent) return lost(store, PQerrorMessage(store->conn), error);
  enum ms_status status = collect(store, &result, error);
  if (status) return status;
  if (is_error(result)) return statement_failed(store, result, error);
  if (rows)
    *rows = (struct store_rows){result, (size_t)PQntuples(result)};
  else
    PQclear(result);
  return MS_OK;
}

static bool ready(struct store *store, struct store_rows *rows) {
  if (rows) *rows = (struct store_rows){0};
  store->fault = STORE_FINE;
  store->sqlstate[0] = store->constraint[0] = '\0';
  return store->conn != NULL;
}

enum ms_status store_query(struct store *store, const char *sql, const char *const *values, int n,
                           struct store_rows *rows, struct ms_error *error) {
  if (!ready(store, rows)) return lost(store, "not connected", error);
  int sent = PQsendQueryParams(store->conn, sql, n, NULL, values, NULL, NULL, 0);
  return finish(store, sent, rows, error);
}

enum ms_status store_script(struct store *store, const char *sql, struct ms_error *error) {
  if (!ready(store, NULL)) return lost(store, "not connected", error);
  return finish(store, PQsendQuery(store->conn, sql), NULL, error);
}

enum ms_status store_begin(struct store *store, struct ms_error *error) {
  return store_script(store, "begin", error);
}

enum ms_status store_commit(struct store *store, struct ms_error *error) {
  return store_script(store, "commit", error);
}

void store_rollback(struct store *store) {
  enum store_fault fault = store->fault;
  bool open = store->conn && PQtransactionStatus(store->conn) != PQTRANS_IDLE;
  PGresult *result = NULL;
  struct ms_error ignored = {0};
  if (open && PQsendQuery(store->conn, "rollback") &&
      collect(store, &result, &ignored) == MS_OK)
    PQclear(result);
  store->fault = fault;
}

const char *store_cell(const struct store_rows *rows, size_t row, int column) {
  return PQgetisnull(rows->result, (int)row, column)
             ? NULL
             : PQgetvalue(rows->result, (int)row, column);
}

void store_rows_free(struct store_rows *rows) {
  PQclear(rows->result);
  *rows = (struct store_rows){0};
}
