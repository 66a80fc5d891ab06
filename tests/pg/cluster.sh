# A throwaway PostgreSQL server for tests, on a Unix socket in a temporary directory, without TCP and without fsync.
# Source this file. Works for root (the server then runs as postgres, or nobody) and for an ordinary user.
#
#   cluster_start            start it; exports PGHOST, PGPORT, PGUSER (a superuser) and PGDATABASE
#   cluster_stop             stop it and remove everything; safe to call twice
#   cluster_crash            stop it as a crash would, and keep its data
#   cluster_again            start it on them; $CLUSTER_OPTIONS holds for both kinds of start
#   cluster_createdb NAME [TEMPLATE]
#   cluster_psql DB [ARG…]   psql that stops at the first error, quiet
#   cluster_stub DB          the stand-in for a CRM
#   cluster_migrate DB       all migrations in order, one transaction each
#   cluster_rollback DB      all rollbacks in reverse order, one transaction each
#
# cluster_start returns 77 when there is no server to start. Put "trap cluster_stop EXIT" after it.

CLUSTER_MIGRATIONS=${CLUSTER_MIGRATIONS:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../../migrations" && pwd)}
CLUSTER_DIR=

cluster_bin() {
  local dir
  for dir in "${PG_BIN:-}" /usr/lib/postgresql/15/bin /usr/lib/postgresql/*/bin /usr/local/pgsql/bin; do
    if [ -n "$dir" ] && [ -x "$dir/initdb" ]; then
      echo "$dir"
      return 0
    fi
  done
  command -v initdb >/dev/null && dirname "$(command -v initdb)"
}

# The server refuses to run as root.
cluster_as_owner() {
  if [ "$(id -u)" -eq 0 ]; then
    (cd / && runuser -u "$CLUSTER_OWNER" -- "$@")
  else
    "$@"
  fi
}

cluster_again() {
  cluster_as_owner "$CLUSTER_BIN/pg_ctl" -D "$CLUSTER_DIR/data" -w -t 90 -l "$CLUSTER_DIR/data/server.log" start -o "\
    -c listen_addresses='' -c unix_socket_directories='$CLUSTER_DIR' -c unix_socket_permissions=0777 \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=64MB \
    -c timezone=UTC ${CLUSTER_OPTIONS:-}"
}

cluster_crash() {
  cluster_as_owner "$CLUSTER_BIN/pg_ctl" -D "$CLUSTER_DIR/data" -m immediate -w stop >/dev/null 2>&1
}

cluster_start() {
  CLUSTER_BIN=$(cluster_bin) || { echo "no PostgreSQL server here" >&2; return 77; }
  CLUSTER_OWNER=$(id -un)
  if [ "$(id -u)" -eq 0 ]; then
    CLUSTER_OWNER=postgres
    id postgres >/dev/null 2>&1 || CLUSTER_OWNER=nobody
  fi

  CLUSTER_DIR=$(mktemp -d /tmp/mailsignal-pg.XXXXXX) || return 1   # short: a socket's path has a limit of 107 bytes
  chmod 755 "$CLUSTER_DIR"
  [ "$(id -u)" -ne 0 ] || chown "$CLUSTER_OWNER" "$CLUSTER_DIR"

  cluster_as_owner "$CLUSTER_BIN/initdb" -D "$CLUSTER_DIR/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 \
    --no-sync >"$CLUSTER_DIR.log" 2>&1 &&
  cluster_again >>"$CLUSTER_DIR.log" 2>&1 || {
      cat "$CLUSTER_DIR.log" >&2
      cluster_stop
      return 1
    }

  export PGHOST=$CLUSTER_DIR PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
  unset PGPASSWORD PGOPTIONS PGSERVICE
}

cluster_stop() {
  [ -n "$CLUSTER_DIR" ] || return 0
  if [ -f "$CLUSTER_DIR/data/postmaster.pid" ]; then
    cluster_crash
  fi
  rm -rf "$CLUSTER_DIR" "$CLUSTER_DIR.log"
  CLUSTER_DIR=
}

cluster_createdb() {
  "$CLUSTER_BIN/createdb" -T "${2:-template0}" "$1"
}

cluster_psql() {
  local db=$1
  shift
  PGOPTIONS="${PGOPTIONS:-} -c client_min_messages=warning" \
    "$CLUSTER_BIN/psql" -X -q -v ON_ERROR_STOP=1 -d "$db" "$@"
}

cluster_stub() {
  cluster_psql "$1" -1 -f "$CLUSTER_MIGRATIONS/standalone/00000000000000_crm_stub.sql"
}

cluster_migrate() {
  local file
  for file in "$CLUSTER_MIGRATIONS"/[0-9]*.sql; do
    cluster_psql "$1" -1 -f "$file" || return 1
  done
}

cluster_rollback() {
  local file
  for file in $(printf '%s\n' "$CLUSTER_MIGRATIONS"/rollback/[0-9]*.sql | sort -r); do
    cluster_psql "$1" -1 -f "$file" || return 1
  done
}
