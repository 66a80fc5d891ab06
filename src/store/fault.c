/* SQLSTATEs (PostgreSQL 15, appendix A) to what they mean for us. */
#include "mailsignal/store.h"

struct fault_row {
  const char *prefix; /* of the SQLSTATE; the first row that fits wins */
  enum store_fault fault;
  const char *advice;
};

static const struct fault_row rows[] = {
    {"28P01", STORE_WRONG, "check the user and password in --db, DATABASE_URL or PGPASSWORD"},
    {"28", STORE_WRONG, "check the user in --db, and pg_hba.conf on the server"},
    {"3D000", STORE_WRONG, "check the name of the database in --db"},
    {"25006", STORE_WRONG,
     "this server is a replica or was made read-only; connect to the primary, or lift "
     "default_transaction_read_only"},
    {"25P03", STORE_AWAY, ""}, /* idle_in_transaction_session_timeout */
    {"42501", STORE_WRONG,
     "the role lacks a right: run 'mailsignal db migrate' as the owner of the tables, and connect "
     "as mailsignal_worker or a role with the same rights"},
    {"42P01", STORE_WRONG, "run 'mailsignal db migrate' first (--standalone without a CRM)"},
    {"42883", STORE_WRONG, "run 'mailsignal db migrate' first"},
    {"42703", STORE_WRONG, "run 'mailsignal db migrate' first"},
    {"3F000", STORE_WRONG, "run 'mailsignal db migrate' first (--standalone without a CRM)"},
    {"42", STORE_WRONG, "run 'mailsignal db verify' to see what differs"},
    {"0A000", STORE_WRONG, "PostgreSQL 15 or newer is needed"},
    {"40001", STORE_BUSY, ""},
    {"40P01", STORE_BUSY, ""},
    {"55P03", STORE_BUSY, "another session holds the lock; try again"},
    {"57014", STORE_BUSY, "the statement took longer than statement_timeout allows"},
    {"40003", STORE_AWAY, ""}, /* statement completion unknown */
    {"08", STORE_AWAY, ""},
    {"57P", STORE_AWAY, ""},
    {"53", STORE_AWAY, "the server is out of connections, memory or disk space"},
    {"58", STORE_AWAY, ""},
    {"XX000", STORE_AWAY, ""}, /* poolers answer so when they cannot reach their server */
    {"21", STORE_REFUSED, ""},
    {"22", STORE_REFUSED, ""},
    {"23", STORE_REFUSED, ""},
    {"44", STORE_REFUSED, ""},
    {"54", STORE_REFUSED, ""},
    {"P0", STORE_REFUSED, ""},
};

static const struct fault_row *find_row(const char *sqlstate) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (strncmp(sqlstate, rows[i].prefix, strlen(rows[i].prefix)) == 0) return &rows[i];
  return NULL;
}

enum store_fault store_fault_of(const char *sqlstate) {
  if (!sqlstate || !*sqlstate) return STORE_AWAY;
  const struct fault_row *row = find_row(sqlstate);
  return row ? row->fault : STORE_WRONG;
}

const char *store_advice(const char *sqlstate) {
  const struct fault_row *row = sqlstate && *sqlstate ? find_row(sqlstate) : NULL;
  return row ? row->advice : "";
}

enum ms_status store_status_of(enum store_fault fault, const char *sqlstate) {
  switch (fault) {
    case STORE_FINE: return MS_OK;
    case STORE_AWAY:
    case STORE_BUSY: return MS_TRY_AGAIN;
    case STORE_REFUSED: return MS_BAD_DATA;
    case STORE_WRONG: break;
  }
  bool service = sqlstate && (strncmp(sqlstate, "25006", 5) == 0 || strncmp(sqlstate, "0A", 2) == 0);
  return service ? MS_UNAVAILABLE : MS_BAD_CONFIG;
}
