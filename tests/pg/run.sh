#!/usr/bin/env bash
# Tests of the database part on a throwaway server. TAP on stdout; exit status 0 passed, 1 failed, 77 nothing to run on.
#
#   tests/pg/run.sh            all
#   tests/pg/run.sh queue …    only these pgTAP files

set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/cluster.sh"

tmp=$(mktemp -d)
trap 'cluster_stop; rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
cluster_start || exit $?

number=0
failed=0

# report STATUS NAME [FILE with details]
report() {
  number=$((number + 1))
  if [ "$1" -eq 0 ]; then
    echo "ok $number - $2"
  else
    failed=$((failed + 1))
    echo "not ok $number - $2"
    [ -z "${3:-}" ] || sed 's/^/    # /' "$3" | head -40
  fi
}

# The schema as text. Rights are sorted, because their order tells only the order in which they were given.
dump() {
  "$CLUSTER_BIN/pg_dump" -s "$1" | grep -Ev '^(\\restrict|\\unrestrict|--|$)' >"$tmp/dump" || return 1
  { grep -Ev '^(GRANT|REVOKE) ' "$tmp/dump"; grep -E '^(GRANT|REVOKE) ' "$tmp/dump" | sort; } >"$2"
}

same() {
  diff "$1" "$2" >"$tmp/diff"
  report $? "$3" "$tmp/diff"
}

# pgtap DB FILE NAME: one line for the file; what fails is shown
pgtap() {
  cluster_psql "$1" -At -f "$2" >"$tmp/tap" 2>&1
  local status=$?
  grep -q '^1\.\.[1-9]' "$tmp/tap" || status=1
  ! grep -q '^not ok' "$tmp/tap" || status=1
  grep -v '^ok' "$tmp/tap" >"$tmp/details"
  report $status "$3 ($(grep -c '^ok' "$tmp/tap") assertions)" "$tmp/details"
}

with_pgtap() {
  cluster_psql "$1" -c 'create schema tap' -c 'create extension pgtap schema tap' \
    -c 'grant usage on schema tap to public' -c "alter database \"$1\" set search_path = public, tap"
}

# --- migrations ------------------------------------------------------------------------------------------------

migrations() {
  cluster_createdb fresh
  { cluster_stub fresh && cluster_stub fresh; } >"$tmp/log" 2>&1
  report $? 'the stub of a CRM, twice' "$tmp/log"
  dump fresh "$tmp/stub"

  cluster_migrate fresh >"$tmp/log" 2>&1
  report $? 'all migrations' "$tmp/log"
  dump fresh "$tmp/migrated"
  local file
  for file in "$CLUSTER_MIGRATIONS"/[0-9]*.sql; do
    [ -f "$CLUSTER_MIGRATIONS/rollback/${file##*/}" ]
    report $? "${file##*/} has a rollback"
  done

  cluster_migrate fresh >"$tmp/log" 2>&1
  report $? 'all migrations, a second time' "$tmp/log"
  dump fresh "$tmp/again"
  same "$tmp/migrated" "$tmp/again" 'the second time changes nothing'

  for file in $(printf '%s\n' "$CLUSTER_MIGRATIONS"/rollback/[0-9]*.sql | sort -r); do
    echo "$file"
    cluster_psql fresh -1 -f "$file" && cluster_psql fresh -1 -f "$file" || return 1
  done >"$tmp/log" 2>&1
  report $? 'all rollbacks, each twice' "$tmp/log"
  dump fresh "$tmp/rolled"
  same "$tmp/stub" "$tmp/rolled" 'nothing is left after the rollbacks'

  cluster_migrate fresh >"$tmp/log" 2>&1
  report $? 'all migrations after the rollbacks' "$tmp/log"
  dump fresh "$tmp/again"
  same "$tmp/migrated" "$tmp/again" 'and the schema is the same'

  # One by one: after each rollback the schema is what it was before that migration.
  cluster_createdb steps && cluster_stub steps
  local step=0 status=0
  for file in "$CLUSTER_MIGRATIONS"/[0-9]*.sql; do
    dump steps "$tmp/before"
    cluster_psql steps -1 -f "$file" &&
      cluster_psql steps -1 -f "$CLUSTER_MIGRATIONS/rollback/${file##*/}" &&
      dump steps "$tmp/after" || status=1
    if ! diff "$tmp/before" "$tmp/after" >>"$tmp/steps"; then
      echo "after the rollback of ${file##*/}" >>"$tmp/steps"
      status=1
    fi
    cluster_psql steps -1 -f "$file" || status=1
  done 2>>"$tmp/steps"
  report $status 'each rollback undoes its own migration' "$tmp/steps"
}

# --- an older database -----------------------------------------------------------------------------------------

rows="select md5(string_agg(t, ',' order by t)) from (
        select s::text from public.opportunity_signals s
        union all select q::text from public.contact_enrichment_queue q
        union all select c::text from public.compliance_checks c) x (t)"

