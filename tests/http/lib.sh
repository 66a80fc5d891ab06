# Sourced by the tests of enrich: a database with two tenants, and the stand-in server.
#
#   provider_start ARG…   starts standin.py; exports APOLLO_BASE_URL and SEARCH_URL
#   provider_stop
#   control MODE [TIMES]  the next requests (0: all) go wrong in that way
#   stat NAME             a figure of the stand-in
#   fresh                 empties the queue, contacts' enrichment and the providers' state
#   person EMAIL [FIRST LAST [TITLE]]   a contact of tenant A
#   ask EMAIL [SOURCE [DATA]]           a row of the queue
#   row EMAIL             "status|attempts|error_message" of its row
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pg=$here/../pg
. "$pg/cluster.sh"
. "$pg/tap.sh"
A=a0000000-0000-0000-0000-000000000000
B=b0000000-0000-0000-0000-000000000000
unset DATABASE_URL APOLLO_API_KEY BRAVE_API_KEY
export NO_COLOR=1 XDG_CONFIG_HOME=$tap_tmp/config
provider_pid=

provider_start() {
  provider_stop
  rm -f "$tap_tmp/port"
  timeout -s KILL 600 python3 "$here/standin.py" --port-file "$tap_tmp/port" "$@" &
  provider_pid=$!
  until [ -s "$tap_tmp/port" ]; do
    kill -0 $provider_pid || exit 1
    sleep 0.05
  done
  local base=http://127.0.0.1:$(cat "$tap_tmp/port")
  export APOLLO_BASE_URL=$base/api/v1 SEARCH_URL=$base BRAVE_BASE_URL=$base/res/v1
}

provider_stop() {
  [ -z "$provider_pid" ] || { kill "$provider_pid"; wait "$provider_pid"; } 2>/dev/null
  provider_pid=
}

fetch() {
  exec 9<>"/dev/tcp/127.0.0.1/${SEARCH_URL##*:}" || return 1
  printf 'GET /%s HTTP/1.0\r\n\r\n' "$1" >&9
  tail -n 1 <&9
  exec 9>&-
}

control() { fetch "_control?mode=$1&times=${2:-1}" >/dev/null; }

stat() {
  fetch _stats | python3 -c 'import sys, json
value = json.load(sys.stdin)[sys.argv[1]]
print(json.dumps(value, sort_keys=True) if isinstance(value, (dict, list)) else "%g" % value)' "$1"
}

start_all() {
  cluster_start || exit $?
  trap 'provider_stop; cluster_stop; rm -rf "$tap_tmp"' EXIT
  cluster_createdb enrich
  { cluster_stub enrich && cluster_migrate enrich &&
    cluster_psql enrich -1 -f "$pg/fixtures/two_tenants.sql"; } >"$tap_tmp/out" 2>&1 || exit 1
  export PGDATABASE=enrich
}

as_worker() { PGUSER=mailsignal_worker "$@"; }

fresh() {
  query "truncate contact_enrichment_queue, contact_field_sources, enrichment_providers, enrichment_rate_windows,
    enrichment_organizations, enrichment_reveals, enrichment_usage, enrichment_settings, enrichment_suppressions;
    delete from contacts where id::text not like '_3000000%'"
}

person() {
  query "insert into contacts (tenant_id, email, first_name, last_name, title)
    values ('$A', '$1', '${2:-}', '${3:-}', nullif('${4:-}', ''))"
}

ask() {
  query "insert into contact_enrichment_queue (tenant_id, email_address, source, source_id, extracted_data)
    values ('$A', '$1', '${2:-apollo}', gen_random_uuid()::text, '${3:-{\}}')"
}

row() {
  query "select status || '|' || attempts || '|' || coalesce(error_message, '')
    from contact_enrichment_queue where email_address = '$1'"
}

# enrich STATUS ARG…: as the worker's role, with the key
enrich() {
  local want=$1
  shift
  PGUSER=mailsignal_worker APOLLO_API_KEY=${KEY-secret-key-123} runs "$want" enrich --tenant $A "$@"
}
