#!/usr/bin/env bash
# The verb "worker" with a database: an answer comes after the commit, the tables are those of "ingest". TAP on stdout.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/cluster.sh"
. "$here/tap.sh"
. "$here/mail.sh"
CLUSTER_OPTIONS='-c synchronous_commit=on' # what was committed survives the server's crash
cluster_start || exit $?
two_tenants clean
for db in direct served away killed; do cluster_createdb $db clean; done

rules=(--rules "$here/fixtures/rules" --own-domain us.example)
mbox 120 >"$tap_tmp/all.mbox"
requests() { python3 "$here/requests.py" "$tap_tmp/all.mbox" "$@"; }
# worker ARG...: stdin to $tap_tmp/out, status in $status
worker() {
  "$MAILSIGNAL" worker "${rules[@]}" --db "dbname=$PGDATABASE user=mailsignal_worker" "$@" >"$tap_tmp/out" 2>"$tap_tmp/err"
  status=$?
}
# answers FILTER: over all lines but the first
answers() { tail -n +2 "$tap_tmp/out" | jq -c "$1"; }
has_answers() { [ "$(wc -l <"$tap_tmp/out")" -gt "$1" ]; }
# A worker in the background whose stdin is descriptor 8.
mkfifo "$tap_tmp/pipe"
start_worker() {
  : >"$tap_tmp/out"
  "$MAILSIGNAL" worker "${rules[@]}" --db "dbname=$PGDATABASE user=mailsignal_worker" "$@" \
    <"$tap_tmp/pipe" >"$tap_tmp/out" 2>"$tap_tmp/err" & pid=$!
  exec 8>"$tap_tmp/pipe"
}
end_worker() {
  exec 8>&-
  wait $pid
}

# the same as ingest, for two tenants in turns
PGDATABASE=direct
for one in 0 1; do
  awk -v one=$one '/^From / {n++} n % 2 == one' "$tap_tmp/all.mbox" >"$tap_tmp/half.mbox"
  [ $one = 0 ] && tenant=$tenant_a || tenant=$tenant_b
  "$MAILSIGNAL" ingest "${rules[@]}" --tenant "$tenant" --quiet "$tap_tmp/half.mbox"
done
want=$(tables)
PGDATABASE=served
untouched=$(tables)
requests "$tenant_a" "$tenant_b" >"$tap_tmp/requests"
requests >"$tap_tmp/plain"
worker --jobs 2 <"$tap_tmp/plain"
same "$(tables)" "$untouched" 'requests without a tenant are analysed only'
cp "$tap_tmp/out" "$tap_tmp/records"
worker --jobs 2 <"$tap_tmp/requests"
same $status 0 'the end of stdin ends it with 0'
same "$(tables)" "$want" 'the tables are those of ingest'
same "$(tail -n +2 "$tap_tmp/out" | md5sum)" "$(tail -n +2 "$tap_tmp/records" | md5sum)" 'the answers are the records, in order'
same "$(head -1 "$tap_tmp/out" | jq -c '[.ready, (.database | endswith("/served"))]')" '[true,true]' 'the ready line names the database'
worker --jobs 2 <"$tap_tmp/requests"
same "$(tables)" "$want" 'the same requests again add nothing'