deployed() {
  local file
  cluster_createdb deployed && cluster_stub deployed
  for file in "$CLUSTER_MIGRATIONS"/20251223*.sql "$here/fixtures/deployed.sql"; do
    cluster_psql deployed -1 -f "$file" || return 1
  done >"$tmp/log" 2>&1
  report $? 'a database as it is deployed, with its faults' "$tmp/log"
  cluster_psql deployed -At -c "$rows" >"$tmp/rows"
  dump deployed "$tmp/faulty"

  for file in "$CLUSTER_MIGRATIONS"/2026*.sql; do
    cluster_psql deployed -1 -f "$file" || return 1
  done >"$tmp/log" 2>&1
  report $? 'our migrations mend it' "$tmp/log"
  dump deployed "$tmp/mended"
  same "$tmp/migrated" "$tmp/mended" 'its schema is the same as a fresh one'
  with_pgtap deployed
  pgtap deployed "$here/fixtures/deployed_checks.sql" 'its rows are mended, none is lost'

  for file in $(printf '%s\n' "$CLUSTER_MIGRATIONS"/rollback/2026*.sql | sort -r); do
    cluster_psql deployed -1 -f "$file" || return 1
  done >"$tmp/log" 2>&1
  report $? 'our migrations are rolled back' "$tmp/log"
  # The lease column took the place of "no status"; that is the one value that does not return.
  cluster_psql deployed -q -c "update public.contact_enrichment_queue set status = null
    where id = 'a8000000-0000-0000-0000-000000000003'"
  cluster_psql deployed -At -c "$rows" >"$tmp/rows_after"
  same "$tmp/rows" "$tmp/rows_after" 'every row is as it was'
}

# --- many at once ----------------------------------------------------------------------------------------------

concurrency() {
  local bench=("$CLUSTER_BIN/pgbench" -n -M prepared)
  cluster_createdb many fresh
  cluster_psql many -1 -f "$here/fixtures/two_tenants.sql"
  cluster_psql many -c 'create table public.given (number text)' \
    -c 'create table public.claimed (id uuid)' -c 'create table public.claims (size bigint)' \
    -c 'grant all on public.claimed, public.claims to mailsignal_worker'

  echo "insert into public.given select public.generate_quote_number('a0000000-0000-0000-0000-000000000000');" >"$tmp/number.sql"
  "${bench[@]}" -c 20 -j 2 -t 50 -f "$tmp/number.sql" many >"$tmp/log" 2>&1
  report $? 'a thousand quote numbers, twenty callers at once' "$tmp/log"
  cluster_psql many -At -c "
    select count(*), count(distinct number), min(right(number, 4)), max(right(number, 4)) from public.given" >"$tmp/got"
  echo '1000|1000|0001|1000' >"$tmp/want"
  same "$tmp/want" "$tmp/got" 'are distinct and consecutive'

  cluster_psql many -c "
    insert into public.contact_enrichment_queue (tenant_id, source, email_address)
    select 'a0000000-0000-0000-0000-000000000000', 'apollo', g || '@a.example' from generate_series(1, 2000) g"
  echo "with c as materialized (select id from public.ms_claim(null, null, 20)),
      i as (insert into public.claimed select id from c)
    insert into public.claims select count(*) from c;" | tr '\n' ' ' >"$tmp/claim.sql"
  "${bench[@]}" -U mailsignal_worker -c 8 -j 2 -t 50 -f "$tmp/claim.sql" many >"$tmp/log" 2>&1
  report $? 'eight workers claim two thousand requests' "$tmp/log"
  cluster_psql many -At -c 'select count(*), count(distinct id) from public.claimed' >"$tmp/got"
  echo '2000|2000' >"$tmp/want"
  same "$tmp/want" "$tmp/got" 'each exactly once'
  cluster_psql many -At -c 'select count(*) from public.claims where size not in (0, 20)' >"$tmp/got"
  echo 0 >"$tmp/want"
  same "$tmp/want" "$tmp/got" 'in whole batches, also the last ones'

  # Overlapping batches of the same mails, in different order.
  cat >"$tmp/ingest.sql" <<'SQL'
\set first random(1, 100)
select public.ms_ingest_signals('a0000000-0000-0000-0000-000000000000',
  array_agg(gen_random_uuid()), array_agg('m' || g), array_agg(text 'jane@acme.example'), null,
  array_agg(text 'urgency'), array_agg(0.9), array_agg(text 'x'), array_agg(text '{}'))
from (select g from generate_series(:first, :first + 100) g order by random()) x;
SQL
  "${bench[@]}" -U mailsignal_worker -c 8 -j 2 -t 25 -f "$tmp/ingest.sql" many >"$tmp/log" 2>&1
  report $? 'eight workers store overlapping batches without a deadlock' "$tmp/log"
  cluster_psql many -At -c 'select count(*) = count(distinct source_id) from public.opportunity_signals' >"$tmp/got"
  echo t >"$tmp/want"
  same "$tmp/want" "$tmp/got" 'each signal once'
}

# ---------------------------------------------------------------------------------------------------------------

if [ $# -eq 0 ]; then
  migrations || report 1 'migrations went through' "$tmp/log"
  deployed || report 1 'the deployed database went through' "$tmp/log"
  concurrency
  set -- schema policies lints deals_quotes_signals compliance queue ingest erasure providers
else
  cluster_createdb fresh && cluster_stub fresh && cluster_migrate fresh || exit 1
fi

cluster_createdb tests fresh
with_pgtap tests
for file; do
  pgtap tests "$here/${file%.sql}.sql" "$file"
done

echo "1..$number"
[ "$failed" -eq 0 ] || { echo "# $failed of $number failed"; exit 1; }
