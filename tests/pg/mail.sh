# Mail for the tests of ingest. Source this file after tap.sh.

tenant_a=a0000000-0000-0000-0000-000000000000
tenant_b=b0000000-0000-0000-0000-000000000000

# two_tenants NAME: a new database with the tables and two tenants; psql and mailsignal use it from now on
two_tenants() {
  unset DATABASE_URL
  cluster_createdb "$1"
  export PGDATABASE=$1
  "$MAILSIGNAL" db migrate --standalone >/dev/null || exit 1
  cluster_psql "$1" -1 -f "$(dirname "${BASH_SOURCE[0]}")/fixtures/two_tenants.sql"
}

# mail FROM ID SUBJECT BODY [HEADER…]: one message on stdout
mail() {
  local from=$1 id=$2 subject=$3 body=$4
  shift 4
  printf 'From: %s\nTo: ops@us.example\nSubject: %s\nMessage-ID: <%s>\n' "$from" "$subject" "$id"
  printf 'Date: Tue, 04 Mar 2025 10:11:12 +0000\n'
  for header; do printf '%s\n' "$header"; done
  printf '\nHello,\n\n%s\n\nBest regards,\n' "$body"
  signature "$from"
}

signature() {
  local name=${1%% <*}
  printf '%s\nVP Operations\nAcme Ltd\nTel: +44 20 7946 0958\nMobile: +44 7700 900123\nwww.acme.example\n' "$name"
}

# mbox COUNT: as many messages of different people, every one with a signal
mbox() {
  local i
  for ((i = 1; i <= $1; i++)); do
    echo "From p$i@firm$i.example Tue Mar  4 10:11:12 2025"
    mail "Jane Doe$i <p$i@firm$i.example>" "m$i@firm$i.example" "Contract $i" \
      'After a poor year we are leaving you in May. The support was terrible.'
    echo
  done
}

# All that ingest writes, without what differs from run to run.
tables() {
  query "select md5(string_agg(t, E'\n' order by t)) || ' ' || count(*) from (
    select (to_jsonb(s) - 'created_at')::text from opportunity_signals s
    union all select (to_jsonb(q) - 'created_at' - 'run_at')::text from contact_enrichment_queue q
    union all select (to_jsonb(m) - 'read_at')::text from mailsignal_mails m
    union all select (to_jsonb(f) - 'updated_at' - 'created_at' - 'delivery_date' - 'scheduled_for' - 'sent_at')::text
              from feedback_requests f
    union all select (to_jsonb(d) - 'updated_at' - 'created_at')::text from deals d
    union all select (to_jsonb(q) - 'updated_at' - 'created_at' - 'sent_at')::text from quotes q) x (t)"
}
