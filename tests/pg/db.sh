#!/usr/bin/env bash
# The verbs "db migrate|status|rollback|verify" on a throwaway server. TAP on stdout.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/cluster.sh"
. "$here/tap.sh"
cluster_start || exit $?
unset DATABASE_URL

# A data folder of our own, so that files can be changed.
data=$tap_tmp/data
mkdir -p "$data/rules"
cp -r "$CLUSTER_MIGRATIONS" "$data/migrations"
export MAILSIGNAL_DATA=$data

cluster_createdb a
export PGDATABASE=a

runs 0 db status
has out 'p1_engines +pending' 'status shows what is pending'
runs 78 db migrate
has err 'no CRM.*--standalone' 'without a CRM, migrate says what to do'
runs 0 db migrate --dry-run
has out 'create table if not exists public.opportunity_signals' 'a dry run prints the SQL'
runs 0 db migrate --standalone
has out 'applied 20260105001600_own_domains' 'migrate applies everything'
cp "$tap_tmp/out" "$tap_tmp/first"
runs 0 db migrate
has out 'nothing to apply' 'the second time there is nothing to do'
runs 0 db verify
has out '^ok    a user cannot write into another tenant' 'verify proves isolation'
hasnt out FAIL 'and finds no fault'
same "$(query "select count(*) from tenants")" 0 'verify leaves nothing behind'

count=$(ls "$data/migrations"/[0-9]*.sql | wc -l)
runs 0 db rollback
has out 'rolled back 20260105001600_own_domains' 'rollback undoes the newest'
runs 0 db rollback --to 20251223000001
same "$(query 'select count(*) from mailsignal.schema_migrations')" 2 'rollback --to keeps that version'
runs 1 db verify
has out 'FAIL  natural key opportunity_signals_natural_key: is missing' 'verify names what is missing'
runs 0 db rollback --to 0
same "$(query "select to_regclass('public.quotes') is null")" t 'rollback --to 0 undoes everything'
runs 0 db migrate
same "$(query 'select count(*) from mailsignal.schema_migrations')" "$count" 'migrate again makes it again'
runs 0 db verify

# Faults that verify must see.
query "alter view signal_action_rates reset (security_invoker)"
query "drop policy tenant_isolation on quotes"
query "create policy tenant_isolation on quotes for all to authenticated using (true)"
query "alter table deals alter column follow_up_count type text"
runs 1 db verify
has out 'FAIL  view signal_action_rates: reads with the rights of its owner' 'a view that lost security_invoker'
has out 'FAIL  policy tenant_isolation on quotes' 'a policy that lets everybody in'
has out 'FAIL  columns of deals: follow_up_count is text, not int4' 'a column of another type'
has out "FAIL  a user sees only the own tenant's rows in signal_action_rates" 'and that tenants are not isolated'

# Two at once take turns.
cluster_createdb b
"$MAILSIGNAL" db migrate --standalone --db dbname=b >"$tap_tmp/one" 2>&1 & one=$!
"$MAILSIGNAL" db migrate --standalone --db dbname=b >"$tap_tmp/two" 2>&1 & two=$!
wait $one; first=$?
wait $two; second=$?
same "$first $second" '0 0' 'two migrations at once both succeed'
same "$(cat "$tap_tmp/one" "$tap_tmp/two" | grep -c 'applied 2')" "$count" 'each migration is applied once'

# The moment that matters: somebody else makes the table of versions while "migrate" waits for its turn.
cluster_createdb c && cluster_stub c
turn='select pg_advisory_xact_lock(7881696737388750702)'
waiter="do \$\$ begin for i in 1 .. 3000 loop
  exit when exists (select from pg_locks where locktype = 'advisory' and not granted);
  perform pg_sleep(0.01); end loop; end \$\$"
cluster_psql c -c begin -c "$turn" -c "$waiter" -c "commit; begin; $turn" \
  -c 'create schema if not exists mailsignal' -c 'create table if not exists mailsignal.schema_migrations (
    version text primary key, name text not null, checksum text not null, applied_at timestamptz default now())' \
  -c "$waiter" -c commit >/dev/null & other=$!
held() { [ "$(query "select count(*) from pg_locks where locktype = 'advisory' and granted")" = 1 ]; }
until_true held
runs 0 db migrate --standalone --db dbname=c
wait $other
same "$(PGDATABASE=c query 'select count(*) from mailsignal.schema_migrations')" "$count" 'what changes while it waits is seen'

# A changed file, a broken one.
echo '-- edited' >>"$data/migrations/20260105000100_natural_keys.sql"
runs 78 db migrate --db dbname=b
has err '20260105000100_natural_keys.sql was changed after it was applied' 'a changed file is refused and named'
runs 0 db status --db dbname=b
has out 'natural_keys +CHANGED' 'status shows it'
cp "$CLUSTER_MIGRATIONS/20260105000100_natural_keys.sql" "$data/migrations/"
printf 'create table public.half (id int);\nselect 1/0;\n' >"$data/migrations/20990101000000_broken.sql"
runs 78 db migrate --db dbname=b
has err '20990101000000_broken.sql: .*division by zero' 'a migration that fails is named'
same "$(PGDATABASE=b query "select to_regclass('public.half') is null")" t 'and leaves nothing behind'
rm "$data/migrations/20990101000000_broken.sql"

# What is wrong with the connection, and what to do.
query "create role someone login"
runs 75 db status --db "host=$tap_tmp"
runs 75 db status --db 'host=127.0.0.1 port=1'
has err 'Connection refused' 'an unreachable host'
runs 78 db status --db dbname=nowhere
has err 'check the name of the database' 'a database that is not there'
runs 78 db status --db user=nobody_here
has err 'check the user' 'a user who is not there'
runs 78 db migrate --db 'dbname=a user=someone'
has err 'permission denied' 'a user without rights'
runs 78 db status --db 'postgresql://u:geheim%zz@h/d'
hasnt err geheim 'a broken address is not repeated'
runs 78 db status --db 'postgresql://u:ge@heim@h/d'
hasnt err heim 'nor the rest of a password with an @'
query "alter database a set default_transaction_read_only = on"
PGOPTIONS="-c default_transaction_read_only=off" query "drop schema mailsignal cascade" 2>/dev/null
runs 69 db migrate
has err 'read-only' 'a read-only database'
runs 64 db nonsense
runs 64 db rollback --to tomorrow
runs 0 db --help

tap_end