# what cannot be stored has an error for an answer, the rest goes in
PGDATABASE=clean
query "alter table opportunity_signals add constraint odd check (source_id not like 'm7@%' and source_id not like 'm33@%') not valid"
one=$(head -1 "$tap_tmp/plain" | jq -c 'del(.id)')
{ requests "$tenant_a" | sed -n 1,40p
  echo "$one" | jq -c --arg t c0000000-0000-0000-0000-000000000000 '{id: "stranger"} + . + {tenant: $t}'
  echo "$one" | jq -c '{id: "no uuid"} + . + {tenant: "acme"}'
  echo "$one" | jq -c '{id: "no text"} + . + {tenant: 12}'
  echo "$one" | jq -c '{id: "null"} + . + {tenant: null}'
  echo "$one" | jq -c --arg t "${tenant_a^^}" '{id: "upper"} + . + {tenant: $t, source_id: "S-1"}'
  echo "$one" | jq -c --arg t "$tenant_a" '{id: "number"} + . + {tenant: $t, source_id: 4711}'
  echo "$one" | jq -c --arg t "$tenant_a" '{id: "nul"} + . + {tenant: $t, source_id: "a\u0000b"}'
  echo '{"cmd":"stats","id":"stats"}'
} | worker --jobs 2
same "$(answers 'select(.error.code == "database.refused") | .id' | tr '\n' ' ')" '7 33 ' 'a refused message is answered with an error'
same "$(query "select count(distinct source_id) from opportunity_signals where source_id like 'm%@firm%'")" 38 'all others are stored'
same "$(answers 'select(.id == "stranger" or .id == "no uuid" or .id == "no text") | .error.code' | tr '\n' ' ')" \
  '"database.tenant" "request.tenant" "request.tenant" ' 'an unknown tenant, and what is no tenant'
same "$(answers 'select(.id == "null" or .id == "upper" or .id == "number") | .schema' | tr '\n' ' ')" '1 1 1 ' 'null is no tenant, capitals are fine'
same "$(query "select string_agg(distinct source_id, ' ' order by source_id) from opportunity_signals where source_id not like 'm%'")" \
  '4711 S-1 ab' 'source_id names the mail'
same "$(answers 'select(.id == "stats") | [.stats.messages, .stats.errors, .stats.stored]')" '[45,5,41]' 'stats count what is stored'
same "$(answers .id | wc -l)" 48 'every request has an answer'

# an answer comes after the commit, and does not keep back those before it
PGDATABASE=served
start_worker
"$CLUSTER_BIN/psql" -X -q -c 'begin; lock table opportunity_signals; select pg_sleep(120)' >/dev/null 2>&1 & lock=$!
locked() { [ "$(query "select count(*) from pg_stat_activity where wait_event = 'PgSleep'")" = 1 ]; }
waits() { [ "$(query "select count(*) > 0 from pg_stat_activity where wait_event_type = 'Lock'")" = t ]; }
until_true locked
{ head -1 "$tap_tmp/plain"; sed -n 2p "$tap_tmp/requests"; sed -n 3p "$tap_tmp/plain"; } >&8
until_true waits
sleep 0.3
same "$(answers .id | tr '\n' ' ')" '1 ' 'no answer before the commit'
query "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'" >/dev/null
wait $lock
until_true has_answers 3
same "$(answers .id | tr '\n' ' ')" '1 2 3 ' 'and then in order'
end_worker

# SIGTERM: what was read is stored and answered
PGDATABASE=away
start_worker --jobs 2
cat "$tap_tmp/requests" >&8
until_true has_answers 1
kill -TERM $pid
end_worker
same $? 0 'SIGTERM ends it with 0'
same "$(query 'select count(distinct source_id) from opportunity_signals')" "$(answers .id | wc -l)" 'what was read is stored and answered'

start_server() { cluster_again >/dev/null 8>&-; } # or it would keep the worker's stdin open

# the database goes away: patience, then errors that say "again"; it comes back: the same requests pass
start_worker --patience 1
head -1 "$tap_tmp/requests" >&8
until_true has_answers 1
cluster_crash
sed -n 2,20p "$tap_tmp/requests" >&8
sed -n 1p "$tap_tmp/plain" >&8
until_true has_answers 21
same "$(answers '.error | select(. != null) | [.code, .retry]' | sort | uniq -c | tr -s ' ')" ' 19 ["database.away",true]' \
  'a database that stays away: errors that ask for a repetition'
same "$(tail -1 "$tap_tmp/out" | jq .schema)" 1 'what wants no database has its record'
sed -n 21,22p "$tap_tmp/requests" >&8
until_true has_answers 23
same "$(answers '.error | select(. != null) | .retry' | wc -l)" 21 'then there is no more waiting'
start_server
sed -n '2,$p' "$tap_tmp/requests" >&8
until_true has_answers 142
end_worker
same $? 0 'the worker lives on'
same "$(tables)" "$want" 'the repeated requests are stored, once'
same "$(answers '.error | select(. != null)' | wc -l)" 21 'without any further error'

# away at the start, and back within patience
cluster_crash
start_worker --patience 90
head -5 "$tap_tmp/requests" >&8
until_true test -s "$tap_tmp/err"
has err 'will wait for it' 'a database that is away at the start is told'
start_server
until_true has_answers 5
same "$(answers .schema | tr -d '\n')" 11111 'and waited for'
end_worker

# many tenants and no database: it is tried once for all of them
python3 "$here/closes.py" >"$tap_tmp/closed" & closer=$!
until_true test -s "$tap_tmp/closed"
for i in $(seq 10 49); do head -1 "$tap_tmp/plain" | jq -c ". + {tenant: \"${tenant_a%??}$i\"}"; done |
  "$MAILSIGNAL" worker "${rules[@]}" --patience 0 \
    --db "host=127.0.0.1 port=$(head -1 "$tap_tmp/closed") sslmode=disable gssencmode=disable" >"$tap_tmp/out" 2>"$tap_tmp/err"
kill $closer
wait $closer 2>/dev/null
same "$(answers .error.code | uniq -c | tr -s ' ')" ' 40 "database.away"' 'forty tenants without a database'
[ "$(grep -c closed "$tap_tmp/closed")" -lt 10 ]
tap_report $? "need no forty connections, but $(grep -c closed "$tap_tmp/closed")"

# kill -9 while requests are in flight; what was answered is stored, and all of it again adds up
PGDATABASE=killed
lost=0
killed=0
for ((i = 0; i < 10; i++)); do
  start_worker --jobs 2
  cat "$tap_tmp/requests" >&8 2>/dev/null & feeder=$!
  until_true has_answers $((RANDOM % 100))
  kill -9 $pid
  exec 8>&-
  wait $pid 2>/dev/null
  [ $? -ne 137 ] || killed=$((killed + 1))
  wait $feeder 2>/dev/null
  # The last line may be cut.
  tail -n +2 "$tap_tmp/out" | jq -cR 'fromjson? | .message_id' | tr -d '"' | sort >"$tap_tmp/answered"
  query 'select distinct source_id from opportunity_signals' | sort >"$tap_tmp/stored"
  lost=$((lost + $(comm -23 "$tap_tmp/answered" "$tap_tmp/stored" | wc -l)))
done
same $lost 0 'what was answered is stored'
[ $killed -gt 5 ]
tap_report $? "$killed of 10 were killed at work"
worker <"$tap_tmp/requests"
same "$(tables)" "$want" 'after kill -9 and all requests again the tables are those of ingest'

# reload and the Python client
PGDATABASE=clean
echo '{"cmd":"reload"}' | worker
same "$(answers .reloaded)" true 'reload'
PYTHONPATH=$here/../../docs/clients PYTHONDONTWRITEBYTECODE=1 python3 - "$MAILSIGNAL" "$tenant_b" "$here/fixtures/rules" >"$tap_tmp/out" 2>"$tap_tmp/err" <<'END'
import sys
from mailsignal import Worker
raw = b"From: Client <c@client.example>\nMessage-ID: <c@client>\n\nHello,\n\nwe are leaving you in May.\n"
with Worker(sys.argv[1], "--rules", sys.argv[3], "--db", "") as worker:
    print(worker.analyse(raw, tenant=sys.argv[2])["message_id"])
END
same "$(cat "$tap_tmp/out") $(query "select tenant_id from opportunity_signals where source_id = 'c@client'")" "c@client $tenant_b" \
  'the Python client, and --db "" for the variables of libpq'

# what is wrong
runs 78 worker --db dbname=nowhere
runs 78 worker --db 'dbname=postgres'
has err "run 'mailsignal db migrate'|has not got the tables" 'no tables'
runs 78 worker --db 'postgresql://u:geheim%zz@h/d'
hasnt err geheim 'a broken address is not repeated'
runs 64 worker --db dbname=clean --patience never

tap_end
